"""Reads and writes rules as CSV with a header, UTF-8.

    terms[,meaning][,city][,active]

Terms are parted by `=`; an empty city is every city; `no` in `active` switches a rule off. A bad
row is reported with its line number and the reason, and the rest is read.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import replace

from index.synonyms.rules import Draft, Rule, drafted
from index.synonyms.store import EVERY, SynonymStore
from townclerk import spreadsheet_rows
from townclerk.errors import BadInput, TooLarge
from townclerk.spreadsheet_rows import Imported, Rejection

COLUMNS = ("terms", "meaning", "city", "active")
MAX_BYTES = 1_000_000
_YES, _NO = ("", "yes", "true", "1", "on"), ("no", "false", "0", "off")


def read(data: bytes, *, city: str = "") -> tuple[list[Draft], list[Rejection]]:
    """The good rows and the rejected ones. `city` is for rows that name none.

    Raises TooLarge over 1 MB and BadInput when the header cannot be used.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(f"A file of synonyms is at most {MAX_BYTES // 1_000_000} MB; this one has {len(data):,} bytes.")
    lines = spreadsheet_rows.lines(data)
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if first == len(lines):
        raise BadInput("The file is empty. Its first line names the columns: terms,meaning,city,active.")
    columns, delimiter = spreadsheet_rows.header(lines[first], COLUMNS, needed=("terms",))
    good: list[Draft] = []
    rejected: list[Rejection] = []
    for line, values in spreadsheet_rows.records(lines, first + 1, delimiter):
        try:
            cells = values if isinstance(values, str) else spreadsheet_rows.cells(values, columns)
            if isinstance(cells, str):
                raise BadInput(cells)
            good.append(_draft(line, cells, city))
        except BadInput as error:
            rejected.append(Rejection(line, error.message.removesuffix(".")))
    return good, rejected


def load(store: SynonymStore, data: bytes, *, by: str, city: str = "") -> Imported:
    """Read a file and put its good rows into the store."""
    drafts, rejected = read(data, city=city)
    result = store.load(drafts, by=by)
    return replace(result, rejected=tuple(sorted([*rejected, *result.rejected], key=lambda r: r.line)))


def write(rules: Iterable[Rule]) -> str:
    """The same form, ready to be imported again. Cells that a spreadsheet would run are escaped."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for rule in rules:
        cells = (" = ".join(rule.terms), rule.meaning, rule.city or "", "" if rule.active else "no")
        writer.writerow([spreadsheet_rows.escape(cell) for cell in cells])
    return out.getvalue()


def _draft(line: int, cells: dict[str, str], city: str) -> Draft:
    active = cells.get("active", "").lower()
    if active not in _YES + _NO:
        raise BadInput(f"active is yes or no; got {active[:40]!r}. An empty cell is yes.")
    place = cells.get("city", "") or city
    return drafted(
        cells.get("terms", "").split("="),
        cells.get("meaning", ""),
        city=None if place == EVERY else place,
        active=active in _YES,
        line=line,
    )
