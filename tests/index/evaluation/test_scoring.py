import json

import numpy as np
import pytest

from index.evaluation.scoring import report
from index.evaluation.statistics import bootstrap, mcnemar, wilson
from tests.index.evaluation.conftest import outcome


def test_reliability_counts_right_first_answers_by_confidence() -> None:
    made = report(
        "town",
        [
            outcome("a", ["x"], right="x", sure="high"),
            outcome("b", ["y", "x"], right="x", sure="high"),
            outcome("c", ["x"], right="x", sure="medium"),
            outcome("d", ["x"], right="x", refused=True),
            outcome("e", ["x"], label=False, sure="medium"),
            outcome("f", ["x"], sure="medium"),
        ],
        documents=2,
    )
    shown = {level.confidence: (level.right, level.questions) for level in made.reliability}
    assert shown == {"high": (1, 2), "medium": (1, 2), "refused": (1, 1)}


def test_the_refusal_curve_falls_from_all_to_few_and_holds_the_separating_point() -> None:
    yes = [outcome(f"y{n}", ["a"], right="a", label=True, support=2.0 + n) for n in range(4)]
    no = [outcome(f"n{n}", ["a"], label=False, support=float(n), refused=n < 2) for n in range(3)]
    refusal = report("town", [*yes, *no], documents=1).refusal
    assert refusal.curve[0].answerable == refusal.curve[0].unanswerable == 1
    assert [p.answerable for p in refusal.curve] == sorted((p.answerable for p in refusal.curve), reverse=True)
    assert refusal.answered_unanswerable == pytest.approx(1 / 3, abs=1e-4)
    assert refusal.auroc == pytest.approx(11.5 / 12, abs=1e-4)


def test_wrong_city_counts_only_questions_whose_city_is_known() -> None:
    allowed = frozenset(["oakton"])
    made = report(
        "town",
        [
            outcome("a", ["x"], right="x", allowed=allowed, city="oakton"),
            outcome("b", ["x"], right="x", allowed=allowed, city="oakton", from_="elmville"),
            outcome("c", ["x"], right="x", from_="elmville"),
        ],
        documents=1,
    )
    assert (made.wrong_city, made.wrong_city_rate) == (1, 0.5)


def test_excerpts_are_compared_without_case_and_line_breaks() -> None:
    found = outcome("a", ["x"], right="x", wanted=("no", "Closed  on\nSunday"), excerpt="It is closed on sunday.")
    missed = outcome("b", ["y", "x"], right="x", wanted=("$5",), excerpt="It costs $15.")
    held = report("town", [found, missed], documents=2).excerpts
    assert held is not None
    assert (held.questions, held.share, held.share_of_right) == (2, 0.5, 1.0)


def test_the_shape_survives_json() -> None:
    made = report("town", [outcome("a", [], right="x", label=True), outcome("b", ["x"], label=False)], documents=1)
    assert type(made).model_validate(json.loads(made.model_dump_json(by_alias=True))) == made


def test_bootstrap_holds_the_mean_and_narrows_with_more_questions() -> None:
    few, many = (np.array([[1.0, 0.0, 1.0, 1.0] * n]) for n in (3, 100))
    (low, high), (nearer, farther) = bootstrap(few)[0], bootstrap(many)[0]
    assert low < nearer < 0.75 < farther < high
    # The normal approximation at 400 questions: .75 +- 1.96 sqrt(.75 * .25 / 400).
    assert nearer == pytest.approx(0.7076, abs=0.006)


def test_wilson_gives_the_published_values() -> None:
    # Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for hits, total, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(hits, total) == pytest.approx((low, high), abs=2e-4)


def test_mcnemar_is_the_exact_binomial_test() -> None:
    assert mcnemar(0, 0) == 1
    assert mcnemar(5, 5) == 1
    assert mcnemar(6, 0) == pytest.approx(2 / 64)
    assert mcnemar(9, 1) == mcnemar(1, 9) == pytest.approx(2 * 11 / 1024)
