"""Days as people write them in a spreadsheet.

ISO 8601 and days with the month in letters are always read. Of "3/1/2027" it must be clear whether the month or the day
comes first: some day in its column over 12 tells, or else one in another column of the file.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Order = Literal["month", "day", ""]
"""What comes first in all-number days; empty: not told."""
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_HOUR = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?( ?[AP]M)?$", re.IGNORECASE)
_WRITTEN = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%B %d, %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%b %d %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
)


@dataclass(frozen=True)
class DayColumns:
    """What comes first in the days of each column, by its name."""

    first: Mapping[str, Order]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]], names: Sequence[str]) -> "DayColumns":
        """As the cells of these rows tell."""
        told: dict[str, set[Order]] = {name: set() for name in names}
        for row in rows:
            for name in names:
                told[name].add(_order(row.get(name, "")))
        every = _only(set().union(*told.values()))
        return cls({name: _only(orders) or ("" if len(orders - {""}) > 1 else every) for name, orders in told.items()})

    def day(self, cell: str, column: str) -> date | None:
        """The day of a cell; None when it is empty. Raises ValueError with the reason."""
        text = _HOUR.sub("", cell.strip())
        if not text:
            return None
        numbers = _NUMBERS.fullmatch(text)
        if numbers:
            return self._numbered(cell, column, numbers)
        for form in _WRITTEN:
            try:
                return datetime.strptime(text, form).date()
            except ValueError:
                continue
        raise ValueError(f"{column} must be a date such as 2026-11-30; got {cell[:40]!r}")

    def _numbered(self, cell: str, column: str, found: re.Match[str]) -> date:
        first, second = int(found[1]), int(found[3])
        order = self.first.get(column, "") or _order(cell)
        if not order and first != second:
            raise ValueError(f"{column} {cell[:40]!r} may be month/day or day/month. Write it as 2026-11-30")
        month, day = (second, first) if order == "day" else (first, second)
        year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
        try:
            return date(year, month, day)
        except ValueError:
            raise ValueError(f"{column} must be a date such as 2026-11-30; got {cell[:40]!r}") from None


def _order(cell: str) -> Order:
    found = _NUMBERS.fullmatch(_HOUR.sub("", cell.strip()))
    first, second = (int(found[1]), int(found[3])) if found else (0, 0)
    return "day" if first > 12 >= second else "month" if second > 12 >= first else ""


def _only(orders: Iterable[Order]) -> Order:
    told = {order for order in orders if order}
    return told.pop() if len(told) == 1 else ""
