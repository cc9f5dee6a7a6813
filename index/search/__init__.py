"""One search, from a question to its answers."""
