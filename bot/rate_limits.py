"""How much one session, one network and everybody together may ask.

Counted in this process's memory, or in Redis for several gateways together. A caller's network is the address's /24 (IPv4) or /56
(IPv6): changing the last digits must not give a fresh allowance.
"""

import ipaddress
import logging
import time
from collections.abc import Iterable

from fastapi import Request
from limits import RateLimitItem, parse
from limits.aio.storage import Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

from townclerk.errors import BadInput, TooMany
from townclerk.settings import Settings

log = logging.getLogger(__name__)


class RateLimits:
    """The limits of the public paths. Raises BadInput for a limit or a storage that cannot be read."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = limiter(settings)
        self._settings = settings
        self._session = _read("limit_session", settings.limit_session)
        self._network = _read("limit_network", settings.limit_network)
        self._everybody = _read("limit_everybody", settings.limit_everybody)
        self._phone = _read("limit_phone", settings.limit_phone)

    async def web(self, request: Request) -> None:
        """Count a web request of this caller's network, and of everybody. Raises TooMany."""
        await self._count(self._network, "network", network_of(request, self._settings))
        await self._count(self._everybody, "everybody", "")

    async def session(self, person: str) -> None:
        """Count a message of one web session. Raises TooMany."""
        await self._count(self._session, "session", person)

    async def phone(self, person: str) -> None:
        """Count a text message of one phone. Raises TooMany."""
        await self._count(self._phone, "phone", person)

    async def _count(self, limit: RateLimitItem, kind: str, who: str) -> None:
        try:
            if await self._limiter.hit(limit, kind, who):
                return
            stats = await self._limiter.get_window_stats(limit, kind, who)
        except StorageError as error:  # residents must get answers all the same
            log.warning("a request could not be counted: %s", error.storage_error)
            return
        wait = max(1, round(stats.reset_time - time.time()))
        raise TooMany(f"Too many messages ({limit}). Please try again in {wait} s.", retry_after=wait)


def limiter(settings: Settings) -> SlidingWindowCounterRateLimiter:
    """Counts what was hit in a window. Raises BadInput for a storage that cannot be used."""
    return SlidingWindowCounterRateLimiter(_storage(settings.rate_limit_storage))


def network_of(request: Request, settings: Settings) -> str:
    """The network of a request's caller."""
    proxies = (proxy.strip() for proxy in settings.trusted_proxies.split(","))
    return network(caller(request, filter(None, proxies)))


def caller(request: Request, proxies: Iterable[str]) -> str:
    """The caller's address: the peer, or what the nearest trusted proxies say it was."""
    trusted = set(proxies)
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    while peer in trusted and hops:
        peer = hops.pop()
    return peer


def network(address: str) -> str:
    """The /24 or /56 that `address` lies in; the text itself when it is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 56), strict=False))


def _read(name: str, text: str) -> RateLimitItem:
    try:
        return parse(text)
    except ValueError as error:
        raise BadInput(f"TOWNCLERK_{name.upper()}={text!r} is no rate limit. Write it like 60/minute.") from error


def _storage(url: str) -> Storage:
    try:
        made = storage_from_string(f"async+{url}", wrap_exceptions=True, implementation="redispy")
    except (ConfigurationError, ValueError) as error:
        raise BadInput(
            f"TOWNCLERK_RATE_LIMIT_STORAGE={url!r} cannot be used: {error}. Write memory:// or redis://HOST:PORT, the latter after `pip install 'townclerk[redis]'`."
        ) from error
    assert isinstance(made, Storage)
    return made
