"""Tests of words that mean the same."""
