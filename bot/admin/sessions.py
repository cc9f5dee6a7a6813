"""Logged-in browsers: a random cookie, known to us by its hash, that ends after 30 idle minutes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select, update

from bot.admin.roles import Role
from bot.admin.tables import staff, staff_sessions
from townclerk import clock
from townclerk.database import reading, writing

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_TOUCH = timedelta(minutes=1)
"""A session's last use is written at most this often: a page view should not cost a write."""


@dataclass(frozen=True)
class Session:
    """Who is logged in. `form_token` is in every form of this browser; `notice` waits to be shown once; `factor_salt` is empty
    without a second factor."""

    name: str
    role: Role
    factor_salt: str
    form_token: str
    notice: str
    created_at: datetime
    seen_at: datetime
    token_hash: str


class Sessions:
    """The sessions, kept in the database, so that they outlive a restart."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, name: str) -> str:
        """A new session and its cookie value (256 bits); never one that a browser brought along."""
        token = secrets.token_urlsafe(32)
        now = clock.now()
        values = {
            "token_hash": hash_of(token),
            "name": name,
            "form_token": secrets.token_urlsafe(32),
            "notice": "",
            "created_at": now,
            "seen_at": now,
        }
        with writing(self._engine) as connection:
            connection.execute(delete(staff_sessions).where(staff_sessions.c.seen_at < now - IDLE))
            connection.execute(insert(staff_sessions).values(values))
            connection.execute(update(staff).where(staff.c.name == name).values(seen_at=now))
        return token

    def find(self, token: str) -> Session | None:
        """The session of a cookie when it is still valid."""
        now = clock.now()
        this = staff_sessions.c.token_hash == hash_of(token)
        with reading(self._engine) as connection:
            found = select(staff_sessions, staff.c.role, staff.c.factor_salt).join(staff).where(this)
            row = connection.execute(found).mappings().first()
        if row is None or row["seen_at"] < now - IDLE or row["created_at"] < now - LONGEST:
            return None
        if row["seen_at"] < now - _TOUCH:
            with writing(self._engine) as connection:
                connection.execute(update(staff_sessions).where(this).values(seen_at=now))
        return Session(**row)

    def close(self, token: str) -> None:
        """End a session."""
        with writing(self._engine) as connection:
            connection.execute(delete(staff_sessions).where(staff_sessions.c.token_hash == hash_of(token)))

    def leave_notice(self, session: Session, notice: str) -> None:
        """Keep a line for the next page; an empty one clears it."""
        with writing(self._engine) as connection:
            this = staff_sessions.c.token_hash == session.token_hash
            connection.execute(update(staff_sessions).where(this).values(notice=notice[:2000]))


def hash_of(token: str) -> str:
    """What is stored of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()
