"""Staff accounts: who there is, what they may do, and one-time links that set a password."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, update

from bot.admin.audit_log import AuditLog
from bot.admin.auth.passwords import hashed, matches, new_password
from bot.admin.roles import Role
from bot.admin.sessions import hash_of
from bot.admin.tables import staff, staff_links, staff_sessions
from bot.handoff import handoffs
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import BadInput, Conflict, NotFound

FIRST = "admin"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


LINK_HOURS = 48


@dataclass(frozen=True)
class Account:
    """One of the staff. `invited`: no password was set yet."""

    name: str
    role: Role
    seen_at: datetime | None
    invited: bool
    second_factor: bool


class Accounts:
    """The accounts, kept in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Account]:
        """All accounts by name."""
        invited, second = (staff.c.password == "").label("invited"), (staff.c.factor_salt != "").label("second_factor")
        columns = (staff.c.name, staff.c.role, staff.c.seen_at, invited, second)
        with reading(self._engine) as connection:
            rows = connection.execute(select(*columns).order_by(staff.c.name)).mappings()
            return [Account(**row) for row in rows]

    def add(self, name: str, password: str, role: Role = "admin") -> None:
        """Add an account. Raises BadInput for a weak password or odd name, Conflict when the name is taken."""
        name = _checked_name(name)
        self._insert(name, hashed(password, name), role)

    def invite(self, name: str, role: Role) -> str:
        """Add an account without a password; gives the token of its link. Raises as `add` does."""
        self._insert(_checked_name(name), "", role)
        return self.link(name)

    def link(self, name: str) -> str:
        """The token of a new link that sets the password of an account; older ones end. Raises NotFound."""
        name, token = _checked_name(name), secrets.token_urlsafe(32)
        ends_at = clock.now() + timedelta(hours=LINK_HOURS)
        with writing(self._engine) as connection:
            _found(connection, name)
            connection.execute(delete(staff_links).where(staff_links.c.name == name))
            connection.execute(insert(staff_links).values(name=name, token_hash=hash_of(token), ends_at=ends_at))
        return token

    def of_link(self, token: str) -> str:
        """The account whose password a link sets. Raises NotFound for a link that was used or is too old."""
        with reading(self._engine) as connection:
            name = connection.execute(select(staff_links.c.name).where(_open(token))).scalar()
        if name is None:
            raise NotFound(
                f"This link was used before, or is older than {LINK_HOURS} hours. Ask who sent it for a new one."
            )
        return str(name)

    def use_link(self, token: str, password: str) -> str:
        """Set the password of a link's account; the link ends. Gives the name. Raises NotFound, BadInput."""
        name = self.of_link(token)
        secret = hashed(password, name)
        with writing(self._engine) as connection:
            if connection.execute(delete(staff_links).where(_open(token))).rowcount:
                _set(connection, name, password=secret)
                return name
        return self.of_link(token)  # somebody was faster: say so

    def set_password(self, name: str, password: str) -> None:
        """Set a password and log out every browser of the account. Raises NotFound, BadInput."""
        name = _checked_name(name)
        secret = hashed(password, name)
        with writing(self._engine) as connection:
            _found(connection, name)
            _set(connection, name, password=secret)

    def set_role(self, name: str, role: Role) -> None:
        """Change what an account may do, from its next click on; the talks of one who may not answer are free. Raises NotFound, Conflict for the last admin."""
        with writing(self._engine) as connection:
            _found(connection, name)
            if role != "admin":
                _keep_an_admin(connection, without=name)
            connection.execute(update(staff).where(staff.c.name == name).values(role=role))
            if role == "viewer":
                handoffs.let_go_all(connection, name)

    def remove(self, name: str) -> None:
        """Remove an account, log out its browsers and free its talks. Raises NotFound, Conflict for the last admin."""
        with writing(self._engine) as connection:
            _found(connection, name)
            _keep_an_admin(connection, without=name)
            connection.execute(delete(staff).where(staff.c.name == name))
            handoffs.let_go_all(connection, name)

    def matches(self, name: str, password: str) -> bool:
        """Whether an account has this password; as slow for one that does not exist."""
        with reading(self._engine) as connection:
            stored = connection.execute(select(staff.c.password).where(staff.c.name == name)).scalar()
        return matches(stored, password)

    def _insert(self, name: str, secret: str, role: Role) -> None:
        now = clock.now()
        with writing(self._engine) as connection:
            if connection.execute(select(staff.c.name).where(staff.c.name == name)).first():
                raise Conflict(f"There is an account {name!r} already. Give it a new link, or take another name.")
            values = {"name": name, "password": secret, "role": role, "created_at": now, "changed_at": now}
            connection.execute(insert(staff).values(values))


def ensure_admin(engine: Engine, home: Path) -> str | None:
    """Make the first account when there is none, and return its password: the only time it is to be seen."""
    accounts = Accounts(engine)
    if accounts.all():
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


def _found(connection: Connection, name: str) -> None:
    if not connection.execute(select(staff.c.name).where(staff.c.name == name)).first():
        raise NotFound(f"There is no account {name[:80]!r}. `townclerk staff list` shows all.")


def _set(connection: Connection, name: str, **values: object) -> None:
    """Change how an account logs in, and log out its browsers."""
    connection.execute(update(staff).where(staff.c.name == name).values(changed_at=clock.now(), **values))
    connection.execute(delete(staff_sessions).where(staff_sessions.c.name == name))


def _keep_an_admin(connection: Connection, *, without: str) -> None:
    """Raises Conflict when nobody else could look after the accounts. The rows are locked where the database can."""
    admins = select(staff.c.name).where(staff.c.role == "admin", staff.c.password != "").with_for_update()
    if not set(connection.execute(admins).scalars()) - {without}:
        raise Conflict(f"{without!r} is the last admin. Make somebody else an admin first.")


def _open(token: str) -> ColumnElement[bool]:
    return (staff_links.c.token_hash == hash_of(token)) & (staff_links.c.ends_at > clock.now())
