import asyncio
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from index.api import app
from index.api.limiter import ConcurrencyLimiter
from tests.index.api.conftest import wait_until
from tests.index.conftest import FAQS
from townclerk.errors import TooMany
from townclerk.settings import Settings

TRASH = {"text": "When is trash collected?", "city": "oakton"}


def search(client: TestClient, **given: Any) -> Any:
    reply = client.post("/search", json=TRASH | given)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_search_answers_from_the_city_and_the_layers_above(client: TestClient) -> None:
    found = search(client)
    assert (found["refused"], found["city"], found["layers"]) == (False, "oakton", ["oakton", "ohio", "us"])
    answer = found["answers"][0]
    assert answer["kind"] == "faq"
    assert answer["question"] == "When is trash collected?"
    assert "Monday" in answer["excerpt"]
    assert answer["url"] == "https://oakton.example/trash"
    assert answer["confidence"] in ("high", "medium", "low")
    assert all(0 <= start < stop <= len(answer["excerpt"]) for start, stop in answer["highlights"])
    assert "page_date" not in answer
    assert {a["jurisdiction"] for a in search(client, text="passport", limit=50)["answers"]} <= {"oakton", "ohio", "us"}


def test_a_long_excerpt_comes_with_the_part_that_answers_in_a_text_message(client: TestClient) -> None:
    answer = (
        "A second garden waste bag costs $4.50 a month, is sold at the library on Ferry Road and at the counter of the Civic Center, "
        "holds thirty gallons of leaves, grass or small branches, and is collected with the first one on the same day."
    )
    rows = f'question,answer,url\nWhat does a second garden waste bag cost?,"{answer}",https://oakton.example/garden\n'
    client.post("/faqs", files={"file": ("faqs.csv", rows)}, data={"city": "oakton"})
    client.post("/sync")
    found = search(client, text="what does a second garden waste bag cost")["answers"][0]
    assert len(found["excerpt"]) > 160 >= len(found["short"])
    assert "$4.50 a month" in found["short"]
    assert found["short"] in found["excerpt"]
    assert {found["short"][a:b] for a, b in found["short_highlights"]} >= {"second", "garden", "costs"}
    assert "short" not in search(client)["answers"][0]


def test_a_question_without_a_city_is_answered_by_the_federal_layer_only(client: TestClient) -> None:
    found = search(client, city=None, text="How do I get a passport?")
    assert (found["city"], found["layers"]) == (None, ["us"])
    assert {answer["jurisdiction"] for answer in found["answers"]} == {"us"}


def test_an_unknown_city_is_404_and_a_bad_request_400(client: TestClient) -> None:
    assert client.post("/search", json={"text": "x", "city": "atlantis"}).status_code == 404
    for wrong in (
        {"text": ""},
        {"text": "   "},
        {"text": "x" * 2001},
        {"text": "x", "history": ["y"] * 11},
        {"text": "x", "limit": 51},
    ):
        reply = client.post("/search", json=wrong)
        assert (reply.status_code, reply.json()["error"]["code"]) == (400, "bad_input")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"/faqs/{'9' * 30}"),
        ("DELETE", f"/pins/{'9' * 30}"),
        ("DELETE", f"/synonyms/{'9' * 30}"),
        ("GET", f"/explain?text=a&history={'a' * 2001}"),
        ("POST", "/rollback?to="),
    ],
)
def test_what_no_row_or_name_can_be_is_400(client: TestClient, method: str, path: str) -> None:
    reply = client.request(method, path)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "bad_input")


def test_a_rollback_with_a_body_goes_back_to_nothing(client: TestClient) -> None:
    before = client.get("/status").json()["snapshot"]
    assert client.post("/rollback", json={"to": before}).status_code == 400
    assert client.get("/status").json()["snapshot"] == before


def test_votes_since_a_time_that_is_none_are_not_undone(client: TestClient) -> None:
    for odd in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert client.post("/votes/revoke", json={"since": odd}).status_code == 400


def test_zero_characters_and_lone_surrogates_do_no_harm(client: TestClient) -> None:
    assert "Monday" in search(client, text="When is\0 trash collected?")["answers"][0]["excerpt"]
    assert client.get("/questions").json()[0]["text"] == "When is trash collected?"
    odd = client.post("/search", content=b'{"text": "trash \\ud800?"}', headers={"Content-Type": "application/json"})
    assert odd.status_code in (200, 400)


def test_a_vote_right_after_the_answer_changes_the_next_search(client: TestClient) -> None:
    first = search(client)["answers"]
    for voter in range(3):
        reply = client.post(
            "/feedback", json={"answer_id": search(client)["answers"][0]["id"], "vote": "down", "voter": f"v{voter}"}
        )
        assert reply.json()["recorded"] is True
    assert reply.json()["votes"] == {"up": 0, "down": 3}
    after = {answer["passage"]: answer["score"] for answer in search(client)["answers"]}
    assert after[first[0]["passage"]] < first[0]["score"] - 0.05
    assert search(client, city="elmville")["answers"][0]["score"] == pytest.approx(1, abs=0.05)


