"""A real action server (`python -m actions`) with a search service that does what a test says."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.actions.fake_index import FakeIndex, serve
from tests.conftest import CHECKOUT
from tests.ports import free_ports
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.report_channels import ReportChannel
from townclerk.schema import open_database
from townclerk.settings import Settings

SEARCH_TIMEOUT = 1.0

PLACES = [
    Jurisdiction("us", "United States", "federal"),
    Jurisdiction("cascadia", "State of Cascadia", "state", "us"),
    Jurisdiction(
        "tamarack-county",
        "Tamarack County",
        "county",
        "cascadia",
        report=(ReportChannel("animal", phone="555-555-0189"),),
    ),
    Jurisdiction(
        "alder-falls",
        "Alder Falls",
        parent_id="tamarack-county",
        phone="555-555-0100",
        url="https://falls.example",
        aliases=("the falls",),
        zips=("99990",),
        report=(ReportChannel("noise", "https://falls.example/noise", "555-555-0130", "at any hour"),),
    ),
    Jurisdiction(
        "port-maren",
        "Port Maren",
        parent_id="tamarack-county",
        phone="555-555-0140",
        zips=("99994",),
        alerts="https://harbor.example/alerts",
    ),
]


class Talk:
    """A conversation with the action server, keeping the state as the gateway does."""

    def __init__(self, url: str, *, city: str | None = "alder-falls", guess: bool = False) -> None:
        self._url = url
        self.state: dict[str, Any] = {}
        self._metadata = {"channel": "web", "city": city, "voter": "voter-1", "city_is_guess": guess}

    def run(self, action: str, text: str = "") -> dict[str, Any]:
        """Run one action; returns the reply, with the other fields of the outcome beside it."""
        latest = {"text": text, "metadata": self._metadata | {"state": self.state}, "intent": {"name": "question"}}
        tracker = {"sender_id": "sender-1", "slots": {}, "latest_message": latest, "events": [], "active_loop": {}}
        call = {"next_action": action, "version": "3.6.21", "tracker": tracker, "domain": {}}
        response = httpx.post(self._url + "/webhook", json=call, timeout=10)
        assert response.status_code == 200, response.text
        body = response.json()
        assert body["events"] == []
        (message,) = body["responses"]
        outcome: dict[str, Any] = message["custom"]
        self.state = outcome.pop("state")
        reply: dict[str, Any] = outcome.pop("reply")
        assert reply["text"]
        return reply | outcome

    def search(self, text: str) -> dict[str, Any]:
        return self.run("action_search", text)


@pytest.fixture(scope="session")
def session_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    actions, index = free_ports(2)
    home = tmp_path_factory.mktemp("actions")
    return Settings.model_validate(
        {"home": home, "actions_port": actions, "index_port": index, "search_timeout": SEARCH_TIMEOUT}
    )


@pytest.fixture(scope="session")
def fake(session_settings: Settings) -> Iterator[FakeIndex]:
    made = FakeIndex()
    server = serve(made, session_settings.index_port)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def server(session_settings: Settings, fake: FakeIndex) -> Iterator[str]:
    """Address of a running action server."""
    engine = open_database(session_settings)
    Jurisdictions(engine).put(PLACES)
    engine.dispose()
    log = session_settings.home / "actions.log"
    with start(session_settings, log) as process:
        url = session_settings.url("actions")
        wait_until_up(url + "/health", process, log)
        yield url
        process.terminate()
        assert process.wait(15) == 0, log.read_text()


def start(settings: Settings, log: Path) -> "subprocess.Popen[bytes]":
    """`python -m actions` with these settings."""
    names = ("home", "actions_port", "index_port", "search_timeout")
    environment = os.environ | {f"TOWNCLERK_{name.upper()}": str(getattr(settings, name)) for name in names}
    with log.open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "actions"], cwd=CHECKOUT, env=environment, stderr=errors, stdout=subprocess.DEVNULL
        )


def wait_until_up(url: str, process: "subprocess.Popen[bytes]", log: Path, *, seconds: float = 30) -> None:
    """Return once `url` answers 200; fail when the process ends or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(url, timeout=1).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    pytest.fail(f"{url} did not answer within {seconds} s: {log.read_text()[-2000:]}")


@pytest.fixture
def index(fake: FakeIndex) -> FakeIndex:
    fake.reset()
    return fake


@pytest.fixture
def talk(server: str, index: FakeIndex) -> Talk:
    """A resident of Alder Falls on the city's own widget."""
    return Talk(server)


@pytest.fixture
def stranger(server: str, index: FakeIndex) -> Talk:
    """Someone whose city nothing tells."""
    return Talk(server, city=None)
