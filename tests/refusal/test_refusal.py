"""The study of refusal: its fits, its ways of leaving questions out, its tables and its picture."""

import re
from collections.abc import Callable, Sequence
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from index.answers.confidence import held
from scripts.refusal import fits
from scripts.refusal.__main__ import placed
from scripts.refusal.asking import Measured, Numbers
from scripts.refusal.diagram import drawn, wilson
from scripts.refusal.fits import HELD, NAMES, Aim, area, cross_validated, fitted, in_force, left_out, sure
from scripts.refusal.tables import answers, apart, banded, gained, loss, over_one_threshold, ways

FIT = Aim(("fit",), {"yes": 1.0, "unanswerable": 1.0})


def made(name: str, *, seed: int, apart: float, pairs: int = 60) -> Measured:
    """Answerable questions, their removed twins, labelled ones and ones about anything; the fit tells them `apart`."""
    draw = np.random.default_rng(seed)
    kind = np.repeat(["yes", "removed", "unanswerable", "anything"], pairs)
    values = draw.normal(size=(4 * pairs, len(NAMES)))
    values[:pairs, NAMES.index("fit")] += apart
    own = np.arange(pairs)
    question = np.concatenate([own, own, own + pairs, np.full(pairs, -1)])
    return Measured(name, values, kind, (kind == "yes").astype(float), question)


def test_area_counts_ties_half() -> None:
    assert area(np.array([3.0, 2.0]), np.array([1.0, 2.0])) == pytest.approx((1 + 1 + 1 + 0.5) / 4)
    assert area(np.array([0.0]), np.array([1.0])) == 0


def test_a_fit_finds_what_tells_kinds_apart() -> None:
    sets = [made(str(n), seed=n, apart=2.0) for n in range(4)]
    fit = fitted(sets, Aim(("fit", "dense"), {"yes": 1.0, "unanswerable": 1.0}))
    # Two normals two deviations apart: the log odds are 2 x - 2.
    assert fit.weights == pytest.approx([2, 0, -2], abs=0.35)
    assert str(fit).startswith("+")
    assert sure(fit(np.ones((1, len(NAMES)))))[0] == pytest.approx(0.5, abs=0.15)


def test_each_set_and_kind_weighs_the_same() -> None:
    small, large = made("small", seed=1, apart=3.0, pairs=30), made("large", seed=2, apart=-3.0, pairs=600)
    assert abs(fitted([small, large], FIT).weights[0]) < 1
    assert fitted([large], FIT).weights[0] < -1


def test_a_left_out_set_has_no_part_in_its_fit() -> None:
    others = [made("a", seed=1, apart=2.0), made("b", seed=2, apart=2.0)]
    odd = made("odd", seed=3, apart=-8.0)
    told = left_out([*others, odd], odd, FIT)
    assert told == pytest.approx(fitted(others, FIT)(odd.values))
    assert area(told[odd.of("yes")], told[odd.of("unanswerable")]) < 0.05


def test_no_question_is_judged_by_a_fit_that_saw_it(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = made("one", seed=1, apart=0.0, pairs=20), made("other", seed=2, apart=0.0, pairs=20)
    one.values[:, 0] = one.question

    def remembering(measured: Sequence[Measured], _aim: Aim) -> Callable[[Numbers], Numbers]:
        seen = {number for each in measured if each.name == "one" for number in each.question.tolist()}
        assert len(seen - {-1}) == 32
        return lambda values: np.array([0.0 if number in seen else 1.0 for number in values[:, 0]])

    monkeypatch.setattr(fits, "fitted", remembering)
    told = cross_validated([one, other], one, HELD)
    # Each of the twenty ways to part them judged each question once, and none that was about anything.
    assert told == pytest.approx(1.0 * (one.question >= 0))


def test_most_of_the_set_has_a_part_in_a_cross_validated_fit() -> None:
    one, other = made("one", seed=1, apart=4.0, pairs=200), made("other", seed=2, apart=0.0, pairs=200)
    there = [
        area(told[one.of("yes")], told[one.of("unanswerable")])
        for told in (left_out([one, other], one, HELD), cross_validated([one, other], one, HELD))
    ]
    assert there[1] > 0.95 > there[0]


def test_tables_have_a_row_for_each_set() -> None:
    sets = [made("first", seed=1, apart=2.0), made("second", seed=2, apart=1.0)]
    for table in (apart, ways, answers):
        head, rule, *rows = table(sets).splitlines()
        assert [row.split(" | ")[0] for row in rows] == ["| first", "| second"]
        assert {line.count("|") for line in (head, rule, *rows)} == {head.count("|")}
    told = in_force(sets[0], held)
    assert f"{area(told[sets[0].of('yes')], told[sets[0].of('unanswerable')]):.3f}" in ways(sets)


def test_what_the_last_parts_are_worth_is_told_by_leaving_them_out() -> None:
    sets = [made(str(n), seed=n, apart=1.0) for n in range(3)]
    for one in sets:
        # Only the margin says which first answers were right.
        one.values[:, NAMES.index("margin")] += 4 * one.right
    rows = {row.split(" | ")[0].strip("| "): row.strip("| ").split(" | ")[1:] for row in gained(sets).splitlines()}
    without, along = map(float, rows["right first answers above wrong ones, mean of the sets"])
    assert without < 0.9 < along
    losses = map(float, rows["log loss of the chance told, mean of the sets"])
    assert next(losses) > 0.3 > next(losses) > loss(np.array([0.99]), np.array([1.0]))
    assert sum(name.startswith("above a labelled one") for name in rows) == 6


def test_one_threshold_lets_a_twentieth_of_what_is_about_anything_through() -> None:
    one = made("one", seed=1, apart=0.0, pairs=100)
    told = np.arange(400.0)
    assert over_one_threshold([one, one], [told, told + 350])[0].sum() == 0
    assert over_one_threshold([one], [-told])[0].sum() == 100


def test_tables_take_their_places_in_the_document() -> None:
    document = "before\n<!-- one -->\nold\n<!-- end -->\nbetween\n<!-- two -->\n<!-- end -->\nafter\n"
    made = placed(document, {"one": "| 1 |\n", "two": "\\1 | 2 |\n"})
    assert re.sub(r"\n+", " ", made) == (
        "before <!-- one --> | 1 | <!-- end --> between <!-- two --> \\1 | 2 | <!-- end --> after "
    )
    assert placed(made, {"one": "| 1 |\n", "two": "\\1 | 2 |\n"}) == made
    with pytest.raises(SystemExit, match="three"):
        placed(document, {"three": ""})


def test_the_diagram_shows_each_band() -> None:
    told, right = np.array([0.1, 0.15, 0.85, 0.86, 0.95]), np.array([0.0, 1, 1, 1, 1])
    picture = ET.fromstring(drawn(told, right))
    space = "{http://www.w3.org/2000/svg}"
    circles = picture.findall(f"{space}circle")
    assert len(circles) == len(list(banded(told, right))) == 3
    heights = [float(circle.attrib["cy"]) for circle in circles]
    assert heights[0] > heights[1] == heights[2]
    assert [t.text for t in picture.findall(f"{space}text")].count("2") == 2


def test_the_interval_of_a_share() -> None:
    assert wilson(0.5, 100) == pytest.approx((0.404, 0.596), abs=0.001)
    assert wilson(1.0, 10)[1] == 1.0
    assert wilson(0.0, 10)[0] == 0.0
