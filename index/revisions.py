"""Small numbers of the index that every process must agree on, kept in the database."""

import secrets

from sqlalchemy import Connection, Engine, select, update

from index.tables import state
from townclerk.database import reading, upsert, writing

FAQS = "faqs"
VOTES = "votes"
PINS = "pins"
SYNONYMS = "synonyms"


def advance(connection: Connection, name: str, *, by: int = 1) -> int:
    """Count `name` up inside the caller's transaction and give its new value.

    The row stays locked until that transaction ends, so revisions become visible in order:
    who reads revision 7 has 1 to 6 already.
    """
    ensure(connection, name)
    row = state.c.name == name
    connection.execute(update(state).where(row).values(number=state.c.number + by))
    return int(connection.execute(select(state.c.number).where(row)).scalar_one())


def number(engine: Engine, name: str) -> int:
    """The present value, 0 when it was never counted."""
    with reading(engine) as connection:
        return int(connection.execute(select(state.c.number).where(state.c.name == name)).scalar() or 0)


def database_name(engine: Engine) -> str:
    """A random name of this database, made once: tells a replaced database from the old one."""
    wanted = select(state.c.text).where(state.c.name == "database")
    with reading(engine) as connection:
        found = connection.execute(wanted).scalar()
    if found:
        return str(found)
    with writing(engine) as connection:
        ensure(connection, "database", secrets.token_hex(16))
        return str(connection.execute(wanted).scalar_one())


def ensure(connection: Connection, name: str, text: str = "") -> None:
    """Make the row when it is missing; of two processes at once the first wins."""
    connection.execute(upsert(connection, state).values(name=name, number=0, text=text).on_conflict_do_nothing())
