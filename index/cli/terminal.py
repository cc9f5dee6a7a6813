"""Options, files and output that the verbs have in common."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import BaseModel

from townclerk.errors import BadInput
from townclerk.spreadsheet_rows import ImportResult

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Model = TypeVar("Model", bound=BaseModel)


def print_all(entries: Iterable[Model], line: Callable[[Model], str], *, as_json: bool) -> None:
    """Print entries as one JSON array, or each as `line` writes it."""
    if as_json:
        typer.echo(json.dumps([entry.model_dump(mode="json") for entry in entries]))
        return
    for entry in entries:
        typer.echo(line(entry))


def read_file(file: Path) -> bytes:
    """The bytes of a file to import. Raises BadInput when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}. Give the path of a CSV file.") from error


def print_import(result: ImportResult, file: Path, *, as_json: bool) -> None:
    """Print what became of the rows; ends the command with status 2 when none was good."""
    if as_json:
        typer.echo(json.dumps(asdict(result)))
    else:
        for row in result.rejected:
            typer.echo(f"{file}:{row.line}: {row.reason}.", err=True)
        typer.echo(
            f"{result.imported} imported, {result.updated} updated, {result.unchanged} unchanged, {len(result.rejected)} rejected."
        )
    if result.rejected and not (result.imported or result.updated or result.unchanged):
        raise typer.Exit(2)


def write_file(text: str, file: Path | None) -> None:
    """Write to a file, or to standard output. Raises BadInput when it cannot be written."""
    if file is None:
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}. Give another path.") from error
