"""The tables of docs/confidence.md."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.answers import confidence
from index.answers.evidence import Evidence
from scripts.refusal.asking import KINDS, Measured, Numbers
from scripts.refusal.fits import (
    ALL,
    FIVE,
    HELD,
    NEAR,
    RIGHT,
    Aim,
    area,
    cross_validated,
    fitted,
    in_force,
    left_out,
    sure,
    with_interval,
)

BANDS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1.0)
FALSE_ANSWERS = 0.05
CUTS = (-2.0, -1.6, -1.4, -1.2, -1.0, -0.8, -0.6)
ASKED = ("yes", "unanswerable")


def apart(measured: Sequence[Measured]) -> str:
    """How often an answerable question ranks above one of another kind, each set under the fits over the others."""
    lines = [
        "| set | answerable | above one about anything | answered at 5 % | above a labelled one | above one with its answers removed |"
    ]
    for one in measured:
        yes, anything = one.of("yes"), one.of("anything")
        far, there = left_out(measured, one, NEAR), left_out(measured, one, HELD)
        cells = [one.name, str(int(yes.sum())), with_interval(far[yes], far[anything])]
        cells.append(f"{np.mean(far[yes] > np.quantile(far[anything], 1 - FALSE_ANSWERS)):.3f}")
        against = [there[one.of(kind)] for kind in ("unanswerable", "removed")]
        lines.append(row([*cells, *(with_interval(there[yes], no) if len(no) else "" for no in against)]))
    return table(lines)


def ways(measured: Sequence[Measured]) -> str:
    """Answerable above labelled ones, by which questions the fit has seen."""
    lines = ["| set | answerable / labelled | in force | cross-validated by question | left out |"]
    for one in measured:
        yes, no = one.of("yes"), one.of("unanswerable")
        if no.any():
            told = (
                in_force(one, confidence.held),
                cross_validated(measured, one, HELD),
                left_out(measured, one, HELD),
            )
            cells = [with_interval(each[yes], each[no]) for each in told]
            lines.append(row([one.name, f"{yes.sum()} / {no.sum()}", *cells]))
    return table(lines)


def at_one_threshold(measured: Sequence[Measured]) -> str:
    """Answerable questions that are answered where 5 % of those about anything are, with one threshold for all sets."""
    ways = (
        over_one_threshold(measured, [in_force(one, confidence.near) for one in measured]),
        over_one_threshold(measured, [left_out(measured, one, NEAR) for one in measured]),
    )
    lines = ["| set | in force | left out |"]
    lines += [row([one.name, *(f"{way[place].mean():.3f}" for way in ways)]) for place, one in enumerate(measured)]
    lines.append(row(["mean of the sets", *(f"{np.mean([each.mean() for each in way]):.3f}" for way in ways)]))
    lines.append(row(["all questions", *(f"{np.concatenate(way).mean():.3f}" for way in ways)]))
    return table(lines)


def over_one_threshold(measured: Sequence[Measured], told: Sequence[Numbers]) -> list[NDArray[np.bool_]]:
    """Of each set, which answerable questions are above what 5 % of all those about anything reach."""
    both = list(zip(told, measured, strict=True))
    least = np.quantile(np.concatenate([each[one.of("anything")] for each, one in both]), 1 - FALSE_ANSWERS)
    return [each[one.of("yes")] > least for each, one in both]


def answers(measured: Sequence[Measured]) -> str:
    """How many questions of each kind the engine answers as it is."""
    lines = ["| set | " + " | ".join(f"{kind}: answered" for kind in KINDS) + " |"]
    for one in measured:
        given = np.array([not confidence.refused(Evidence(*each)) for each in one.values])
        cells = [f"{given[one.of(kind)].mean():.3f}" if one.of(kind).any() else "" for kind in KINDS]
        lines.append(row([one.name, *cells]))
    return table(lines)


def levels(measured: Sequence[Measured]) -> str:
    """How often first answers were right by the confidence that is in force."""
    lines = ["| confidence | questions | right |"]
    told = [(confidence.judge(Evidence(*each)), right) for each, right in _asked(measured)]
    for level in ("high", "medium", "low"):
        right = [right for said, right in told if said == level]
        lines.append(row([level, str(len(right)), f"{np.mean(right):.3f}"]))
    return table(lines)


def bands(measured: Sequence[Measured]) -> str:
    """How often first answers were right at each told chance, each set under the fit over the others."""
    lines = ["| told | questions | mean told | right |"]
    for low, high, told, right in banded(*told_and_right(measured)):
        lines.append(row([f"{low} to {high}", str(len(told)), f"{told.mean():.3f}", f"{right.mean():.3f}"]))
    return table(lines)


def sureness(measured: Sequence[Measured]) -> str:
    """Each set by itself, under the fit over the others."""
    lines = ["| set | questions | right | mean told | right above wrong | log loss |"]
    for one in measured:
        told, right = told_and_right(measured, of=[one])
        cells = [f"{right.mean():.3f}", f"{told.mean():.3f}", f"{area(told[right > 0], told[right == 0]):.3f}"]
        lines.append(row([one.name, str(len(told)), *cells, f"{loss(told, right):.3f}"]))
    return table(lines)


def gained(measured: Sequence[Measured]) -> str:
    """What the four numbers that came last are worth: the same fits without and with them."""
    lines = ["| under fits that have not seen the set or the question | without | with |"]
    for one in measured:
        yes, no = one.of("yes"), one.of("unanswerable")
        if no.any():
            for name, way in (("cross-validated", cross_validated), ("left out", left_out)):
                told = [way(measured, one, aims[1]) for aims in (FIVE, ALL)]
                lines.append(
                    row(
                        [
                            f"above a labelled one, {one.name}, {name}",
                            *(f"{area(each[yes], each[no]):.3f}" for each in told),
                        ]
                    )
                )
    for name, number in (
        ("above removed and labelled ones, mean of the sets", _mean_apart),
        ("answered at one threshold, all questions", _answered),
        ("right first answers above wrong ones, mean of the sets", _mean_right),
        ("log loss of the chance told, mean of the sets", _mean_loss),
    ):
        lines.append(row([name, *(f"{number(measured, aims):.3f}" for aims in (FIVE, ALL))]))
    return table(lines)


def _mean_apart(measured: Sequence[Measured], aims: Sequence[Aim]) -> float:
    of_sets = []
    for one in measured:
        told, yes = left_out(measured, one, aims[1]), one.of("yes")
        kinds = [one.of(kind) for kind in ("removed", "unanswerable") if one.of(kind).any()]
        of_sets.append(np.mean([area(told[yes], told[no]) for no in kinds]))
    return float(np.mean(of_sets))


def _answered(measured: Sequence[Measured], aims: Sequence[Aim]) -> float:
    told = [left_out(measured, one, aims[0]) for one in measured]
    return float(np.mean(np.concatenate(over_one_threshold(measured, told))))


def _mean_right(measured: Sequence[Measured], aims: Sequence[Aim]) -> float:
    told = [told_and_right(measured, of=[one], aim=aims[2]) for one in measured]
    return float(np.mean([area(chance[right > 0], chance[right == 0]) for chance, right in told]))


def _mean_loss(measured: Sequence[Measured], aims: Sequence[Aim]) -> float:
    return float(np.mean([loss(*told_and_right(measured, of=[one], aim=aims[2])) for one in measured]))


def loss(told: Numbers, right: Numbers) -> float:
    """The log loss of chances; none is taken to be under 1 %."""
    return float(-np.mean(np.log(np.clip(np.where(right > 0, told, 1 - told), 0.01, 1))))


def told_and_right(
    measured: Sequence[Measured], *, of: Sequence[Measured] = (), aim: Aim = RIGHT
) -> tuple[Numbers, Numbers]:
    """The chances told by fits that have not seen the set, and whether the first answer was right."""
    found = []
    for one in of or measured:
        rows = one.of(*ASKED)
        found.append((sure(left_out(measured, one, aim))[rows], one.right[rows]))
    told, right = (np.concatenate(each) for each in zip(*found, strict=True))
    return told, right


def banded(told: Numbers, right: Numbers) -> Iterator[tuple[float, float, Numbers, Numbers]]:
    """Bounds, chances and outcomes of each band that holds any."""
    for low, high in itertools.pairwise(BANDS):
        inside = (told >= low) & (told < high)
        if inside.any():
            yield low, high, told[inside], right[inside]


def fits(measured: Sequence[Measured]) -> str:
    """The fits over all sets, which `index/answers/confidence.py` holds, and what a threshold for `held` would refuse."""
    near, held = fitted(measured, NEAR), fitted(measured, HELD)
    anything = np.concatenate([near(one.values[one.of("anything")]) for one in measured])
    lines = [f"near = {near}", f"held = {held}", f"right = {fitted(measured, RIGHT)}"]
    lines.append(f"5 % of what is about anything is above {np.quantile(anything, 1 - FALSE_ANSWERS):.2f}")
    for cut in CUTS:
        told = [
            f"{one.name} {' '.join(f'{k} {np.mean(held(one.values[one.of(k)]) < cut):.3f}' for k in KINDS if one.of(k).any())}"
            for one in measured
        ]
        lines.append(f"held below {cut:.1f}: {'; '.join(told)}")
    return "\n".join(lines) + "\n"


def _asked(measured: Sequence[Measured]) -> Iterator[tuple[Numbers, float]]:
    for one in measured:
        rows = one.of(*ASKED)
        yield from zip(one.values[rows], one.right[rows], strict=True)


def row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def table(lines: Sequence[str]) -> str:
    """The first line is the head."""
    return "\n".join([lines[0], "|" + "---|" * (lines[0].count("|") - 1), *lines[1:]]) + "\n"
