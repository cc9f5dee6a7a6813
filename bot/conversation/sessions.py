"""The state of each talk, its transcript, and which answers were shown: rows in and out."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.conversation.replies import Reply
from bot.tables import messages, sessions, shown_answers
from index.schemas.search import Answer
from townclerk.clock import now
from townclerk.text.redaction import redact

Channel = Literal["web", "sms"]
HISTORY = 4
"""Questions of a talk that are kept for search."""


@dataclass(frozen=True)
class Talk:
    """What must be known to carry on a talk without the assistant.

    `city` is what the resident chose; None until then. `answers[position]` was shown last.
    `pending` is a question asked before the city was known. `rest` is what was cut from the
    last text message. `guess_told`: the resident knows that the city was guessed. `name` is what
    the assistant knows the talk by: a new one after the person had everything deleted. `stored`: it
    was read from the database.
    """

    person: str
    channel: Channel
    city: str | None = None
    guess_told: bool = False
    history: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    position: int = 0
    pending: str = ""
    rest: str = ""
    name: str = ""
    stored: bool = False

    @property
    def shown(self) -> Answer | None:
        """The answer that a vote is for."""
        return self.answers[self.position] if self.position < len(self.answers) else None

    def asked(self, question: str) -> "Talk":
        """With `question` as the newest of the history, personal data masked."""
        return replace(self, history=(*self.history, redact(question))[-HISTORY:])


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
    """One message and its replies, as they are recorded."""

    talk: Talk
    text: str
    replies: tuple[Reply, ...]
    answered_by: str
    timings: Timings
    city: str | None
    before: Talk = field(repr=False)


def load(connection: Connection, person: str, channel: Channel) -> Talk:
    """The talk with this person, new when there was none."""
    row = connection.execute(select(sessions).where(sessions.c.person == person)).mappings().first()
    if row is None:
        return Talk(person, channel, name=_name())
    return Talk(
        person=person,
        channel=channel,
        city=row["city"],
        guess_told=row["city_origin"] == "guess",
        history=tuple(row["history"]),
        answers=tuple(Answer.model_validate(a) for a in row["answers"]),
        position=row["position"],
        pending=row["pending"],
        rest=row["rest"],
        name=row["name"],
        stored=True,
    )


def record(connection: Connection, exchange: Exchange) -> None:
    """Store the talk's new state, both sides of the transcript, and what may be voted on."""
    _save(connection, exchange.talk if _there(connection, exchange.before) else _new(exchange.talk))
    shared = {"person": exchange.talk.person, "channel": exchange.talk.channel, "city": exchange.city, "at": now()}
    timings = exchange.timings
    connection.execute(messages.insert(), [{**shared, "direction": "in", "text": redact(exchange.text)}])
    told = "\n\n".join(_transcript(reply) for reply in exchange.replies)
    connection.execute(
        messages.insert().values(
            **shared, direction="out", text=told, answered_by=exchange.answered_by,
            assistant_ms=timings.assistant, search_ms=timings.search, total_ms=timings.total,
        )
    )  # fmt: skip
    mark_shown(connection, exchange.talk.person, (a.id for r in exchange.replies for a in r.answers))


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


def upsert(connection: Connection, table: Table) -> Any:
    """The database's own INSERT, which has ON CONFLICT on both (their types differ)."""
    return (pg_insert if connection.dialect.name == "postgresql" else sqlite_insert)(table)


def _there(connection: Connection, talk: Talk) -> bool:
    """False when everything of the person was deleted since the talk was read: what it holds must not come back."""
    mine = (sessions.c.person == talk.person) & (sessions.c.name == talk.name)
    return not talk.stored or connection.execute(select(sessions.c.person).where(mine)).first() is not None


def _new(talk: Talk) -> Talk:
    return Talk(talk.person, talk.channel, name=_name())


def _name() -> str:
    return secrets.token_hex(16)


def _save(connection: Connection, talk: Talk) -> None:
    state = {
        "channel": talk.channel,
        "city": talk.city,
        "city_origin": "guess" if talk.guess_told else "",
        "history": list(talk.history),
        "answers": [a.model_dump(mode="json") for a in talk.answers],
        "position": talk.position,
        "pending": talk.pending,
        "rest": talk.rest,
        "name": talk.name,
        "seen_at": now(),
    }
    statement = upsert(connection, sessions).values(person=talk.person, created_at=now(), **state)
    connection.execute(statement.on_conflict_do_update(index_elements=["person"], set_=state))


def _transcript(reply: Reply) -> str:
    """Townclerk's own words, and each quotation by title and link: its text is public and kept by the index."""
    return "\n".join([*([redact(reply.text)] if reply.text else []), *(f"{a.title} {a.url}" for a in reply.answers)])
