"""Small painted controls, all of one make: `edited(value, finished)`, a focus ring, no colour.

A drag or a held key sends `edited(value, False)` while it lasts and `edited(value, True)` at its end,
so that the panel can make one undo entry of it. `set_value` never sends anything.
"""
