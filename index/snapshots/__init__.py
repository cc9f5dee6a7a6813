"""Snapshots on disk: manifest, writer, store, recovery."""
