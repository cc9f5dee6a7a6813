"""Reads and writes FAQ files: CSV or Excel (.xlsx) with a header.

    question,answer[,url][,city][,language][,valid_from][,valid_until][,owner][,review_by]

A missing column leaves the stored values of each FAQ as they are. A bad row is reported with its line
number and the reason, and the rest is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import attrgetter
from types import MappingProxyType

from index.faqs.days import DayColumns
from index.faqs.faq import Faq
from index.faqs.row import FaqRow, check_row
from index.faqs.store import FaqStore
from index.schemas.faqs import ImportPreview
from townclerk import spreadsheet_rows
from townclerk.spreadsheet_rows import ImportResult, RejectedRow

COLUMNS = ("question", "answer", "url", "city", "language", "valid_from", "valid_until", "owner", "review_by")
DAYS = ("valid_from", "valid_until", "review_by")
MAX_BYTES = 10_000_000
_NONE: Mapping[str, str] = MappingProxyType({})


def read(data: bytes, *, city: str = "", ids: Mapping[str, str] = _NONE) -> tuple[list[FaqRow], list[RejectedRow]]:
    """The good rows and the rejected ones. `city` is for rows that name none; `ids` are of places by their folded names.

    Raises TooLarge over 10 MB and BadInput when the header cannot be used.
    """
    good: list[FaqRow] = []
    rejected: list[RejectedRow] = []
    rows = list(spreadsheet_rows.read(data, COLUMNS, needed=("question", "answer"), max_bytes=MAX_BYTES))
    days = DayColumns.of((cells for _, cells in rows if not isinstance(cells, str)), DAYS)
    for line, cells in rows:
        if isinstance(cells, str):
            row: FaqRow | str = cells
        else:
            named = cells.get("city") or city
            row = check_row(line, cells | {"city": ids.get(named.casefold(), named)}, days)
        if isinstance(row, str):
            rejected.append(RejectedRow(line, row))
        else:
            good.append(row)
    return _without_repeats(good, rejected)


def load(store: FaqStore, data: bytes, *, city: str = "", by: str = "", revision: int | None = None) -> ImportResult:
    """Read a file and put its good rows into the store. `by` is who does that, `revision` that of the preview."""
    rows, rejected = read(data, city=city, ids=store.place_ids())
    return store.put(rows, by=by, revision=revision).rejecting(*rejected)


def preview(store: FaqStore, data: bytes, *, city: str = "") -> ImportPreview:
    """What `load` would do."""
    rows, rejected = read(data, city=city, ids=store.place_ids())
    found = store.preview(rows)
    return found.model_copy(update={"rejected": sorted([*found.rejected, *rejected], key=lambda row: row.line)})


def write(faqs: Iterable[Faq]) -> str:
    """The same form, ready to be imported again. Cells that a spreadsheet would run are escaped."""
    names = ("jurisdiction" if column == "city" else column for column in COLUMNS)
    values = attrgetter(*names)
    return spreadsheet_rows.write(COLUMNS, map(values, faqs))


def _without_repeats(rows: list[FaqRow], rejected: list[RejectedRow]) -> tuple[list[FaqRow], list[RejectedRow]]:
    first: dict[tuple[str, str], FaqRow] = {}
    unique: list[FaqRow] = []
    for row in rows:
        seen = first.setdefault((row.jurisdiction, row.question_key), row)
        if seen is row or seen == replace(row, line=seen.line):
            unique.append(row)
        else:
            reason = f"line {seen.line} answers the same question for {row.jurisdiction} otherwise; that line was taken. Delete one of lines {seen.line} and {row.line}"
            rejected.append(RejectedRow(row.line, reason))
    return unique, sorted(rejected, key=lambda r: r.line)
