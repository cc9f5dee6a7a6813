"""CSV files of spreadsheets: separators, broken quotation marks, cells that would run as a formula, and the outcome of an import."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from townclerk.errors import BadInput, TooLarge

MAX_BROKEN = 100
"""Broken rows after which reading stops: each costs a look at the rest of the file."""


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not taken, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class ImportResult:
    """What an import did, in rows."""

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[RejectedRow, ...] = ()

    def rejecting(self, *rows: RejectedRow) -> Self:
        """This outcome with more rejected rows, in the order of the file."""
        return replace(self, rejected=tuple(sorted((*self.rejected, *rows), key=lambda row: row.line)))


def no_city(name: str) -> str:
    """Why a row is rejected that names a city which is not there."""
    return f"there is no city {name[:63]!r}. `townclerk city add {name[:63]}` adds it; then import the file again"


def read(
    data: bytes, columns: Sequence[str], *, needed: Sequence[str], max_bytes: int
) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Each row of a UTF-8 file below its header: the number of its first line, and its trimmed cells by column or
    the reason why it cannot be read.

    Columns may stand in any order; the separator is taken from the header. Raises TooLarge, and BadInput when the
    header cannot be used.
    """
    if len(data) > max_bytes:
        raise TooLarge(f"The file has {len(data):,} bytes; at most {max_bytes // 1_000_000} MB are taken. Split it.")
    lines = _lines(data)
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if first == len(lines):
        raise BadInput(f"The file is empty. Its first line names the columns: {','.join(columns)}.")
    names, delimiter = _header(lines[first], columns, needed=needed)
    records = _records(lines, first + 1, delimiter)
    return ((line, values if isinstance(values, str) else _cells(values, names)) for line, values in records)


def write(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file that `read` takes. None becomes an empty cell; cells that a spreadsheet would run are escaped."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(["" if cell is None else escape(str(cell)) for cell in row] for row in rows)
    return out.getvalue()


def _lines(data: bytes) -> list[str]:
    """The lines of a file. Raises BadInput when it is UTF-16."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:1000]:
        raise BadInput("The file is UTF-16, not UTF-8. Save it as 'CSV UTF-8' and import it again.")
    # What is not UTF-8 becomes lone surrogates here; rows that hold one are rejected by line.
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape")
    return list(io.StringIO(text, newline=""))


def _header(line: str, columns: Sequence[str], *, needed: Sequence[str]) -> tuple[list[str], str]:
    """The names of a header line and its separator: comma, semicolon or tab. Raises BadInput when one that is needed is missing."""
    for delimiter in (",", ";", "\t"):
        names = [name.strip().lower().replace(" ", "_") for name in next(csv.reader([line], delimiter=delimiter))]
        if all(name in names for name in needed):
            twice = sorted({name for name in names if name in columns and names.count(name) > 1})
            if twice:
                raise BadInput(f"The header names {', '.join(twice)} twice. Each column may stand once.")
            return names, delimiter
    shown = line.encode("utf-8", errors="replace").decode().strip()[:200]
    wanted = " and ".join(needed)
    raise BadInput(
        f"The first line must name the column{'s' if len(needed) > 1 else ''} {wanted}; it reads {shown!r}. Write their names there."
    )


def _records(lines: Sequence[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each record with the number of its first line, or the reason why it cannot be read.

    After a broken record reading starts again at the line below it, so one quotation mark
    that is never closed costs one row and not the rest of the file.
    """
    broken = 0
    while start < len(lines):
        reader = csv.reader(lines[start:], delimiter=delimiter, strict=True)
        begun = 0
        try:
            for values in reader:
                if any(value.strip() for value in values):
                    yield start + begun + 1, values
                begun = reader.line_num
            return
        except csv.Error as error:
            yield (
                start + begun + 1,
                f'the quotation marks are wrong ({error}). Put the text in "..." and write "" for a mark inside it',
            )
        broken += 1
        start += begun + 1
        if broken == MAX_BROKEN and start < len(lines):
            yield start + 1, f"over {MAX_BROKEN} rows are broken; this line and those below it were not read"
            return


def _cells(values: Sequence[str], columns: Sequence[str]) -> dict[str, str] | str:
    """The trimmed cells of a record by column, or the reason why it cannot be taken."""
    extra = [value for value in values[len(columns) :] if value.strip()]
    if extra:
        return f"it has {len(values)} values for {len(columns)} columns. Put text that holds the separator in quotation marks"
    found = {name: unescape(value.strip()) for name, value in zip(columns, values, strict=False)}
    if any("\udc80" <= c <= "\udcff" for value in found.values() for c in value):
        return "it is not UTF-8. Save the file as 'CSV UTF-8' and import it again"
    return found


def escape(cell: str) -> str:
    """A cell that spreadsheets show as text: a leading =, +, -, @, tab, return or line feed gets an apostrophe (OWASP)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def unescape(cell: str) -> str:
    """Undo `escape`, so that an exported file changes nothing when it is imported again."""
    return cell[1:] if cell[:1] == "'" and cell[1:] and escape(cell[1:]) == cell else cell
