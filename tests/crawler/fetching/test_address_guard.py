"""No spelling, redirect or name reaches a private address. Asserted at the socket where it counts."""

import socket
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from crawler.fetching.address_guard import (
    AddressGuard,
    GuardedResolver,
    is_public,
    literal_address,
    loopback_literal,
    private_hosts,
)
from crawler.fetching.fetcher import Fetched, Fetcher
from crawler.fetching.politeness import Politeness
from tests.crawler.site import Site, html, redirect
from townclerk.errors import Refused
from townclerk.settings import Settings

PRIVATE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "168.63.129.16", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "ff02::1",
]  # fmt: skip
SPELLINGS = ["2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "0"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_no_public_ones(address: str) -> None:
    assert not is_public(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(Refused):
        AddressGuard().check_url(URL(f"http://{host}/"))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "2002:808:808::"]
)
def test_public_addresses_are_let_through(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", SPELLINGS)
def test_addresses_in_disguise_are_refused(host: str) -> None:
    with pytest.raises(Refused, match="another spelling"):
        literal_address(host)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.gov/",
        "file:///etc/passwd",
        "http://user@example.gov/",
        "http://u:p@example.gov/",
        "http://example.gov:22/",
        "http://localhost/",
        "http://a.localhost/",
    ],
)
def test_other_schemes_users_ports_and_localhost_are_refused(url: str) -> None:
    with pytest.raises(Refused):
        AddressGuard().check_url(URL(url))


def test_the_source_has_its_own_port_besides_80_and_443() -> None:
    guard = AddressGuard(port=8443)
    for url in ("http://example.gov/", "https://example.gov/", "https://example.gov:8443/"):
        guard.check_url(URL(url))


def test_an_operators_loopback_literal_opens_exactly_its_host_and_port() -> None:
    guard = AddressGuard(port=8101, loopback=loopback_literal(URL("http://127.0.0.1:8101/")))
    guard.check_url(URL("http://127.0.0.1:8101/"))
    for other in ("http://127.0.0.2:8101/", "http://127.0.0.1/", "http://10.0.0.1:8101/", "http://localhost:8101/"):
        with pytest.raises(Refused):
            guard.check_url(URL(other))


def test_an_operator_cannot_open_a_link_local_address() -> None:
    assert loopback_literal(URL("http://169.254.169.254/")) is None
    with pytest.raises(Refused):
        AddressGuard(loopback=("169.254.169.254", 80), private=frozenset({("169.254.169.254", 80)})).check_url(
            URL("http://169.254.169.254/")
        )


def test_named_private_hosts_are_opened_for_their_port_only() -> None:
    guard = AddressGuard(private=private_hosts("intranet.example:8080, 10.0.0.5:80"))
    guard.check_url(URL("http://10.0.0.5/"))
    guard.check_resolved("intranet.example", 8080, ["10.1.2.3"])
    with pytest.raises(Refused):
        guard.check_resolved("intranet.example", 80, ["10.1.2.3"])
    with pytest.raises(Refused, match="host:port"):
        private_hosts("intranet.example")


def test_no_socket_is_made_for_an_address_that_was_not_checked() -> None:
    guard = AddressGuard()
    with pytest.raises(Refused):
        guard.socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80)))
    guard.socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))).close()


class _Names(AbstractResolver):
    """Answers with the addresses it was given, one set after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            {"hostname": host, "host": a, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
            for a in addresses
        ]

    async def close(self) -> None:
        return None


async def test_a_name_with_one_private_address_is_refused() -> None:
    resolver = GuardedResolver(AddressGuard(), resolver=lambda: _Names(["93.184.216.34", "127.0.0.1"]))
    with pytest.raises(Refused, match="private address"):
        await resolver.resolve("rebind.example", 80)


async def _get(settings: Settings, guard: AddressGuard, url: str) -> Fetched:
    async with Fetcher(settings, guard=guard, politeness=Politeness()) as fetcher:
        return await fetcher.get(url, limit_for=lambda _kind, _url: 1000)


async def test_nothing_reaches_a_private_server_through_the_fetcher(settings: Settings) -> None:
    async with Site(pages={"/": html("Secret", "secret")}) as site:
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1"):
            found = await _get(settings, AddressGuard(port=site.port), f"http://{host}:{site.port}/")
            assert found.problem.startswith("refused"), (host, found)
            assert not found.body
        assert site.seen == []


async def test_a_redirect_to_a_private_address_is_refused_by_follow(settings: Settings) -> None:
    async with Site() as inner, Site() as outer:
        outer.answers["/"] = redirect(inner.url)
        guard = AddressGuard(port=outer.port, loopback=("127.0.0.1", outer.port))
        async with Fetcher(settings, guard=guard, politeness=Politeness()) as fetcher:
            found = await fetcher.follow(outer.url, limit_for=lambda _kind, _url: 1000, allowed=lambda _url: True)
        assert found.problem.startswith("refused")
        assert inner.seen == []


async def test_a_name_that_changes_to_a_private_address_meets_the_socket_guard(settings: Settings) -> None:
    """The resolver's check is passed by (it judged another answer); the socket is refused all the same."""
    async with Site(pages={"/": html("Secret", "secret")}) as site:
        guard = AddressGuard(port=site.port)
        resolver = _Names(["127.0.0.1"])
        async with Fetcher(settings, guard=guard, politeness=Politeness(), resolver=resolver) as fetcher:
            found = await fetcher.get(f"http://rebind.example:{site.port}/", limit_for=lambda _kind, _url: 1000)
        assert "refused" in found.problem
        assert site.seen == []
