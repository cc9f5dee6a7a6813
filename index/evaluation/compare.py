"""Two runs on the same questions: which figures rose and fell, by which questions, and whether by chance."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from index.evaluation.report import NAMES, QuestionRecord, Report, Shape
from index.evaluation.statistics import Interval, bootstrap, mcnemar
from townclerk.errors import BadInput

CERTAIN = 0.05
"""A change is called beyond chance when chance alone makes one so large in fewer than 1 of 20 comparisons."""


class MetricChange(Shape):
    """One figure then and now. `chance` is McNemar's for figures that are 0 or 1 a question, else None.

    `interval` is of the difference; without the old questions neither is known.
    """

    metric: str
    then: float
    now: float
    interval: Interval | None = None
    chance: float | None = None
    beyond_chance: bool | None = None

    @property
    def difference(self) -> float:
        """Now less then."""
        return round(self.now - self.then, 4)


class RankChange(Shape):
    """A question whose right answer rose or fell; rank 0 is not found."""

    id: str
    text: str
    city: str
    then: int
    now: int
    first_then: str
    first_now: str

    @property
    def rose(self) -> bool:
        """Whether the right answer stands higher now."""
        return 0 < self.now < (self.then or float("inf"))


class Comparison(Shape):
    """One set, then and now. `compared` questions are in both runs, `left_out` only in one."""

    set: str
    compared: int
    left_out: int
    changes: list[MetricChange]
    better: list[RankChange] = Field(default_factory=list)
    worse: list[RankChange] = Field(default_factory=list)
    refused_now: list[str] = Field(default_factory=list)
    answered_now: list[str] = Field(default_factory=list)


def read(path: Path) -> dict[str, Report]:
    """Reports by set, of a file that `--report FILE.json` or `--json` wrote. Raises BadInput."""
    try:
        return {report.set: report for report in map(Report.model_validate, _objects(path.read_text(encoding="utf-8")))}
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}. Write one with --report FILE.json first.") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"{path} is no report of this command. Write one with --report FILE.json and compare with that."
        ) from error


def compare(then: Report, now: Report) -> Comparison:
    """What changed. Only questions that both runs asked with the same words count."""
    before = {record.id: record for record in then.asked}
    pairs = [(before[a.id], a) for a in now.asked if a.id in before and before[a.id].text == a.text]
    judged = [(a, b) for a, b in pairs if a.judged and b.judged]
    if not judged:
        old, new = then.metrics.by_name, now.metrics.by_name
        changes = [MetricChange(metric=name, then=old[name], now=new[name]) for name in NAMES]
        return Comparison(set=now.set, compared=0, left_out=len(now.asked), changes=changes)
    moved = [_moved(a, b) for a, b in judged if a.rank != b.rank]
    return Comparison(
        set=now.set,
        compared=len(pairs),
        left_out=len(now.asked) + len(then.asked) - 2 * len(pairs),
        changes=list(_changes(judged)),
        better=[change for change in moved if change.rose],
        worse=[change for change in moved if not change.rose],
        refused_now=[b.id for a, b in pairs if b.refused and not a.refused],
        answered_now=[b.id for a, b in pairs if a.refused and not b.refused],
    )


def _objects(text: str) -> list[Any]:
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return whole if isinstance(whole, list) else [whole]


def _changes(pairs: Sequence[tuple[QuestionRecord, QuestionRecord]]) -> Iterator[MetricChange]:
    then, now = (np.array([pair[side].scores for pair in pairs]).T for side in (0, 1))
    for i, (name, interval) in enumerate(zip(NAMES, bootstrap(now - then), strict=True)):
        chance = None
        if set(np.unique([then[i], now[i]])) <= {0.0, 1.0} and name.startswith("S@"):
            chance = round(mcnemar(int((now[i] > then[i]).sum()), int((now[i] < then[i]).sum())), 4)
        yield MetricChange(
            metric=name,
            then=round(float(then[i].mean()), 4),
            now=round(float(now[i].mean()), 4),
            interval=interval,
            chance=chance,
            beyond_chance=interval[0] > 0 or interval[1] < 0 if chance is None else chance < CERTAIN,
        )


def _moved(then: QuestionRecord, now: QuestionRecord) -> RankChange:
    first_then, first_now = (record.title or record.first for record in (then, now))
    ranks = {"then": then.rank, "now": now.rank}
    return RankChange(id=now.id, text=now.text, city=now.city, **ranks, first_then=first_then, first_now=first_now)
