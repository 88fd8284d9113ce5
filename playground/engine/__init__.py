"""The engine: graph, differentiation, program, machine. The only floor that imports Numba."""
