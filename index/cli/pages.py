"""The verb for one page: townclerk page show."""

from collections.abc import Iterator
from datetime import datetime
from textwrap import indent
from typing import TYPE_CHECKING, Annotated

import typer

from index.cli.terminal import Json, print_all
from townclerk.settings import load

if TYPE_CHECKING:
    from index.schemas.pages import PageView

page = typer.Typer(no_args_is_help=True, help="One page as the bot sees it.")


@page.callback()
def pages() -> None:
    """One page as the bot sees it."""


@page.command("show")
def page_show(
    url: Annotated[str, typer.Argument(help="Address of the page, as a browser shows it.")], as_json: Json = False
) -> None:
    """Show what was read of a page, what it is cut into, and why it is or is not answered from."""
    from index.embedding.encoder import open_encoder
    from index.passages.page_view import view
    from townclerk.schema import open_database

    settings = load()
    views = view(open_database(settings), open_encoder(settings), url)
    print_all(views, lambda entry: "\n".join(_lines(entry)), as_json=as_json)


def _lines(entry: "PageView") -> Iterator[str]:
    yield typer.style(entry.title or entry.url, bold=True)
    yield f"  {entry.url} · source {entry.source} · {entry.city}"
    yield f"  {'answered from' if entry.answered else 'NOT answered from'}: {entry.why}"
    if entry.checked_at is not None:
        dated = f"{entry.page_date} ({entry.page_date_origin})" if entry.page_date else "none stated"
        yield f"  language {entry.language} · date of the page: {dated}"
        moments = (("first seen", entry.first_seen_at), ("changed", entry.changed_at), ("checked", entry.checked_at))
        yield "  " + " · ".join(f"{name} {_minute(moment)}" for name, moment in moments)
    for run in entry.runs:
        yield f"  run {run.run} ({_minute(run.at)}): {run.outcome}{f', {run.reason}' if run.reason else ''}"
    if entry.blocks:
        yield f"\n{len(entry.blocks)} blocks"
    for block in entry.blocks:
        part = {"frame": ", left out: many pages share it", "contact": ", for the whole site"}.get(block.part, "")
        yield f"  [{block.kind}{part}] {' > '.join(filter(None, [*block.heading, block.question]))}"
        yield indent(block.text, "    ")
    if entry.passages:
        yield f"\n{len(entry.passages)} passages"
    for number, passage in enumerate(entry.passages, 1):
        yield f"  {number}. {passage.question or passage.heading or entry.title} · {passage.url}"
        yield indent(passage.text, "    ")


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"
