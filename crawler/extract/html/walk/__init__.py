"""Walks main content in reading order: headings, paragraphs, lists, tables and their fragments."""
