"""What a message is, read from its words alone: nothing is looked up here."""