def test_the_same_voter_on_the_same_question_counts_once(client: TestClient) -> None:
    for _ in range(5):
        client.post("/feedback", json={"answer_id": search(client)["answers"][0]["id"], "vote": "down", "voter": "one"})
    explained = client.get("/explain", params=TRASH).json()
    assert len(explained["candidates"][0]["votes"]) == 1


@pytest.mark.parametrize("answer_id", ["nonsense", "unknown-1", "-1"])
def test_a_vote_on_an_answer_never_given_is_404(client: TestClient, answer_id: str) -> None:
    assert client.post("/feedback", json={"answer_id": answer_id, "vote": "up"}).status_code == 404


def test_a_vote_beyond_the_answers_or_on_an_unrecorded_search_is_404(client: TestClient) -> None:
    id = search(client)["answers"][0]["id"]
    assert client.post("/feedback", json={"answer_id": id[:-1] + "99", "vote": "up"}).status_code == 404
    id = search(client, record=False)["answers"][0]["id"]
    assert client.post("/feedback", json={"answer_id": id, "vote": "up"}).status_code == 404


def test_explain_shows_every_part_of_the_score_and_each_vote(client: TestClient) -> None:
    client.post("/feedback", json={"answer_id": search(client)["answers"][0]["id"], "vote": "down", "voter": "v"})
    explained = client.get("/explain", params=TRASH).json()
    first = next(c for c in explained["candidates"] if "Monday" in c["excerpt"])
    assert {"dense", "bm25"} <= set(first["parts"])
    assert first["vote_adjustment"] == first["parts"]["vote"] < 0
    assert (first["votes"][0]["vote"], first["votes"][0]["weight"]) == ("down", 1)
    assert explained["layers"] == ["oakton", "ohio", "us"]


def test_questions_are_listed_with_answer_and_votes(client: TestClient) -> None:
    asked = search(client, channel="sms", text="When is trash collected? Call 212-555-0123")
    client.post("/feedback", json={"answer_id": asked["answers"][0]["id"], "vote": "up", "voter": "v"})
    search(client, record=False, text="not recorded")
    (shown,) = client.get("/questions").json()
    assert shown["text"] == "When is trash collected? Call [phone]"
    assert (shown["channel"], shown["city"], shown["votes"]) == ("sms", "oakton", {"up": 1, "down": 0})
    assert shown["answer"] == asked["answers"][0]["excerpt"]


def test_unanswered_questions_can_be_listed_alone(client: TestClient) -> None:
    search(client)
    assert search(client, text="zxqv wobble frobnicate quux?")["refused"] is True
    assert [q["text"] for q in client.get("/questions", params={"unanswered": True}).json()] == [
        "zxqv wobble frobnicate quux?"
    ]


def test_faqs_are_imported_listed_exported_and_removed(client: TestClient) -> None:
    listed = client.get("/faqs", params={"city": "oakton"}).json()
    assert listed[0]["question"] == "When is trash collected?"
    exported = client.get("/faqs.csv", params={"city": "oakton"})
    assert exported.headers["content-type"].startswith("text/csv")
    reply = client.post(
        "/faqs", files={"file": ("faqs.csv", exported.content + b",no question,,\r\n")}, data={"city": "oakton"}
    )
    assert (reply.json()["unchanged"], reply.json()["rejected"]) == (
        3,
        [{"line": 5, "reason": "the question is empty"}],
    )
    body = {"city": "oakton", "question": listed[0]["question"], "answer": "Another answer."}
    saved = client.put("/faqs", json=body).json()
    assert saved["revision"] > listed[0]["revision"]
    now = {name: saved[name] for name in ("updated_at", "revision")}
    assert saved == listed[0] | {"answer": "Another answer."} | now
    changed = client.put(f"/faqs/{saved['id']}", json=body | {"question": "Anything else?", "owner": "Clerk"}).json()
    assert (changed["id"], changed["question"], changed["owner"]) == (saved["id"], "Anything else?", "Clerk")
    refused = client.put("/faqs", json=body | {"valid_from": "soon"})
    assert (refused.status_code, "valid_from must be a date" in refused.text) == (400, True)
    assert client.delete(f"/faqs/{listed[0]['id']}").status_code == 204
    assert client.delete("/faqs/999999").status_code == 404
    assert client.get("/faqs", params={"city": "atlantis"}).status_code == 404
    assert client.post("/faqs", files={"file": ("faqs.csv", "a,b\n1,2\n")}).status_code == 400


def test_votes_can_be_undone(client: TestClient) -> None:
    client.post("/feedback", json={"answer_id": search(client)["answers"][0]["id"], "vote": "down", "voter": "v"})
    assert client.get("/status").json()["votes"] == 1
    assert client.post("/votes/revoke", json={}).status_code == 400
    assert client.post("/votes/revoke", json={"voter": "v"}).json() == {"revoked": 1}
    assert client.get("/status").json()["votes"] == 0


