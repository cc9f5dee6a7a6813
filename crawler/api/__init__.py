"""HTTP service of the crawler."""
