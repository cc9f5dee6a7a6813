"""The verbs for pinned answers: townclerk pin list|add|remove."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from townclerk.errors import BadInput
from townclerk.settings import load

if TYPE_CHECKING:
    from index.schemas.pins import PinEntry

pin = typer.Typer(no_args_is_help=True, help="Answers that staff pin: they stand first for a question.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@pin.command("list")
def pin_list(
    city: Annotated[str | None, typer.Option(help="Only this city's pins.")] = None, as_json: Json = False
) -> None:
    """Show the pins, newest first: what stands first for which question, and whether it still can."""
    from index import backend

    found = backend.pins(load(), city)
    if as_json:
        typer.echo(json.dumps([each.model_dump(mode="json") for each in found]))
        return
    for each in found:
        typer.echo(_line(each))
        if each.problem:
            typer.echo(f"       {each.problem}")


@pin.command("add")
def pin_add(
    question: Annotated[str, typer.Argument(help="The question, as residents ask it.")],
    city: Annotated[str, typer.Option(help="City or layer in which it holds, with all cities below a layer.")],
    wording: Annotated[list[str], typer.Option(help="The same question in other words; repeat.")] = [],  # noqa: B006
    faq: Annotated[int | None, typer.Option(help="Number of the FAQ to pin, as `faq list` shows it.")] = None,
    url: Annotated[str, typer.Option(help="Address of the page to pin; its best passage is shown.")] = "",
    passage: Annotated[str, typer.Option(help="Key of the passage to pin, as `ask --json` gives it.")] = "",
    valid_from: Annotated[str | None, typer.Option("--from", help="First day it holds, e.g. 2026-11-30.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day it holds.")] = None,
    as_json: Json = False,
) -> None:
    """Pin a FAQ, a page or a passage: it stands first for this question and those like it, from the next one on."""
    from pydantic import ValidationError

    from index import backend
    from index.schemas.pins import PinRequest

    given = {"city": city, "wordings": [question, *wording], "passage": passage, "faq": faq, "url": url}
    try:
        request = PinRequest.model_validate(
            given | {"valid_from": valid_from, "valid_until": until, "by": backend.who()}
        )
    except ValidationError as error:
        wrong = error.errors()[0]
        name = {"valid_from": "--from", "valid_until": "--until", "wordings": "QUESTION"}.get(
            str(wrong["loc"][0]), f"--{wrong['loc'][0]}"
        )
        raise BadInput(f"{name}: {wrong['msg']}; got {str(wrong['input'])[:80]!r}. Correct it and repeat.") from error
    made = backend.add_pin(load(), request)
    typer.echo(made.model_dump_json() if as_json else f"Pinned.\n{_line(made)}")


@pin.command("remove")
def pin_remove(
    id: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Number of the pin, as `pin list` shows it.")],
) -> None:
    """Remove a pin; the search decides again."""
    from index import backend

    backend.remove_pin(load(), id)
    typer.echo(f"Pin {id} was removed.")


def _line(each: "PinEntry") -> str:
    dates = f" {each.valid_from or '...'} to {each.valid_until or '...'}" if each.valid_from or each.valid_until else ""
    votes = f" votes {each.votes.up} yes {each.votes.down} no" if each.votes.up or each.votes.down else ""
    shown = " ".join(filter(None, (each.kind, each.title[:80], each.url)))
    return f"{each.id:5}  {each.state:9} {each.city:20} {' / '.join(each.wordings)[:100]!r} -> {shown}{dates}{votes}"
