"""The verbs for words that mean the same: townclerk synonyms list|add|switch|remove|import|export."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.cli.terminal import Json, print_all, print_import, read_file, write_file
from townclerk.errors import BadInput
from townclerk.settings import load

if TYPE_CHECKING:
    from index.schemas.synonyms import SynonymEntry
    from index.synonyms.store import SynonymStore

synonyms = typer.Typer(no_args_is_help=True, help="Words that mean the same, and abbreviations, for searches.")
City = Annotated[str | None, typer.Option(help="City or layer; `all` for the rules that hold in every city.")]
Number = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Number of the rule, as `synonyms list` shows it.")]


@synonyms.command("list")
def synonyms_list(city: City = None, as_json: Json = False) -> None:
    """Show the stored rules."""
    from index.api.synonyms import entry
    from index.synonyms.rules import shown
    from index.synonyms.store import EVERY

    def line(rule: "SynonymEntry") -> str:
        return f"{rule.id:6} {rule.city or EVERY:24} {shown(rule)}{'' if rule.active else '  (off)'}"

    print_all(map(entry, _store().all(city)), line, as_json=as_json)


@synonyms.command("add")
def synonyms_add(
    rule: Annotated[
        str,
        typer.Argument(help='"trash = refuse = garbage", or "BRT -> Board of Revision of Taxes" for an abbreviation.'),
    ],
    city: Annotated[str, typer.Option(help="City or layer where it holds. Default: every city.")] = "",
    replace: Annotated[int | None, typer.Option(help="Number of the rule that it is written in place of.")] = None,
    as_json: Json = False,
) -> None:
    """Add a rule; it counts in the next question."""
    from index import backend
    from index.api.synonyms import entry
    from index.synonyms.rules import drafted, parsed, shown
    from index.synonyms.store import EVERY

    terms, meaning = parsed(rule)
    draft = drafted(terms, meaning, city=None if city in ("", EVERY) else city)
    stored = _store().put(draft, by=backend.account_name(), id=replace)
    backend.sync_service(load())
    typer.echo(entry(stored).model_dump_json() if as_json else f"Rule {stored.id}: {shown(stored)}")


@synonyms.command("switch")
def synonyms_switch(id: Number, to: Annotated[str, typer.Argument(help="`on` or `off`.")]) -> None:
    """Switch a rule off, or on again."""
    from index import backend
    from index.synonyms.rules import shown

    if to not in ("on", "off"):
        raise BadInput(f"A rule is switched on or off; got {to[:40]!r}. Write `on` or `off` behind its number.")
    rule = _store().switch(id, active=to == "on", by=backend.account_name())
    backend.sync_service(load())
    typer.echo(f"Rule {id} is {to}: {shown(rule)}")


@synonyms.command("remove")
def synonyms_remove(id: Number) -> None:
    """Delete a rule."""
    from index import backend

    _store().remove(id)
    backend.sync_service(load())
    typer.echo(f"Rule {id} was deleted.")


@synonyms.command("import")
def synonyms_import(
    file: Annotated[Path, typer.Argument(help="CSV with a header: terms[,meaning][,city][,active]; UTF-8.")],
    city: Annotated[str, typer.Option(help="City of the rows whose city column is empty. Default: every city.")] = "",
    as_json: Json = False,
) -> None:
    """Add and update rules. Bad rows are reported by line; nothing stored is lost."""
    from index import backend
    from index.synonyms import csv_file

    data = read_file(file)
    result = csv_file.load(_store(), data, by=backend.account_name(), city=city)
    if result.imported or result.updated:
        backend.sync_service(load())
    print_import(result, file, as_json=as_json)


@synonyms.command("export")
def synonyms_export(
    file: Annotated[Path | None, typer.Argument(help="File to write. Default: standard output.")] = None,
    city: City = None,
) -> None:
    """Write the rules as CSV that can be imported again."""
    from index.synonyms import csv_file

    write_file(csv_file.write(_store().all(city)), file)


def _store() -> "SynonymStore":
    from index.synonyms.starters import stocked
    from townclerk.schema import open_database

    return stocked(open_database(load()))
