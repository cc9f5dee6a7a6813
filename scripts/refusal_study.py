"""Fits when to refuse and how sure to be, and checks both on sets of questions left out of the fit.

    .venv/bin/python scripts/refusal_study.py FOLDER... --other FILE [--each 600]

Each FOLDER is a set as `townclerk evaluate` reads it; the demo cities, crawled, are one more. Questions
are asked with their history.
FILE holds questions about anything else, one a line. Of a larger set `--each` questions are
drawn, always the same ones. Every answerable question is also asked with its answers left out
("removed"): a question on the subject that the texts do not answer. Printed, for each set under
the fit over the others: how often an answerable question ranks above one about anything, one
that people labelled unanswerable and one with its answers removed; how many answerable questions
are answered where 5 % of those about anything are; and how sure the engine was of right and
wrong first answers. Then the fit over all sets, which `index/confidence.py` holds.
"""

import argparse
import itertools
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import confidence
from index.catalogue import Found
from index.engine import Engine
from index.evaluation.outcomes import Question
from index.evaluation.runs import Options, Prepared, kept_in, prepared, throw_away
from index.evidence import Evidence
from index.fusion import fuse
from index.signals import Signals
from townclerk import demo_set
from townclerk.settings import Settings, load

NAMES = tuple(field.name for field in fields(Evidence))
NEAR = ("dense", "fit", "covered")
HELD = ("sentence", "standing", "fit", "covered")
RIGHT = ("standing", "fit", "covered")
ANYTHING = {"yes": 1.0, "anything": 1.0}
SAME_SUBJECT = {"yes": 1.0, "removed": 0.67, "unanswerable": 0.33}
CHANCE = {"yes": 1.0, "unanswerable": 1.0}
WEIGHT = 300
"""Every set and kind weighs as much as so many questions."""
KINDS = ("yes", "unanswerable", "removed", "anything")
BANDS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1.0)
FALSE_ANSWERS = 0.05
DRAWS = 500
OUT = sys.stdout.write
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """The questions of a set: a row of evidence each, what `kind` of question it is, whether the best passage was `right`."""

    name: str
    values: Numbers
    kind: NDArray[np.str_]
    right: Numbers

    def of(self, *kinds: str) -> NDArray[np.bool_]:
        """Which rows are of these kinds."""
        return np.isin(self.kind, kinds)


@dataclass(frozen=True)
class Fit:
    """Log odds of a row: `weights` of the parts named, then the base."""

    parts: tuple[str, ...]
    weights: Numbers

    def __call__(self, values: Numbers) -> Numbers:
        made: Numbers = chosen(values, self.parts) @ self.weights[:-1] + self.weights[-1]
        return made

    def __str__(self) -> str:
        terms = [f"{weight:.2f} {name}" for name, weight in zip(self.parts, self.weights, strict=False)]
        return " + ".join([*terms, f"{self.weights[-1]:.2f}"])


def of_folder(folder: Path, settings: Settings, *, other: Sequence[str], options: argparse.Namespace) -> Measured:
    """Index a set and ask its questions and the others."""
    with kept_in(options.keep / folder.resolve().name, settings) if options.keep else throw_away(settings) as process:
        ready = prepared(process, folder, options=Options(history=True), tell=tell)
        return measure(process.engine, ready, other=other, each=options.each)


def of_demo(settings: Settings, *, other: Sequence[str], each: int) -> Measured:
    """Crawl the demo cities and ask their questions and the others."""
    with demo_set.built(settings) as process:
        ids = demo_set.documents(process)
        asked = [question for name in demo_set.SETS for question in demo_set.questions(process, name)]
        ready = Prepared("demo", len(ids), asked, lambda key: ids[key])
        return measure(process.engine, ready, other=other, each=each)


def measure(engine: Engine, ready: Prepared, *, other: Sequence[str], each: int) -> Measured:
    """Ask questions of a set and the others, whose places are those of one question after the other."""
    rows: list[tuple[Evidence, str, bool]] = []
    asked = random.Random(1).sample(ready.questions, min(each, len(ready.questions)))  # noqa: S311
    for done, question in enumerate(asked, start=1):
        rows += answered(engine, ready, question)
        tell(done, len(asked))
    for done, (text, question) in enumerate(zip(other, itertools.cycle(asked), strict=False), start=1):
        rows.append((Looked(engine, text, (), question.layers).evidence(), "anything", False))
        tell(done, len(other))
    values = np.array([astuple(evidence) for evidence, _, _ in rows], float)
    return Measured(
        ready.name, values, np.array([kind for _, kind, _ in rows]), np.array([r for _, _, r in rows], float)
    )


