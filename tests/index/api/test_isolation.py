"""No answer of the search service comes from another city than the one asked in and the layers above it.

Random questions go over HTTP, with and without turns before them, as follow-ups, for cities of like
names, without text, unknown or taken away, while votes come in elsewhere and the content changes.
What is allowed is worked out here from the tree below, not by the code that is tested.

CI asks some; `make isolation-test` asks 10,000.
"""

import random
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, delete, update

from index.api import app
from tests.index import toy
from tests.index.api.conftest import wait_until
from tests.index.conftest import keep_page
from tests.index.search.test_isolation import WORDS
from townclerk.database import writing
from townclerk.jurisdictions import Jurisdiction, Jurisdictions, jurisdictions
from townclerk.settings import Settings

UPPER: dict[str, str | None] = {
    "us": None,
    "west": "us",
    "east": "us",
    "north-county": "west",
    "south-county": "west",
    "shore-county": "east",
}
LEVELS = {"us": "federal", "west": "state", "east": "state"}
COUNTIES = ("north-county", "south-county", "shore-county")
ALIKE = ("san", "san-jose", "san-jose-2", "san_jose", "jose", "0", "county", "us-city")
"""Ids that contain one another or differ by little."""
CITIES: dict[str, str | None] = {
    **{id: COUNTIES[n % 3] for n, id in enumerate([*ALIKE, *(f"city-{n}" for n in range(12))])},
    "empty-city": "north-county",
    "of-a-state": "east",
    "alone": None,
}
FOLLOW_UPS = ("and how much is it?", "what about Saturday?", "is it free?", "for seniors?", "where?", "or by mail")
UNKNOWN = ("atlantis", "san-j", "city-99", "*", "san OR jose")
Tree = dict[str, str | None]


