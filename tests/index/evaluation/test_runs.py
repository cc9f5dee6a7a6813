import json
from collections.abc import Callable
from pathlib import Path

from index.evaluation.console_report import table
from index.evaluation.runs import Options, evaluate
from tests.index.evaluation.conftest import CORPUS
from townclerk.settings import Settings


def test_the_report_begins_with_the_agreed_keys(folder: Path, settings: Settings) -> None:
    report = evaluate(folder, settings, options=Options(history=True, city_filter=True))
    shown = json.loads(report.model_dump_json(by_alias=True))
    agreed = ["set", "documents", "questions", "metrics", "refusal", "wrong_city", "latency_ms"]
    assert list(shown)[: len(agreed)] == agreed
    assert list(shown["metrics"]) == ["S@1", "S@5", "MRR@10", "nDCG@10", "R@10"]
    assert list(shown["latency_ms"]) == ["p50", "p95", "p99"]
    assert (shown["set"], shown["documents"], shown["questions"], shown["wrong_city"]) == ("a-set", 4, 3, 0)
    assert shown["metrics"]["S@1"] == 1
    assert (shown["refusal"]["answerable"], shown["refusal"]["unanswerable"]) == (2, 1)
    assert shown["refusal"]["answered_unanswerable"] == 0
    assert set(shown["cities"]) == {"www.Oak Ton", "elmville"}
    assert shown["cities"]["elmville"]["questions"] == 2
    assert shown["wrong_city_rate"] == 0
    assert {"encode", "vector", "keyword", "rank", "quote"} <= set(shown["stages_ms"])
    assert sum(level["questions"] for level in shown["reliability"]) == 4
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


def test_pages_given_in_blocks_are_cut_at_their_headings(write_set: Callable[..., Path], settings: Settings) -> None:
    blocks = [
        {"kind": "text", "heading": ["Hours"], "text": "The hall is open from 9 a.m. to 5 p.m. on weekdays."},
        {"kind": "table", "heading": ["Fees"], "text": "Permit: Deck; Fee: $85.00\nPermit: Roof; Fee: $60.00"},
    ]
    rows = [*CORPUS, {"id": "hall", "title": "City hall", "text": "ignored", "city": "elmville", "blocks": blocks}]
    asked = [{"id": "q", "text": "what does a permit for a deck cost?", "wanted": ["deck; fee: $85.00", "nothing"]}]
    made = evaluate(write_set("blocks", corpus=rows, queries=asked, qrels="q\thall\t1\n"), settings)
    assert made.metrics.s1 == 1
    assert made.excerpts is not None
    assert made.excerpts.share == 1
    assert made.asked[0].title == "City hall"


def test_a_document_that_does_not_count_is_passed_over(write_set: Callable[..., Path], settings: Settings) -> None:
    asked = [{"id": "q", "text": "When is trash collected?", "city": "elmville", "without": ["trash2"]}]
    made = evaluate(write_set("without", queries=asked, qrels="q\ttrash\t1\n"), settings)
    assert made.asked[0].first == "trash"
    assert "trash2" not in made.asked[0].expected
