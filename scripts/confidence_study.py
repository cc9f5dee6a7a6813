"""Fits the probability that a first answer is right, and checks it on sets left out of the fit.

    .venv/bin/python scripts/confidence_study.py FOLDER... [--each 400]

Each FOLDER is a set as `townclerk evaluate` reads it; questions are asked with their history.
Of a larger set `--each` questions are drawn, always the same ones. A question is right when
its first answer is judged right; one that is labelled unanswerable is never right. Each set
weighs the same. Printed: the fit over all sets, then for every set the figures under the fit
over the others, with bootstrap 95 % intervals, and how often each band of probability was right.
Give two sets or more: one alone cannot be left out. How many questions of a set have no answer
moves its whole share of right ones, and no fit over other sets can know it: read `error` with that in mind.
"""

import argparse
import itertools
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.documents import Marker
from index.evaluation import sets
from index.evaluation.runs import NOWHERE, document, throw_away
from townclerk.settings import Settings, load

PARTS = ("fit", "coverage")
BANDS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1.0)
DRAWS = 1000
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """One set: a row of `values` for each question (1, then PARTS), whether it was `right`, and its `support`.

    `answerable` is 1, 0, or -1 where nobody said.
    """

    name: str
    values: Numbers
    right: Numbers
    support: Numbers
    answerable: Numbers


def ask(folder: Path, settings: Settings, *, each: int) -> Asked:
    """Index a set and ask its questions."""
    chosen = sets.read(folder)
    cities = {row.city: NOWHERE for row in chosen.corpus}
    documents = [document(n, row, cities) for n, row in enumerate(chosen.corpus, start=1)]
    id_of = {made.key: row.id for made, row in zip(documents, chosen.corpus, strict=True)}
    queries = [q for q in chosen.queries if q.id in chosen.judgements or q.label is not None]
    queries = random.Random(1).sample(queries, min(each, len(queries)))  # noqa: S311
    rows: list[tuple[float, ...]] = []
    with throw_away(settings) as process:
        process.engine.apply(documents, [], marker=Marker(faqs=len(documents)))
        for query in queries:
            text, history = query.asked(with_history=True)
            found = process.engine.search(text, jurisdictions=[NOWHERE], history=history, limit=1)
            if found.candidates:
                first = found.candidates[0]
                graded = chosen.judgements.get(query.id, {}).get(id_of[first.passage.document_key], 0)
                right = graded > 0 and query.label is not False
                label = -1 if query.label is None else int(query.label)
                rows.append((1.0, *(first.parts[part] for part in PARTS), right, found.support, label))
    told = np.array(rows, float)
    width = len(PARTS) + 1
    return Asked(chosen.name, told[:, :width], told[:, width], told[:, width + 1], told[:, width + 2])


def fitted(asked: list[Asked]) -> Numbers:
    """Logistic regression by Newton's method; each set weighs the same, with a weak ridge on all but the base."""
    x, y = np.concatenate([a.values for a in asked]), np.concatenate([a.right for a in asked])
    weights = np.concatenate([np.full(len(a.right), 1000 / len(a.right)) for a in asked])
    ridge = np.diag([0.0] + [1.0] * len(PARTS))
    found = np.zeros(x.shape[1])
    for _ in range(30):
        p = chance(x, found)
        slope = x.T @ (weights * (y - p)) - ridge @ found
        found = found + np.linalg.solve((x * (weights * p * (1 - p))[:, None]).T @ x + ridge, slope)
    return found


def chance(values: Numbers, weights: Numbers) -> Numbers:
    """The probability of each row."""
    made: Numbers = 1 / (1 + np.exp(-values @ weights))
    return made


def error(p: Numbers, right: Numbers) -> float:
    """Expected calibration error over BANDS: the mean distance of told and observed, by questions."""
    band = np.digitize(p, BANDS[1:-1])
    return float(sum(abs(p[band == b].sum() - right[band == b].sum()) for b in np.unique(band)) / len(p))


def area(yes: Numbers, no: Numbers) -> float:
    """How often one of `yes` is above one of `no`; a tie counts half."""
    apart = yes[:, None] - no[None, :]
    return float((apart > 0).mean() + (apart == 0).mean() / 2)


def spread(measure: list[float]) -> str:
    low, high = np.percentile(measure, [2.5, 97.5])
    return f"{low:.3f} to {high:.3f}"


def told(one: Asked, p: Numbers) -> str:
    """A line of figures about a set, with the fit that did not see it."""
    draw = np.random.default_rng(1)
    picks = [draw.integers(0, len(p), len(p)) for _ in range(DRAWS)]
    calibrated = f"error {error(p, one.right):.3f} ({spread([error(p[i], one.right[i]) for i in picks])})"
    line = f"{one.name}: {len(p)} questions, {one.right.mean():.3f} right, told {p.mean():.3f}, {calibrated}"
    yes, no = one.support[one.answerable == 1], one.support[one.answerable == 0]
    if len(yes) and len(no):
        drawn = [area(draw.choice(yes, len(yes)), draw.choice(no, len(no))) for _ in range(DRAWS)]
        line += f"; answerable above unanswerable {area(yes, no):.3f} ({spread(drawn)})"
    return line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--each", type=int, default=400)
    options = parser.parse_args()
    if len(options.folders) < 2:
        parser.error("give two sets or more: each is measured with the fit over the others")
    settings = load()
    asked = [ask(folder, settings, each=options.each) for folder in options.folders]
    out = sys.stdout.write
    out("weights over all sets: " + ", ".join(f"{w:.2f}" for w in fitted(asked)) + f" of base, {', '.join(PARTS)}\n")
    left = [chance(one.values, fitted([other for other in asked if other is not one])) for one in asked]
    for one, p in zip(asked, left, strict=True):
        out(told(one, p) + "\n")
    p, right = np.concatenate(left), np.concatenate([one.right for one in asked])
    out(f"together: error {error(p, right):.3f}\n| told | questions | mean told | right |\n|---|---|---|---|\n")
    for low, high in itertools.pairwise(BANDS):
        inside = (p >= low) & (p < high)
        if inside.any():
            out(f"| {low} to {high} | {inside.sum()} | {p[inside].mean():.3f} | {right[inside].mean():.3f} |\n")


if __name__ == "__main__":
    main()
