"""The study of the ranking: places from the engine's own signals, and weights chosen elsewhere."""

from pathlib import Path

import numpy as np
import pytest

from index.evaluation.questions import Question
from index.evaluation.runs import Prepared
from index.ranking.fusion import FORMS_COUNT, WEIGHTS
from scripts.ranking.__main__ import study, write
from scripts.ranking.ablation import left_out, report
from scripts.ranking.fitted import blend, fit, mrr
from scripts.ranking.signal_table import FORMS, NAMES, SUBJECT, Compared, collect
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
    # No two may be equally good: rounding, which differs from one make of processor to another, would order them.
    texts = (
        "The pool opens at 1.",
        "The park opens at 2. It has a desk.",
        "Behind the hall, which opens at 3, is a desk.",
    )
    documents = [page(i, text) for i, text in enumerate(texts, 1)]
    engine.apply([*documents, faq(9, "When does the pool open?", "See the pool page.")], marker=mark(1))
    asked = ["when does the pool open", "what has a desk in the hall", "park desk opens"]
    candidates = [engine.search(t, jurisdictions=["oakton"]).candidates for t in asked]
    for found in candidates:
        assert np.diff([c.score for c in found]).max() < -1e-4
    searched = [[c.passage.document_key for c in found] for found in candidates]
    for right in (d.key for d in documents):
        questions = [Question(t, t, ("oakton",), grades={right: 1}) for t in asked]
        prepared = Prepared("toy", 4, questions, str)
        compared = collect(engine, prepared, tell=lambda _done, _total: None)
        assert compared.weighted(WEIGHTS).tolist() == [found.index(right) + 1 for found in searched]
    engine.close()


def test_keyword_signals_are_told_apart_by_kind_of_word(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.apply([faq(1, "When does the pool open?", "At nine."), page(2, "The park has a desk.")], marker=mark(1))
    question = Question("q", "when does the pool open", ("oakton",), grades={"faq:1": 1})
    prepared = Prepared("toy", 2, [question], str)
    compared = collect(engine, prepared, tell=lambda _done, _total: None)
    told = dict(zip(NAMES, compared.values[compared.documents[compared.right]][0].tolist(), strict=True))
    for name, counts in FORMS_COUNT.items():
        assert min(told[SUBJECT[name]], told[FORMS[name]]) > 0
        assert told[name] == pytest.approx(told[SUBJECT[name]] + counts * told[FORMS[name]], rel=1e-4)
    engine.close()


LABELS = [
    [([{"dense": 0.9, "bm25 subject": 0.9}], False), ([{"dense": 0.5, "label": 1.0}], True)],
    [([{"dense": 0.9, "label": 0.7, "bm25 subject": 0.4}], True), ([{"dense": 0.2, "bm25 subject": 0.2}], False)],
]
"""Right is what the label says; keywords tell nothing."""
EQUALLY = {"bm25": 1.0, "question": 1.0}


def test_the_fit_trusts_what_told_right_from_wrong() -> None:
    made = fit([rows(*LABELS)], EQUALLY, strength=0.01)
    assert made.weights["label"] > 0.5 > made.weights["bm25"] == 0.0
    assert made.ranks(rows(*LABELS)).tolist() == [1, 1]
    drawn = fit([rows(*LABELS)], EQUALLY, strength=1.0)
    assert 0 < drawn.weights["label"] < made.weights["label"]


def test_a_large_set_counts_no_more_than_a_small_one() -> None:
    labels, words = rows(*LABELS), rows([([{"label": 1.0}], False), ([{"bm25 subject": 1.0}], True)])
    once, often = (fit([each, words], EQUALLY, strength=0.1) for each in (labels, rows(*LABELS * 20)))
    assert often.weights == pytest.approx(once.weights, abs=1e-3)


def test_the_blend_is_the_mean_over_what_function_words_may_count() -> None:
    # The right passage is told by function words, a wrong one by subject words: of nothing, half and fully the first gives no weight.
    told = rows([([{"bm25 subject": 0.4}], False), ([{"bm25 subject": 0.3, "bm25 forms": 0.5}], True)])
    made = blend([told])
    assert fit([told], {"bm25": 0.0, "question": 0.0}, strength=0.1).weights["bm25"] == 0.0
    assert made.weights["bm25"] == pytest.approx(2 / 3)
    assert made.forms["bm25"] == pytest.approx(0.75)
    assert made.ranks(told).tolist() == [1]


def test_a_set_has_no_part_in_its_own_weights() -> None:
    by_label = rows([([{"bm25 subject": 1.0}], False), ([{"label": 1.0}], True)], name="labels")
    by_words = rows([([{"label": 1.0}], False), ([{"bm25 subject": 1.0}], True)], name="words")
    made = left_out([by_label, by_words])
    assert made["labels"].weights["label"] == 0.0 < made["labels"].weights["bm25"]
    assert made["labels"].ranks(by_label).tolist() == [2]
    assert made["words"].weights["bm25"] == 0.0 < made["words"].weights["label"]
    table = report([by_label, by_words]).split("Weights fitted on the other sets")[1]
    assert "| labels | dense 0.00 label 0.00 sentence 0.00 bm25 1.00 question 0.00 " in table
    assert "| 0.50 / 0.00 | 0.000 [0.000, 0.000] | 1.000 [1.000, 1.000] | 0.500 [0.500, 0.500] |" in table


def test_the_report_marks_what_differs_by_more_than_chance() -> None:
    one = [([{"dense": 0.4, "label": 1.0}], True), ([{"dense": 0.5}], False)]
    compared = rows(*[one] * 40)
    text = report([compared])
    assert "| a set | 40 | 1.000 [1.000, 1.000] |" in text
    assert "| without label | 0.000 / 1.000 - | -1.000 |" in text
    assert "| without bm25 | 1.000 / 1.000 | +0.000 |" in text
    assert "other sets" not in text


def test_a_kept_index_is_used_again(folder: Path, settings: Settings, tmp_path: Path) -> None:
    first = study(folder, settings, history=True, keep=tmp_path / "kept")
    current = (tmp_path / "kept" / "a-set" / "index" / "CURRENT").read_text()
    again = study(folder, settings, history=True, keep=tmp_path / "kept")
    assert (tmp_path / "kept" / "a-set" / "index" / "CURRENT").read_text() == current
    assert np.array_equal(first.values, again.values)
    assert first.weighted(WEIGHTS).tolist()[1:] == [1, 1]


def test_the_tables_of_a_page_are_written_anew(tmp_path: Path) -> None:
    page = tmp_path / "ranking.md"
    page.write_text("# Ranking\n\nText.\n\n### Tables\n\nold\n\n### More\n")
    write(page, "### Tables\n\nnew\n")
    assert page.read_text() == "# Ranking\n\nText.\n\n### Tables\n\nnew\n"
