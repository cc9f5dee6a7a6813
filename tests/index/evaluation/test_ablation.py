"""The study of the ranking: places from the engine's own signals, and weights chosen elsewhere."""

from pathlib import Path

import numpy as np
import pytest

from index.evaluation import ablation
from index.evaluation.ablation import Pair, left_out, mrr, report
from index.evaluation.compared import NAMES, Compared, collect
from index.evaluation.outcomes import Question
from index.evaluation.runs import Prepared
from index.fusion import WEIGHTS
from scripts.ranking_study import study
from tests.index.toy import faq, mark, open_engine, page
from townclerk.settings import Settings


def rows(*questions: list[tuple[list[dict[str, float]], bool]], name: str = "a set") -> Compared:
    """Questions as lists of documents: the signals of each passage, and whether the document is right."""
    values = [[p.get(n, 0.0) for n in NAMES] for q in questions for passages, _ in q for p in passages]
    lengths = [len(passages) for q in questions for passages, _ in q]
    return Compared(
        name,
        np.array(values, np.float32),
        np.cumsum([0, *lengths[:-1]]),
        np.cumsum([0, *(len(q) for q in questions[:-1])]),
        np.array([right for q in questions for _, right in q]),
    )


def test_a_document_counts_by_its_best_passage_and_equals_stand_in_order() -> None:
    compared = rows(
        [([{"dense": 0.1}, {"dense": 0.9}], True), ([{"dense": 0.8}, {"dense": 0.7}], False)],
        [([{"dense": 0.5}], False), ([{"dense": 0.5}], True), ([{"dense": 0.6}, {"dense": 0.7}], False)],
        [([{"dense": 0.5}], False)],
    )
    assert compared.weighted({"dense": 1.0}).tolist() == [1, 3, np.inf]
    assert mrr(compared.weighted({"dense": 1.0})) == pytest.approx((1 + 1 / 3) / 3)


def test_reciprocal_ranks_reward_what_both_searches_like() -> None:
    compared = rows(
        [
            ([{"dense": 0.9, "bm25": 0.0}], False),
            ([{"dense": 0.8, "bm25": 0.8}], True),
            ([{"dense": 0.0, "bm25": 0.7}], False),
        ]
    )
    assert compared.weighted({"dense": 1.0}).tolist() == [2]
    assert compared.reciprocal("dense", "bm25").tolist() == [1]


def test_places_are_those_of_a_search(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    documents = [page(i, f"The {w} opens at {i}. It has a desk.") for i, w in enumerate(("pool", "park", "hall"), 1)]
    engine.apply([*documents, faq(9, "When does the pool open?", "See the pool page.")], marker=mark(1))
    asked = ["when does the pool open", "what has a desk in the hall", "park desk opens"]
    searched = [[c.passage.document_key for c in engine.search(t, jurisdictions=["oakton"]).candidates] for t in asked]
    for right in (d.key for d in documents):
        questions = [Question(t, t, ("oakton",), grades={right: 1}) for t in asked]
        prepared = Prepared("toy", 4, questions, str)
        compared = collect(engine, prepared, forms=True, tell=lambda _done, _total: None)
        assert compared.weighted(WEIGHTS).tolist() == [found.index(right) + 1 for found in searched]
    engine.close()


def test_weights_are_chosen_on_the_other_sets_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ablation, "GRID", {"label": (0.0, 0.9), "bm25": (0.0, 0.9)})
    by_label = rows([([{"bm25": 1.0}], False), ([{"label": 1.0}], True)], name="labels")
    by_words = rows([([{"label": 1.0}], False), ([{"bm25": 1.0}], True)], name="words")
    chosen = left_out([Pair(by_label, by_label), Pair(by_words, by_words)])
    assert (chosen["labels"].weights["label"], chosen["labels"].weights["bm25"]) == (0.0, 0.9)
    assert chosen["labels"].ranks.tolist() == [2]
    assert (chosen["words"].weights["label"], chosen["words"].weights["bm25"]) == (0.9, 0.0)


def test_the_report_marks_what_differs_by_more_than_chance() -> None:
    one = [([{"dense": 0.4, "label": 1.0}], True), ([{"dense": 0.5}], False)]
    compared = rows(*[one] * 40)
    text = report([Pair(compared, compared)])
    assert "| a set | 40 | 1.000 [1.000, 1.000] |" in text
    assert "| without label | 0.000 / 1.000 - | -1.000 |" in text
    assert "| without bm25 | 1.000 / 1.000 | +0.000 |" in text
    assert "other sets" not in text


def test_a_kept_index_is_used_again(folder: Path, settings: Settings, tmp_path: Path) -> None:
    first = study(folder, settings, history=True, keep=tmp_path / "kept")
    current = (tmp_path / "kept" / "a-set" / "index" / "CURRENT").read_text()
    again = study(folder, settings, history=True, keep=tmp_path / "kept")
    assert (tmp_path / "kept" / "a-set" / "index" / "CURRENT").read_text() == current
    assert np.array_equal(first.whole.values, again.whole.values)
    assert first.whole.weighted(WEIGHTS).tolist()[1:] == [1, 1]
