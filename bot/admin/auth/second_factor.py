"""The second factor: six digits of an authenticator app (TOTP, RFC 6238), or one of the recovery codes.

The database holds a random salt only; an app's key is an HMAC of it with a key that is kept outside the database.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from pathlib import Path

import pyotp
from sqlalchemy import Engine, delete, insert, select, update

from bot.admin.auth.passwords import new_password
from bot.admin.roles import Role
from bot.admin.sessions import hash_of
from bot.admin.tables import staff, staff_codes
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import BadInput, NotFound
from townclerk.secrets import secret
from townclerk.settings import Settings

ISSUER = "Townclerk"
RECOVERY_CODES = 8
_DRIFT = (0, -1, 1)
"""Steps of 30 s by which a phone's clock may be wrong."""


class SecondFactor:
    """The second factors of all accounts. `home` holds the key."""

    def __init__(self, engine: Engine, home: Path) -> None:
        self._engine = engine
        self._key = secret(home, "staff-second-factor").encode()

    def is_set(self, name: str) -> bool:
        """Whether an account has one."""
        return bool(self._salt(name))

    def offer(self, name: str, salt: str) -> tuple[str, str]:
        """The key to type into an app, and the address that its QR code holds. A new salt makes a new key."""
        app = self._app(name, salt)
        return app.secret, app.provisioning_uri(name=name, issuer_name=ISSUER)

    def set(self, name: str, salt: str, code: str) -> Sequence[str]:
        """Turn it on, or over to another phone, and give new recovery codes. Raises BadInput for a wrong code."""
        step = self._step(name, salt, code)
        if step is None:
            raise BadInput("That code is not right. Take the newest one from the app, and check the phone's clock.")
        codes = [new_password() for _ in range(RECOVERY_CODES)]
        with writing(self._engine) as connection:
            values = {"factor_salt": salt, "factor_step": step}
            connection.execute(update(staff).where(staff.c.name == name).values(values))
            connection.execute(delete(staff_codes).where(staff_codes.c.name == name))
            connection.execute(insert(staff_codes), [{"name": name, "code_hash": hash_of(code)} for code in codes])
        return codes

    def reset(self, name: str) -> None:
        """Turn it off, for a phone that was lost. Raises NotFound."""
        with writing(self._engine) as connection:
            changed = update(staff).where(staff.c.name == name).values(factor_salt="", factor_step=0)
            if not connection.execute(changed).rowcount:
                raise NotFound(f"There is no account {name[:80]!r}. `townclerk staff list` shows all.")
            connection.execute(delete(staff_codes).where(staff_codes.c.name == name))

    def check(self, name: str, typed: str) -> bool:
        """Whether a code of the app or a recovery code is right. Each is taken once."""
        code = typed.strip().lower().replace(" ", "")
        with writing(self._engine) as connection:
            if len(code) > 6:
                used = (staff_codes.c.name == name) & (staff_codes.c.code_hash == hash_of(code))
                return bool(connection.execute(delete(staff_codes).where(used)).rowcount)
            salt = connection.execute(select(staff.c.factor_salt).where(staff.c.name == name)).scalar() or ""
            step = self._step(name, salt, code) if salt else None
            if step is None:
                return False
            newer = (staff.c.name == name) & (staff.c.factor_step < step)
            return bool(connection.execute(update(staff).where(newer).values(factor_step=step)).rowcount)

    def _step(self, name: str, salt: str, code: str) -> int | None:
        """The time step that a code is of, within the drift."""
        app, now = self._app(name, salt), clock.now()
        for drift in _DRIFT:
            if hmac.compare_digest(app.at(now, counter_offset=drift).encode(), code.strip().replace(" ", "").encode()):
                return app.timecode(now) + drift
        return None

    def _app(self, name: str, salt: str) -> pyotp.TOTP:
        key = hmac.new(self._key, f"{name}:{salt}".encode(), hashlib.sha1).digest()  # 160 bits, as RFC 4226 asks
        return pyotp.TOTP(base64.b32encode(key).decode())

    def _salt(self, name: str) -> str:
        with reading(self._engine) as connection:
            return str(connection.execute(select(staff.c.factor_salt).where(staff.c.name == name)).scalar() or "")


def new_salt() -> str:
    """What makes a new key."""
    return secrets.token_urlsafe(16)


def required(settings: Settings, role: Role) -> bool:
    """Whether a role must have a second factor."""
    return settings.staff_second_factor == "all" or (settings.staff_second_factor == "admins" and role == "admin")
