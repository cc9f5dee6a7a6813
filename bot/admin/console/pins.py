"""Pinned answers: what stands first for a question, picked from what the search finds for it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import BaseModel, Field, ValidationError

from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.forms import typed_day
from bot.admin.rendering import Pages
from index.schemas.pins import PinEntry, PinRequest, SimilarQuestion
from index.schemas.search import SearchRequest
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
        days = {"valid_from": typed_day(self.valid_from), "valid_until": typed_day(self.valid_until)}
        target = {"passage": self.choice} if self.choice else {"url": self.url.strip()}
        terms = {"city": self.city, "wordings": wordings, "active": active, "by": by}
        try:
            return PinRequest.model_validate(terms | days | target)
        except ValidationError as error:
            wrong = error.errors()[0]
            raise BadInput(f"{wrong['loc'][0]}: {wrong['msg']}. Correct it and send the form again.") from error


@routes.get("/pins")
async def list_pins(staff: Staff, city: str = "") -> Response:
    """All pins, of one city or all; those that need a look first."""
    pins = sorted(await staff.index.pins(city), key=lambda pin: pin.state not in ("broken", "changed"))
    return await staff.show_places("pins.html", pins=pins, city=city, states=STATES)


@routes.get("/pins/new")
async def new_pin(staff: Staff, text: str = "", city: str = "") -> Response:
    """Pick what stands first for a question from what the search finds for it."""
    return await _new(staff, PinForm(text=text.strip()[:2000], city=city[:63], active=True))


@routes.post("/pins")
async def add_pin(staff: Staff, typed: Annotated[PinForm, Form()]) -> Response:
    """Set a pin; a refusal leaves what was typed in the form."""
    try:
        if not typed.choice and not typed.url.strip():
            raise BadInput("Pick one of the answers below, or give the address of a page.")
        pin = await staff.index.add_pin(typed.request(staff.session.name, active=True))
    except TownclerkError as error:
        return await _new(staff, typed, error)
    await staff.record("pin.add", pin.city, _line(pin))
    return await staff.done(f"/admin/pins?city={pin.city}", "Pinned. It stands first from the next question on.")


@routes.get("/pins/{id}")
async def edit_pin(staff: Staff, id: int) -> Response:
    """The wordings, dates and state of one pin."""
    return await _edit(staff, await _pin(staff, id))


@routes.post("/pins/{id}")
async def change_pin(staff: Staff, id: int, typed: Annotated[PinForm, Form()]) -> Response:
    """Change wordings, place, dates, or pause it; what is pinned stays."""
    pin = await _pin(staff, id)
    try:
        changed = await staff.index.change_pin(id, typed.request(staff.session.name, active=typed.active))
    except TownclerkError as error:
        return await _edit(staff, pin, typed, error)
    await staff.record("pin.change", changed.city, _line(changed))
    return await staff.done(f"/admin/pins?city={changed.city}", "Saved. It holds from the next question on.")


@routes.post("/pins/{id}/remove")
async def remove_pin(staff: Staff, id: int, city: Annotated[str, Form(max_length=63)] = "") -> Response:
    """Remove a pin; the search decides again."""
    pin = await _pin(staff, id)
    await staff.index.remove_pin(id)
    await staff.record("pin.remove", pin.city, _line(pin))
    return await staff.done(f"/admin/pins?city={city}", "Removed. The search decides again.")


async def _new(staff: StaffRequest, typed: PinForm, error: TownclerkError | None = None) -> Response:
    city = typed.city or next((place.id for place in await staff.places()), "")
    explanation, similar = None, list[SimilarQuestion]()
    if typed.text:
        request = SearchRequest(text=typed.text, city=city or None, limit=10)
        explanation, similar = await asyncio.gather(
            staff.index.explain(request), staff.index.similar_questions(typed.text, city=city)
        )
    values = {"pin": None, "city": city, "typed": typed, "found": explanation, "alike": similar}
    return await staff.show_places("pin.html", error=error, **values)


async def _edit(
    staff: StaffRequest, pin: PinEntry, typed: PinForm | None = None, error: TownclerkError | None = None
) -> Response:
    days = {"valid_from": str(pin.valid_from or ""), "valid_until": str(pin.valid_until or "")}
    shown = typed or PinForm(wordings="\n".join(pin.wordings), city=pin.city, active=pin.active, **days)
    values = {"pin": pin, "typed": shown, "city": shown.city, "states": STATES, "found": None, "alike": []}
    return await staff.show_places("pin.html", error=error, **values)


async def _pin(staff: StaffRequest, id: int) -> PinEntry:
    pin = next((pin for pin in await staff.index.pins() if pin.id == id), None)
    if pin is None:
        raise NotFound(f"There is no pin {id}; somebody may have removed it. The list shows all.")
    return pin


def _line(pin: PinEntry) -> str:
    """A pin in a line of the audit log."""
    days = f", {pin.valid_from or '…'} to {pin.valid_until or '…'}" if pin.valid_from or pin.valid_until else ""
    return f"pin {pin.id}: {' / '.join(pin.wordings)[:500]} → {pin.title[:200]} {pin.url}{days}{'' if pin.active else ', paused'}"
