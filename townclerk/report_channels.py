"""Where a city takes reports of problems, by the kind of problem."""

import re
from dataclasses import dataclass
from typing import Self

from townclerk.errors import BadInput

KINDS = (
    "pothole", "street_light", "traffic_signal", "noise", "missed_pickup", "theft", "graffiti", "flooding", "water", "tree", "animal", "barking",
    "snow", "dumping", "vehicle", "property", "sidewalk", "other",
)  # fmt: skip
"""The problems that are told apart; `other` is for all that have no channel of their own."""
_WEB = re.compile(r"https?://\S+")
_PHONE = re.compile(r"[\d() .+/x-]{3,40}")


@dataclass(frozen=True)
class ReportChannel:
    """Where one kind of problem is reported: a page or form, a telephone number, and when that is answered."""

    kind: str
    page: str = ""
    phone: str = ""
    hours: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadInput(f"report.{self.kind}: a kind of problem is one of {', '.join(KINDS)}.")
        if not self.page and not self.phone:
            raise BadInput(f"report.{self.kind} names neither a page nor a phone; give at least one of them.")
        check_address(f"report.{self.kind}.page", self.page)
        if self.phone and not _PHONE.fullmatch(self.phone):
            raise BadInput(f"report.{self.kind}.phone is no telephone number: {self.phone!r}.")

    @classmethod
    def read(cls, stored: object) -> tuple[Self, ...]:
        """From `[jurisdiction.report.KIND]` tables of a file, or from a stored list. Raises BadInput naming what is wrong."""
        rows = (
            [{"kind": kind, **_table(kind, of)} for kind, of in stored.items()] if isinstance(stored, dict) else stored
        )
        if not isinstance(rows, list | tuple):
            raise BadInput(
                f"report is a table of kinds of problems, as in [jurisdiction.report.pothole]; got {stored!r}."
            )
        return tuple(row if isinstance(row, cls) else cls._of(row) for row in rows)

    @classmethod
    def _of(cls, row: dict[str, str]) -> Self:
        if unknown := set(row) - {"kind", "page", "phone", "hours"}:
            raise BadInput(f"report.{row['kind']} holds page, phone and hours; got {', '.join(sorted(unknown))}.")
        return cls(**row)


def check_address(name: str, value: str) -> None:
    """Raises BadInput when `value` is neither empty nor an http(s) address."""
    if value and not _WEB.fullmatch(value):
        raise BadInput(f"{name} is no http or https address: {value!r}.")


def _table(kind: str, given: object) -> dict[str, str]:
    if isinstance(given, dict) and all(isinstance(value, str) for value in given.values()):
        return given
    raise BadInput(f"report.{kind} is a table with page, phone and hours as texts; got {given!r}.")
