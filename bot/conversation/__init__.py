"""A message and its reply, whatever the channel."""
