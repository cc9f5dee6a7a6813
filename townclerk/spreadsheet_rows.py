"""Files of spreadsheets: titles, separators, broken quotation marks, cells that would run as a formula, and the outcome of an import."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from itertools import islice
from typing import Self
from zipfile import ZipFile

from townclerk.errors import BadInput, TooLarge, TownclerkError

MAX_BROKEN = 100
"""Broken rows after which reading stops: each costs a look at the rest of the file."""
_TITLES = 20
"""Lines in which the header is looked for."""
_UNPACKED = 200_000_000
"""Bytes that a workbook may unpack to."""
_COLUMNS, _ROWS, _LAST_ROW = 100, 100_000, 1_048_576
"""Columns of a sheet that are read, rows with text that one may have, and the last line that Excel knows."""
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
Records = Iterator[tuple[int, list[str] | str]]
"""Each record with the number of its first line, or the reason why it cannot be read."""


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
    return f"there is no city {name[:63]!r}. Correct the name, or add the city and import the file again"


def read(
    data: bytes, columns: Sequence[str], *, needed: Sequence[str], max_bytes: int
) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Each row of a CSV file or an Excel workbook (.xlsx) below its header: the number of its first line, and its
    trimmed cells by column or the reason why it cannot be read.

    Columns may stand in any order, and titles above the header; of a workbook the first sheet with such a header is
    read, in its first 100 columns. A text is UTF-8, UTF-16 with its mark or, line by line, Windows-1252. Raises TooLarge, and BadInput when no
    header can be used.
    """
    if len(data) > max_bytes:
        raise TooLarge(f"The file has {len(data):,} bytes; at most {max_bytes // 1_000_000} MB are taken. Split it.")
    names, records = (_workbook if data.startswith(_ZIP) else _text)(data, columns, needed)
    twice = sorted({name for name in names if name in columns and names.count(name) > 1})
    if twice:
        raise BadInput(f"The header names {', '.join(twice)} twice. Each column may stand once.")
    return ((line, values if isinstance(values, str) else _cells(values, names)) for line, values in records)


def write(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file that `read` takes. None becomes an empty cell; cells that a spreadsheet would run are escaped."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(["" if cell is None else escape(str(cell)) for cell in row] for row in rows)
    return out.getvalue()


def _text(data: bytes, columns: Sequence[str], needed: Sequence[str]) -> tuple[list[str], Records]:
    lines = _lines(data)
    if not any(map(str.strip, lines)):
        raise BadInput(f"The file is empty. Its first line names the columns: {','.join(columns)}.")
    for start, line in enumerate(lines[:_TITLES]):
        for delimiter in (",", ";", "\t", "|"):
            try:
                names = _names(next(csv.reader([line], delimiter=delimiter), []))
            except csv.Error as error:
                raise BadInput(
                    f"Line {start + 1} has {len(line):,} characters and cannot be read as a title or header ({error})."
                    f" Delete it, or write the names of the columns above it: {','.join(columns)}."
                ) from error
            if set(needed) <= set(names):
                return names, _records(lines, start + 1, delimiter)
    raise _no_header(next(filter(str.strip, lines)), needed)


def _workbook(data: bytes, columns: Sequence[str], needed: Sequence[str]) -> tuple[list[str], Records]:
    begins = ""
    try:
        for title, rows in _sheets(data):
            for _, row in islice(rows, _TITLES):
                cells = [_shown(cell) for cell in row]
                begins = begins or ", ".join(filter(str.strip, cells))
                if set(needed) <= set(names := _names(cells)):
                    return names, iter(_below(title, rows))
    except TownclerkError:
        raise
    except Exception as error:  # a damaged or encrypted file may fail anywhere in zipfile, zlib, the parser or openpyxl
        raise BadInput(
            f"The file is no Excel workbook (.xlsx) that can be read ({str(error)[:100]!r})."
            " Save it without a password as .xlsx or as CSV, and import it again."
        ) from error
    raise _no_header(begins, needed)


def _sheets(data: bytes) -> Iterator[tuple[str, Iterator[tuple[int, tuple[object, ...]]]]]:
    """The title of each visible sheet, and its rows with their numbers."""
    from openpyxl import load_workbook  # a tenth of a second that few processes need

    with ZipFile(io.BytesIO(data)) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > _UNPACKED:
        raise TooLarge(f"The workbook unpacks to {size:,} bytes; at most {_UNPACKED:,} are read. Split it.")
    for sheet in load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()  # what a file says of its size may be far from it
            rows = sheet.iter_rows(max_row=_LAST_ROW + 1, max_col=_COLUMNS, values_only=True)
            yield sheet.title, enumerate(rows, 1)


def _below(title: str, rows: Iterable[tuple[int, tuple[object, ...]]]) -> list[tuple[int, list[str] | str]]:
    """The rows of a sheet that hold text. Raises TooLarge."""
    found: list[tuple[int, list[str] | str]] = []
    for line, row in rows:
        if line > _LAST_ROW or len(found) > _ROWS:
            raise TooLarge(
                f"A sheet may have {_ROWS:,} rows of text, the last in line {_LAST_ROW:,};"
                f" {title[:63]!r} has more at line {line:,}. Split it."
            )
        if row.count(None) < len(row):
            values = [_shown(cell) for cell in row]
            if any(map(str.strip, values)):
                found.append((line, values))
    return found


def _shown(cell: object) -> str:
    """A cell of a workbook as text; days as ISO 8601."""
    match cell:
        case None:
            return ""
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)


def _lines(data: bytes) -> list[str]:
    """The lines of a file. Raises BadInput when it is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return list(io.StringIO(data.decode("utf-16", errors="replace"), newline=""))
    if data.startswith(_OLD_EXCEL) or b"\0" in data[:1000]:
        raise BadInput("The file is no text. Save it as .xlsx or as 'CSV UTF-8' and import it again.")
    lines = data.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    return list(io.StringIO("".join(map(_decoded, lines)), newline=""))


def _decoded(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    # Lone surrogates: rows that hold one are rejected by line.
    return line.decode("utf-8", errors="surrogateescape")


def _names(cells: Iterable[str]) -> list[str]:
    return ["_".join(cell.lower().split()) for cell in cells]


def _no_header(line: str, needed: Sequence[str]) -> BadInput:
    shown = line.encode("utf-8", errors="replace").decode().strip()[:200]
    wanted = " and ".join(needed)
    return BadInput(
        f"A line must name the column{'s' if len(needed) > 1 else ''} {wanted}; the file begins {shown!r}. Write their names above the rows."
    )


def _records(lines: Sequence[str], start: int, delimiter: str) -> Records:
    """The records of a text.

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
        return "it holds characters that cannot be read. Save the file as 'CSV UTF-8' and import it again"
    return found


def escape(cell: str) -> str:
    """A cell that spreadsheets show as text: a leading =, +, -, @, tab, return or line feed gets an apostrophe (OWASP)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def unescape(cell: str) -> str:
    """Undo `escape`, so that an exported file changes nothing when it is imported again."""
    return cell[1:] if cell[:1] == "'" and cell[1:] and escape(cell[1:]) == cell else cell
