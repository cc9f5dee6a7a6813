"""What is said to residents: the sentences, and the form of a reply."""
