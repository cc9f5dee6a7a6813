"""HTTP service of the index."""
