"""Everything a user can choose, one registry a kind. Plain Python: no Numba, no Qt."""
