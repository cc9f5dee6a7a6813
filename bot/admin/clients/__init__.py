"""The services behind the staff console, over HTTP."""
