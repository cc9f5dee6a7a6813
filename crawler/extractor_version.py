"""The number of these reading rules.

A stored page remembers which rules read it. When they have changed since, the next crawl
fetches the page whole and reads it again, even though its bytes are the same.
"""

EXTRACTOR = 3
"""Raise it by one with every change that can alter what is read of a page."""
