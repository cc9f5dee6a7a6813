"""Floors: the least (or most) that figures of a set may be, kept in a file beside the set.

    [demo.least]
    "S@1" = 0.93
    "refusal.answered_answerable" = 0.95
    [demo.most]
    wrong_city = 0

A figure is named as in `--json`, with dots where objects nest; those of `metrics` by their own
name. Of a list (`reliability`) the entry is named by its confidence: `reliability.high.share`.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from index.evaluation.report import Report
from townclerk.errors import BadInput

Kind = Literal["least", "most"]
Floors = dict[str, dict[Kind, dict[str, float]]]
_RULES = TypeAdapter(Floors, config=ConfigDict(strict=True))


@dataclass(frozen=True)
class Bound:
    """One rule of a floor file, and what was measured; None when there was nothing to measure."""

    set: str
    figure: str
    kind: str
    bound: float
    measured: float | None

    @property
    def kept(self) -> bool:
        """Whether the figure is on the right side. A figure that is gone is not."""
        if self.measured is None:
            return False
        return self.measured >= self.bound if self.kind == "least" else self.measured <= self.bound


def read(path: Path) -> Floors:
    """Set -> "least" or "most" -> figure -> bound. Raises BadInput with what is wrong."""
    try:
        rules = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}. Give the path of a floor file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}. A floor file is TOML: [SET.least] and [SET.most] with figures.") from error
    try:
        return _RULES.validate_python(rules)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise BadInput(
            f"{path}: {'.'.join(map(str, wrong['loc']))} = {wrong['input']!r} is no floor. "
            "Write a number below [SET.least] or [SET.most]."
        ) from error


def check(floors: Floors, reports: Sequence[Report]) -> list[Bound]:
    """Every bound of the measured sets. Raises BadInput when the file has none for them, or names no figure."""
    bounds = [bound for report in reports for bound in _bounds(floors.get(report.set, {}), report)]
    if not bounds:
        sets = ", ".join(report.set for report in reports)
        raise BadInput(f"The floor file holds nothing for {sets}; it has: {', '.join(floors) or 'no set'}.")
    return bounds


def _bounds(rules: Mapping[Kind, Mapping[str, float]], report: Report) -> Iterator[Bound]:
    figures = report.model_dump(by_alias=True, exclude={"asked"})
    figures |= figures["metrics"]
    figures["reliability"] = {level["confidence"]: level for level in figures["reliability"]}
    for kind, figure_bounds in sorted(rules.items()):
        for name, bound in figure_bounds.items():
            yield Bound(report.set, name, kind, float(bound), _figure(figures, name))


def _figure(figures: dict[str, Any], name: str) -> float | None:
    value: Any = figures
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return float(value) if isinstance(value, int | float) else None