@pytest.fixture
def client(settings: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr("index.indexing.publisher.open_encoder", toy.open_encoder)
    monkeypatch.setattr(
        "index.indexing.publisher.opening", lambda _encoder, settings: partial(toy.open_encoder, settings)
    )
    monkeypatch.setattr("index.query.jurisdictions.FRESH_SECONDS", 0.0)
    with writing(database) as connection:
        connection.execute(delete(jurisdictions))
    Jurisdictions(database).put(
        Jurisdiction(id, id, level=LEVELS.get(id, "city" if id in CITIES else "county"), parent_id=parent)
        for id, parent in (UPPER | CITIES).items()
    )
    with TestClient(app.make(settings)) as made:
        wait_until(lambda: made.get("/health/ready").status_code == 200)
        yield made


class Town:
    """The service with what its content should be: which place owns each address."""

    def __init__(self, client: TestClient, database: Engine, *, pairs: int) -> None:
        self.rng = random.Random(11)
        self.client = client
        self.database = database
        self.tree: Tree = UPPER | CITIES
        self.asked: list[str] = [self.question() for _ in range(max(20, pairs // 4))]
        self.given: dict[str, int] = {}
        self.refusals = 0
        self.votes = 0

    def question(self) -> str:
        return " ".join(self.rng.choices([*WORDS, "how", "when"], k=self.rng.randint(1, 5)))

    def publish(self, step: int) -> None:
        """FAQs and a page for each place that may have text; some replace what was there, some questions are everyone's."""
        shared = self.question()
        for place in self.tree:
            if place == "empty-city":
                continue
            asked = shared if self.rng.random() < 0.5 else self.question()
            rows = [
                f"{question},{self.question()},https://{place}.example/{step}/{n}"
                for n, question in enumerate((asked, self.question()))
            ]
            body = "\n".join(["question,answer,url", *dict.fromkeys(rows)])
            reply = self.client.post("/faqs", files={"file": ("f.csv", body)}, data={"city": place})
            assert reply.status_code == 200, reply.text
        for place in self.rng.sample([p for p in self.tree if p != "empty-city"], 6):
            text = f"{self.question()}. {self.question()}."
            keep_page(
                self.database, url=f"https://{place}.example/page", title=self.question(), text=text, jurisdiction=place
            )
        assert self.client.post("/sync").status_code == 200

    def allowed(self, place: str | None) -> list[str]:
        """The place and each above it."""
        if place is None:
            return ["us"]
        above = self.tree[place]
        return [place, *(self.allowed(above) if above else [])]

    def ask(self) -> None:
        """One random question in one random place."""
        place = self.rng.choice([*self.tree, None])
        history = self.rng.sample(self.asked, self.rng.choice((0, 0, 1, 3)))
        text = self.rng.choice(FOLLOW_UPS) if history and self.rng.random() < 0.5 else self.rng.choice(self.asked)
        voting = self.rng.random() < 0.05
        found = self.search(text=text, city=place, history=history, limit=self.rng.choice((1, 5, 50)), record=voting)
        self.check(found["answers"], found["layers"], place)
        self.refusals += found["refused"]
        if found["answers"] and voting:
            self.vote(self.rng.choice(found["answers"]))
        if self.rng.random() < 0.05:
            given: dict[str, Any] = {"text": text, "history": history, "limit": 50} | ({"city": place} if place else {})
            explained = self.client.get("/explain", params=given).json()
            self.check(explained["candidates"], explained["layers"], place)

    def search(self, **request: Any) -> Any:
        reply = self.client.post("/search", json=request)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def check(self, found: list[Mapping[str, Any]], layers: list[str], place: str | None) -> None:
        allowed = self.allowed(place)
        assert layers == allowed
        for answer in found:
            host = answer["url"].split("/")[2].removesuffix(".example")
            assert answer["jurisdiction"] == host
            assert host in allowed, (place, answer)
            self.given[host] = self.given.get(host, 0) + 1
        if set(allowed) - {"empty-city"}:
            # The toy encoder puts every text at some distance, so what there is is always found.
            assert found, place

    def vote(self, answer: Mapping[str, Any]) -> None:
        vote = {"answer_id": answer["id"], "vote": self.rng.choice(("up", "up", "down")), "voter": str(self.votes)}
        assert self.client.post("/feedback", json=vote).status_code == 200
        self.votes += 1

    def refuse_unknown(self) -> None:
        """A place that is not in the tree gets no answers at all."""
        for place in UNKNOWN:
            reply = self.client.post(
                "/search", json={"text": self.rng.choice(self.asked), "city": place, "record": False}
            )
            assert reply.status_code in (400, 404), (place, reply.text)
            assert "answers" not in reply.json()

    def take_away(self, place: str) -> None:
        """The place leaves the tree, and its text with it as far as anyone can see; nothing else is done."""
        # Through a connection of its own, which does not mind that FAQs and sources name the place.
        with closing(sqlite3.connect(str(self.database.url.database))) as connection, connection:
            connection.execute("DELETE FROM jurisdictions WHERE id = ?", (place,))
        del self.tree[place]
        reply = self.client.post("/search", json={"text": self.rng.choice(self.asked), "city": place})
        assert (reply.status_code, "answers" in reply.json()) == (404, False)

    def move(self, place: str, parent: str) -> None:
        """The place lies in another county from now on."""
        with writing(self.database) as connection:
            connection.execute(update(jurisdictions).where(jurisdictions.c.id == place).values(parent_id=parent))
        self.tree[place] = parent


def test_answers_over_http(client: TestClient, database: Engine, pytestconfig: pytest.Config) -> None:
    pairs = int(pytestconfig.getoption("pairs"))
    town = Town(client, database, pairs=pairs)
    for step in range(4):
        town.publish(step)
        for _ in range(-(-pairs // 4)):
            town.ask()
        town.refuse_unknown()
        town.take_away(f"city-{step}")
        town.move(f"city-{step + 4}", "shore-county")
    # Every place that has text was read, so that a search which gives nothing does not pass.
    assert set(town.given) >= set(town.tree) - {"empty-city"}
    assert town.votes > 5


def test_a_vote_moves_nothing_in_another_city(client: TestClient, database: Engine) -> None:
    town = Town(client, database, pairs=20)
    question, place, other = "dog license fee", "san-jose", "san-jose-2"
    for each, word in ((place, "water bill pool"), (other, "park clerk hours"), ("us", "tax library street")):
        body = f"question,answer,url\ndog license fee,{word},https://{each}.example/1\n{word},dog license,https://{each}.example/2\n"
        town.client.post("/faqs", files={"file": ("f.csv", body)}, data={"city": each})
    town.client.post("/sync")

    def scores(city: str) -> dict[str, float]:
        found = town.search(text=question, city=city, limit=50, record=False)
        return {answer["url"]: answer["score"] for answer in found["answers"]}

    before, there = scores(other), scores(place)
    for answer in town.search(text=question, city=place, limit=50)["answers"]:
        for voter in range(5):
            client.post("/feedback", json={"answer_id": answer["id"], "vote": "down", "voter": f"v{voter}"})
    assert any(url.startswith("https://us.") for url in before)
    assert scores(place) != there
    assert scores(other) == before


def test_a_question_asked_again_elsewhere_is_not_answered_from_memory(client: TestClient, database: Engine) -> None:
    town = Town(client, database, pairs=20)
    town.publish(0)
    asked = {"text": "dog license fee", "limit": 50, "record": False}
    for place in (*ALIKE, *reversed(ALIKE)):
        found = town.search(**asked, city=place)
        town.check(found["answers"], found["layers"], place)
    for parent in ("shore-county", "north-county", "south-county"):
        town.move("san", parent)
        found = town.search(**asked, city="san")
        town.check(found["answers"], found["layers"], "san")
        assert parent in {answer["jurisdiction"] for answer in found["answers"]}
