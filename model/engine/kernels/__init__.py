"""The engine again, compiled by numba: the same slicing, plan and passes on flat arrays."""
