"""The golden questions can be answered by what is there, and do not give the answer away."""

import csv
import json
from collections import Counter
from typing import Any

import pytest

from scripts.make_demo_pdfs import DOCUMENTS
from tests.townclerk.demo.conftest import SitePage, file_of
from townclerk.demo.sites import DEMO
from townclerk.jurisdictions import read_files

KINDS = {"plain", "typo", "follow-up", "layer", "spanish", "unanswerable", "off-topic"}


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    return read("questions.jsonl")


@pytest.fixture(scope="module")
def conversations() -> list[dict[str, Any]]:
    return read("conversations.jsonl")


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DEMO / name).read_text(encoding="utf-8").splitlines()]


def test_there_are_enough_of_each_kind(questions: list[dict[str, Any]]) -> None:
    kinds = Counter(q["kind"] for q in questions)
    assert set(kinds) == KINDS
    assert len(questions) >= 60
    assert kinds["unanswerable"] + kinds["off-topic"] >= 15


def test_ids_and_texts_are_unique(questions: list[dict[str, Any]]) -> None:
    assert len({q["id"] for q in questions}) == len({(q["city"], q["text"]) for q in questions}) == len(questions)


def test_every_city_is_of_the_demo(questions: list[dict[str, Any]]) -> None:
    assert {q["city"] for q in questions} <= {j.id for j in read_files(DEMO)}


def test_only_unanswerable_questions_have_no_answer(questions: list[dict[str, Any]]) -> None:
    for q in questions:
        assert ("expected" in q or "faq" in q) is (q["kind"] not in ("unanswerable", "off-topic")), q["id"]


def test_answers_are_there(questions: list[dict[str, Any]], conversations: list[dict[str, Any]]) -> None:
    asked = {row["question"] for file in DEMO.glob("*/faq.csv") for row in csv.DictReader(file.open(encoding="utf-8"))}
    for q in [*questions, *conversations]:
        assert all(file_of(path).is_file() for path in q.get("expected", [])), q["id"]
        assert q.get("faq", next(iter(asked))) in asked, q["id"]


def test_wanted_texts_stand_in_an_answer(
    questions: list[dict[str, Any]], conversations: list[dict[str, Any]], site_pages: list[SitePage]
) -> None:
    pages = " ".join(page.soup.get_text(" ") for page in site_pages)
    faqs = " ".join(file.read_text(encoding="utf-8") for file in DEMO.glob("*/faq.csv"))
    # Table cells are read as `Header: cell; ...`, and PDFs are made from the texts of their maker.
    held = {word for word in squeezed(f"{pages} {faqs} {DOCUMENTS}").split()}
    for q in [*questions, *conversations]:
        assert bool(q.get("wanted")) is ("expected" in q or "faq" in q), q["id"]
        for text in q.get("wanted", []):
            assert set(squeezed(text).split()) <= held, (q["id"], text)


def squeezed(text: str) -> str:
    """Words without case and punctuation at their ends."""
    return " ".join(word.strip("'\",;:.()[]") for word in text.lower().split())


def test_follow_ups_have_a_history(questions: list[dict[str, Any]]) -> None:
    for q in questions:
        assert bool(q.get("history")) is (q["kind"] == "follow-up"), q["id"]


def test_conversations_keep_change_and_correct_their_subject(conversations: list[dict[str, Any]]) -> None:
    kinds = Counter(q["kind"] for q in conversations)
    assert set(kinds) == {"kept", "changed", "corrected"}
    assert len(conversations) >= 40
    assert min(kinds["kept"], kinds["changed"]) >= 12
    assert all(q["history"] and q["wanted"] for q in conversations)
    assert len({q["id"] for q in conversations}) == len(conversations)


def test_no_question_is_copied_from_a_page(questions: list[dict[str, Any]], site_pages: list[SitePage]) -> None:
    text = " ".join(" ".join(page.soup.get_text(" ").split()).lower() for page in site_pages)
    assert [q["id"] for q in questions if q["text"].lower().rstrip("?") in text] == []
