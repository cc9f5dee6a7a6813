"""How often log-ins are tried: counted by account and browser, by network, and by account over all unknown browsers.

A stranger's tries lock the stranger out, not the account. Many strangers together lock an account for browsers that it does not
know; one where its owner logged in before goes on (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
"""

import secrets
from dataclasses import dataclass, field

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError

from bot.rate_limits import limiter, network_of
from townclerk.errors import TooMany, Unavailable
from townclerk.secrets import secret
from townclerk.settings import Settings

DEVICE_DAYS = 365
DEVICES = 5
"""Accounts of which one browser remembers that they logged in: a shared computer."""
_ONCE = RateLimitItemPerHour(1, namespace="staff")


@dataclass(frozen=True)
class Limits:
    """Tries of one browser at one account, of one network, and of all unknown browsers at one account."""

    browser: RateLimitItem = field(default_factory=lambda: RateLimitItemPerMinute(10, 15, namespace="staff"))
    network: RateLimitItem = field(default_factory=lambda: RateLimitItemPerMinute(60, 15, namespace="staff"))
    account: RateLimitItem = field(default_factory=lambda: RateLimitItemPerHour(100, namespace="staff"))


PASSWORDS = Limits()
CODES = Limits(account=RateLimitItemPerHour(20, namespace="staff"))
"""Of a second factor: six digits are fewer than a password."""


@dataclass(frozen=True)
class Attempt:
    """Who wants to be whom. `device` names a browser that the account knows, or is empty."""

    name: str
    network: str
    device: str = ""


class Throttle:
    """Counts tries before they are looked at, so that tries that come together count, too."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limiter = limiter(settings)
        self._signer = URLSafeTimedSerializer(secret(settings.home, "staff-signing"), salt="device")

    def attempt(self, request: Request, name: str) -> Attempt:
        """The attempt that a request makes."""
        name = name.strip().lower()[:63]
        return Attempt(name, network_of(request, self._settings), self._devices(request).get(name, ""))

    def remember(self, request: Request, response: Response, name: str) -> None:
        """Make this a browser that the account knows."""
        others = [pair for pair in self._devices(request).items() if pair[0] != name][-DEVICES + 1 :]
        value = self._signer.dumps(dict([*others, (name, secrets.token_urlsafe(12))]))
        set_cookie(response, self._settings, "device", str(value), seconds=DEVICE_DAYS * 86_400)

    async def count(self, attempt: Attempt, limits: Limits = PASSWORDS, *, kind: str = "password") -> None:
        """Count a try. Raises TooMany; Unavailable when it cannot be counted, as nobody may guess uncounted."""
        await self._hit(limits.browser, kind, attempt.name, attempt.device or attempt.network)
        if not attempt.device:
            await self._hit(limits.network, kind, attempt.network)
            await self._hit(limits.account, kind, attempt.name)

    async def forget(self, attempt: Attempt, limits: Limits = PASSWORDS, *, kind: str = "password") -> None:
        """Start anew after a success."""
        await self._limiter.clear(limits.browser, kind, attempt.name, attempt.device or attempt.network)

    async def first(self, attempt: Attempt) -> bool:
        """Whether a refusal is the first of its kind in an hour: the others are not worth a row in the audit log."""
        return await self._limiter.hit(_ONCE, "told", attempt.name)

    async def _hit(self, limit: RateLimitItem, *keys: str) -> None:
        try:
            if await self._limiter.hit(limit, *keys):
                return
        except StorageError as error:
            raise Unavailable(f"Log-ins cannot be counted now: {error.storage_error}. Try again later.") from error
        minutes = limit.get_expiry() // 60
        message = f"There were too many wrong tries. Wait {minutes} minutes, then try again."
        raise TooMany(message, retry_after=limit.get_expiry())

    def _devices(self, request: Request) -> dict[str, str]:
        value = request.cookies.get(cookie_name(self._settings, "device"), "")
        try:
            found: dict[str, str] = self._signer.loads(value, max_age=DEVICE_DAYS * 86_400)
        except BadData:
            return {}
        return found


def set_cookie(response: Response, settings: Settings, name: str, value: str, *, seconds: int) -> None:
    """Give the browser a cookie that only we read; 0 seconds delete it."""
    over_tls = secure(settings)
    scope, whole = "/" if over_tls else "/admin", cookie_name(settings, name)
    response.set_cookie(whole, value, seconds, path=scope, secure=over_tls, httponly=True, samesite="strict")


def cookie_name(settings: Settings, name: str = "staff") -> str:
    """The prefix __Host- makes browsers refuse the cookie from anywhere but this very host over TLS."""
    return f"{'__Host-' if secure(settings) else ''}townclerk_{name}"


def secure(settings: Settings) -> bool:
    """Whether residents and staff reach us over TLS."""
    return settings.public_base.startswith("https://")
