"""The verbs for pinned answers: townclerk pin list|add|remove."""

from typing import TYPE_CHECKING, Annotated

import typer

from index.cli.terminal import Json, print_all
from townclerk.errors import BadInput
from townclerk.settings import load

if TYPE_CHECKING:
    from index.schemas.pins import PinEntry

pin = typer.Typer(no_args_is_help=True, help="Answers that staff pin: they stand first for a question.")


@pin.command("list")
def pin_list(
    city: Annotated[str | None, typer.Option(help="Only this city's pins.")] = None, as_json: Json = False
) -> None:
    """Show the pins, newest first: what stands first for which question, and whether it still can."""
    from index import backend

    def line(pin: "PinEntry") -> str:
        return f"{_line(pin)}\n       {pin.problem}" if pin.problem else _line(pin)

    pins = backend.call(load(), lambda client: client.pins(city), lambda index: index.pin_editor.all(city))
    print_all(pins, line, as_json=as_json)


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

    target = {"passage": passage, "faq": faq, "url": url}
    days = {"valid_from": valid_from, "valid_until": until}
    terms = {"city": city, "wordings": [question, *wording], "by": backend.account_name()}
    try:
        request = PinRequest.model_validate(terms | target | days)
    except ValidationError as error:
        wrong = error.errors()[0]
        field = str(wrong["loc"][0])
        name = {"valid_from": "--from", "valid_until": "--until", "wordings": "QUESTION"}.get(field, f"--{field}")
        raise BadInput(f"{name}: {wrong['msg']}; got {str(wrong['input'])[:80]!r}. Correct it and repeat.") from error
    pin = backend.call(load(), lambda client: client.add_pin(request), lambda index: index.pin_editor.add(request))
    typer.echo(pin.model_dump_json() if as_json else f"Pinned.\n{_line(pin)}")


@pin.command("remove")
def pin_remove(
    id: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Number of the pin, as `pin list` shows it.")],
) -> None:
    """Remove a pin; the search decides again."""
    from index import backend

    backend.call(load(), lambda client: client.remove_pin(id), lambda index: index.pin_editor.remove(id), look=False)
    typer.echo(f"Pin {id} was removed.")


def _line(pin: "PinEntry") -> str:
    dates = f" {pin.valid_from or '...'} to {pin.valid_until or '...'}" if pin.valid_from or pin.valid_until else ""
    votes = f" votes {pin.votes.up} yes {pin.votes.down} no" if pin.votes.up or pin.votes.down else ""
    shown = " ".join(filter(None, (pin.kind, pin.title[:80], pin.url)))
    return f"{pin.id:5}  {pin.state:9} {pin.city:20} {' / '.join(pin.wordings)[:100]!r} -> {shown}{dates}{votes}"
