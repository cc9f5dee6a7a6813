"""Pinned answers: what stands first for a question, picked from what the search finds for it."""

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import BaseModel, Field, ValidationError

from bot.admin.auth.guard import AtDesk, Desk
from bot.admin.rendering import Pages
from index.schemas.pins import AlikeQuestion, PinEntry, PinRequest
from townclerk.errors import BadInput, NotFound, TownclerkError

routes = APIRouter(route_class=Pages)
STATES = {
    "in_force": ("good", "in force"),
    "changed": ("warn", "page changed"),
    "broken": ("bad", "broken"),
    "waiting": ("", "not yet"),
    "ended": ("", "over"),
    "paused": ("", "paused"),
}
"""Each state of a pin as a colour and words."""


class PinForm(BaseModel):
    """What is typed and ticked. `choice` is a passage's key, or empty for the page at `url`."""

    text: str = Field(default="", max_length=2000)
    wordings: str = Field(default="", max_length=40_000)
    city: str = Field(default="", max_length=63)
    choice: str = Field(default="", max_length=64)
    url: str = Field(default="", max_length=2048)
    valid_from: str = Field(default="", max_length=40)
    valid_until: str = Field(default="", max_length=40)
    active: bool = False
    also: list[Annotated[str, Field(max_length=2000)]] = Field(default=[], max_length=50)

    def request(self, by: str, *, active: bool) -> PinRequest:
        """What the search service is asked for. Raises BadInput."""
        wordings = [line for line in map(str.strip, [self.text, *self.also, *self.wordings.splitlines()]) if line]
        days = (_day(self.valid_from, "first"), _day(self.valid_until, "last"))
        named: dict[str, Any] = {"passage": self.choice} if self.choice else {"url": self.url.strip()}
        try:
            return PinRequest(
                city=self.city,
                wordings=wordings,
                valid_from=days[0],
                valid_until=days[1],
                active=active,
                by=by,
                **named,
            )
        except ValidationError as error:
            wrong = error.errors()[0]
            raise BadInput(f"{wrong['loc'][0]}: {wrong['msg']}. Correct it and send the form again.") from error


@routes.get("/pins")
async def list_pins(desk: AtDesk, city: str = "") -> Response:
    """All pins, of one city or all; those that need a look first."""
    pins, places = await asyncio.gather(desk.searches.pins(city), desk.places())
    ordered = sorted(pins, key=lambda pin: pin.state not in ("broken", "changed"))
    names = {j.id: j.name for j in places}
    return await desk.show("pins.html", pins=ordered, places=places, names=names, city=city, states=STATES)


@routes.get("/pins/new")
async def new_pin(desk: AtDesk, text: str = "", city: str = "") -> Response:
    """Pick what stands first for a question from what the search finds for it."""
    return await _new(desk, PinForm(text=text.strip()[:2000], city=city[:63], active=True))


@routes.post("/pins")
async def add_pin(desk: AtDesk, typed: Annotated[PinForm, Form()]) -> Response:
    """Set a pin; a refusal leaves what was typed in the form."""
    try:
        if not typed.choice and not typed.url.strip():
            raise BadInput("Pick one of the answers below, or give the address of a page.")
        made = await desk.searches.add_pin(typed.request(desk.session.name, active=True))
    except TownclerkError as error:
        return await _new(desk, typed, error)
    await desk.record("pin.add", made.city, _told(made))
    return await desk.done(f"/admin/pins?city={made.city}", "Pinned. It stands first from the next question on.")


@routes.get("/pins/{id}")
async def edit_pin(desk: AtDesk, id: int) -> Response:
    """The wordings, dates and state of one pin."""
    return await _edit(desk, await _pin(desk, id))


@routes.post("/pins/{id}")
async def change_pin(desk: AtDesk, id: int, typed: Annotated[PinForm, Form()]) -> Response:
    """Change wordings, place, dates, or pause it; what is pinned stays."""
    pin = await _pin(desk, id)
    try:
        changed = await desk.searches.change_pin(id, typed.request(desk.session.name, active=typed.active))
    except TownclerkError as error:
        return await _edit(desk, pin, typed, error)
    await desk.record("pin.change", changed.city, _told(changed))
    return await desk.done(f"/admin/pins?city={changed.city}", "Saved. It holds from the next question on.")


@routes.post("/pins/{id}/remove")
async def remove_pin(desk: AtDesk, id: int, city: Annotated[str, Form(max_length=63)] = "") -> Response:
    """Remove a pin; the search decides again."""
    pin = await _pin(desk, id)
    await desk.searches.remove_pin(id)
    await desk.record("pin.remove", pin.city, _told(pin))
    return await desk.done(f"/admin/pins?city={city}", "Removed. The search decides again.")


async def _new(desk: Desk, typed: PinForm, error: TownclerkError | None = None) -> Response:
    places = await desk.places()
    chosen = typed.city or next((place.id for place in places), "")
    found, alike = None, list[AlikeQuestion]()
    if typed.text:
        found, alike = await asyncio.gather(
            desk.searches.explain(typed.text, city=chosen), desk.searches.alike(typed.text, city=chosen)
        )
    names = {j.id: j.name for j in places}
    shown = {"places": places, "names": names, "city": chosen, "typed": typed, "found": found, "alike": alike}
    return await desk.show(
        "pin.html", status=error.status if error else 200, pin=None, error=error.message if error else "", **shown
    )


async def _edit(
    desk: Desk, pin: PinEntry, typed: PinForm | None = None, error: TownclerkError | None = None
) -> Response:
    places = await desk.places()
    days = {"valid_from": str(pin.valid_from or ""), "valid_until": str(pin.valid_until or "")}
    stored = PinForm(wordings="\n".join(pin.wordings), city=pin.city, active=pin.active, **days)
    return await desk.show(
        "pin.html",
        status=error.status if error else 200,
        pin=pin,
        typed=typed or stored,
        city=(typed or stored).city,
        places=places,
        names={j.id: j.name for j in places},
        states=STATES,
        found=None,
        alike=[],
        error=error.message if error else "",
    )


async def _pin(desk: Desk, id: int) -> PinEntry:
    pin = next((each for each in await desk.searches.pins("") if each.id == id), None)
    if pin is None:
        raise NotFound(f"There is no pin {id}; somebody may have removed it. The list shows all.")
    return pin


def _told(pin: PinEntry) -> str:
    """A pin in a line of the audit log."""
    days = f", {pin.valid_from or '…'} to {pin.valid_until or '…'}" if pin.valid_from or pin.valid_until else ""
    return f"pin {pin.id}: {' / '.join(pin.wordings)[:500]} → {pin.title[:200]} {pin.url}{days}{'' if pin.active else ', paused'}"


def _day(typed: str, which: str) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise BadInput(f"The {which} day must be a date such as 2026-11-30; got {typed[:40]!r}.") from None
