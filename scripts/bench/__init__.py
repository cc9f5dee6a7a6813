"""The benchmark: our search beside the usual recipe."""
