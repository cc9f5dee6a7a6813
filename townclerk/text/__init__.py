"""Text that every part needs: SMS alphabet, redaction, what must not be cut."""
