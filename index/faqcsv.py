"""Reads and writes FAQ files: CSV with a header, UTF-8.

    question,answer[,url][,city][,language][,valid_from][,valid_until][,owner][,review_by]

A bad row is reported with its line number and the reason, and the rest is read. Columns may
stand in any order; the separator (comma, semicolon or tab) is taken from the header line.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.faqrows import FaqRow, Rejection, check_row
from index.faqs import Faq, FaqStore, Imported
from townclerk.errors import BadInput, TooLarge

COLUMNS = ("question", "answer", "url", "city", "language", "valid_from", "valid_until", "owner", "review_by")
MAX_BYTES = 10_000_000
MAX_FIELD = 1_000_000
MAX_BROKEN = 100
"""Broken rows after which reading stops: each costs a look at the rest of the file."""


def read(data: bytes, *, city: str = "") -> tuple[list[FaqRow], list[Rejection]]:
    """The good rows and the rejected ones. `city` is for rows that name none.

    Raises TooLarge over 10 MB and BadInput when the header cannot be used.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(
            f"A FAQ file is at most {MAX_BYTES // 1_000_000} MB; this one has {len(data):,} bytes. Split it."
        )
    lines = _lines(data)
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if first == len(lines):
        raise BadInput("The file is empty. Its first line names the columns: question,answer,url,city.")
    columns, delimiter = _header(lines[first])
    good: list[FaqRow] = []
    rejected: list[Rejection] = []
    for line, values in _records(lines, first + 1, delimiter):
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
        writer.writerow(["" if cell is None else escape(str(cell)) for cell in cells])
    return out.getvalue()


def escape(cell: str) -> str:
    """A cell that spreadsheets show as text: a leading =, +, -, @, tab or return gets an apostrophe (OWASP)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def unescape(cell: str) -> str:
    """Undo `escape`, so that an exported file changes nothing when it is imported again."""
    return cell[1:] if cell[:1] == "'" and cell[1:] and escape(cell[1:]) == cell else cell


def _lines(data: bytes) -> list[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:1000]:
        raise BadInput("The file is UTF-16, not UTF-8. Save it as 'CSV UTF-8' and import it again.")
    # What is not UTF-8 becomes lone surrogates here; rows that hold one are rejected by line.
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape")
    return list(io.StringIO(text, newline=""))


def _header(line: str) -> tuple[list[str], str]:
    for delimiter in (",", ";", "\t"):
        names = [name.strip().lower().replace(" ", "_") for name in next(csv.reader([line], delimiter=delimiter))]
        if "question" in names and "answer" in names:
            twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
            if twice:
                raise BadInput(f"The header names {', '.join(twice)} twice. Each column may stand once.")
            return names, delimiter
    shown = line.encode("utf-8", errors="replace").decode().strip()[:200]
    raise BadInput(
        f"The first line must name the columns question and answer; it reads {shown!r}. See `townclerk faq import --help`."
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


def _row(line: int, values: list[str], *, columns: list[str], city: str) -> FaqRow | str:
    extra = [value for value in values[len(columns) :] if value.strip()]
    if extra:
        return f"it has {len(values)} values for {len(columns)} columns. Put text that holds the separator in quotation marks"
    cells = {name: unescape(value.strip()) for name, value in zip(columns, values, strict=False)}
    if any("\udc80" <= c <= "\udcff" for value in cells.values() for c in value):
        return "it is not UTF-8. Save the file as 'CSV UTF-8' and import it again"
    given = {name: cells.get(name, "") for name in COLUMNS}
    given["city"] = given["city"] or city
    return check_row(line, given)


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
