"""Staff accounts."""

import re
from pathlib import Path

from sqlalchemy import Engine, delete, insert, select, update

from bot.admin.audit_log import AuditLog
from bot.admin.auth.passwords import hashed, matches, new_password
from bot.admin.tables import staff, staff_sessions
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import BadInput, Conflict, NotFound

FIRST = "admin"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


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
        secret = hashed(password, name)
        now = clock.now()
        with writing(self._engine) as connection:
            if connection.execute(select(staff.c.name).where(staff.c.name == name)).first():
                raise Conflict(
                    f"There is an account {name!r} already. `townclerk staff password {name}` sets its password."
                )
            values = {"name": name, "password": secret, "created_at": now, "changed_at": now}
            connection.execute(insert(staff).values(values))

    def set_password(self, name: str, password: str) -> None:
        """Set a password and log out every browser of the account. Raises NotFound, BadInput."""
        name = _checked_name(name)
        secret = hashed(password, name)
        with writing(self._engine) as connection:
            changed = update(staff).where(staff.c.name == name).values(password=secret, changed_at=clock.now())
            if not connection.execute(changed).rowcount:
                raise NotFound(f"There is no account {name!r}. `townclerk staff add {name}` makes it.")
            connection.execute(delete(staff_sessions).where(staff_sessions.c.name == name))

    def matches(self, name: str, password: str) -> bool:
        """Whether an account has this password; as slow for one that does not exist."""
        with reading(self._engine) as connection:
            stored = connection.execute(select(staff.c.password).where(staff.c.name == name)).scalar()
        return matches(stored, password)


def ensure_admin(engine: Engine, home: Path) -> str | None:
    """Make the first account when there is none, and return its password: the only time it is to be seen."""
    accounts = Accounts(engine)
    if accounts.names():
        return None
    password = new_password()
    accounts.add(FIRST, password)
    AuditLog(engine, home).record("townclerk", "staff.add", FIRST, "first start")
    return password


def _checked_name(name: str) -> str:
    lowered = name.strip().lower()
    if not _NAME.fullmatch(lowered):
        raise BadInput(f"An account name is 1-63 characters of a-z, 0-9, dot, - and _; got {name[:80]!r}.")
    return lowered
