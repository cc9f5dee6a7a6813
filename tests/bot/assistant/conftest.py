"""The trained assistant, and a running one with real actions behind it."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.actions.conftest import PLACES, start, wait_until_up
from tests.actions.fake_index import FakeIndex, serve
from tests.conftest import CHECKOUT
from tests.ports import free_ports
from townclerk import database
from townclerk.jurisdictions import Jurisdictions
from townclerk.launch import processes, rasa_environment
from townclerk.settings import Settings

PARSE = Path(__file__).parent / "parse.py"
SEARCHED = ("question", "nlu_fallback")
"""Intents that lead to action_search."""


@dataclass(frozen=True)
class Parsed:
    """What the assistant makes of a text; `seconds` is how long that took."""

    text: str
    intent: str
    confidence: float
    seconds: float

    @property
    def route(self) -> str:
        """The intent, or `search`."""
        return "search" if self.intent in SEARCHED else self.intent


@dataclass(frozen=True)
class Model:
    """The trained model at `path`."""

    path: Path
    settings: Settings

    def parse(self, texts: list[str]) -> list[Parsed]:
        """The intent of each text, by Rasa itself."""
        done = subprocess.run(
            [str(rasa_environment.python()), str(PARSE), str(self.path)],
            input=json.dumps(texts),
            env=rasa_environment.environment(self.settings),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        found = json.loads(done.stdout)
        return [Parsed(text, **one) for text, one in zip(texts, found, strict=True)]


@pytest.fixture(scope="session")
def model() -> Model:
    """Trained once for the present files; kept in `var/tests`, as training takes a while."""
    settings = Settings.model_validate({"home": CHECKOUT / "var" / "tests"})
    return Model(rasa_environment.train(settings), settings)


class Resident:
    """Someone who talks to Rasa's REST channel as the gateway does."""

    def __init__(self, url: str, name: str, *, city: str | None = "alder-falls") -> None:
        self._url = url
        self._body = {
            "sender": name,
            "metadata": {"channel": "web", "city": city, "session": name, "city_is_guess": False},
        }

    def body(self, text: str) -> dict[str, Any]:
        return self._body | {"message": text}

    def say(self, text: str) -> dict[str, Any]:
        """One message; what comes back, as the custom part or `{"text"}`."""
        reply = httpx.post(f"{self._url}/webhooks/rest/webhook", json=self.body(text), timeout=20)
        assert reply.status_code == 200
        messages = reply.json()
        assert len(messages) == 1, messages
        said: dict[str, Any] = messages[0].get("custom") or messages[0]
        return said


@dataclass(frozen=True)
class Running:
    """A running Rasa at `url`, with real actions and the search service that the test steers."""

    url: str
    index: FakeIndex
    settings: Settings

    def resident(self, name: str, *, city: str | None = "alder-falls") -> Resident:
        return Resident(self.url, name, city=city)


@pytest.fixture(scope="session")
def running(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Rasa as `townclerk up` starts it."""
    ports = dict(zip(("assistant_port", "actions_port", "index_port"), free_ports(3), strict=True))
    home = tmp_path_factory.mktemp("assistant")
    settings = Settings.model_validate({"home": home, "search_timeout": 1.0, **ports})
    engine = database.open_database(settings)
    Jurisdictions(engine).put(PLACES)
    engine.dispose()
    index = FakeIndex()
    server = serve(index, settings.index_port)
    (home / "assistant").mkdir()
    rasa_environment.model_path(settings).symlink_to(model.path)
    rasa = next(process for process in processes.five(settings) if process.name == "assistant")
    log = home / "assistant.log"
    with (
        log.open("wb") as output,
        start(settings, home / "actions.log") as actions,
        subprocess.Popen(
            rasa.command, cwd=rasa.folder, env=rasa.environment, stdout=output, stderr=subprocess.STDOUT
        ) as brain,
    ):
        wait_until_up(settings.url("actions") + "/health", actions, home / "actions.log")
        wait_until_up(rasa.ready_url, brain, log, seconds=120)
        yield Running(settings.url("assistant"), index, settings)
        brain.terminate()
        actions.terminate()
        brain.wait(20)
    server.shutdown()
    server.server_close()
