"""Rules through the search service: a change counts in the next question, and the explanation tells of it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from index.synonyms.rules import drafted
from index.synonyms.store import SynonymStore

FAQS = """question,answer,url
Who decides on appeals?,The Board of Revision of Taxes sits at 12 Elm Street.,https://oakton.example/taxes
Which bus goes downtown?,"The BRT stops on 9 Oak Street, and the BRT line runs all night.",https://oakton.example/bus
When is the bin emptied?,Refuse is collected on Friday. Put the bin out before seven.,https://oakton.example/refuse
"""
BRT = {"terms": ["BRT"], "meaning": "Board of Revision of Taxes", "city": "oakton", "by": "anna"}
QUESTION = {"text": "Where is the BRT?", "city": "oakton"}


def explained(client: TestClient, **given: str) -> Any:
    reply = client.get("/explain", params=QUESTION | given)
    assert reply.status_code == 200, reply.text
    return reply.json()


def first(client: TestClient, **given: str) -> Any:
    return client.post("/search", json=QUESTION | given).json()["answers"][0]


def test_a_rule_counts_in_the_next_question_and_no_longer_when_it_is_off_or_gone(client: TestClient) -> None:
    assert first(client)["url"].endswith("/bus")
    made = client.post("/synonyms", json=BRT)
    assert made.status_code == 201
    rule = made.json()
    assert (rule["terms"], rule["changed_by"], rule["active"]) == (["BRT"], "anna", True)
    assert first(client)["url"].endswith("/taxes")
    told = explained(client)
    assert told["synonyms"] == [{"asked": "BRT", "also": ["Board of Revision of Taxes"], "rules": [rule["id"]]}]
    assert told["read_as"] == "Where is the BRT (Board of Revision of Taxes)?"
    off = client.post(f"/synonyms/{rule['id']}/active", json={"active": False, "by": "ben"}).json()
    assert (off["active"], off["changed_by"]) == (False, "ben")
    assert first(client)["url"].endswith("/bus")
    client.post(f"/synonyms/{rule['id']}/active", json={"active": True})
    assert first(client)["url"].endswith("/taxes")
    assert client.delete(f"/synonyms/{rule['id']}").status_code == 204
    assert first(client)["url"].endswith("/bus")
    assert explained(client)["synonyms"] == []


def test_words_that_mean_the_same_are_marked_in_the_excerpt(client: TestClient) -> None:
    answer = first(client, text="When is garbage collected?")
    assert answer["url"].endswith("/refuse")
    assert "Refuse" in [answer["excerpt"][a:b] for a, b in answer["highlights"]]


def test_a_rule_that_another_process_stored_counts_after_the_next_look(client: TestClient, database: Engine) -> None:
    SynonymStore(database).put(drafted(BRT["terms"], "Board of Revision of Taxes"), by="elsewhere")
    client.post("/sync")
    assert first(client)["url"].endswith("/taxes")


def test_rules_are_listed_changed_imported_and_exported(client: TestClient) -> None:
    starting = client.get("/synonyms").json()
    assert "trash" in starting[0]["terms"] or len(starting) > 50
    id = client.post("/synonyms", json=BRT).json()["id"]
    changed = client.put(f"/synonyms/{id}", json=BRT | {"meaning": "Board of Revision", "by": "ben"}).json()
    assert (changed["id"], changed["meaning"], changed["changed_by"]) == (id, "Board of Revision", "ben")
    assert [rule["id"] for rule in client.get("/synonyms", params={"city": "oakton"}).json()] == [id]
    done = client.post(
        "/synonyms/import",
        files={"file": ("s.csv", "terms,meaning,city\nOPA,office of property assessment,\nalone,,\n")},
        data={"city": "oakton", "by": "carl"},
    ).json()
    assert (done["imported"], [row["line"] for row in done["rejected"]]) == (1, [3])
    exported = client.get("/synonyms.csv", params={"city": "oakton"})
    assert exported.headers["content-type"].startswith("text/csv")
    assert "OPA,office of property assessment,oakton," in exported.text
    assert explained(client, text="Who is at the OPA?")["synonyms"] != []


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ({"meaning": ""}, 400, "One term alone"),
        ({"terms": []}, 400, "needs words"),
        ({"city": "nowhere"}, 404, "no city"),
        ({"terms": ["x" * 3000]}, 400, "terms"),
    ],
)
def test_what_cannot_be_a_rule_is_refused(client: TestClient, given: dict[str, Any], status: int, reason: str) -> None:
    reply = client.post("/synonyms", json=BRT | given)
    assert reply.status_code == status, reply.text
    assert reason in reply.json()["error"]["message"]


def test_unknown_numbers(client: TestClient) -> None:
    assert client.put("/synonyms/9999", json=BRT).status_code == 404
    assert client.delete("/synonyms/9999").status_code == 404
    assert client.delete(f"/synonyms/{2**40}").status_code == 400
    client.post("/synonyms", json=BRT)
    taken = client.post("/synonyms", json=BRT)
    assert taken.status_code == 409
    assert "Change that rule" in taken.json()["error"]["message"]
