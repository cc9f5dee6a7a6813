"""Command line, supervisor and doctor."""
