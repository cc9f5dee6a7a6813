"""Residents who want a person: who waits, what was said, and the answer by the resident's own channel."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy import Connection

from bot.admin.auth.guard import Staff, StaffRequest, audit_log
from bot.admin.forms import Number
from bot.admin.rendering import Pages
from bot.handoff import handoffs, inbox
from bot.handoff.handoffs import Handoff
from townclerk.database import reading, writing
from townclerk.errors import NotFound, Refused, TownclerkError
from townclerk.jurisdictions import Jurisdiction

routes = APIRouter(route_class=Pages)
Result = TypeVar("Result")
DONE = {
    "claim": "The talk is yours.",
    "take-over": "The talk is yours.",
    "release": "Your colleagues can take it.",
    "answer": "Sent.",
    "end": "The bot answers the resident again.",
}


@routes.get("/inbox")
async def list_talks(staff: Staff) -> Response:
    """Who waits for staff or talks with them, oldest first."""
    entries = await _read(staff, inbox.entries)
    waits = sum(entry.waits for entry in entries)
    return await staff.show_places("inbox.html", entries=entries, waits=waits)


@routes.get("/inbox/{id}")
async def show_talk(staff: Staff, id: Number) -> Response:
    """What was said, and the form for an answer."""
    return await _show(staff, id)


@routes.post("/inbox/{id}/{step}")
async def take_step(
    staff: Staff,
    id: Number,
    step: Literal["claim", "take-over", "release", "answer", "end"],
    text: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Claim a talk, take it over as an admin, give it back to the colleagues, answer, or hand it back to the bot."""
    if step == "take-over" and staff.session.role != "admin":
        raise Refused(f"This needs the role admin, yours is {staff.session.role}. Ask an admin to take talk {id} over.")
    talk = await _read(staff, lambda connection: handoffs.get(connection, id))
    city = await asyncio.to_thread(staff.gateway.jurisdictions.get, talk.city)
    try:
        line = await _write(staff, lambda connection: _take(connection, talk, (step, staff.session.name), city, text))
    except NotFound:
        raise
    except TownclerkError as error:
        return await _show(staff, id, error=error, typed=text)
    await staff.record(f"handoff.{step}", f"talk {id}", f"line {line}" if line else talk.city)
    return await staff.done("/admin/inbox" if step == "end" else f"/admin/inbox/{id}", DONE[step])


def _take(connection: Connection, talk: Handoff, step: tuple[str, str], city: Jurisdiction, text: str) -> int:
    """Take a step as somebody; gives the number of the line that it wrote, 0 for none."""
    name, by = step
    match name:
        case "answer":
            return handoffs.answer(connection, talk, by, text, city=city)
        case "claim" | "take-over":
            handoffs.claim(connection, talk, by, over=name == "take-over")
        case "release":
            handoffs.let_go(connection, talk, by)
        case _:
            handoffs.end(connection, talk, city=city, by=by)
    return 0


async def _show(staff: StaffRequest, id: int, *, error: TownclerkError | None = None, typed: str = "") -> Response:
    """A talk as it was said; in the audit log once for each log-in of who reads it."""

    def read(connection: Connection) -> dict[str, object]:
        talk = handoffs.get(connection, id)
        said = {"before": inbox.before(connection, talk), "lines": handoffs.said(connection, talk)}
        return {"talk": talk, "waits": inbox.waiting(connection), **said}

    talk = await _read(staff, lambda connection: handoffs.get(connection, id))
    row = ("handoff.read", f"talk {id}")
    log, session = audit_log(staff.gateway), staff.session
    if not await asyncio.to_thread(log.recorded, session.name, *row, since=session.created_at):
        await staff.record(*row, talk.city)
    found = await _read(staff, read)
    return await staff.show_places("inbox_talk.html", error=error, typed=typed, most=handoffs.LONGEST, **found)


async def _read(staff: StaffRequest, work: Callable[[Connection], Result]) -> Result:
    def run() -> Result:
        with reading(staff.gateway.engine) as connection:
            return work(connection)

    return await asyncio.to_thread(run)


async def _write(staff: StaffRequest, work: Callable[[Connection], Result]) -> Result:
    def run() -> Result:
        with writing(staff.gateway.engine) as connection:
            return work(connection)

    return await asyncio.to_thread(run)
