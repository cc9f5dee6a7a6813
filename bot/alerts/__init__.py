"""Alerts by text message: residents are told what they asked to be told, and nothing else."""
