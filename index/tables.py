"""Tables of this package, declared on the shared metadata."""
