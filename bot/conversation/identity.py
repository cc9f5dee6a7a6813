"""Who is talking, without knowing who they are.

A plain hash of a phone number can be reversed by trying all numbers, so every name is an
HMAC with a key that is kept outside the database.
"""

import hashlib
import hmac
import re
import secrets
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from townclerk.errors import BadInput, Unauthenticated
from townclerk.secrets import secret
from townclerk.settings import Settings

_E164 = re.compile(r"\+[1-9]\d{6,14}")


class Identity:
    """Makes and checks session tokens, and names people by HMAC-SHA-256 (64 hex digits)."""

    def __init__(self, home: Path, *, session_days: int) -> None:
        self._pepper = bytes.fromhex(secret(home, "person-pepper"))
        self._tokens = URLSafeTimedSerializer(secret(home, "session-signing"), salt="web-session")
        self._max_age = session_days * 86_400

    def new_session(self) -> str:
        """A signed token that holds a random 128-bit session id."""
        return self._sign(secrets.token_urlsafe(16))

    def session_person(self, token: str) -> str:
        """The person behind a web session token. Raises Unauthenticated when it is forged or too old."""
        try:
            session = self._tokens.loads(token, max_age=self._max_age)
        except BadSignature as error:
            raise Unauthenticated(
                "This session is not valid or too old. Leave `session` out to start a new one."
            ) from error
        return self._name("web", str(session))

    def phone_person(self, number: str) -> str:
        """The person behind a phone number in E.164 form."""
        return self._name("sms", number.strip())

    def voter(self, person: str) -> str:
        """The name under which a person's votes are stored; it cannot be joined with their transcript."""
        return self._name("vote", person)

    def _name(self, kind: str, value: str) -> str:
        return hmac.new(self._pepper, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()

    def _sign(self, session: str) -> str:
        token = self._tokens.dumps(session)
        return token if isinstance(token, str) else token.decode("ascii")


def person_of_phone(settings: Settings, typed: str) -> str:
    """The person behind a phone number as staff type it. Raises BadInput for what is no number in E.164 form."""
    number = re.sub(r"[\s().-]", "", typed)
    if not _E164.fullmatch(number):
        raise BadInput(
            f"{typed!r} is not a phone number with its country code. Write it with a plus, for example +16035550123."
        )
    return Identity(settings.home, session_days=settings.session_days).phone_person(number)
