"""CSV and plain text files."""

import csv
import re
from collections.abc import Iterator
from itertools import islice

from crawler.extract.common.blocks import Piece
from crawler.extract.common.characters import lines, one_line
from crawler.extract.common.charset import decode
from crawler.extract.common.rows import Cell
from crawler.extract.files.reading import read_pieces, unreadable
from crawler.extract.files.sheets import MOST_ROWS, pieces_of_sheet
from crawler.extracted import Extracted

_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"^sep=(.)\s*\n", re.I)  # Excel's own, at the top of a file
_SAMPLE = 50  # lines
_MARKED_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"([=\-~])\1{2,}$")
_ITEM = re.compile(r"(?:[•*–-]|\(?\d{1,2}[.)])\s+\S")
_ITEM_MARK = re.compile(r"[•*–-]\s+")


def extract_csv(body: bytes, *, url: str, content_type: str | None = None) -> Extracted:
    """The rows of a table, and the titles above it. A file with very many rows is a data set and not read."""
    text = decode(body, content_type).replace("\r\n", "\n").replace("\r", "\n")
    given = _SEPARATOR_LINE.match(text)
    text = text[given.end() :] if given else text
    separator = given[1] if given else _separator(text)
    try:
        rows = list(islice(csv.reader(text.splitlines(keepends=True), delimiter=separator), MOST_ROWS + 1))
    except csv.Error as error:
        return unreadable(url, f"not a readable CSV file: {error}")
    if len(rows) > MOST_ROWS:
        return unreadable(url, f"the file has over {MOST_ROWS:,} rows: a data set, not a document")
    return read_pieces(list(pieces_of_sheet([Cell(one_line(value)) for value in row] for row in rows)), url)


def _separator(text: str) -> str:
    """The character that cuts most lines into the same number of values."""
    sample = [line for line in text.split("\n", _SAMPLE)[:_SAMPLE] if line.strip()]

    def even(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(sample, delimiter=separator)]
        usual = max(set(widths), key=lambda w: (widths.count(w), w), default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_SEPARATORS, key=even)


def extract_text(body: bytes, *, url: str, content_type: str | None = None) -> Extracted:
    """Paragraphs, lists, and headings that are marked (#), underlined or written in capitals."""
    pieces = _lists_joined(_pieces(lines(decode(body, content_type).replace("\r\n", "\n").replace("\r", "\n"))))
    title = pieces[0].text if pieces and pieces[0].kind == "heading" else ""
    return read_pieces(pieces, url, title=title)


def _lists_joined(pieces: Iterator[Piece]) -> list[Piece]:
    """The pieces with the items of each list in one."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].kind == piece.kind == "list":
            piece = Piece("list", f"{joined.pop().text}\n{piece.text}")
        joined.append(piece)
    return joined


def _pieces(text: list[str]) -> Iterator[Piece]:
    part: list[str] = []
    for line, below in zip([*text, ""], [*text[1:], "", ""], strict=False):
        if _UNDERLINE.match(line):
            continue
        heading = _heading(line, below)
        if part and (not line or heading or _ITEM.match(line)):
            yield _piece(part)
            part = []
        if heading:
            yield Piece("heading", heading, level=1 if line.startswith("# ") or below.startswith("=") else 2)
        elif line:
            part.append(line)


def _heading(line: str, below: str) -> str:
    if marked := _MARKED_HEADING.match(line):
        return marked[1]
    capitals = line.isupper() and sum(map(str.isalpha, line)) >= 3 and len(line) <= 80 and not below.isupper()
    return line.rstrip(":") if line and (_UNDERLINE.match(below) or capitals) else ""


def _piece(part: list[str]) -> Piece:
    text = " ".join(part)
    return Piece("list", _ITEM_MARK.sub("", text, count=1)) if _ITEM.match(text) else Piece("text", text)