def answered(engine: Engine, ready: Prepared, question: Question) -> Iterator[tuple[Evidence, str, bool]]:
    """The evidence for a question, and once more with its answers left out."""
    looked = Looked(engine, question.text, question.history, question.layers)
    if question.label is False:
        yield looked.evidence(), "unanswerable", False
    elif question.grades:
        right = np.array([ready.id_of(key) in question.grades for key in looked.keys])
        yield looked.evidence(), "yes", bool(right[looked.best()]) if len(right) else False
        yield looked.evidence(~right), "removed", False


class Looked:
    """The candidates of one question."""

    def __init__(self, engine: Engine, text: str, history: Sequence[str], layers: Sequence[str]) -> None:
        self.retrieval, self.asked, self.catalogue = engine.comparing(text, history, layers)
        vector = self.retrieval.meaning(self.asked)
        self.level = self.retrieval.level(vector, layers)
        self.signals = self.retrieval.compare(self.asked, layers, vector)
        found = self.signals.found
        segments = self.catalogue.segments
        places = zip(found.segment.tolist(), found.position.tolist(), strict=True)
        self.keys = [segments[number].filed(np.array([position]))[0].key for number, position in places]

    def best(self) -> int:
        return int(np.argmax(fuse(self.signals, passages=len(self.catalogue))))

    def evidence(self, kept: NDArray[np.bool_] | None = None) -> Evidence:
        """What the engine would see if only some candidates were there."""
        signals = self.signals
        if kept is not None and len(kept):
            found = Found(*(getattr(signals.found, each.name)[kept] for each in fields(Found)))
            signals = Signals(found, {name: values[kept] for name, values in signals.values.items()})
        return self.retrieval.evidence(self.asked, signals, self.level)


def fitted(
    measured: Sequence[Measured], parts: tuple[str, ...], kinds: Mapping[str, float], *, right: bool = False
) -> Fit:
    """Logistic regression by Newton's method on standardised parts, with a weak ridge on all but the base.

    Of every set each kind weighs what `kinds` says. What is told apart is right first answers
    from others, or answerable questions from others.
    """
    x, y, w = [], [], []
    for one in measured:
        for kind, weight in kinds.items():
            rows = one.of(kind)
            if rows.any():
                x.append(chosen(one.values[rows], parts))
                y.append(one.right[rows] if right else np.full(rows.sum(), float(kind == "yes")))
                w.append(np.full(rows.sum(), weight * WEIGHT / rows.sum()))
    values, goal, weights = np.concatenate(x), np.concatenate(y), np.concatenate(w)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    scaled = np.c_[(values - mean) / spread, np.ones(len(values))]
    ridge, found = np.diag([1.0] * len(parts) + [0.0]), np.zeros(len(parts) + 1)
    for _ in range(30):
        p = 1 / (1 + np.exp(-scaled @ found))
        slope = scaled.T @ (weights * (goal - p)) - ridge @ found
        found = found + np.linalg.solve((scaled * (weights * p * (1 - p))[:, None]).T @ scaled + ridge, slope)
    told = found[:-1] / spread
    return Fit(parts, np.append(told, found[-1] - told @ mean))


def chosen(values: Numbers, parts: Sequence[str]) -> Numbers:
    """The columns of these parts."""
    return values[:, [NAMES.index(part) for part in parts]]


def area(yes: Numbers, no: Numbers) -> float:
    """How often one of `yes` is above one of `no`; a tie counts half."""
    apart = yes[:, None] - no[None, :]
    return float((apart > 0).mean() + (apart == 0).mean() / 2)


