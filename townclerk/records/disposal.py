"""Deletes what has been kept long enough, a few rows at a time, and keeps account of it.

The account of a batch is written in the transaction that deletes it. Whatever ends a run early,
what it deleted is on record, and the next run deletes the rest.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Engine,
    Table,
    Update,
    delete,
    func,
    insert,
    literal,
    not_,
    select,
    tuple_,
    update,
)

from townclerk.clock import now
from townclerk.database import reading, writing
from townclerk.records import holds
from townclerk.records.tables import disposals

BATCH = 500
"""Rows a transaction."""
_PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Step:
    """Rows of one table that are due. `person` is its column of persons, which holds may cover; without one
    only a hold on everybody does. `wipe` empties these columns; else rows are deleted.
    """

    table: Table
    due: ColumnElement[bool]
    person: ColumnElement[str] | None = None
    wipe: tuple[tuple[str, Any], ...] = ()

    @property
    def free(self) -> ColumnElement[bool]:
        """Due, and no hold covers it."""
        return self.due & holds.free(self._person)

    @property
    def _person(self) -> ColumnElement[str]:
        return self.person if self.person is not None else literal(holds.EVERYBODY)

    @property
    def held(self) -> ColumnElement[bool]:
        """Due, and a hold covers it."""
        return self.due & not_(holds.free(self._person))

    def batch(self, limit: int) -> Delete | Update:
        """The statement that disposes of so many of them."""
        keys = tuple(self.table.primary_key.columns)
        some = select(*keys).where(self.free).limit(limit)
        chosen = keys[0].in_(some) if len(keys) == 1 else tuple_(*keys).in_(some)
        return (
            update(self.table).where(chosen).values(dict(self.wipe)) if self.wipe else delete(self.table).where(chosen)
        )


@dataclass(frozen=True)
class Disposal:
    """One run. `counts` are rows by table, `held` rows that were due and stay because of a hold."""

    id: int
    kind: str
    cause: str
    before: datetime | None
    counts: dict[str, int]
    held: int
    begun_at: datetime
    done_at: datetime | None


def dispose(
    engine: Engine, steps: Sequence[Step], *, kind: str, before: datetime, stop: threading.Event | None = None
) -> Disposal:
    """Dispose of what is due, with pauses so that others can write; gives the account, an open one when it was stopped."""
    stop = stop or threading.Event()
    with writing(engine) as connection:
        id = open_account(connection, kind=kind, cause="time", before=before)
    for step in steps:
        while not stop.is_set() and _batch(engine, step, id):  # until none is left: others may delete some of a batch
            stop.wait(_PAUSE_SECONDS)
    if stop.is_set():
        return account(engine, id)
    with writing(engine) as connection:
        held = sum(connection.execute(select(func.count()).where(step.held)).scalar_one() for step in steps)
        close_account(connection, id, held=held)
    return account(engine, id)


def dispose_at_once(connection: Connection, steps: Sequence[Step], *, kind: str) -> dict[str, int]:
    """Dispose of all of it in the caller's transaction, on request, whatever holds say; gives rows by table.

    Nothing leaves no account: anybody can ask for it, and as often as they like.
    """
    counts: dict[str, int] = {}
    for step in steps:
        statement = update(step.table).values(dict(step.wipe)) if step.wipe else delete(step.table)
        done = int(connection.execute(statement.where(step.due)).rowcount)
        counts[step.table.name] = counts.get(step.table.name, 0) + done
    if any(counts.values()):
        id = open_account(connection, kind=kind, cause="request", before=None)
        connection.execute(update(disposals).where(disposals.c.id == id).values(counts=counts))
        close_account(connection, id)
    return counts


def open_account(connection: Connection, *, kind: str, cause: str, before: datetime | None) -> int:
    """A new account, of nothing yet."""
    row: dict[str, Any] = {"kind": kind, "cause": cause, "before": before, "counts": {}, "held": 0, "begun_at": now()}
    return int(connection.execute(insert(disposals).values(row).returning(disposals.c.id)).scalar_one())


def close_account(connection: Connection, id: int, *, held: int = 0) -> None:
    """All of it is done."""
    connection.execute(update(disposals).where(disposals.c.id == id).values(held=held, done_at=now()))


def account(engine: Engine, id: int) -> Disposal:
    """One account by its number."""
    with reading(engine) as connection:
        return Disposal(**connection.execute(select(disposals).where(disposals.c.id == id)).mappings().one())


def accounts(engine: Engine, *, requests: bool = False, limit: int = 20) -> list[Disposal]:
    """The newest first: those of runs by age, or those of requests, which would hide the others."""
    wanted = (disposals.c.cause == "request") == requests
    with reading(engine) as connection:
        rows = connection.execute(
            select(disposals).where(wanted).order_by(disposals.c.id.desc()).limit(limit)
        ).mappings()
        return [Disposal(**row) for row in rows]


def _batch(engine: Engine, step: Step, id: int) -> bool:
    """One transaction; whether there may be more."""
    with writing(engine) as connection:
        holds.wait_for_placing(connection)
        done = int(connection.execute(step.batch(BATCH)).rowcount)
        if done:
            mine = disposals.c.id == id
            counts = dict(connection.execute(select(disposals.c.counts).where(mine)).scalar_one())
            counts[step.table.name] = counts.get(step.table.name, 0) + done
            connection.execute(update(disposals).where(mine).values(counts=counts))
    return done > 0
