"""Who a caller is for the limits, and that a wrong limit stops the start."""

import pytest
from fastapi import Request

from bot.rate_limits import RateLimits, caller, network
from townclerk.errors import BadInput, TooMany
from townclerk.settings import Settings


def request(peer: str, forwarded: str = "") -> Request:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return Request({"type": "http", "client": (peer, 1), "headers": headers})


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # forged: the peer is no proxy of ours
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # only what our proxy added counts
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_our_proxies_are_believed(peer: str, forwarded: str, expected: str) -> None:
    assert caller(request(peer, forwarded), {"10.0.0.1", "10.0.0.2"}) == expected


def test_network_is_the_prefix() -> None:
    assert network("203.0.113.9") == network("203.0.113.200") == "203.0.113.0/24"
    assert network("::ffff:203.0.113.9") == "203.0.113.0/24"
    assert network("2001:db8:1:2ff::1") == network("2001:db8:1:201::2") != network("2001:db8:1:300::1")
    assert network("unknown") == "unknown"


async def test_forged_forwarding_gives_no_fresh_allowance() -> None:
    limits = RateLimits(Settings(limit_network="3/minute"))
    for n in range(3):
        await limits.web(request("203.0.113.9", f"198.51.100.{n}"))
    with pytest.raises(TooMany):
        await limits.web(request("203.0.113.77", "198.51.100.99"))


def test_unreadable_limit_names_the_setting() -> None:
    with pytest.raises(BadInput, match="TOWNCLERK_LIMIT_PHONE='often'"):
        RateLimits(Settings(limit_phone="often"))


@pytest.mark.parametrize("url", ["nowhere://h", "redis", ""])
def test_a_storage_that_cannot_be_used_names_the_setting(url: str) -> None:
    with pytest.raises(BadInput, match=f"TOWNCLERK_RATE_LIMIT_STORAGE='{url}'"):
        RateLimits(Settings(rate_limit_storage=url))
