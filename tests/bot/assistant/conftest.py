"""The trained assistant, and a running one with real actions behind it."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions.state import Outcome, Turn
from tests.actions.conftest import PLACES, start, wait_until_up
from tests.actions.fake_index import FakeIndex, serve
from tests.conftest import CHECKOUT
from tests.ports import free_ports
from townclerk.jurisdictions import Jurisdictions
from townclerk.launch import processes, rasa_environment
from townclerk.schema import open_database
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
    """Someone who talks to Rasa's REST channel as the gateway does: with the state of the conversation."""

    def __init__(self, url: str, name: str, *, city: str | None = "alder-falls") -> None:
        self._url = url
        self._name = name
        self.turn = Turn(text="", voter=name, city=city)

    def body(self, text: str) -> dict[str, Any]:
        metadata = self.turn.model_dump(mode="json", exclude={"text"})
        return {"sender": self._name, "message": text, "metadata": metadata}

    def say(self, text: str) -> dict[str, Any]:
        """One message; returns the reply, with the outcome's type and city beside it."""
        response = httpx.post(f"{self._url}/webhooks/rest/webhook", json=self.body(text), timeout=20)
        assert response.status_code == 200
        (message,) = response.json()
        outcome = Outcome.model_validate(message["custom"])
        self.turn = self.turn.model_copy(update={"state": outcome.state})
        return outcome.reply.model_dump(mode="json") | {"type": outcome.type, "city": outcome.city}


@dataclass(frozen=True)
class Running:
    """A running Rasa at `url`, with real actions and the search service that the test steers.

    `calls` are the bodies that Rasa sent to the action server.
    """

    url: str
    index: FakeIndex
    settings: Settings
    calls: list[bytes]

    def resident(self, name: str, *, city: str | None = "alder-falls") -> Resident:
        return Resident(self.url, name, city=city)


@contextmanager
def rasa(settings: Settings, model: Model) -> "Iterator[subprocess.Popen[bytes]]":
    """Rasa as `townclerk up` starts it, ready."""
    link = rasa_environment.model_path(settings)
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(model.path)
    process = next(process for process in processes.five(settings) if process.name == "assistant")
    log = settings.home / "assistant.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            process.command, cwd=process.folder, env=process.environment, stdout=output, stderr=subprocess.STDOUT
        ) as running,
    ):
        try:
            wait_until_up(process.ready_url, running, log, seconds=400)
            yield running
        finally:
            running.terminate()


@contextmanager
def recording(port: int, target: str, calls: list[bytes]) -> Iterator[None]:
    """A server on `port` that keeps the body of each call in `calls` and hands it on to `target`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            calls.append(self.rfile.read(int(self.headers["content-length"])))
            response = httpx.post(target + self.path, content=calls[-1], headers={"content-type": "application/json"})
            self.send_response(response.status_code)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(response.content)))
            self.end_headers()
            self.wfile.write(response.content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def running(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Rasa with actions, between them a server that records the calls."""
    assistant, actions, recorder, search = free_ports(4)
    home = tmp_path_factory.mktemp("assistant")
    ports = {"assistant_port": assistant, "actions_port": actions, "index_port": search}
    settings = Settings.model_validate({"home": home, "search_timeout": 1.0, **ports})
    engine = open_database(settings)
    Jurisdictions(engine).put(PLACES)
    engine.dispose()
    index = FakeIndex()
    server = serve(index, settings.index_port)
    calls: list[bytes] = []
    with start(settings, home / "actions.log") as process, ExitStack() as stack:
        stack.callback(process.terminate)
        wait_until_up(settings.url("actions") + "/health", process, home / "actions.log")
        stack.enter_context(recording(recorder, settings.url("actions"), calls))
        stack.enter_context(rasa(settings.model_copy(update={"actions_port": recorder}), model))
        yield Running(settings.url("assistant"), index, settings, calls)
    server.shutdown()
    server.server_close()
