"""Accordions, tabs and question mark-up: which element opens under which words."""
