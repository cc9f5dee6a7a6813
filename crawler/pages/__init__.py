"""The stored copy of each page."""
