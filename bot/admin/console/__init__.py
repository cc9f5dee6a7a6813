"""The pages of the staff console, one module each."""
