"""What staff see: who waits for them, and what was said before they were asked."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from bot.handoff import handoffs as rows
from bot.handoff.handoffs import BOT, IN_INBOX, RESIDENT, Handoff, Said
from bot.tables import handoff_messages, handoffs, messages

MOST_BEFORE = 30
BEFORE = timedelta(hours=24)
"""So much of the talk with the bot is shown."""


class Entry(NamedTuple):
    """A talk, what the resident wrote last, and whether that waits for an answer."""

    handoff: Handoff
    last: str
    waits: bool


def entries(connection: Connection) -> list[Entry]:
    """Those that wait for staff or are with them, oldest first."""
    wanted = select(handoffs.c.id).where(handoffs.c.state.in_(IN_INBOX)).order_by(handoffs.c.opened_at, handoffs.c.id)
    return [_entry(connection, rows.get(connection, id)) for id in connection.execute(wanted).scalars().all()]


def waiting(connection: Connection) -> int:
    """How many wait for an answer."""
    owed = handoffs.c.due_at.is_not(None) | (handoffs.c.state == "message")
    return int(connection.execute(select(func.count()).select_from(handoffs).where(owed)).scalar_one())


def before(connection: Connection, talk: Handoff) -> list[Said]:
    """What resident and bot said before it, masked, as transcripts are; oldest first."""
    earlier = (messages.c.person == talk.person) & (messages.c.at < talk.opened_at)
    lately = earlier & (messages.c.at > talk.opened_at - BEFORE)
    found = connection.execute(select(messages).where(lately).order_by(messages.c.id.desc()).limit(MOST_BEFORE))
    lines = [
        Said(row["id"], RESIDENT if row["direction"] == "in" else BOT, row["text"], row["at"])
        for row in found.mappings()
    ]
    return lines[::-1]


def _entry(connection: Connection, talk: Handoff) -> Entry:
    theirs = (handoff_messages.c.handoff_id == talk.id) & (handoff_messages.c.author == RESIDENT)
    query = select(handoff_messages.c.text).where(theirs).order_by(handoff_messages.c.id.desc()).limit(1)
    last = connection.execute(query).scalar() or ""
    return Entry(talk, last, talk.due_at is not None or talk.state == "message")