def with_interval(yes: Numbers, no: Numbers) -> str:
    """The area with its bootstrap 95 % interval."""
    draw = np.random.default_rng(1)
    drawn = [area(draw.choice(yes, len(yes)), draw.choice(no, len(no))) for _ in range(DRAWS)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{area(yes, no):.3f} [{low:.3f}, {high:.3f}]"


def line(one: Measured, near: Fit, held: Fit) -> str:
    """A row of the table about refusal."""
    yes, anything = one.of("yes"), one.of("anything")
    far, there = near(one.values), held(one.values)
    cells = [one.name, str(int(yes.sum())), with_interval(far[yes], far[anything])]
    cells.append(f"{np.mean(far[yes] > np.quantile(far[anything], 1 - FALSE_ANSWERS)):.3f}")
    against = [there[one.of(kind)] for kind in ("unanswerable", "removed")]
    cells += [with_interval(there[yes], no) if len(no) else "" for no in against]
    return "| " + " | ".join(cells) + " |\n"


def refusal(measured: Sequence[Measured]) -> None:
    """The table about refusal, each set under the fits over the others, then the fits over all."""
    OUT(
        "| set | answerable | above one about anything | answered at 5 % | above a labelled one | above one with its answers removed |\n"
    )
    OUT("|---|---|---|---|---|---|\n")
    for one in measured:
        others = [other for other in measured if other is not one]
        OUT(line(one, fitted(others, NEAR, ANYTHING), fitted(others, HELD, SAME_SUBJECT)))
    near, held = fitted(measured, NEAR, ANYTHING), fitted(measured, HELD, SAME_SUBJECT)
    anything = np.concatenate([near(one.values[one.of("anything")]) for one in measured])
    least = float(np.quantile(anything, 1 - FALSE_ANSWERS))
    shares = [f"{one.name} {np.mean(near(one.values[one.of('yes')]) > least):.3f}" for one in measured]
    every = np.concatenate([near(one.values[one.of("yes")]) for one in measured])
    OUT(
        f"\nnear = {near}\n5 % of what is about anything is above {least:.2f}; answerable above it: {', '.join(shares)}; all {np.mean(every > least):.3f}\n"
    )
    OUT(f"\nheld = {held}\n")
    for cut in np.arange(-3.0, 0.01, 0.5):
        told = [
            f"{one.name} {' '.join(f'{k} {np.mean(held(one.values[one.of(k)]) < cut):.3f}' for k in KINDS if one.of(k).any())}"
            for one in measured
        ]
        OUT(f"held below {cut:.1f}: {'; '.join(told)}\n")


def in_force(measured: Sequence[Measured]) -> None:
    """What the engine does as it is: how many questions of each kind it answers, and how often it is right by confidence."""
    OUT("\n| set | " + " | ".join(f"{kind}: answered" for kind in KINDS) + " |\n|---|---|---|---|---|\n")
    for one in measured:
        answers = np.array([not confidence.refused(Evidence(*row)) for row in one.values])
        cells = [f"{answers[one.of(kind)].mean():.3f}" if one.of(kind).any() else "" for kind in KINDS]
        OUT(f"| {one.name} | " + " | ".join(cells) + " |\n")
    OUT("\n| confidence | questions | right |\n|---|---|---|\n")
    asked = [
        (row, right)
        for one in measured
        for row, right in zip(one.values[one.of(*CHANCE)], one.right[one.of(*CHANCE)], strict=True)
    ]
    for sure in ("high", "medium", "low"):
        right = [right for row, right in asked if confidence.judge(Evidence(*row)) == sure]
        OUT(f"| {sure} | {len(right)} | {np.mean(right):.3f} |\n")


def sureness(measured: Sequence[Measured]) -> None:
    """How often first answers were right at each told probability, each set under the fit over the others."""
    left = []
    for one in measured:
        rows = one.of(*CHANCE)
        fit = fitted([other for other in measured if other is not one], RIGHT, CHANCE, right=True)
        p = 1 / (1 + np.exp(-fit(one.values[rows])))
        left.append((p, one.right[rows]))
        OUT(
            f"{one.name}: {rows.sum()} questions, {one.right[rows].mean():.3f} right, told {p.mean():.3f}, right above wrong {area(p[one.right[rows] == 1], p[one.right[rows] == 0]):.3f}\n"
        )
    p, right = (np.concatenate(each) for each in zip(*left, strict=True))
    OUT("\n| told | questions | mean told | right |\n|---|---|---|---|\n")
    for low, high in itertools.pairwise(BANDS):
        inside = (p >= low) & (p < high)
        if inside.any():
            OUT(f"| {low} to {high} | {inside.sum()} | {p[inside].mean():.3f} | {right[inside].mean():.3f} |\n")
    OUT(f"\nright = {fitted(measured, RIGHT, CHANCE, right=True)}\n")


def tell(done: int, total: int) -> None:
    if done % 50 == 0 or done == total:
        sys.stderr.write(f"\r{done}/{total} ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--other", type=Path, required=True, help="questions about anything else, one a line")
    parser.add_argument("--each", type=int, default=600, help="questions drawn of a larger set")
    parser.add_argument("--keep", type=Path, help="folder that keeps the indexes between runs")
    options = parser.parse_args()
    settings, other = load(), options.other.read_text().splitlines()
    measured = [of_folder(folder, settings, other=other, options=options) for folder in options.folders]
    measured.append(of_demo(settings, other=other, each=options.each))
    refusal(measured)
    in_force(measured)
    sureness(measured)


if __name__ == "__main__":
    main()
