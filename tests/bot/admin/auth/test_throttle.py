"""Strangers who guess lock themselves out, not the person; many strangers together are held, too."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from limits import RateLimitItemPerSecond
from sqlalchemy import Engine

from bot.admin.audit_log import AuditLog
from bot.admin.auth.accounts import Accounts
from bot.admin.auth.log_ins import LogIns
from bot.admin.auth.passwords import SHARE, WAITING, HashingQueue
from bot.admin.auth.throttle import PASSWORDS, Attempt, Limits, Throttle
from tests.bot.admin.conftest import NAME, ORIGIN, PASSWORD, console, settings_for
from townclerk.errors import TooMany, Unauthenticated
from townclerk.settings import Settings

WRONG = "wrong password!"
STRANGER, OWNER = "203.0.113.0/24", "198.51.100.0/24"


@pytest.fixture
def log_ins(tmp_path: Path) -> LogIns:
    return LogIns(Settings(home=tmp_path))


async def guess(log_ins: LogIns, engine: Engine, times: int, *, name: str = NAME) -> None:
    """Wrong passwords, of which only the last is looked at: that takes its time."""
    for _ in range(times - 1):
        await log_ins.throttle.count(Attempt(name, STRANGER))
    with pytest.raises(Unauthenticated, match="Name or password is wrong"):
        await log_ins.check(engine, Attempt(name, STRANGER), WRONG)


@pytest.mark.parametrize("name", [NAME, "mayor"])
async def test_ten_wrong_passwords_lock_the_network_that_sent_them(log_ins: LogIns, staffed: Engine, name: str) -> None:
    await guess(log_ins, staffed, 10, name=name)
    with pytest.raises(TooMany, match="Wait 15 minutes"):
        await log_ins.check(staffed, Attempt(name, STRANGER), PASSWORD)
    await log_ins.check(staffed, Attempt(NAME, OWNER), PASSWORD)


async def test_the_right_password_makes_earlier_slips_forgotten(log_ins: LogIns, staffed: Engine) -> None:
    await guess(log_ins, staffed, 9)
    await log_ins.check(staffed, Attempt(NAME, STRANGER), PASSWORD)
    await guess(log_ins, staffed, 10)


async def test_one_network_cannot_try_account_after_account(tmp_path: Path) -> None:
    throttle, most = Throttle(Settings(home=tmp_path)), PASSWORDS.network.amount
    for number in range(most):
        await throttle.count(Attempt(f"name-{number}", STRANGER))
    with pytest.raises(TooMany):
        await throttle.count(Attempt("another", STRANGER))


async def test_many_networks_are_held_and_a_known_browser_still_gets_in(tmp_path: Path) -> None:
    throttle, most = Throttle(Settings(home=tmp_path)), PASSWORDS.account.amount
    for number in range(most):
        await throttle.count(Attempt(NAME, f"10.0.{number}.0/24"))
    with pytest.raises(TooMany, match="Wait 60 minutes"):
        await throttle.count(Attempt(NAME, OWNER))
    await throttle.count(Attempt(NAME, OWNER, device="known"))


async def test_a_lock_ends_by_itself_and_trying_does_not_prolong_it(tmp_path: Path) -> None:
    limits = Limits(browser=RateLimitItemPerSecond(2, namespace="staff"))
    throttle, attempt = Throttle(Settings(home=tmp_path)), Attempt(NAME, STRANGER)
    until = time.monotonic() + 10
    refused = 0
    for _ in range(2):
        await throttle.count(attempt, limits)
    while time.monotonic() < until:
        try:
            await throttle.count(attempt, limits)
            break
        except TooMany:
            refused += 1
            await asyncio.sleep(0.05)
    assert refused > 1
    await throttle.count(attempt, Limits())


async def test_more_than_the_queue_holds_are_told_to_come_back() -> None:
    queue = HashingQueue()
    inside = [queue.place() for _ in range(WAITING + 1)]
    for place in inside:
        await place.__aenter__()
    with pytest.raises(TooMany) as refused:
        async with queue.place():
            pass
    assert refused.value.retry_after == 3
    await inside[0].__aexit__(None, None, None)
    async with queue.place():
        assert await queue.run(sum, (1, 2)) == 3


async def test_one_network_cannot_take_the_whole_queue() -> None:
    queue = HashingQueue()
    taken = [queue.place(STRANGER) for _ in range(SHARE)]
    for place in taken:
        await place.__aenter__()
    with pytest.raises(TooMany):
        async with queue.place(STRANGER):
            pass
    async with queue.place(OWNER):
        await taken[0].__aexit__(None, None, None)
    async with queue.place(STRANGER):
        pass


@pytest.fixture
def door(tmp_path: Path, staffed: Engine, back_end: str) -> Iterator[TestClient]:
    """The console behind a proxy that says from where a request comes."""
    settings = settings_for(tmp_path, back_end, trusted_proxies="testclient")
    with TestClient(console(settings, staffed), base_url=ORIGIN, follow_redirects=False) as client:
        yield client


def post(door: TestClient, password: str, *, name: str = NAME) -> Response:
    headers = {"origin": ORIGIN, "x-forwarded-for": "203.0.113.9"}
    return door.post("/admin/login", data={"name": name, "password": password}, headers=headers)


def lock(door: TestClient, name: str) -> None:
    """What ten wrong passwords of a neighbor do."""
    assert isinstance(door.app, FastAPI)
    assert door.portal is not None
    for _ in range(10):
        door.portal.call(door.app.state.log_ins.throttle.count, Attempt(name, STRANGER))


def test_browsers_that_logged_in_before_are_not_locked_with_their_network(door: TestClient, staffed: Engine) -> None:
    names = (NAME, "mayor")
    Accounts(staffed).add("mayor", PASSWORD)
    assert [post(door, PASSWORD, name=name).status_code for name in names] == [303, 303]
    device = door.cookies["townclerk_device"]
    door.cookies.clear()
    for name in names:
        lock(door, name)
    locked = post(door, PASSWORD)
    assert (locked.status_code, locked.headers["retry-after"]) == (429, "900")
    door.cookies.set("townclerk_device", device + "x")
    assert post(door, PASSWORD).status_code == 429
    door.cookies.set("townclerk_device", device)
    assert [post(door, PASSWORD, name=name).status_code for name in names] == [303, 303]


def test_guessing_is_in_the_audit_log_once_and_a_password_typed_as_a_name_never(
    door: TestClient, staffed: Engine, tmp_path: Path
) -> None:
    for name in (NAME, "hunter2-in-the-wrong-field"):
        lock(door, name)
        assert [post(door, WRONG, name=name).status_code for _ in range(2)] == [429, 429]
    rows = [(entry.action, entry.subject) for entry in AuditLog(staffed, tmp_path).latest()]
    assert rows == [("login.refused", NAME)]
