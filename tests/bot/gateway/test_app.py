"""The public door as a whole: its contract, its pages, and the simulator's."""

import base64

import pytest

from tests.bot.town import ACCOUNT, TOKEN, Town


async def test_contract_is_published(town: Town) -> None:
    async with town.http.get(town.url + "/openapi.json") as reply:
        paths = (await reply.json())["paths"]
    chat = {"/chat", "/chat/staff", "/feedback", "/ask", "/ask/vote"}
    assert chat | {"/sms", "/sms/status", "/health/live", "/health/ready"} == set(paths)


@pytest.mark.parametrize("path", ["/demo", "/widget.js", "/widget/frame?city=alder-falls", "/ask"])
async def test_pages_open(town: Town, path: str) -> None:
    async with town.http.get(town.url + path) as reply:
        assert reply.status == 200
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


async def test_console_asks_for_log_in(town: Town) -> None:
    async with town.http.get(town.url + "/admin/", allow_redirects=False) as reply:
        assert reply.status in (302, 303, 307, 401)
        assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]


async def test_simulator_shows_the_phone_and_checks_the_account(town: Town) -> None:
    base = town.settings.url("simulator")
    async with town.http.get(base + "/") as reply:
        assert reply.status == 200
        assert "Alder Falls" in await reply.text()
    api = f"{base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    for login, status in (((ACCOUNT, "wrong"), 401), ((ACCOUNT, TOKEN), 201)):
        form = {"To": "+16035550123", "From": "+15550100", "Body": "Hello"}
        headers = {"Authorization": _basic(*login)}
        async with town.http.post(api, data=form, headers=headers) as reply:
            assert reply.status == status


def _basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
