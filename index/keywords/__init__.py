"""Keyword search (BM25)."""
