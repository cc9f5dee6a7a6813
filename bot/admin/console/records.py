"""Records: how long what residents wrote is kept, legal holds, deleting on request, handing over."""

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.forms import Number, typed_day
from bot.admin.rendering import Pages, download
from bot.conversation.identity import person_of_phone
from bot.records import erasure, kinds
from bot.records.overview import overview
from bot.records.transcripts import transcripts
from townclerk.database import reading, writing
from townclerk.errors import TownclerkError
from townclerk.records.holds import Hold, Holds

routes = APIRouter(route_class=Pages)
Text = Annotated[str, Form(max_length=500)]
Phone = Annotated[str, Form(max_length=40)]
PAGE = "/admin/records"


@routes.get("/records")
async def show_records(staff: Staff) -> Response:
    """Everything about records on one page."""
    return await _show(staff)


@routes.post("/records/holds")
async def place_hold(staff: Staff, reason: Text = "", phone: Phone = "") -> Response:
    """Place a hold, on one phone number or on everything."""

    def place() -> tuple[Hold, int]:
        person = person_of_phone(staff.gateway.settings, phone) if phone.strip() else ""
        hold = Holds(staff.gateway.engine).place(person=person, reason=reason, by=staff.session.name)
        with reading(staff.gateway.engine) as connection:
            return hold, kinds.messages_of(connection, person)

    try:
        hold, count = await asyncio.to_thread(place)
    except TownclerkError as error:
        return await _show(staff, error=error, reason=reason, phone=phone)
    await staff.record("records.hold", f"hold {hold.id}", hold.reason)
    covered = f" It covers {count} messages by now; if that should be more, check the number." if hold.person else ""
    return await staff.done(PAGE, f"Hold {hold.id} stands. Nothing it covers is deleted until it is released.{covered}")


@routes.post("/records/holds/{id}/release")
async def release_hold(staff: Staff, id: Number) -> Response:
    """End a hold."""
    hold = await asyncio.to_thread(Holds(staff.gateway.engine).release, id, by=staff.session.name)
    await staff.record("records.release", f"hold {hold.id}", hold.reason)
    return await staff.done(PAGE, f"Hold {hold.id} is released. What was kept long enough goes with the next run.")


@routes.post("/records/erase")
async def erase_phone(staff: Staff, phone: Phone = "") -> Response:
    """Delete everything that a phone number wrote."""

    def erase() -> dict[str, int] | None:
        with writing(staff.gateway.engine) as connection:
            return erasure.erase(connection, person_of_phone(staff.gateway.settings, phone), by=staff.session.name)

    try:
        counts = await asyncio.to_thread(erase)
    except TownclerkError as error:
        return await _show(staff, error=error)
    rows = sum((counts or {}).values())
    await staff.record("records.erase", "one phone number", "waits for a hold" if counts is None else f"{rows} rows")
    if counts is None:
        return await staff.done(PAGE, "A hold stands: the request waits for its release.")
    notice = f"Deleted: {rows} rows. The account is below." if rows else "Nothing was kept of this number: check it."
    return await staff.done(PAGE, notice)


@routes.post("/records/export")
async def export(
    staff: Staff, phone: Phone = "", since: Annotated[str, Form()] = "", until: Annotated[str, Form()] = ""
) -> Response:
    """Transcripts as a file, personal data masked. The number comes in a form, so that it stands in no address."""
    try:
        person = person_of_phone(staff.gateway.settings, phone) if phone.strip() else ""
        days = {"since": typed_day(since), "until": typed_day(until)}
    except TownclerkError as error:
        return await _show(staff, error=error)
    whose = "one phone number" if person else "everybody"
    await staff.record("records.export", whose, f"{since or '...'} to {until or '...'}")
    rows = transcripts(staff.gateway.engine, person=person, **days)
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return download(lines, "transcripts.jsonl", "application/x-ndjson")


async def _show(
    staff: StaffRequest, *, error: TownclerkError | None = None, reason: str = "", phone: str = ""
) -> Response:
    found = await asyncio.to_thread(overview, staff.gateway.engine, staff.gateway.settings)
    return await staff.show("records.html", found=found, reason=reason, phone=phone, error=error)
