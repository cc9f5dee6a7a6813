"""Talks that are handed to staff: one state in the database, whichever process serves a turn."""
