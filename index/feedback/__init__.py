"""Votes and the record of searches."""
