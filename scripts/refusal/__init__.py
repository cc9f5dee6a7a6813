"""Fits when to refuse and how sure to be, and measures how well that does; see `__main__`."""
