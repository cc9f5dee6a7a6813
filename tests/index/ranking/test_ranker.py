"""The order as a whole: layers, age and votes beside the fit, and every part of a score shown."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from index.answers.result import Candidate
from index.arrays import Vectors
from index.passages.document import Document
from index.ranking.candidate import Contender
from index.ranking.fusion import SCALE, WEIGHTS
from index.ranking.ranker import NEARER, STALEST
from tests.index.toy import LocalIndex, faq, mark, open_engine, page
from townclerk import clock

LAYERS = ("oakton", "county", "ohio", "us")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[LocalIndex]:
    made = open_engine(tmp_path)
    yield made
    made.close()


def dated(document: Document, years: float) -> Document:
    """The document as of so many years ago."""
    return replace(document, page_date=clock.now().date() - timedelta(days=round(365.25 * years)))


def found(engine: LocalIndex, text: str, layers: Sequence[str] = LAYERS) -> list[Candidate]:
    return engine.search(text, jurisdictions=layers).candidates


def test_a_score_is_the_sum_of_its_shown_parts(engine: LocalIndex) -> None:
    pages = [
        dated(page(1, "A dog license costs $12 a year.", jurisdiction="ohio"), 3),
        page(2, "The dog park is open from dawn."),
    ]
    engine.apply([*pages, faq(3, "Where do I license my dog?", "At the clerk.")], marker=mark(1))

    def praise(_vector: Vectors, contenders: Sequence[Contender]) -> dict[str, float]:
        return {contenders[0].key: 0.25}

    candidates = engine.search("dog license", jurisdictions=LAYERS, adjust=praise).candidates
    assert len(candidates) == 3
    for candidate in candidates:
        parts = candidate.parts
        added = sum(
            parts.get(name, 0.0) for name in ("relative", "layer", "freshness", "tokens", "words", "kind", "vote")
        )
        assert candidate.score == pytest.approx(added, abs=1e-6)
        scale = {"bm25": SCALE * math.log(4), "question": SCALE * math.log(4)}
        told = {"label": parts["dense"]} | parts
        fit = sum(weight * told[name] / scale.get(name, 1.0) for name, weight in WEIGHTS.items())
        assert parts["fit"] == pytest.approx(fit, abs=1e-4)
    assert sum("vote" in candidate.parts for candidate in candidates) == 1


def test_a_step_further_from_the_city_costs_the_same_each_time(engine: LocalIndex) -> None:
    text = "The {} office opens at {} and answers questions about a dog license."
    engine.apply([page(i, text.format(place, i), jurisdiction=place) for i, place in enumerate(LAYERS)], marker=mark(1))
    candidates = {c.passage.jurisdiction: c for c in found(engine, "dog license questions")}
    assert list(candidates) == list(LAYERS)
    assert [c.parts["layer"] for c in candidates.values()] == pytest.approx([-NEARER * i for i in range(4)])


def test_a_layer_above_answers_what_the_city_only_touches(engine: LocalIndex) -> None:
    engine.apply(
        [
            page(1, "The city hall is open on Monday. Passport photos are not made here.", jurisdiction="oakton"),
            page(2, "Renew a passport by mail with form DS-82.", title="Renew a passport", jurisdiction="us"),
        ],
        marker=mark(1),
    )
    assert next(c.passage.jurisdiction for c in found(engine, "how do I renew a passport")) == "us"


def test_of_copies_in_two_layers_the_nearest_is_kept_in_its_place(engine: LocalIndex) -> None:
    answer = "Put the cart at the curb before 7 a.m. on the day of collection."
    engine.apply(
        [faq(i, "When do I put out my cart?", answer, jurisdiction=LAYERS[-i]) for i in (1, 2, 4)]
        + [faq(9, "Where do I bring a broken cart?", "To the yard on Mill Street.", jurisdiction="us")],
        marker=mark(1),
    )
    candidates = found(engine, "when do I put out my cart")
    assert [c.passage.jurisdiction for c in candidates] == ["oakton", "us"]
    assert [c.passage.document_key for c in candidates] == ["faq:4", "faq:9"]


def test_age_decides_between_equals_and_never_takes_off_more_than_its_bound(engine: LocalIndex) -> None:
    text = "The permit fee for a deck is ${}."
    ages = {1: 30.0, 2: 4.0, 3: 0.5}
    engine.apply([dated(page(i, text.format(10 + i)), years) for i, years in ages.items()], marker=mark(1))
    engine.apply([page(4, text.format(14))], marker=mark(2))
    freshness = {
        c.passage.document_key: c.parts["freshness"] for c in found(engine, "permit fee for a deck", ["oakton"])
    }
    assert list(freshness)[2:] == ["page:2", "page:1"]
    assert (freshness["page:4"], freshness["page:3"]) == (0, 0)
    assert freshness["page:2"] == pytest.approx(-0.06, abs=0.001)
    assert freshness["page:1"] == -STALEST


def test_an_old_page_that_answers_stands_before_a_new_one_that_does_not(engine: LocalIndex) -> None:
    engine.apply(
        [
            dated(page(1, "A deck needs a building permit. The permit fee for a deck is $80."), 30),
            page(2, "The pool opens in June and closes in August."),
        ],
        marker=mark(1),
    )
    assert [c.passage.document_key for c in found(engine, "permit fee for a deck", ["oakton"])] == ["page:1", "page:2"]
