"""FAQs through the search service."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from index.api import faqs
from index.faqs.store import FaqStore
from townclerk.service import service

FULL = {
    "city": "oakton", "question": "What does a dog license cost?", "answer": "$12.", "url": "https://oakton.example/dogs", "language": "en-US",
    "valid_from": "2026-01-01", "valid_until": "2099-12-31", "owner": "Clerk", "review_by": "2027-01-31",
}  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """What the endpoints need."""

    database: Engine
    faqs: FaqStore


@pytest.fixture
def client(database: Engine) -> Iterator[TestClient]:
    """The endpoints alone."""
    app = service("index", ready=dict)
    faqs.add(app, lambda: Opened(database, FaqStore(database)))
    with TestClient(app) as made:
        yield made


def put(client: TestClient, way: str, answer: str, faq: dict[str, Any]) -> None:
    short = {"city": "oakton", "question": FULL["question"], "answer": answer, "by": "ada"}
    if way == "file":
        content = f"question,answer\n{FULL['question']},{answer}\n"
        client.post("/faqs", files={"file": ("faqs.csv", content)}, data={"city": "oakton", "by": "ada"})
    else:
        client.put("/faqs" if way == "question" else f"/faqs/{faq['id']}", json=short)


@pytest.mark.parametrize("way", ["file", "question", "number"])
def test_a_new_answer_keeps_every_other_field(client: TestClient, way: str) -> None:
    before = client.put("/faqs", json=FULL).json()
    put(client, way, "$14.", before)
    (after,) = client.get("/faqs", params={"city": "oakton", "question": "what does a DOG license cost?"}).json()
    changed = {"answer": "$14.", "revision": after["revision"], "updated_at": after["updated_at"]}
    assert after == before | changed
    (change,) = client.get("/faqs/changes", params={"faq": before["id"], "limit": 1}).json()
    assert (change["by"], change["before"]["answer"], change["after"]["answer"]) == ("ada", "$12.", "$14.")
    undone = client.post(f"/faqs/changes/{change['revision']}/undo", json={"by": "ben"}).json()
    assert undone | {"revision": 0, "updated_at": ""} == before | {"revision": 0, "updated_at": ""}


def test_a_change_that_no_number_can_have_is_refused(client: TestClient) -> None:
    big = "9" * 30
    assert client.post(f"/faqs/changes/{big}/undo", json={"by": "ben"}).status_code == 400
    assert client.get("/faqs/changes", params={"before": big}).status_code == 400


def test_a_change_of_an_older_revision_is_a_conflict(client: TestClient) -> None:
    first = client.put("/faqs", json=FULL | {"revision": 0}).json()
    client.put(f"/faqs/{first['id']}", json=FULL | {"answer": "$14.", "by": "ada", "revision": first["revision"]})
    late = client.put(f"/faqs/{first['id']}", json=FULL | {"answer": "$15.", "revision": first["revision"]})
    assert late.status_code == 409
    assert "ada changed it in the meantime" in late.json()["error"]["message"]
    client.delete(f"/faqs/{first['id']}", params={"by": "ben"})
    assert client.get("/faqs/changes", params={"faq": first["id"]}).json()[0]["by"] == "ben"
