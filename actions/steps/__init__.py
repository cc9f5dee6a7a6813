"""What the dialogue does with a message: one module for each group of steps."""
