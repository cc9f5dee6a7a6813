"""Talks that are with staff, as rows: who waits, what was said, who answers. Every function runs in the caller's transaction."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select, update

from actions.replies import handoff as words
from bot.tables import handoff_messages, handoffs, messages, sms_inbox, sms_outbox, suppressions
from townclerk.clock import now
from townclerk.errors import BadInput, Conflict, NotFound
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.redaction import redact
from townclerk.text.translation import speaking

RESIDENT, BOT, NOTICE, STAFF = "resident", "bot", "notice", "staff:"
WITH_STAFF = ("waiting", "open")
"""States in which staff answer and the bot is silent."""
IN_INBOX = (*WITH_STAFF, "message")
IDLE = timedelta(hours=2)
"""After so long without a word the bot answers again."""
TWICE = timedelta(minutes=1)
"""The same answer within so long is one: a double click, a form sent again."""
LONGEST = 1000
"""Characters of an answer by staff: under the 1,600 that Twilio takes."""
State = Literal["taking", "message", "waiting", "open", "closed"]


@dataclass(frozen=True)
class Handoff:
    """A talk with staff. `due_at`: when the resident is told that nobody has answered; None when nobody owes an answer."""

    id: int
    person: str
    channel: str
    city: str
    language: str
    state: State
    claimed_by: str
    opened_at: datetime
    touched_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class Said:
    """A line of it.

    `author` is `resident`, `bot` for its reply to them, `notice` for what it says unasked, or `staff:` and a colleague's name.
    """

    id: int
    author: str
    text: str
    at: datetime


def current(connection: Connection, person: str) -> Handoff | None:
    """The talk of this person that has not ended."""
    talk = latest(connection, person)
    return talk if talk and talk.state != "closed" else None


def latest(connection: Connection, person: str) -> Handoff | None:
    """The newest talk of this person, ended or not."""
    query = select(handoffs).where(handoffs.c.person == person).order_by(handoffs.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return _handoff(row) if row else None


def talks(connection: Connection, person: str) -> list[Handoff]:
    """All talks of this person that are kept, oldest first."""
    query = select(handoffs).where(handoffs.c.person == person).order_by(handoffs.c.id)
    return [_handoff(row) for row in connection.execute(query).mappings()]


def get(connection: Connection, id: int) -> Handoff:
    """By its number. Raises NotFound when it is gone, with all that was said."""
    row = connection.execute(select(handoffs).where(handoffs.c.id == id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no talk {id}. What residents ask to delete, or was kept long enough, is gone.")
    return _handoff(row)


def begin(connection: Connection, talk: Handoff) -> Handoff:
    """Hand a talk to staff, or a message of it: all of `talk` counts but its number. One that has not ended goes on."""
    values = {name: getattr(talk, name) for name in Handoff.__dataclass_fields__ if name != "id"}
    known = current(connection, talk.person)
    if known is not None:
        _change(connection, handoffs.c.id == known.id, **values | {"opened_at": known.opened_at})
        return get(connection, known.id)
    id = connection.execute(handoffs.insert().values(values).returning(handoffs.c.id)).scalar_one()
    return get(connection, int(id))


def due(city: Jurisdiction | None) -> datetime:
    """When the resident is told that nobody has answered."""
    return now() + timedelta(minutes=city.handoff.minutes if city and city.handoff else 5)


def hear(connection: Connection, talk: Handoff, text: str, *, city: Jurisdiction | None) -> None:
    """Add what the resident wrote. Should the talk have ended meanwhile, it waits as a message: nothing is lost."""
    add(connection, talk, RESIDENT, text)
    first_due = func.coalesce(handoffs.c.due_at, due(city))
    if not _change(connection, _is(talk, *WITH_STAFF), touched_at=now(), due_at=first_due):
        _change(connection, handoffs.c.id == talk.id, state="message", claimed_by="", touched_at=now(), due_at=None)


def claim(connection: Connection, talk: Handoff, by: str, *, over: bool = False) -> None:
    """Take the talk for a colleague, `over` from another one too. Raises Conflict when another one has it, or it has ended."""
    free = _is(talk, *IN_INBOX)
    if not _change(connection, free if over else free & handoffs.c.claimed_by.in_(("", by)), claimed_by=by):
        raise _not_yours(get(connection, talk.id))


def let_go_all(connection: Connection, by: str) -> None:
    """Give all talks of a colleague, who can answer no longer, back to the others."""
    _change(connection, handoffs.c.claimed_by == by, claimed_by="")


def answer(connection: Connection, talk: Handoff, by: str, text: str, *, city: Jurisdiction) -> int:
    """Send what a colleague wrote to the resident, who talks with staff from now on; gives the line's number.

    What the line before it says already is sent once. Raises BadInput for no text or one that is too long, Conflict when another
    one has the talk, it has ended, or the resident cannot be reached.
    """
    if not text.strip() or len(text) > LONGEST:
        raise BadInput(f"An answer has 1 to {LONGEST} characters; this one has {len(text.strip())}. Correct it.")
    claim(connection, talk, by)
    # What the resident wrote in between makes it a new answer: "yes" to one question, "yes" to the next.
    for line in said(connection, talk)[-1:]:
        if (line.author, line.text) == (STAFF + by, text.strip()) and line.at > now() - TWICE:
            return line.id
    _change(connection, handoffs.c.id == talk.id, state="open", touched_at=now(), due_at=None)
    with speaking(talk.language):
        return tell(connection, talk, text.strip(), author=STAFF + by, sent=words.from_staff(city, text.strip()))


def let_go(connection: Connection, talk: Handoff, by: str = "") -> None:
    """Give a claimed talk back to the colleagues. Raises Conflict when another one has it."""
    claim(connection, talk, by)
    _change(connection, handoffs.c.id == talk.id, claimed_by="")


def end(connection: Connection, talk: Handoff, *, city: Jurisdiction, by: str = "") -> None:
    """The bot answers again, and the resident is told so when it was silent. Raises Conflict when another colleague has the talk."""
    if by:
        claim(connection, talk, by)
    silent = _change(connection, _is(talk, *WITH_STAFF), state="closed", due_at=None, touched_at=now())
    if not silent:
        _change(connection, _is(talk, "message", "taking"), state="closed", touched_at=now())
    elif by:
        with speaking(talk.language), suppress(Conflict):
            tell(connection, talk, words.ended(city), author=NOTICE)


def tell(connection: Connection, talk: Handoff, text: str, *, author: str, sent: str = "") -> int:
    """Say something to the resident, by their channel, as it is or as `sent`; gives the line's number.

    Raises Conflict when no text may or can be sent.
    """
    sent = sent or text
    numbers = _numbers(connection, talk) if talk.channel == "sms" else {}
    id = add(connection, talk, author, text)
    if numbers:
        row = {"message_sid": f"handoff-{id}", "part": 0, "person": talk.person, "body": sent, "state": "queued"}
        connection.execute(sms_outbox.insert().values(row | numbers | {"created_at": now()}))
    row = {"person": talk.person, "channel": talk.channel, "city": talk.city, "at": now(), "direction": "out"}
    by = "staff" if author.startswith(STAFF) else "handoff"
    connection.execute(messages.insert().values(row | {"text": redact(sent), "answered_by": by}))
    return id


def add(connection: Connection, talk: Handoff, author: str, text: str) -> int:
    """Write a line; gives its number."""
    row = {"handoff_id": talk.id, "person": talk.person, "author": author, "text": text, "at": now()}
    return int(connection.execute(handoff_messages.insert().values(row).returning(handoff_messages.c.id)).scalar_one())


def said(connection: Connection, talk: Handoff, *, after: int = 0) -> list[Said]:
    """What was said in it after a line, oldest first."""
    lines = (handoff_messages.c.handoff_id == talk.id) & (handoff_messages.c.id > after)
    rows = connection.execute(select(handoff_messages).where(lines).order_by(handoff_messages.c.id)).mappings()
    return [Said(**{name: row[name] for name in Said.__dataclass_fields__}) for row in rows]


def _numbers(connection: Connection, talk: Handoff) -> dict[str, str]:
    """From which number of ours a text goes to which: the resident's last text tells."""
    mine = (sms_inbox.c.person == talk.person) & (sms_inbox.c.from_number != "")
    query = select(sms_inbox.c.from_number, sms_inbox.c.to_number).where(mine)
    last = connection.execute(query.order_by(sms_inbox.c.received_at.desc()).limit(1)).first()
    if last is None:
        raise Conflict("This resident's number is no longer kept, so no text can be sent. Close the talk.")
    stopped = (suppressions.c.person == talk.person) & (suppressions.c.our_number == last.to_number)
    if connection.execute(select(suppressions.c.at).where(stopped)).first() is not None:
        raise Conflict("This resident asked for no more texts (STOP), so none is sent. Close the talk.")
    return {"from_number": last.to_number, "to_number": last.from_number}


def _is(talk: Handoff, *states: str) -> ColumnElement[bool]:
    return (handoffs.c.id == talk.id) & handoffs.c.state.in_(states)


def _change(connection: Connection, wanted: ColumnElement[bool], **values: Any) -> bool:
    return bool(connection.execute(update(handoffs).where(wanted).values(values)).rowcount)


def _not_yours(talk: Handoff) -> Conflict:
    if talk.state not in IN_INBOX:
        return Conflict("This talk has ended. The bot answers the resident again.")
    return Conflict(f"{talk.claimed_by} has this talk. Ask them to give it back, or an admin to take it over.")


def _handoff(row: RowMapping) -> Handoff:
    return Handoff(**{name: row[name] for name in Handoff.__dataclass_fields__})
