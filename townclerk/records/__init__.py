"""What a city must be able to say of the records it keeps: how long, what may not be deleted, what was deleted."""
