"""What is sent compressed, how small, and what never is."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from fastapi.testclient import TestClient

from bot.widget.assets import STATIC
from tests.bot.widget.fake_gateway import Script, application


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(application(tmp_path, Script()))


def sent(client: TestClient, path: str, accepted: str) -> tuple[bytes, str]:
    """The body as it travels, and its coding."""
    with client.stream("GET", path, headers={"accept-encoding": accepted}) as reply:
        assert reply.headers["vary"] == "Accept-Encoding"
        body = b"".join(reply.iter_raw())
        assert int(reply.headers["content-length"]) == len(body)
        return body, reply.headers.get("content-encoding", "")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("identity", ""), ("", "")],
)
@pytest.mark.parametrize("path", ["/widget.js", "/widget/frame?city=alder-falls", STATIC.url("frame.js")])
def test_the_best_coding_that_the_browser_accepts(client: TestClient, path: str, accepted: str, coding: str) -> None:
    body, used = sent(client, path, accepted)
    assert used == coding
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[coding](body)
    assert unpacked == sent(client, path, "identity")[0]


def test_each_coding_has_its_own_etag(client: TestClient) -> None:
    tags = {client.get("/widget.js", headers={"accept-encoding": one}).headers["etag"] for one in ("br", "gzip", "")}
    assert len(tags) == 3
    again = client.get("/widget.js", headers={"accept-encoding": "br", "if-none-match": tags.pop()})
    assert again.status_code in (200, 304)
    assert again.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/ask?q=water", "/demo"])
def test_pages_that_may_hold_a_secret_are_not_compressed(client: TestClient, path: str) -> None:
    reply = client.get(path, headers={"accept-encoding": "br, gzip"})
    assert "content-encoding" not in reply.headers


def test_scripts_are_sent_whole_and_without_what_is_for_us(client: TestClient) -> None:
    script = client.get(STATIC.url("frame.js")).text
    assert "class Conversation" in script
    assert not re.search(r"^(?:import|export)\b|^\s*(?:/\*|//)|\s// ", script, re.MULTILINE)


def test_the_whole_chat_is_small(client: TestClient) -> None:
    """All that a page view loads, and all that comes when the chat is opened, at night."""
    page = client.get("/widget/frame?city=alder-falls&lang=en&scheme=dark").text
    files = re.findall(r'(?:<script[^>]* src|<link rel="stylesheet" href)="([^"]+)"', page)
    assert len(files) == 4
    before = len(sent(client, "/widget.js", "br")[0])
    after = sum(len(sent(client, path, "br")[0]) for path in ["/widget/frame?city=alder-falls&lang=en", *files])
    assert before < 4_800
    assert before + after < 13_300
