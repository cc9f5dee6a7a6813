"""Staff accounts: argon2id passwords, and a lock after ten wrong ones in a row."""

import re
import secrets
import threading
from datetime import timedelta
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine, delete, insert, select, update

from bot.admin.audit_log import AuditLog
from bot.admin.tables import staff, staff_attempts, staff_sessions
from townclerk import clock
from townclerk.database import reading, upsert, writing
from townclerk.errors import BadInput, Conflict, NotFound, TooMany, Unauthenticated

FIRST = "admin"
SHORTEST = 12
LONGEST = 200
TRIES = 10
LOCKED_FOR = timedelta(minutes=15)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not mistaken for one another: 31, so 20 of them hold 99 bits."""

_hasher = PasswordHasher()  # argon2id, 64 MiB, 3 passes: the library's defaults (RFC 9106, second choice)
_hashing = threading.BoundedSemaphore(2)  # 64 MiB each: a burst of log-ins must not take the memory of the gateway
_NOBODY = _hasher.hash("")


class Accounts:
    """The accounts, kept in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def names(self) -> list[str]:
        """All accounts by name."""
        with reading(self._engine) as connection:
            return list(connection.execute(select(staff.c.name).order_by(staff.c.name)).scalars())

    def add(self, name: str, password: str) -> None:
        """Add an account. Raises BadInput for a weak password or odd name, Conflict when the name is taken."""
        name = _checked_name(name)
        hashed = _hash(_checked_password(password, name))
        now = clock.now()
        with writing(self._engine) as connection:
            if connection.execute(select(staff.c.name).where(staff.c.name == name)).first():
                raise Conflict(
                    f"There is an account {name!r} already. `townclerk staff password {name}` sets its password."
                )
            values = {"name": name, "password": hashed, "created_at": now, "changed_at": now}
            connection.execute(insert(staff).values(values))

    def set_password(self, name: str, password: str) -> None:
        """Set a password, lift the lock, and log out every browser of the account. Raises NotFound, BadInput."""
        name = _checked_name(name)
        hashed = _hash(_checked_password(password, name))
        with writing(self._engine) as connection:
            changed = update(staff).where(staff.c.name == name).values(password=hashed, changed_at=clock.now())
            if not connection.execute(changed).rowcount:
                raise NotFound(f"There is no account {name!r}. `townclerk staff add {name}` makes it.")
            connection.execute(delete(staff_sessions).where(staff_sessions.c.name == name))
            connection.execute(delete(staff_attempts).where(staff_attempts.c.name == name))

    def check(self, name: str, password: str) -> str:
        """The account's name when the password is right.

        Raises TooMany while locked, and Unauthenticated otherwise, in the same time and
        words whether the account exists or not. The try is counted before the password is
        looked at, so tries that come together count, too.
        """
        name = name.strip().lower()[:63]
        self._count_try(name)
        with reading(self._engine) as connection:
            stored = connection.execute(select(staff.c.password).where(staff.c.name == name)).scalar()
        if not _matches(stored or _NOBODY, password) or stored is None:
            raise Unauthenticated("Name or password is wrong.")
        with writing(self._engine) as connection:
            connection.execute(delete(staff_attempts).where(staff_attempts.c.name == name))
        return name

    def _count_try(self, name: str) -> None:
        """One statement counts and looks: tries that come together cannot slip past the lock."""
        now = clock.now()
        with writing(self._engine) as connection:
            counted = upsert(connection, staff_attempts).values(name=name, failed=1, last_at=now)
            counted = counted.on_conflict_do_update(
                index_elements=["name"],
                set_={"failed": staff_attempts.c.failed + 1, "last_at": now},
                where=staff_attempts.c.failed < TRIES,
            )
            connection.execute(delete(staff_attempts).where(staff_attempts.c.last_at < now - LOCKED_FOR))
            open_still = connection.execute(counted.returning(staff_attempts.c.failed)).first()
        if open_still is None:
            minutes = int(LOCKED_FOR.total_seconds() // 60)
            message = f"There were {TRIES} wrong passwords in a row. Wait {minutes} minutes, then try again."
            raise TooMany(message, retry_after=int(LOCKED_FOR.total_seconds()))


def ensure_admin(engine: Engine, home: Path) -> str | None:
    """Make the first account when there is none, and return its password: the only time it is to be seen."""
    accounts = Accounts(engine)
    if accounts.names():
        return None
    password = new_password()
    accounts.add(FIRST, password)
    AuditLog(engine, home).record("townclerk", "staff.add", FIRST, "first start")
    return password


def new_password() -> str:
    """A random password that can be read out: four groups of five."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def _hash(password: str) -> str:
    with _hashing:
        return _hasher.hash(password)


def _matches(hashed: str, password: str) -> bool:
    with _hashing:
        try:
            return _hasher.verify(hashed, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False


def _checked_name(name: str) -> str:
    lowered = name.strip().lower()
    if not _NAME.fullmatch(lowered):
        raise BadInput(f"An account name is 1-63 characters of a-z, 0-9, dot, - and _; got {name[:80]!r}.")
    return lowered


def _checked_password(password: str, name: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"A password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}.")
    if name in password.lower() or len(set(password)) < 5:
        raise BadInput(
            "That password is easy to guess: it holds the account's name or a few characters over and over. Take several words."
        )
    return password
