"""Command-line verbs of this package."""

import typer


def register(app: typer.Typer) -> None:
    """Add these verbs to the `townclerk` command."""
