"""Which addresses the crawler may connect to: never into the network it runs in.

Three lines of defence, all asked of the same rules: the URL before a request (also of
each redirect), the resolver's answers, and the address of each socket that is opened.
The last one also holds when a name answers differently the second time.
"""

import ipaddress
import socket
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Any

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from townclerk.errors import Refused

Address = IPv4Address | IPv6Address
HostPort = tuple[str, int]

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_IPV4_COMPATIBLE = IPv6Network("::/96")
# Addresses of cloud metadata services that lie outside the private and link-local ranges.
_METADATA = frozenset({ipaddress.ip_address("168.63.129.16"), ipaddress.ip_address("fd00:ec2::254")})


class AddressGuard:
    """The address rules of one crawl.

    `private` are the host:port pairs that the settings open although their address is
    private; `loopback` is the one host:port an operator typed as a loopback literal.
    `port` is the source's own port, allowed beside 80 and 443.
    """

    def __init__(
        self, *, port: int | None = None, private: frozenset[HostPort] = frozenset(), loopback: HostPort | None = None
    ) -> None:
        self._ports = {80, 443} | ({port} if port else set())
        self._private = private
        self._loopback = loopback
        self._opened: set[tuple[Address, int]] = set()

    def check_url(self, url: URL) -> None:
        """Raises Refused unless scheme, port and host of `url` are allowed. Names are judged when resolved."""
        if url.scheme not in ("http", "https"):
            raise Refused(f"Only http and https are crawled; got {url.scheme or 'no scheme'}.")
        if url.user is not None or url.password is not None:
            raise Refused("An address with user name or password is not crawled; remove the part before the @.")
        host, port = url.host, url.port
        if not host or port is None:
            raise Refused("The address has no host.")
        pair = (host, port)
        if port not in self._ports and pair not in self._private and pair != self._loopback:
            raise Refused(f"Port {port} is not crawled; only 80, 443 and the source's own port are.")
        literal = literal_address(host)
        if literal is not None:
            self._admit(literal, pair)

    def check_resolved(self, host: str, port: int, addresses: list[str]) -> None:
        """Raises Refused if any address that `host` resolved to is not allowed."""
        for address in addresses:
            self._admit(ipaddress.ip_address(address.partition("%")[0]), (host, port))

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Make the socket for one connect (aiohttp's `socket_factory`). Raises Refused, so nothing is sent."""
        family, kind, protocol, _, target = info
        address = ipaddress.ip_address(str(target[0]).partition("%")[0])
        if not is_public(address) and (address, target[1]) not in self._opened:
            raise Refused(f"{address} is a private address and is not connected to.")
        return socket.socket(family=family, type=kind, proto=protocol)

    def _admit(self, address: Address, pair: HostPort) -> None:
        if is_public(address):
            return
        if never(address):
            raise Refused(f"{pair[0]} is a link-local or metadata address ({address}); it is never crawled.")
        if pair in self._private or (pair == self._loopback and plain(address).is_loopback):
            self._opened.add((address, pair[1]))
            return
        raise Refused(
            f"{pair[0]} is a private address ({address}) and is not crawled. "
            f"To allow it set TOWNCLERK_CRAWL_PRIVATE_HOSTS={pair[0]}:{pair[1]}."
        )


class GuardedResolver(AbstractResolver):
    """The system's resolver, whose answers pass the guard before anything connects."""

    def __init__(self, guard: AddressGuard, *, resolver: Callable[[], AbstractResolver] = ThreadedResolver) -> None:
        self._guard = guard
        self._resolver = resolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        results = await self._resolver.resolve(host, port, family)
        self._guard.check_resolved(host, port, [result["host"] for result in results])
        return results

    async def close(self) -> None:
        await self._resolver.close()


def is_public(address: Address) -> bool:
    """Whether `address`, and any IPv4 address it carries inside, is on the public internet."""
    inner = plain(address)
    if inner in _METADATA or (
        isinstance(inner, IPv6Address) and (inner.teredo or inner in _IPV4_COMPATIBLE or inner.is_site_local)
    ):
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


def never(address: Address) -> bool:
    """Link-local and metadata addresses, which no setting opens."""
    inner = plain(address)
    return inner.is_link_local or inner in _METADATA or inner.is_multicast or inner.is_unspecified


def plain(address: Address) -> Address:
    """The IPv4 address carried by an IPv4-mapped, 6to4 or NAT64 address; else `address` itself."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in network for network in _NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


@lru_cache
def literal_address(host: str) -> Address | None:
    """The address that `host` spells, or None for a name.

    Raises Refused for the spellings that only C libraries read as addresses (decimal,
    hexadecimal, octal, short): no honest link uses them.
    """
    bare = host.strip("[]").partition("%")[0]
    if bare == "localhost" or bare.endswith(".localhost"):  # always this machine (RFC 6761)
        return IPv4Address("127.0.0.1")
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    try:
        hidden = socket.inet_ntoa(socket.inet_aton(bare))
    except OSError:
        return None
    raise Refused(f"{host} is another spelling of the address {hidden}; write it as {hidden}.")


def loopback_literal(url: URL) -> HostPort | None:
    """Host and port of `url` if its host is spelled as a loopback address or `localhost`."""
    host, port = url.host, url.port
    if not host or port is None:
        return None
    address = literal_address(host)
    return (host, port) if address is not None and address.is_loopback else None


def private_hosts(setting: str) -> frozenset[HostPort]:
    """The pairs of TOWNCLERK_CRAWL_PRIVATE_HOSTS (`host:port,host:port`). Raises BadInput (Refused) for a wrong one."""
    pairs: set[HostPort] = set()
    for item in filter(None, (part.strip() for part in setting.split(","))):
        host, _, port = item.rpartition(":")
        if not host or not port.isdigit():
            raise Refused(f"TOWNCLERK_CRAWL_PRIVATE_HOSTS is a comma list of host:port; got {item!r}.")
        pairs.add((host.strip("[]").lower(), int(port)))
    return frozenset(pairs)
