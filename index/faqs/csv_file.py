"""Reads and writes FAQ files: CSV with a header, UTF-8.

    question,answer[,url][,city][,language][,valid_from][,valid_until][,owner][,review_by]

A column that is missing leaves what is stored of each FAQ as it is. A bad row is reported with its line number and the reason, and the rest is read. Columns may
stand in any order; the separator (comma, semicolon or tab) is taken from the header line.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import replace

from index.faqs.row import FaqRow, check_row
from index.faqs.store import Faq, FaqStore
from townclerk import spreadsheet_rows
from townclerk.errors import BadInput, TooLarge
from townclerk.spreadsheet_rows import Imported, Rejection

COLUMNS = ("question", "answer", "url", "city", "language", "valid_from", "valid_until", "owner", "review_by")
MAX_BYTES = 10_000_000


def read(data: bytes, *, city: str = "") -> tuple[list[FaqRow], list[Rejection]]:
    """The good rows and the rejected ones. `city` is for rows that name none.

    Raises TooLarge over 10 MB and BadInput when the header cannot be used.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(
            f"A FAQ file is at most {MAX_BYTES // 1_000_000} MB; this one has {len(data):,} bytes. Split it."
        )
    lines = spreadsheet_rows.lines(data)
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if first == len(lines):
        raise BadInput("The file is empty. Its first line names the columns: question,answer,url,city.")
    columns, delimiter = spreadsheet_rows.header(lines[first], COLUMNS, needed=("question", "answer"))
    good: list[FaqRow] = []
    rejected: list[Rejection] = []
    for line, values in spreadsheet_rows.records(lines, first + 1, delimiter):
        made = values if isinstance(values, str) else _row(line, values, columns=columns, city=city)
        if isinstance(made, str):
            rejected.append(Rejection(line, made))
        else:
            good.append(made)
    return _without_repeats(good, rejected)


def load(store: FaqStore, data: bytes, *, city: str = "") -> Imported:
    """Read a file and put its good rows into the store."""
    rows, rejected = read(data, city=city)
    result = store.put(rows)
    return replace(result, rejected=tuple(sorted([*rejected, *result.rejected], key=lambda r: r.line)))


def write(faqs: Iterable[Faq]) -> str:
    """The same form, ready to be imported again. Cells that a spreadsheet would run are escaped."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for faq in faqs:
        cells = (
            faq.question,
            faq.answer,
            faq.url,
            faq.jurisdiction,
            faq.language,
            faq.valid_from,
            faq.valid_until,
            faq.owner,
            faq.review_by,
        )
        writer.writerow(["" if cell is None else spreadsheet_rows.escape(str(cell)) for cell in cells])
    return out.getvalue()


def _row(line: int, values: list[str], *, columns: list[str], city: str) -> FaqRow | str:
    cells = spreadsheet_rows.cells(values, columns)
    if isinstance(cells, str):
        return cells
    return check_row(line, cells | {"city": cells.get("city") or city})


def _without_repeats(rows: list[FaqRow], rejected: list[Rejection]) -> tuple[list[FaqRow], list[Rejection]]:
    first: dict[tuple[str, str], FaqRow] = {}
    kept: list[FaqRow] = []
    for row in rows:
        seen = first.setdefault((row.jurisdiction, row.question_key), row)
        if seen is row or seen == replace(row, line=seen.line):
            kept.append(row)
        else:
            rejected.append(
                Rejection(
                    row.line,
                    f"line {seen.line} answers the same question for {row.jurisdiction} otherwise; that line was taken. Delete one of lines {seen.line} and {row.line}",
                )
            )
    return kept, sorted(rejected, key=lambda r: r.line)
