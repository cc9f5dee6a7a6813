"""Pinned answers: staff say what stands first for a question, and for those like it."""
