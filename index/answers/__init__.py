"""From ranked passages to answers: evidence, confidence, excerpts."""
