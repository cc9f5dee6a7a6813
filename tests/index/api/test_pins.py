"""Pins through the running search service and the command line, with the real model."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index import backend
from index.client import IndexClient
from index.schemas.pins import PinRequest
from tests.index.cli.test_commands import run
from tests.index.conftest import FAQS
from townclerk.errors import BadInput, NotFound
from townclerk.settings import Settings

pytestmark = pytest.mark.usefixtures("installation")

ASKED = "When is trash collected?"


def number(client: TestClient, question: str) -> int:
    return next(
        int(faq["id"]) for faq in client.get("/faqs", params={"city": "oakton"}).json() if faq["question"] == question
    )


def first(client: TestClient, text: str, city: str = "oakton") -> dict[str, Any]:
    answers = client.post("/search", json={"text": text, "city": city}).json()["answers"]
    return dict(answers[0])


def test_a_pin_is_set_listed_changed_and_removed(client: TestClient) -> None:
    dogs = number(client, "How do I get a dog license?")
    wanted = {"city": "oakton", "wordings": [ASKED], "faq": dogs, "by": "clerk"}
    made = client.post("/pins", json=wanted)
    assert made.status_code == 201
    answer = first(client, ASKED)
    assert (answer["pinned"], answer["question"], answer["confidence"]) == (True, "How do I get a dog license?", "high")
    assert "pinned" not in first(client, ASKED, "elmville")
    (shown,) = client.get("/pins", params={"city": "oakton"}).json()
    assert (shown["state"], shown["kind"], shown["created_by"]) == ("in_force", "faq", "clerk")
    assert client.get("/pins", params={"city": "elmville"}).json() == []
    explained = client.get("/explain", params={"text": ASKED, "city": "oakton"}).json()["candidates"]
    assert explained[0]["pin"] == {"id": shown["id"], "wording": ASKED, "similarity": 1.0, "exact": True}
    assert explained[0]["parts"]["pin"] > 0
    assert explained[1]["pin"] is None
    moved = {"city": "oakton", "wordings": ["Where do I pay a parking ticket?"], "by": "mayor"}
    changed = client.put(f"/pins/{shown['id']}", json=moved).json()
    assert (changed["document"], changed["changed_by"], changed["created_by"]) == (shown["document"], "mayor", "clerk")
    assert "pinned" not in first(client, ASKED)
    assert first(client, "where do i pay a parking ticket")["pinned"]
    assert client.delete(f"/pins/{shown['id']}").status_code == 204
    assert client.delete(f"/pins/{shown['id']}").status_code == 404
    assert client.put(f"/pins/{shown['id']}", json=moved).status_code == 404
    assert "pinned" not in first(client, "where do i pay a parking ticket")


def test_a_vote_on_a_pinned_answer_is_told_to_staff_also_when_the_question_is_forgotten(client: TestClient) -> None:
    client.post(
        "/pins", json={"city": "oakton", "wordings": [ASKED], "faq": number(client, "How do I get a dog license?")}
    )
    for voter in ("a", "b"):
        vote = {"answer_id": first(client, ASKED)["id"], "vote": "down", "voter": voter}
        assert client.post("/feedback", json=vote).json()["recorded"]
    assert first(client, ASKED)["pinned"]
    assert client.get("/pins").json()[0]["votes"] == {"up": 0, "down": 2}


def test_what_residents_asked_in_other_words_is_told(client: TestClient) -> None:
    def ask(text: str, city: str = "oakton", history: tuple[str, ...] = ()) -> None:
        client.post("/search", json={"text": text, "city": city, "history": history})

    for text in ("what day is trash picked up", "What day is trash picked up?", "trash collection day", ASKED):
        ask(text)
    ask("How do I get a passport?")
    ask("when is trash collected on my street", "elmville")
    ask("and when is it for trash?", history=("When is recycling collected in winter?", "Do you collect old paint?"))
    alike = client.get("/pins/alike", params={"text": ASKED, "city": "oakton"}).json()
    assert [(q["text"], q["times"]) for q in alike] == [
        ("What day is trash picked up?", 2),
        ("trash collection day", 1),
    ]
    assert alike[0]["similarity"] > alike[1]["similarity"] > 0.6
    above = client.get("/pins/alike", params={"text": ASKED, "city": "ohio"}).json()
    assert "when is trash collected on my street" in [q["text"] for q in above]
    assert client.get("/pins/alike", params={"text": ASKED, "city": "atlantis"}).status_code == 404


def test_why_an_order_is_as_it_is_without_pins_can_be_asked(client: TestClient) -> None:
    client.post(
        "/pins", json={"city": "oakton", "wordings": [ASKED], "faq": number(client, "How do I get a dog license?")}
    )
    told = client.get("/explain", params={"text": ASKED, "city": "oakton", "pins": False}).json()["candidates"]
    assert "Monday" in told[0]["excerpt"]
    assert not any(candidate["pin"] for candidate in told)


WRONG: list[tuple[dict[str, Any], int]] = [
    ({}, 400),
    ({"faq": 1, "url": "https://oakton.example/"}, 400),
    ({"faq": 99}, 404),
    ({"passage": "none"}, 404),
    ({"url": "https://oakton.example/none"}, 404),
    ({"faq": 1, "city": "atlantis"}, 404),
    ({"faq": 1, "city": "elmville"}, 400),
    ({"faq": 1, "wordings": []}, 400),
    ({"faq": 1, "wordings": ["x" * 3000]}, 400),
    ({"faq": 1, "valid_from": "2026-02-02", "valid_until": "2026-02-01"}, 400),
    ({"faq": 1, "valid_from": "soon"}, 400),
]


def test_a_pin_that_cannot_be_is_refused_and_says_why(client: TestClient) -> None:
    for wrong, status in WRONG:
        reply = client.post("/pins", json={"city": "oakton", "wordings": [ASKED]} | wrong)
        assert (reply.status_code, bool(reply.json()["error"]["message"])) == (status, True), wrong
    assert client.get("/pins").json() == []


@pytest.fixture(params=["in process", "service"])
def served(request: pytest.FixtureRequest, tmp_path: Any) -> Callable[[], None]:
    file = tmp_path / "faqs.csv"
    file.write_text(FAQS)
    if request.param == "service":
        request.getfixturevalue("running")
    return lambda: None if run("faq", "import", file).exit_code == 0 else pytest.fail("no FAQs")


def test_the_command_line_sets_lists_and_removes(served: Callable[[], None]) -> None:
    served()
    made = json.loads(
        run(
            "pin",
            "add",
            ASKED,
            "--city",
            "oakton",
            "--faq",
            3,
            "--wording",
            "trash day",
            "--until",
            "2099-01-31",
            "--json",
        ).stdout
    )
    assert (made["wordings"], made["valid_until"], made["state"]) == ([ASKED, "trash day"], "2099-01-31", "in_force")
    found = json.loads(run("ask", "Trash day?", "--city", "oakton", "--json").stdout)
    assert (found["answers"][0]["pinned"], found["answers"][0]["question"]) == (True, "How do I get a dog license?")
    shown = run("pin", "list", "--city", "oakton").stdout
    assert "in_force" in shown
    assert "How do I get a dog license?" in shown
    assert json.loads(run("pin", "list", "--json").stdout)[0]["id"] == made["id"]
    assert "was removed" in run("pin", "remove", made["id"]).stdout
    assert isinstance(run("pin", "remove", made["id"]).exception, NotFound)
    assert json.loads(run("pin", "list", "--json").stdout) == []


def test_a_wrong_word_on_the_command_line_is_named() -> None:
    done = run("pin", "add", ASKED, "--city", "oakton", "--faq", 1, "--until", "tomorrow")
    assert isinstance(done.exception, BadInput)
    assert "--until" in str(done.exception)
    assert "'tomorrow'" in str(done.exception)


async def test_the_client_lists_adds_and_removes(running: None, settings: Settings) -> None:
    await asyncio.to_thread(backend.service_status, settings)
    async with IndexClient(settings.url("index"), timeout=60) as index:
        await index.import_faqs(FAQS.encode(), city="", by="clerk")
        await index.sync()
        made = await index.add_pin(PinRequest(city="oakton", wordings=[ASKED], faq=1))
        assert await index.pins("oakton") == [made]
        await index.remove_pin(made.id)
        assert await index.pins() == []
        with pytest.raises(NotFound, match="pin list"):
            await index.remove_pin(made.id)
