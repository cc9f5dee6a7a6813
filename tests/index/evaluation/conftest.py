"""A small set on disk, and outcomes made by hand."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.evaluation.questions import Hit, Outcome, Question
from index.evaluation.report import Report
from index.evaluation.scoring import report

CORPUS: list[dict[str, Any]] = [
    {
        "id": "trash",
        "title": "Trash",
        "question": "When is trash collected?",
        "answer": "Trash is collected on Monday.",
        "text": "",
        "city": "www.Oak Ton",
    },
    {
        "id": "trash2",
        "title": "Trash",
        "question": "When is trash collected?",
        "answer": "Trash is collected on Friday.",
        "text": "",
        "city": "elmville",
    },
    {
        "id": "pool",
        "title": "Swimming pool",
        "text": "The pool opens on June 1.\n\nSwimming costs $5 for adults.",
        "url": "https://x.example/pool",
        "city": "elmville",
    },
    {"id": "dogs", "title": "", "text": "A dog license costs $12 a year at the clerk's office.", "city": "elmville"},
]
QUERIES: list[dict[str, Any]] = [
    {"id": "q1", "text": "what day is garbage pick-up?", "answerable": True},
    {
        "id": "q2",
        "text": "how much is it?",
        "history": ["user: tell me about the swimming pool", "agent: dog license dog license"],
        "text_hist": "unused",
        "answerable": True,
    },
    {"id": "q3", "text": "who won the world cup in 1966?", "answerable": False},
    {"id": "q4", "text": "price?", "text_hist": "what does a dog license cost? price?"},
]
QRELS = "q1\ttrash\t1\nq2\tpool\t2\nq4\tdogs\t1\nq4\tpool\t0\nnot-asked\tpool\t1\n"


def outcome(id: str, ranked: Sequence[str], *, right: str = "", **known: Any) -> Outcome:
    """What came of a question: documents in order, `right` is the one that answers."""
    refused, support, confidence = (
        known.pop(n, d) for n, d in (("refused", False), ("support", 1.0), ("sure", "high"))
    )
    jurisdiction, excerpt = known.pop("from_", "oakton"), known.pop("excerpt", "Some words.")
    question = Question(id, f"what about {id}?", ("oakton",), grades={right: 1} if right else {}, **known)
    first = Hit(ranked[0], jurisdiction, f"Title of {ranked[0]}", excerpt, confidence) if ranked else None
    return Outcome(question, tuple(ranked), first, refused, support, 5.0, {"encode": 3.0, "rank": 1.0})


@pytest.fixture
def two_runs() -> tuple[Report, Report]:
    """The same 12 questions before and after: two got better, one is refused now."""
    before = [outcome(f"q{n}", ["a", "b"] if n > 1 else ["b", "a"], right="a", label=True) for n in range(11)]
    after = [outcome(f"q{n}", ["a", "b"], right="a", label=True, refused=n == 5) for n in range(11)]
    none = outcome("none", ["c"], label=False, support=0.2)
    return report("town", [*before, none], documents=3), report("town", [*after, none], documents=3)


@pytest.fixture
def write_set(tmp_path: Path) -> Callable[..., Path]:
    """Writes a set of rows; gives its folder."""

    def written(
        name: str, *, corpus: Sequence[Any] = CORPUS, queries: Sequence[Any] = QUERIES, qrels: str = QRELS
    ) -> Path:
        made = tmp_path / name
        made.mkdir()
        (made / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)) + "\n")
        (made / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)) + "\n")
        (made / "qrels.tsv").write_text(qrels)
        return made

    return written


@pytest.fixture
def folder(write_set: Callable[..., Path]) -> Path:
    return write_set("a-set")
