"""Immutable parts of a snapshot, and reading them."""
