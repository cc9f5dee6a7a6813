import json
from pathlib import Path
from typing import Any

import pytest

from index import evalset
from index.evaluation import Options, evaluate, table
from townclerk.errors import BadInput
from townclerk.settings import Settings

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "a-set"
    made.mkdir()
    (made / "corpus.jsonl").write_text("\n".join(map(json.dumps, CORPUS)) + "\n")
    (made / "queries.jsonl").write_text("\n".join(map(json.dumps, QUERIES)) + "\n")
    (made / "qrels.tsv").write_text(QRELS)
    return made


def test_the_report_has_exactly_the_agreed_keys(folder: Path, settings: Settings) -> None:
    report = evaluate(folder, settings, options=Options(history=True, city_filter=True))
    shown = json.loads(report.model_dump_json(by_alias=True))
    assert list(shown) == ["set", "documents", "questions", "metrics", "refusal", "wrong_city", "latency_ms"]
    assert list(shown["metrics"]) == ["S@1", "S@5", "MRR@10", "nDCG@10", "R@10"]
    assert list(shown["latency_ms"]) == ["p50", "p95", "p99"]
    assert (shown["set"], shown["documents"], shown["questions"], shown["wrong_city"]) == ("a-set", 4, 3, 0)
    assert shown["metrics"]["S@1"] == 1
    assert (shown["refusal"]["answerable"], shown["refusal"]["unanswerable"]) == (2, 1)
    assert shown["refusal"]["answered_unanswerable"] == 0
    assert "S@1" in table(report)


def test_without_the_city_filter_another_citys_answer_is_counted_as_wrong(folder: Path, settings: Settings) -> None:
    (folder / "queries.jsonl").write_text(
        json.dumps({"id": "q1", "text": "is trash collected on Friday?", "city": "www.Oak Ton"})
    )
    assert evaluate(folder, settings).wrong_city == 1
    filtered = evaluate(folder, settings, options=Options(city_filter=True))
    assert (filtered.wrong_city, filtered.metrics.s1) == (0, 1)


def test_nothing_is_left_in_the_state_directory(folder: Path, settings: Settings) -> None:
    evaluate(folder, settings)
    assert [path.name for path in settings.home.iterdir()] == ["models"]


def test_history_gives_the_residents_turns_and_text_hist_only_without_a_list(folder: Path) -> None:
    asked = {q.id: q.asked(with_history=True) for q in evalset.read(folder).queries}
    assert asked["q2"] == ("how much is it?", ("tell me about the swimming pool",))
    assert asked["q4"] == ("what does a dog license cost? price?", ())
    assert evalset.read(folder).queries[1].asked(with_history=False) == ("how much is it?", ())


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [(["ANSWERABLE"], True), (["PARTIAL"], True), (["UNANSWERABLE"], False), (["UNDERSPECIFIED"], None), ([], None)],
)
def test_answerability_labels_are_understood(labels: list[str], wanted: bool | None) -> None:
    assert evalset.QueryRow(id="q", text="t", answerability=labels).label is wanted


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("corpus.jsonl", '{"id": "a"}\n{"id": \n', "corpus.jsonl:2"),
        ("corpus.jsonl", '{"id": "a"}\n\n{"title": "no id"}\n', "corpus.jsonl:3"),
        ("corpus.jsonl", '{"id": "a"}\n{"id": "a"}\n', "twice"),
        ("corpus.jsonl", "", "is empty"),
        ("queries.jsonl", '{"id": "q1"}\n', "queries.jsonl:1"),
        ("qrels.tsv", "q1\ttrash\t1\nq1 trash 1\n", "qrels.tsv:2"),
        ("qrels.tsv", "other\ttrash\t1\n", "judges no question"),
    ],
)
def test_a_bad_file_is_named_with_its_line(folder: Path, file: str, text: str, place: str) -> None:
    (folder / file).write_text(text)
    with pytest.raises(BadInput, match=place):
        evalset.read(folder)


@pytest.mark.parametrize("file", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(BadInput, match=file):
        evalset.read(folder)


def test_a_header_line_in_the_judgements_is_skipped(folder: Path) -> None:
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + QRELS)
    assert evalset.read(folder).judgements["q2"] == {"pool": 2}
