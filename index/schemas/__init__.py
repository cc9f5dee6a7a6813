"""Request and response bodies of the index service."""
