"""The canvas: the network drawn as columns of tiles joined by its weights, and edited by hand.

`columns.py` says in words what each column shows, `layout.py` where it stands; both know no Qt. The items
only paint; `hits.py` tells what lies under the pointer and `gestures.py` what a drag there does.
"""
