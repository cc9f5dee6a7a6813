"""GET /chat/staff: what staff wrote to a session that was handed to them, for a page that asks now and then."""

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel
from sqlalchemy import Connection

from actions.replies.handoff import from_staff
from bot.handoff import handoffs
from bot.handoff.handoffs import NOTICE, STAFF, Handoff, Said
from bot.web.gateway import Gateway
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.translation import speaking

ASK_AGAIN = {"waiting": 5, "open": 5, "taking": 30, "message": 30}
"""Seconds until the page asks again, by the state of the talk; not at all when it has ended."""


class StaffReply(BaseModel):
    """A line for the resident, in the language `lang`."""

    id: int
    text: str
    lang: str


class StaffReplies(BaseModel):
    """The lines after the one asked for, oldest first. `again` is in how many seconds to ask for more; 0 when there will be none."""

    messages: list[StaffReply]
    again: int


def router() -> APIRouter:
    """The route. It finds the gateway at `request.app.state.gateway`."""
    routes = APIRouter(tags=["chat"])
    routes.add_api_route("/chat/staff", staff_replies, methods=["GET"])
    return routes


async def staff_replies(
    request: Request,
    session: Annotated[str, Header(alias="x-session", max_length=400)],
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> StaffReplies:
    """What was written since the line `after`. Raises Unauthenticated for a session that is not valid.

    The session comes in a header: addresses end up in logs.
    """
    gateway: Gateway = request.app.state.gateway
    person = gateway.identity.session_person(session)
    await gateway.limits.session(person)
    talks = await gateway.storage.read(partial(_read, person=person, after=after))
    places = await asyncio.to_thread(gateway.places.current)
    told = [reply for talk, lines in talks for reply in _replies(talk, lines, places.get(talk.city))]
    again = ask_again(talks[-1][0] if talks else None)
    return StaffReplies(messages=sorted(told, key=lambda reply: reply.id), again=again)


def ask_again(talk: Handoff | None) -> int:
    """In how many seconds the page of a session should ask; 0 for never."""
    return ASK_AGAIN.get(talk.state, 0) if talk else 0


def _replies(talk: Handoff, lines: list[Said], city: Jurisdiction | None) -> list[StaffReply]:
    """What of it is for the resident, as it is told in their language."""
    with speaking(talk.language):
        told = {
            line.id: from_staff(city, line.text) if city and line.author.startswith(STAFF) else line.text
            for line in lines
            if line.author == NOTICE or line.author.startswith(STAFF)
        }
    return [StaffReply(id=id, text=text, lang=talk.language) for id, text in told.items()]


def _read(connection: Connection, *, person: str, after: int) -> list[tuple[Handoff, list[Said]]]:
    """Of the talks that have ended too: a page that asks now and then may have missed their last lines."""
    return [(talk, handoffs.said(connection, talk, after=after)) for talk in handoffs.talks(connection, person)]
