"""What the verbs `import` and `export` of FAQs and of synonyms do alike: their files, and what became of the rows."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from townclerk.errors import BadInput

if TYPE_CHECKING:
    from index.schemas.faqs import ImportResult


def contents(file: Path) -> bytes:
    """Of a file to import. Raises BadInput when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}. Give the path of a CSV file.") from error


def tell(done: "ImportResult", file: Path, *, as_json: bool) -> None:
    """Print what became of the rows; ends the command with status 2 when none was good."""
    if as_json:
        typer.echo(done.model_dump_json())
    else:
        for row in done.rejected:
            typer.echo(f"{file}:{row.line}: {row.reason}.", err=True)
        typer.echo(
            f"{done.imported} imported, {done.updated} updated, {done.unchanged} unchanged, {len(done.rejected)} rejected."
        )
    if done.rejected and not (done.imported or done.updated or done.unchanged):
        raise typer.Exit(2)


def write(text: str, file: Path | None) -> None:
    """To a file, or to standard output. Raises BadInput when it cannot be written."""
    if file is None:
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}. Give another path.") from error
