"""Deletes what a person wrote when they ask for it. A legal hold goes first: the request then waits for its end."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from bot.records import kinds
from bot.tables import erasures
from townclerk.clock import now
from townclerk.database import reading, writing
from townclerk.records import holds
from townclerk.records.disposal import dispose_at_once
from townclerk.text.folding import plain_words
from townclerk.text.translation import N_

DONE = "erasure"
"""Who answered a request that was carried out: of such an exchange nothing is recorded."""
DELETED = N_(
    "Your messages here were deleted, with your number or session. Questions and votes stay without your name. "
    "Your next message starts anew."
)
HELD = N_(
    "Your request is noted. The law asks us to keep these records for now; they are deleted as soon as that has ended."
)

_WORDS = re.compile(
    r"(?:(?:please|pls|por favor) )?(?:(?:delete|erase|remove|forget) (?:all )?(?:of )?my (?:personal )?(?:data|information|messages|texts|history|chats?|records)"
    r"|(?:delete|erase|forget) me"
    r"|(?:borra|borre|borrar|elimina|elimine|eliminar) (?:todos )?mis (?:datos|mensajes))(?: (?:please|pls|now|por favor))?"
)


@dataclass(frozen=True)
class Waiting:
    """A request that waits for a hold to end."""

    id: int
    person: str
    asked_at: datetime
    asked_by: str


def asked(text: str) -> bool:
    """Whether a message, as a whole, asks to delete what its writer wrote."""
    return _WORDS.fullmatch(plain_words(text[:200])) is not None


def erase(connection: Connection, person: str, *, by: str) -> dict[str, int] | None:
    """Delete all that is kept of a person; gives rows by table, or None when it waits for a hold to end."""
    holds.wait_for_placing(connection)
    if holds.covers(connection, person):
        known = connection.execute(select(erasures.c.id).where(erasures.c.person == person)).first()
        if known is None:
            row = {"person": person, "asked_at": now(), "asked_by": by[:63]}
            connection.execute(insert(erasures).values(row))
        return None
    connection.execute(delete(erasures).where(erasures.c.person == person))
    return dispose_at_once(connection, kinds.of_person(person), kind=kinds.PERSON)


def waiting(engine: Engine) -> list[Waiting]:
    """Requests that wait, oldest first."""
    with reading(engine) as connection:
        rows = connection.execute(select(erasures).order_by(erasures.c.id)).mappings()
        return [Waiting(**row) for row in rows]


def carry_out_waiting(engine: Engine) -> int:
    """Those whose hold has ended; gives their number."""
    done = 0
    for request in waiting(engine):
        with writing(engine) as connection:
            done += erase(connection, request.person, by=request.asked_by) is not None
    return done
