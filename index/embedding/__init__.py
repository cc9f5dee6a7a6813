"""Vectors of texts: models, export, encoder, cache."""
