"""What each part of the ranking adds, and whether its weights hold for a set they were not chosen on.

Three tables in Markdown: the ranking as it is; with parts alone, added and left out; and with
weights chosen on the other sets (leave one set out). Intervals are 95 % bootstraps over
questions; against the ranking as it is they are of the differences, question by question.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from index.evaluation.compared import Compared, Ranks
from index.evaluation.intervals import Interval, bootstrap
from index.fusion import WEIGHTS

Weights = Mapping[str, float]
GRID = {
    "label": (0.0, 0.25, 0.5, 0.75),
    "sentence": (0.0, 0.25, 0.5, 0.75),
    "bm25": (0.25, 0.5, 0.75),
    "question": (0.0, 0.1, 0.2, 0.3, 0.5),
}
"""Weights tried for the set left out; `dense` keeps its own, as only proportions matter."""


@dataclass(frozen=True)
class Pair:
    """One set with function words among the keywords, and without."""

    whole: Compared
    formless: Compared

    @property
    def name(self) -> str:
        return self.whole.name


@dataclass(frozen=True)
class Choice:
    """Weights chosen on other sets, and the places they give on the set left out."""

    weights: Weights
    forms: bool
    ranks: Ranks


def variants() -> dict[str, Callable[[Pair], Ranks]]:
    """The ranking as it is first, then each way to do with less."""
    made: dict[str, Callable[[Pair], Ranks]] = {"the ranking as it is": lambda pair: pair.whole.weighted(WEIGHTS)}
    made |= {f"{name} alone": _with(name) for name in ("dense", "sentence", "bm25")}
    made["dense and bm25, reciprocal ranks"] = lambda pair: pair.formless.reciprocal("dense", "bm25")
    made["dense + bm25"] = _with("dense", "bm25")
    made["dense + bm25 + sentence"] = _with("dense", "bm25", "sentence")
    made["dense + bm25 + sentence + label"] = _with("dense", "bm25", "sentence", "label")
    made |= {f"without {name}": _with(*(other for other in WEIGHTS if other != name)) for name in WEIGHTS}
    made["without function words"] = lambda pair: pair.formless.weighted(WEIGHTS)
    return made


def left_out(pairs: Sequence[Pair]) -> dict[str, Choice]:
    """For each set the weights with the best mean MRR@10 of the others, each set counting the same."""
    grid = [(WEIGHTS | dict(zip(GRID, values, strict=True)), f) for values in product(*GRID.values()) for f in (1, 0)]
    scores = np.array([[mrr(_placed(pair, weights, forms=bool(f))) for pair in pairs] for weights, f in grid])
    found: dict[str, Choice] = {}
    for i, pair in enumerate(pairs):
        others = np.delete(scores, i, axis=1).mean(axis=1)
        weights, forms = grid[int(np.argmax(others))]
        found[pair.name] = Choice(weights, bool(forms), _placed(pair, weights, forms=bool(forms)))
    return found


def mrr(ranks: Ranks) -> float:
    """Mean reciprocal rank, 0 below the tenth place."""
    return float(np.where(ranks <= 10, 1 / ranks, 0.0).mean())


def report(pairs: Sequence[Pair]) -> str:
    """All tables."""
    sections = [_as_it_is(pairs), _ablation(pairs)]
    if len(pairs) > 1:
        sections.append(_chosen_elsewhere(pairs))
    return "\n\n".join(sections) + "\n"


def _with(*names: str) -> Callable[[Pair], Ranks]:
    return lambda pair: pair.whole.weighted({name: WEIGHTS[name] for name in names})


def _placed(pair: Pair, weights: Weights, *, forms: bool) -> Ranks:
    return (pair.whole if forms else pair.formless).weighted(weights)


def _as_it_is(pairs: Sequence[Pair]) -> str:
    rows = [(pair.name, str(len(pair.whole.questions)), *_figures(pair.whole.weighted(WEIGHTS))) for pair in pairs]
    return "## The ranking as it is\n\n" + _table(("set", "questions", "S@1", "S@5", "MRR@10"), rows)


def _ablation(pairs: Sequence[Pair]) -> str:
    rows = []
    base: list[Ranks] = []
    for name, ranked in variants().items():
        places = [ranked(pair) for pair in pairs]
        base = base or places
        cells = [_against(here, there) for here, there in zip(places, base, strict=True)]
        change = np.mean([np.mean(h <= 1) - np.mean(t <= 1) for h, t in zip(places, base, strict=True)])
        rows.append((name, *cells, f"{change:+.3f}" if places is not base else ""))
    text = "S@1 / S@5. `-` or `+`: S@1 differs from the ranking as it is by more than chance (the paired interval leaves out 0)."
    head = ("variant", *(pair.name for pair in pairs), "mean change of S@1")
    return f"## Parts alone, added and left out\n\n{text}\n\n" + _table(head, rows)


def _chosen_elsewhere(pairs: Sequence[Pair]) -> str:
    rows = []
    for name, choice in left_out(pairs).items():
        weights = " ".join(f"{signal} {weight:g}" for signal, weight in choice.weights.items())
        rows.append((name, weights + ("" if choice.forms else ", no function words"), *_figures(choice.ranks)))
    text = "Each set under the weights with the best mean MRR@10 on the other sets."
    return f"## Weights chosen on the other sets\n\n{text}\n\n" + _table(
        ("set", "weights", "S@1", "S@5", "MRR@10"), rows
    )


def _figures(ranks: Ranks) -> Iterator[str]:
    values = np.stack([ranks <= 1, ranks <= 5, np.where(ranks <= 10, 1 / ranks, 0.0)]).astype(np.float64)
    for row, interval in zip(values, bootstrap(values), strict=True):
        yield f"{row.mean():.3f} {_shown(interval)}"


def _against(ranks: Ranks, base: Ranks) -> str:
    low, high = bootstrap(((ranks <= 1).astype(np.float64) - (base <= 1))[None])[0]
    mark = " +" if low > 0 else " -" if high < 0 else ""
    return f"{np.mean(ranks <= 1):.3f} / {np.mean(ranks <= 5):.3f}{mark}"


def _shown(interval: Interval) -> str:
    return f"[{interval[0]:.3f}, {interval[1]:.3f}]"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *rows))
