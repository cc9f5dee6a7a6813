"""The race once more over HTTP: our search service's endpoint, and the usual recipe behind a plain one.

One server on loopback has both; its caller keeps the connection. Ours records every question, as it
does when it serves a city. The usual recipe answers with the numbers of its passages and no more.
"""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from socket import create_server
from types import SimpleNamespace
from typing import Any

import uvicorn
from fastapi import FastAPI

from index.api.app import add_search
from index.feedback.search_log import SearchLog
from index.feedback.votes import Votes
from index.pins.active import Pins
from index.schemas.search import SearchRequest
from index.search.answerer import Answers
from index.search.searcher import Engine
from scripts.bench.corpus import CITIES, COUNTIES, STATES, layers
from scripts.bench.score import K, spread
from scripts.bench.turns import USUAL_HTTP, WHOLE_HTTP, Pulse, Usual, blocks, timed
from townclerk import database
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.service import service
from townclerk.settings import Settings


def race(
    engine: Engine, usual: Usual, questions: list[tuple[str, int]], folder: Path, pulse: Pulse
) -> list[dict[str, Any]]:
    """Times of both, and of our answer to a question that was asked before."""
    again: list[float] = []
    with _served(engine, usual, folder / "web") as ask:
        for number, (_, city) in enumerate(questions[:10]):
            for path in ("/search", "/usual"):
                ask(path, f"Warm {number}?", city)
        for block in blocks(questions):
            with pulse.turn(WHOLE_HTTP) as ours:
                ours += [timed(partial(ask, "/search", text, city))[0] for text, city in block]
            again += [timed(partial(ask, "/search", text, city))[0] for text, city in block]
            with pulse.turn(USUAL_HTTP) as theirs:
                theirs += [timed(partial(ask, "/usual", text, city))[0] for text, city in block]
    return [
        {"name": WHOLE_HTTP, **spread(pulse.all(WHOLE_HTTP))},
        {"name": "Townclerk over HTTP, a repeated question", **spread(again)},
        {"name": USUAL_HTTP, **spread(pulse.all(USUAL_HTTP))},
    ]


@contextmanager
def _served(engine: Engine, usual: Usual, home: Path) -> Iterator[Callable[[str, str, int], Any]]:
    """What asks a path a text in a city."""
    home.mkdir()
    store = database.open_database(Settings(home=home, database_url=""))  # never the database of who measures
    Jurisdictions(store).put(_tree())
    log = SearchLog(store)
    answers = Answers(engine, store, votes=Votes(store), pins=Pins(engine, store), log=log)
    app = service("bench", ready=dict)
    add_search(app, lambda: SimpleNamespace(answers=answers))
    _add_usual(app, usual)
    socket = create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise SystemExit("The server of the benchmark did not start.")
        time.sleep(0.01)
    connection = http.client.HTTPConnection("127.0.0.1", socket.getsockname()[1], timeout=30)
    try:
        yield partial(_ask, connection)
    finally:
        connection.close()
        server.should_exit = True
        thread.join(10)
        log.close()
        store.dispose()


def _ask(connection: http.client.HTTPConnection, path: str, text: str, city: int) -> Any:
    body = json.dumps({"text": text, "city": f"city-{city}", "limit": K})
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}: {told}")
    return told


def _add_usual(app: FastAPI, usual: Usual) -> None:
    @app.post("/usual")
    def search(request: SearchRequest) -> dict[str, list[int]]:
        _, kept = usual(request.text, layers(int((request.city or "").removeprefix("city-"))))
        return {"rows": kept}


def _tree() -> Iterator[Jurisdiction]:
    """As `layers` says."""
    yield Jurisdiction("federal", "federal", level="federal")
    for level, many, above in (("state", STATES, None), ("county", COUNTIES, "state"), ("city", CITIES, "county")):
        for n in range(many):
            parent = layers(n)[{"state": 3, "county": 2, "city": 1}[level]] if above else "federal"
            yield Jurisdiction(f"{level}-{n}", f"{level} {n}", level=level, parent_id=parent)
