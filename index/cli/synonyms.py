"""The verbs for words that mean the same: townclerk synonyms list|add|switch|remove|import|export."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.cli import csv_commands
from townclerk.errors import BadInput
from townclerk.settings import load

if TYPE_CHECKING:
    from index.synonyms.store import SynonymStore

synonyms = typer.Typer(no_args_is_help=True, help="Words that mean the same, and abbreviations, for searches.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
City = Annotated[str | None, typer.Option(help="City or layer; `all` for the rules that hold in every city.")]
Number = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Number of the rule, as `synonyms list` shows it.")]


@synonyms.command("list")
def synonyms_list(city: City = None, as_json: Json = False) -> None:
    """Show the stored rules."""
    from index.api.synonyms import entry
    from index.synonyms.rules import shown
    from index.synonyms.store import EVERY

    found = _store().all(city)
    if as_json:
        typer.echo(json.dumps([entry(rule).model_dump(mode="json") for rule in found]))
        return
    for rule in found:
        off = "" if rule.active else "  (off)"
        typer.echo(f"{rule.id:6} {rule.city or EVERY:24} {shown(rule)}{off}")


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
    from index.api.synonyms import entry
    from index.synonyms.rules import drafted, parsed, shown
    from index.synonyms.store import EVERY

    terms, meaning = parsed(rule)
    draft = drafted(terms, meaning, city=None if city in ("", EVERY) else city)
    made = _store().put(draft, by=_who(), id=replace)
    _tell_service()
    typer.echo(entry(made).model_dump_json() if as_json else f"Rule {made.id}: {shown(made)}")


@synonyms.command("switch")
def synonyms_switch(id: Number, to: Annotated[str, typer.Argument(help="`on` or `off`.")]) -> None:
    """Switch a rule off, or on again."""
    from index.synonyms.rules import shown

    if to not in ("on", "off"):
        raise BadInput(f"A rule is switched on or off; got {to[:40]!r}. Write `on` or `off` behind its number.")
    made = _store().switch(id, active=to == "on", by=_who())
    _tell_service()
    typer.echo(f"Rule {id} is {'on' if made.active else 'off'}: {shown(made)}")


@synonyms.command("remove")
def synonyms_remove(id: Number) -> None:
    """Delete a rule."""
    _store().remove(id)
    _tell_service()
    typer.echo(f"Rule {id} was deleted.")


@synonyms.command("import")
def synonyms_import(
    file: Annotated[Path, typer.Argument(help="CSV with a header: terms[,meaning][,city][,active]; UTF-8.")],
    city: Annotated[str, typer.Option(help="City of the rows whose city column is empty. Default: every city.")] = "",
    as_json: Json = False,
) -> None:
    """Add and update rules. Bad rows are reported by line; nothing stored is lost."""
    from index.api.views import outcome
    from index.synonyms import csv_file

    data = csv_commands.contents(file)
    done = outcome(csv_file.load(_store(), data, by=_who(), city=city))
    if done.imported or done.updated:
        _tell_service()
    csv_commands.tell(done, file, as_json=as_json)


@synonyms.command("export")
def synonyms_export(
    file: Annotated[Path | None, typer.Argument(help="File to write. Default: standard output.")] = None,
    city: City = None,
) -> None:
    """Write the rules as CSV that can be imported again."""
    from index.synonyms import csv_file

    csv_commands.write(csv_file.write(_store().all(city)), file)


def _store() -> "SynonymStore":
    from index.synonyms.starters import stocked
    from townclerk.schema import open_database

    return stocked(open_database(load()))


def _tell_service() -> None:
    from index import backend

    backend.sync_service(load())


def _who() -> str:
    from index import backend

    return backend.who()
