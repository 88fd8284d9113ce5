"""What plain loops cannot express well: Numba intrinsics, functions that write machine code of their own.

Most take the arena's pointer first, so that its element type decides how many numbers a vector holds.
Offsets count elements.
"""
