"""The figures over all outcomes of a set."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from index.evaluation import metrics
from index.evaluation.questions import Outcome
from index.evaluation.report import (
    NAMES,
    CityReport,
    ConfidenceLevel,
    CurvePoint,
    Excerpts,
    Latency,
    QuestionRecord,
    Refusal,
    Report,
    Scores,
)
from index.evaluation.statistics import bootstrap, wilson

CURVE_POINTS = 41
LEVELS = ("high", "medium", "low", "refused")


def report(
    name: str, outcomes: Sequence[Outcome], *, documents: int, called: Mapping[str, str] | None = None
) -> Report:
    """All figures of a set. `called` gives the names of documents whose ids say nothing to a reader."""
    judged = [outcome for outcome in outcomes if outcome.question.grades]
    placed = [outcome.wrong_city for outcome in outcomes if outcome.wrong_city is not None]
    whole = part(outcomes)
    return Report(
        set=name,
        documents=documents,
        questions=len(judged),
        metrics=whole.metrics,
        refusal=_refusal(outcomes),
        wrong_city=whole.wrong_city,
        latency_ms=_latency([outcome.milliseconds for outcome in outcomes]),
        intervals=whole.intervals,
        cities=_cities(outcomes),
        wrong_city_rate=_mean(placed) if placed else None,
        reliability=_reliability(outcomes),
        excerpts=_excerpts(outcomes),
        stages_ms=_stages(outcomes),
        asked=[_asked(outcome, called or {}) for outcome in outcomes],
    )


def part(outcomes: Sequence[Outcome]) -> CityReport:
    """The figures of some questions."""
    judged = [outcome for outcome in outcomes if outcome.question.grades]
    values = np.array([scores(outcome) for outcome in judged]).T.reshape(len(NAMES), -1)
    yes, no = _labelled(outcomes)
    return CityReport(
        questions=len(judged),
        metrics=Scores(**{name: _mean(row) for name, row in zip(NAMES, values, strict=True)}),
        intervals=dict(zip(NAMES, bootstrap(values), strict=True)),
        wrong_city=sum(outcome.wrong_city or False for outcome in outcomes),
        answered_answerable=_mean(not o.refused for o in yes) if yes else None,
        answered_unanswerable=_mean(not o.refused for o in no) if no else None,
    )


def scores(outcome: Outcome) -> list[float]:
    """One question's values of all metrics, in the order of `NAMES`."""
    ranked, grades = outcome.ranked, outcome.question.grades
    if not grades:
        return []
    return [
        metrics.success(ranked, grades, at=1),
        metrics.success(ranked, grades, at=5),
        metrics.reciprocal_rank(ranked, grades, at=10),
        metrics.ndcg(ranked, grades, at=10),
        metrics.recall(ranked, grades, at=10),
    ]


def _cities(outcomes: Sequence[Outcome]) -> dict[str, CityReport]:
    by_city: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_city[outcome.question.city].append(outcome)
    named = {city: part(by_city[city]) for city in sorted(by_city) if city}
    return named if len(named) > 1 else {}


def _labelled(outcomes: Iterable[Outcome]) -> tuple[list[Outcome], list[Outcome]]:
    labelled = [outcome for outcome in outcomes if outcome.question.label is not None]
    return [o for o in labelled if o.question.label], [o for o in labelled if not o.question.label]


def _refusal(outcomes: Sequence[Outcome]) -> Refusal:
    yes, no = _labelled(outcomes)
    area = metrics.auroc([outcome.support for outcome in yes], [outcome.support for outcome in no])
    answered = [sum(not outcome.refused for outcome in side) for side in (yes, no)]
    return Refusal(
        auroc=None if area is None else round(area, 4),
        answered_answerable=round(answered[0] / len(yes), 4) if yes else None,
        answered_unanswerable=round(answered[1] / len(no), 4) if no else None,
        answerable=len(yes),
        unanswerable=len(no),
        interval_answerable=wilson(answered[0], len(yes)) if yes else None,
        interval_unanswerable=wilson(answered[1], len(no)) if no else None,
        curve=_curve([o.support for o in yes], [o.support for o in no]) if yes and no else [],
    )


def _curve(yes: list[float], no: list[float]) -> list[CurvePoint]:
    steps = np.unique([*yes, *no])
    chosen = steps[np.unique(np.linspace(0, len(steps) - 1, CURVE_POINTS).round().astype(int))]
    return [
        CurvePoint(
            support=round(float(step), 4),
            answerable=round(float(np.mean(np.array(yes) >= step)), 4),
            unanswerable=round(float(np.mean(np.array(no) >= step)), 4),
        )
        for step in chosen
    ]


def _reliability(outcomes: Iterable[Outcome]) -> list[ConfidenceLevel]:
    right: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.right is not None and outcome.first is not None:
            right["refused" if outcome.refused else outcome.first.confidence].append(outcome.right)
    return [
        ConfidenceLevel(
            confidence=level,
            questions=len(right[level]),
            right=sum(right[level]),
            share=_mean(right[level]),
            interval=wilson(sum(right[level]), len(right[level])),
        )
        for level in LEVELS
        if right[level]
    ]


def _excerpts(outcomes: Iterable[Outcome]) -> Excerpts | None:
    checked = [outcome for outcome in outcomes if outcome.holds is not None]
    if not checked:
        return None
    return Excerpts(
        questions=len(checked),
        share=_mean(bool(o.holds) for o in checked),
        share_of_right=_mean(bool(o.holds) for o in checked if o.rank == 1),
    )


def _stages(outcomes: Sequence[Outcome]) -> dict[str, Latency]:
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.stages)
    return {name: _latency([o.stages[name] for o in outcomes if name in o.stages]) for name in names}


def _latency(times: Sequence[float]) -> Latency:
    at: Callable[[int], float] = lambda p: round(float(np.percentile(times, p)), 2) if times else 0.0  # noqa: E731
    return Latency(p50=at(50), p95=at(95), p99=at(99))


def _asked(outcome: Outcome, called: Mapping[str, str]) -> QuestionRecord:
    question, first = outcome.question, outcome.first
    return QuestionRecord(
        id=question.id,
        text=question.text,
        city=question.city,
        rank=outcome.rank,
        ranked=list(outcome.ranked),
        scores=[round(value, 6) for value in scores(outcome)],
        judged=bool(question.grades),
        label=question.label,
        refused=outcome.refused,
        confidence=first.confidence if first else "",
        expected=[called.get(id, id) for id in sorted(question.grades, key=lambda id: -question.grades[id])],
        first=called.get(first.document, first.document) if first else "",
        title=first.title if first else "",
        excerpt=first.excerpt if first else "",
    )


def _mean(values: Iterable[float]) -> float:
    return round(float(metrics.mean([float(value) for value in values])), 4)
