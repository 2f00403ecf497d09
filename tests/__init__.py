"""The checks: the rooms of labserver mirrored, and beside them project, notebooks and browser."""
