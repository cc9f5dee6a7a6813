"""What each part of the ranking adds, and whether its weights hold for a set they were not chosen on.

Three tables in Markdown: the ranking as it is; with parts alone, added and left out; and with
weights fitted on the other sets (leave one set out, see `fitted`). Intervals are 95 % bootstraps
over questions; against the ranking as it is they are of the differences, question by question.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from index.evaluation.statistics import Interval, bootstrap
from index.ranking.fusion import WEIGHTS
from scripts.ranking import fitted
from scripts.ranking.fitted import Fitted
from scripts.ranking.signal_table import SUBJECT, Compared, Ranks

Weights = Mapping[str, float]


def variants() -> dict[str, Callable[[Compared], Ranks]]:
    """The ranking as it is first, then each way to do with less."""
    made: dict[str, Callable[[Compared], Ranks]] = {"the ranking as it is": lambda each: each.weighted(WEIGHTS)}
    made |= {f"{name} alone": _with(name) for name in ("dense", "sentence", "bm25")}
    made["dense and bm25, reciprocal ranks"] = lambda each: each.reciprocal("dense", SUBJECT["bm25"])
    made["dense + bm25"] = _with("dense", "bm25")
    made["dense + bm25 + sentence"] = _with("dense", "bm25", "sentence")
    made["dense + bm25 + sentence + label"] = _with("dense", "bm25", "sentence", "label")
    made |= {f"without {name}": _with(*(other for other in WEIGHTS if other != name)) for name in WEIGHTS}
    formless = {SUBJECT.get(name, name): weight for name, weight in WEIGHTS.items()}
    made["without function words"] = lambda each: each.weighted(formless)
    return made


def left_out(sets: Sequence[Compared]) -> dict[str, Fitted]:
    """For each set the weights fitted on the others."""
    return {each.name: fitted.blend([other for other in sets if other is not each]) for each in sets}


def report(sets: Sequence[Compared]) -> str:
    """All tables."""
    sections = [_as_it_is(sets), _ablation(sets)]
    if len(sets) > 1:
        sections.append(_fitted_elsewhere(sets))
    return "\n\n".join(sections) + "\n"


def _with(*names: str) -> Callable[[Compared], Ranks]:
    return lambda each: each.weighted({name: WEIGHTS[name] for name in names})


def _as_it_is(sets: Sequence[Compared]) -> str:
    rows = [(each.name, str(len(each.questions)), *_figures(each.weighted(WEIGHTS))) for each in sets]
    return "### The ranking as it is\n\n" + _table(("set", "questions", "S@1", "S@5", "MRR@10"), rows)


def _ablation(sets: Sequence[Compared]) -> str:
    rows = []
    base: list[Ranks] = []
    for name, ranked in variants().items():
        places = [ranked(each) for each in sets]
        base = base or places
        cells = [_against(here, there) for here, there in zip(places, base, strict=True)]
        change = np.mean([np.mean(h <= 1) - np.mean(t <= 1) for h, t in zip(places, base, strict=True)])
        rows.append((name, *cells, f"{change:+.3f}" if places is not base else ""))
    text = "S@1 / S@5. `-` or `+`: S@1 differs from the ranking as it is by more than chance (the paired interval leaves out 0)."
    head = ("variant", *(each.name for each in sets), "mean change of S@1")
    return f"### Parts alone, added and left out\n\n{text}\n\n" + _table(head, rows)


def _fitted_elsewhere(sets: Sequence[Compared]) -> str:
    rows = []
    for each, made in zip(sets, left_out(sets).values(), strict=True):
        forms = " / ".join(f"{count:.2f}" for count in made.forms.values())
        rows.append((each.name, _shares(made.weights), forms, *_figures(made.ranks(each))))
    text = "Each set under weights fitted on the others, shown for dense = 0.5; `function words`: what one counts in bm25 / question."
    head = ("set", "weights", "function words", "S@1", "S@5", "MRR@10")
    return f"### Weights fitted on the other sets\n\n{text}\n\n" + _table(head, rows)


def _shares(weights: Weights) -> str:
    by = WEIGHTS["dense"] / (weights["dense"] or WEIGHTS["dense"])
    return " ".join(f"{signal} {by * weight:.2f}" for signal, weight in weights.items())


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
