"""The verbs of the index: ask, faq, votes; `page`, `pin`, `synonyms`, `model` and `index` from the modules beside this one."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.cli.index_commands import index
from index.cli.models import models
from index.cli.pages import page
from index.cli.pins import pin
from index.cli.synonyms import synonyms
from index.cli.terminal import Json, print_all, print_import, read_file, write_file
from townclerk.errors import BadInput
from townclerk.settings import load

if TYPE_CHECKING:
    from index.faqs.store import FaqStore
    from index.schemas.search import SearchResponse
    from townclerk.jurisdictions import Jurisdiction

faq = typer.Typer(no_args_is_help=True, help="Questions and answers that staff curate.")
votes = typer.Typer(no_args_is_help=True, help="Votes of residents.")


def register(app: typer.Typer) -> None:
    """Add these verbs to the `townclerk` command."""
    app.command("ask")(ask)
    app.add_typer(faq, name="faq")
    app.add_typer(votes, name="votes")
    app.add_typer(page, name="page")
    app.add_typer(pin, name="pin")
    app.add_typer(synonyms, name="synonyms")
    app.add_typer(index, name="index")
    app.add_typer(models, name="model")


def ask(
    question: Annotated[str, typer.Argument(help="The question, as a resident would type it.")],
    city: Annotated[
        str | None, typer.Option(help="City that is asked. Default: the only one, or the federal layer.")
    ] = None,
    history: Annotated[list[str], typer.Option(help="A question asked before; repeat, oldest first.")] = [],  # noqa: B006
    limit: Annotated[int, typer.Option(min=1, max=50, help="Answers to give.")] = 5,
    as_json: Json = False,
) -> None:
    """Ask a question and show the answers with their sources."""
    from pydantic import ValidationError

    from index import backend
    from index.schemas.search import SearchRequest
    from townclerk.database import connect
    from townclerk.jurisdictions import Jurisdictions

    settings = load()
    try:
        request = SearchRequest(text=question, city=city, history=history, limit=limit, channel="cli")
    except ValidationError as error:
        raise BadInput(
            "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors()) + ". Shorten it and ask again."
        ) from error
    response = backend.ask(settings, request)
    if as_json:
        typer.echo(response.model_dump_json())
        return
    known = {j.id: j for j in Jurisdictions(connect(settings)).all()}
    _show(response, known)


def _show(response: "SearchResponse", known: "dict[str, Jurisdiction]") -> None:
    city = known.get(response.city or "")
    if response.refused or not response.answers:
        contact = " · ".join(part for part in (city.phone, city.url) if part) if city else ""
        typer.echo(
            "Nothing was found that surely answers this." + (f" Ask {city.name}: {contact}" if city and contact else "")
        )
        if response.answers:
            typer.echo("Closest: " + "; ".join(f"{a.title} {a.url}".strip() for a in response.answers[:3]))
        return
    for answer in response.answers:
        text, end = "", 0
        for start, stop in answer.highlights:
            text += answer.excerpt[end:start] + typer.style(answer.excerpt[start:stop], bold=True)
            end = stop
        layer = known[answer.jurisdiction]
        dates = [
            f"page of {answer.page_date}" if answer.page_date else "",
            f"checked {answer.checked_at:%Y-%m-%d}" if answer.checked_at else "",
        ]
        source = " · ".join(part for part in (f"{layer.name} ({layer.level})", answer.url, *dates) if part)
        typer.echo(
            f"{typer.style(answer.question or answer.title, bold=True)}\n{text + answer.excerpt[end:]}\n  {source}\n"
        )


@faq.command("import")
def faq_import(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV with a header: question,answer[,url][,city][,language][,valid_from][,valid_until][,owner][,review_by]; UTF-8."
        ),
    ],
    city: Annotated[str, typer.Option(help="City of the rows whose city column is empty.")] = "",
    as_json: Json = False,
) -> None:
    """Add and update FAQs. Bad rows are reported by line; nothing stored is lost."""
    from index import backend
    from index.faqs import csv_file
    from townclerk.jurisdictions import Jurisdictions
    from townclerk.schema import open_database

    settings = load()
    data = read_file(file)
    if city:
        Jurisdictions(open_database(settings)).get(city)
    result = csv_file.load(_faqs(), data, city=city, by=backend.account_name())
    if result.imported or result.updated:
        backend.sync_service(settings)
    print_import(result, file, as_json=as_json)


@faq.command("export")
def faq_export(
    file: Annotated[Path | None, typer.Argument(help="File to write. Default: standard output.")] = None,
    city: Annotated[str | None, typer.Option(help="Only this city's FAQs.")] = None,
) -> None:
    """Write the FAQs as CSV that can be imported again."""
    from index.faqs import csv_file

    write_file(csv_file.write(_faqs().all(city)), file)


@faq.command("list")
def faq_list(
    city: Annotated[str | None, typer.Option(help="Only this city's FAQs.")] = None, as_json: Json = False
) -> None:
    """Show the stored FAQs."""
    from index.api.views import faq_entry

    print_all(
        map(faq_entry, _faqs().all(city)), lambda faq: f"{faq.id:6} {faq.city:24} {faq.question[:100]}", as_json=as_json
    )


@faq.command("remove")
def faq_remove(
    id: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Number of the FAQ, as `faq list` shows it.")],
) -> None:
    """Delete one FAQ."""
    from index import backend

    _faqs().remove(id, by=backend.account_name())
    backend.sync_service(load())
    typer.echo(f"FAQ {id} was deleted.")


def _faqs() -> "FaqStore":
    from index.faqs.store import FaqStore
    from townclerk.schema import open_database

    return FaqStore(open_database(load()))


@votes.command("revoke")
def votes_revoke(
    since: Annotated[str | None, typer.Option(help="Given at or after this time, e.g. 2026-11-20T08:00:00Z.")] = None,
    until: Annotated[str | None, typer.Option(help="Given at or before this time.")] = None,
    passage: Annotated[str | None, typer.Option(help="On this passage.")] = None,
    city: Annotated[str | None, typer.Option(help="Asked in this city.")] = None,
    as_json: Json = False,
) -> None:
    """Undo the votes that match every given option; they leave the ranking at once."""
    from pydantic import ValidationError

    from index.feedback.votes import Votes, matching
    from index.schemas.feedback import RevokeRequest
    from townclerk.schema import open_database

    try:
        request = RevokeRequest.model_validate({"since": since, "until": until, "passage": passage, "city": city})
    except ValidationError as error:
        raise BadInput(f"--{error.errors()[0]['loc'][0]} must be a time such as 2026-11-20T08:00:00Z.") from error
    revoked = Votes(open_database(load())).revoke(*matching(request))
    typer.echo(json.dumps({"revoked": revoked}) if as_json else f"{revoked} votes were undone.")
