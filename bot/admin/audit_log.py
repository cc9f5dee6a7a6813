"""The log of every change that staff make: rows are only added, and each seals the one before.

The seal is an HMAC with a key that is kept outside the database, so that a row cannot be
edited, removed or put in by somebody who holds the database alone. Removing the newest
rows leaves a valid chain; note the last number elsewhere to detect that.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select, text

from bot.admin.tables import audit_log
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.secrets import secret
from townclerk.text.redaction import redact

START = "0" * 64
_LONGEST = 2000
_PART = 1000


@dataclass(frozen=True)
class Entry:
    """One change: who did what to what. `at` is ISO 8601 in UTC."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    previous: str
    seal: str


class AuditLog:
    """Writes and checks the log. `home` holds the key."""

    def __init__(self, engine: Engine, home: Path) -> None:
        self._engine = engine
        self._key = secret(home, "audit_key").encode()

    def record(self, actor: str, action: str, subject: str, detail: str = "") -> None:
        """Add a row, personal data masked. Writers wait for one another, so the chain never forks."""
        values = (actor[:63], action[:60], redact(subject)[:_LONGEST], redact(detail)[:_LONGEST])
        with writing(self._engine) as connection:
            self._append(connection, values)

    def latest(self, *, before: int | None = None, limit: int = 100) -> list[Entry]:
        """Rows, newest first; those below `before` for the next page."""
        query = select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit_log.c.id < before)
        with reading(self._engine) as connection:
            return [Entry(**row) for row in connection.execute(query).mappings()]

    def recorded(self, actor: str, action: str, subject: str, *, since: datetime) -> bool:
        """Whether somebody's row about this was added since a time (to the second)."""
        this = (audit_log.c.actor == actor[:63]) & (audit_log.c.action == action[:60])
        about = this & (audit_log.c.subject == redact(subject)[:_LONGEST])
        with reading(self._engine) as connection:
            at = connection.execute(
                select(audit_log.c.at).where(about).order_by(audit_log.c.id.desc()).limit(1)
            ).scalar()
        return at is not None and at >= (clock.iso(since) or "")

    def broken_at(self) -> int | None:
        """The number of the first row that does not fit the chain; None when all is whole."""
        previous = START
        for entry in self._all():
            if entry.previous != previous or not hmac.compare_digest(entry.seal, self._seal(entry)):
                return entry.id
            previous = entry.seal
        return None

    def _append(self, connection: Connection, change: tuple[str, str, str, str]) -> None:
        if connection.dialect.name == "postgresql":  # on SQLite every write transaction has the database to itself
            connection.execute(text("LOCK TABLE audit_log IN EXCLUSIVE MODE"))
        last = select(audit_log.c.id, audit_log.c.seal).order_by(audit_log.c.id.desc()).limit(1)
        row = connection.execute(last).first()
        id, previous = (row.id + 1, row.seal) if row else (1, START)
        entry = Entry(id, clock.iso(clock.now()) or "", *change, previous, "")
        connection.execute(insert(audit_log).values(vars(entry) | {"seal": self._seal(entry)}))

    def _seal(self, entry: Entry) -> str:
        sealed = [entry.id, entry.at, entry.actor, entry.action, entry.subject, entry.detail, entry.previous]
        return hmac.new(self._key, json.dumps(sealed).encode(), hashlib.sha256).hexdigest()

    def _all(self) -> Iterator[Entry]:
        last = 0
        while True:
            query = select(audit_log).where(audit_log.c.id > last).order_by(audit_log.c.id).limit(_PART)
            with reading(self._engine) as connection:
                rows = [Entry(**row) for row in connection.execute(query).mappings()]
            yield from rows
            if len(rows) < _PART:
                return
            last = rows[-1].id
