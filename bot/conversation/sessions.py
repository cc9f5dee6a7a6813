"""The state of each conversation, its transcript, and which answers were shown: rows in and out."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Connection, select, update

from actions.replies.reply import Reply
from actions.state import EMPTY, DialogueState
from bot.handoff import handoffs
from bot.handoff.handoffs import BOT, RESIDENT, Handoff
from bot.handoff.turns import Handover
from bot.tables import messages, sessions, shown_answers
from townclerk.clock import now
from townclerk.database import upsert
from townclerk.text.redaction import redact

Channel = Literal["web", "sms"]
_STATE_COLUMNS = ("city", "pending", "answers", "position", "history", "quoted", "language")
"""Fields of the dialogue's state that have a column of the same name."""


@dataclass(frozen=True)
class Session:
    """A conversation with one person.

    `rest` is what was cut from the last text message. `name` is what Rasa knows the conversation by: a new one
    after the person had everything deleted. `stored`: it was read from the database. `handoff`: staff have the talk, or a message of it.
    """

    person: str
    channel: Channel
    state: DialogueState = EMPTY
    rest: str = ""
    name: str = ""
    stored: bool = False
    handoff: Handoff | None = None


@dataclass(frozen=True)
class Timings:
    """Milliseconds each part took; None when it was not asked."""

    assistant: float | None = None
    search: float | None = None
    total: float = 0.0

    def header(self) -> str:
        """As a Server-Timing header (W3C)."""
        parts = {"assistant": self.assistant, "search": self.search, "total": self.total}
        return ", ".join(f"{name};dur={value:.1f}" for name, value in parts.items() if value is not None)


@dataclass(frozen=True)
class Exchange:
    """One message and its reply, as they are recorded. `before` is the session as it was read, `handover` what it does to a talk with staff."""

    session: Session
    text: str
    reply: Reply
    answered_by: str
    timings: Timings
    city: str | None
    before: Session = field(repr=False)
    handover: Handover | None = None

    @property
    def silent(self) -> bool:
        """Whether nothing is said: staff will."""
        return not self.reply.text and not self.reply.answers

    @property
    def involves_staff(self) -> bool:
        """Whether staff have the talk, or a message of it."""
        return self.handover is not None or self.before.handoff is not None


def load(connection: Connection, person: str, channel: Channel) -> Session:
    """The session of this person, new when there was none."""
    row = connection.execute(select(sessions).where(sessions.c.person == person)).mappings().first()
    if row is None:
        return _new(person, channel)
    stored = {name: row[name] for name in _STATE_COLUMNS} | {"guess_told": row["city_origin"] == "guess"}
    talk = handoffs.current(connection, person)
    return Session(person, channel, DialogueState.read(stored), row["rest"], row["name"], stored=True, handoff=talk)


def record(connection: Connection, exchange: Exchange) -> None:
    """Store the session's new state, both sides of the transcript, and what may be voted on."""
    session, timings = exchange.session, exchange.timings
    _save(connection, session if _exists(connection, exchange.before) else _new(session.person, session.channel))
    shared = {"person": session.person, "channel": session.channel, "city": exchange.city, "at": now()}
    connection.execute(messages.insert(), [{**shared, "direction": "in", "text": redact(exchange.text)}])
    if exchange.handover:
        _hand_over(connection, exchange, exchange.handover)
    if exchange.silent:
        return
    connection.execute(
        messages.insert().values(
            **shared, direction="out", text=_transcript(exchange.reply), answered_by=exchange.answered_by,
            assistant_ms=timings.assistant, search_ms=timings.search, total_ms=timings.total,
        )
    )  # fmt: skip
    mark_shown(connection, session.person, (answer.id for answer in exchange.reply.answers))


def _hand_over(connection: Connection, exchange: Exchange, done: Handover) -> None:
    """Write what the turn did to the talk with staff, whoever changed it meanwhile."""
    session, text = exchange.session, exchange.text
    talk = handoffs.latest(connection, session.person)
    if talk is None or done.step in ("waiting", "taking"):
        talk = handoffs.begin(connection, _new_handoff(exchange, done))
    if done.step == "heard":
        handoffs.hear(connection, talk, text, city=done.city)
    else:
        handoffs.add(connection, talk, RESIDENT, text)
    if done.step == "ended":
        handoffs.end(connection, talk, city=done.city)
    if exchange.reply.text:
        handoffs.add(connection, talk, BOT, exchange.reply.text)


def _new_handoff(exchange: Exchange, done: Handover) -> Handoff:
    session, at = exchange.session, now()
    return Handoff(
        id=0, person=session.person, channel=session.channel, city=done.city.id, claimed_by="", opened_at=at, touched_at=at,
        language=exchange.reply.lang or session.state.language,
        state=done.step if done.step in ("waiting", "taking") else "message",
        due_at=handoffs.due(done.city) if done.step == "waiting" else None,
    )  # fmt: skip


def mark_shown(connection: Connection, person: str, answer_ids: Iterable[str]) -> None:
    """Remember that the person was shown these answers."""
    rows = [{"person": person, "answer_id": id, "at": now()} for id in dict.fromkeys(answer_ids)]
    if rows:
        connection.execute(upsert(connection, shown_answers).on_conflict_do_nothing(), rows)


def was_shown(connection: Connection, person: str, answer_id: str) -> bool:
    """Whether the person was shown the answer."""
    mine = (shown_answers.c.person == person) & (shown_answers.c.answer_id == answer_id)
    return connection.execute(select(shown_answers.c.at).where(mine)).first() is not None


def keep_rest(connection: Connection, person: str, rest: str) -> None:
    """Keep what did not fit into the text message, for MORE."""
    connection.execute(update(sessions).where(sessions.c.person == person).values(rest=rest))


def _exists(connection: Connection, session: Session) -> bool:
    """False when everything of the person was deleted since the session was read: what it holds must not come back."""
    mine = (sessions.c.person == session.person) & (sessions.c.name == session.name)
    return not session.stored or connection.execute(select(sessions.c.person).where(mine)).first() is not None


def _new(person: str, channel: Channel) -> Session:
    return Session(person, channel, name=secrets.token_hex(16))


def _save(connection: Connection, session: Session) -> None:
    values = session.state.model_dump(mode="json", include=set(_STATE_COLUMNS)) | {
        "channel": session.channel,
        "city_origin": "guess" if session.state.guess_told else "",
        "rest": session.rest,
        "name": session.name,
        "seen_at": now(),
    }
    statement = upsert(connection, sessions).values(person=session.person, created_at=now(), **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["person"], set_=values))


def _transcript(reply: Reply) -> str:
    """Townclerk's own words, and each quotation by title and link: its text is public and kept by the index."""
    return "\n".join([*([redact(reply.text)] if reply.text else []), *(f"{a.title} {a.url}" for a in reply.answers)])
