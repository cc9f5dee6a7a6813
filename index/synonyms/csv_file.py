"""Reads and writes rules as CSV with a header, UTF-8.

    terms[,meaning][,city][,active]

Terms are parted by `=`; an empty city is every city; `no` in `active` switches a rule off. A bad
row is reported with its line number and the reason, and the rest is read.
"""

from collections.abc import Iterable

from index.synonyms.rules import NewRule, Rule, drafted
from index.synonyms.store import EVERY, SynonymStore
from townclerk import spreadsheet_rows
from townclerk.errors import BadInput
from townclerk.spreadsheet_rows import ImportResult, RejectedRow

COLUMNS = ("terms", "meaning", "city", "active")
MAX_BYTES = 1_000_000
_YES, _NO = ("", "yes", "true", "1", "on"), ("no", "false", "0", "off")


def read(data: bytes, *, city: str = "") -> tuple[list[NewRule], list[RejectedRow]]:
    """The good rows and the rejected ones. `city` is for rows that name none.

    Raises TooLarge over 1 MB and BadInput when the header cannot be used.
    """
    good: list[NewRule] = []
    rejected: list[RejectedRow] = []
    for line, cells in spreadsheet_rows.read(data, COLUMNS, needed=("terms",), max_bytes=MAX_BYTES):
        try:
            if isinstance(cells, str):
                raise BadInput(cells)
            good.append(_draft(line, cells, city))
        except BadInput as error:
            rejected.append(RejectedRow(line, error.message.removesuffix(".")))
    return good, rejected


def load(store: SynonymStore, data: bytes, *, by: str, city: str = "") -> ImportResult:
    """Read a file and put its good rows into the store."""
    drafts, rejected = read(data, city=city)
    return store.load(drafts, by=by).rejecting(*rejected)


def write(rules: Iterable[Rule]) -> str:
    """The same form, ready to be imported again. Cells that a spreadsheet would run are escaped."""
    rows = ((" = ".join(rule.terms), rule.meaning, rule.city, "" if rule.active else "no") for rule in rules)
    return spreadsheet_rows.write(COLUMNS, rows)


def _draft(line: int, cells: dict[str, str], city: str) -> NewRule:
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
