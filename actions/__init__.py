"""Rasa action server: what the assistant does when it needs the rest of Townclerk."""