def test_changes_are_followed_without_being_asked(client: TestClient) -> None:
    client.post(
        "/faqs",
        files={"file": ("f.csv", "question,answer\nWhere is the library?,The library is at 5 Elm Street.\n")},
        data={"city": "oakton"},
    )
    wait_until(lambda: "Elm Street" in str(search(client, text="Where is the library?")["answers"]))


def test_status_names_the_installation_and_what_is_served(client: TestClient, settings: Settings) -> None:
    status = client.get("/status").json()
    assert (status["home"], status["ready"], status["faqs"], status["revision"]) == (str(settings.home), True, 6, "0.6")
    synced = client.post("/sync").json()
    assert (synced["revision"], synced["passages"]) == ("0.6", status["passages"])


def test_the_openapi_description_names_every_path(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {
        "/search",
        "/feedback",
        "/faqs",
        "/faqs.csv",
        "/explain",
        "/questions",
        "/sync",
        "/status",
        "/rollback",
    } <= set(paths)


def test_a_service_token_is_asked_for(settings: Settings, database: Engine) -> None:
    with TestClient(
        app.make(settings.model_copy(update={"service_token": type(settings.service_token)("s3cret")}))
    ) as guarded:
        assert guarded.get("/status").status_code == 403
        assert guarded.get("/status", headers={"Authorization": "Bearer s3cret"}).status_code == 200


def test_what_is_published_is_searched_while_the_rest_is_read(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.__exit__()
    read = threading.Event()
    monkeypatch.setattr("index.installation.Installation.look", lambda _self, _tell: read.wait(60))
    with TestClient(app.make(settings)) as again:
        wait_until(lambda: again.get("/health/ready").status_code == 200)
        assert "Monday" in search(again)["answers"][0]["excerpt"]
        assert not read.is_set()
        read.set()


def test_an_empty_index_is_not_ready_before_its_first_batch(
    settings: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = threading.Event()
    monkeypatch.setattr("index.installation.Installation.look", lambda _self, _tell: read.wait(60))
    with TestClient(app.make(settings)) as empty:
        wait_until(lambda: "looked up" in empty.get("/status").json()["waiting"])
        assert empty.get("/health/ready").status_code == 503
        read.set()
        wait_until(lambda: empty.get("/health/ready").status_code == 200)


def test_an_index_that_cannot_be_opened_is_alive_but_not_ready_and_says_why(
    settings: Settings, database: Engine
) -> None:
    (settings.home / "index").write_text("in the way")
    with TestClient(app.make(settings)) as broken:
        wait_until(lambda: "index" not in broken.get("/health/ready").json()["waiting"]["index"][:12])
        assert broken.get("/health/live").status_code == 200
        assert broken.get("/health/ready").status_code == 503
        assert broken.post("/search", json=TRASH).status_code == 503
        assert broken.get("/status").json()["ready"] is False


async def test_too_many_at_once_are_told_so_at_once() -> None:
    gate, go = ConcurrencyLimiter(running=1, waiting=1, seconds=5), threading.Event()
    running = [asyncio.create_task(gate.run(go.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(TooMany):
        await gate.run(lambda: True)
    go.set()
    assert await asyncio.gather(*running) == [True, True]
    assert await gate.run(lambda: True)


async def test_a_wait_too_long_is_given_up_and_leaves_its_place() -> None:
    gate, go = ConcurrencyLimiter(running=1, waiting=1, seconds=0.05), threading.Event()
    running = asyncio.create_task(gate.run(go.wait))
    await asyncio.sleep(0)
    for _ in range(3):
        with pytest.raises(TooMany):
            await gate.run(lambda: True)
    go.set()
    await running


def test_a_question_asked_again_is_answered_anew_after_each_change(client: TestClient) -> None:
    first, again = search(client), search(client)
    assert {a["id"] for a in first["answers"]}.isdisjoint(a["id"] for a in again["answers"])
    assert [{**a, "id": ""} for a in again["answers"]] == [{**a, "id": ""} for a in first["answers"]]
    client.post("/feedback", json={"answer_id": again["answers"][0]["id"], "vote": "down", "voter": "v"})
    assert search(client)["answers"][0]["score"] < first["answers"][0]["score"]
    changed = FAQS.replace("every Monday before 7 a.m.", "every Thursday at noon.")
    client.post("/faqs", files={"file": ("faqs.csv", changed)}, data={"city": "oakton"})
    client.post("/sync")
    assert "Thursday" in search(client)["answers"][0]["excerpt"]


def test_both_askings_of_a_question_are_recorded_and_can_be_voted_on(client: TestClient) -> None:
    ids = [search(client)["answers"][0]["id"] for _ in range(2)]
    votes = [
        client.post("/feedback", json={"answer_id": id, "vote": "up", "voter": str(n)}) for n, id in enumerate(ids)
    ]
    assert [vote.json()["votes"]["up"] for vote in votes] == [1, 2]
    assert len(client.get("/questions").json()) == 2
