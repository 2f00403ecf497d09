"""For run.py's JupyterLab: a kernel that says what went wrong, and how notebooks are read."""
