"""Lines of a PDF joined to headings and paragraphs, page headers and footers left out."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from crawler.extract.common.blocks import Piece
from crawler.extract.common.characters import key

_EDGE = 0.09  # part of the height in use that may hold a running header or footer
_PAGE_NUMBER = re.compile(r"^(page\s*)?[-–—|]?\s*(\d{1,4}|[ivxl]{1,6})\s*(of|/|de)?\s*\d{0,4}\s*[-–—|]?$", re.I)
_BULLET = re.compile(r"^([•▪●◦‣○■□➢\uf0b7\uf0a7!]|[o–-](?=\s+[A-Z])|\(?(\d{1,2}|[a-zA-Z])[.)])\s+\S")
_BULLET_MARK = re.compile(r"^([•▪●◦‣○■□➢\uf0b7\uf0a7!]\s*|[o–-]\s+(?=[A-Z]))")
_ENDS = re.compile(r"[.!?:;”\"')\]]$")
HYPHEN = "\ue000"
"""Stands in `Line.text` for a hyphen at a line end, which may be part of the word or not."""
_AT_HYPHEN = re.compile(rf"(\w*){HYPHEN}\s*(\w*)")
_WORD = re.compile(r"\w+")
_HYPHENATED = re.compile(r"[a-zà-ÿ]{2}-$")


@dataclass(frozen=True)
class Line:
    """One line of a page. `size` is the font size; all numbers are points, positions from below left."""

    text: str
    size: float
    left: float
    right: float
    bottom: float
    bold: bool = False


def pieces_of(pages: list[list[Line]]) -> list[Piece]:
    """Headings, paragraphs and lists of a whole document."""
    pages_inside = without_edges(_whole_words(pages))
    body = _body_size(pages_inside)
    pieces: list[Piece] = []
    for number, page in enumerate(pages_inside, start=1):
        pieces.extend(_page_pieces(page, body, f"page={number}"))
    return _joined_over_pages(pieces)


def _whole_words(pages: list[list[Line]]) -> list[list[Line]]:
    """Words parted at a line end made whole: with their hyphen when the document uses both halves alone
    and never the whole, else without."""
    words = {w.lower() for page in pages for line in page for w in _WORD.findall(line.text)}

    def mend(match: re.Match[str]) -> str:
        first, second = match[1], match[2]
        compound = (first + second).lower() not in words and {first.lower(), second.lower()} <= words - {""}
        return f"{first}-{second}" if compound or second[:1].isupper() or second.isdigit() else first + second

    return [[replace(x, text=_AT_HYPHEN.sub(mend, x.text)) if HYPHEN in x.text else x for x in page] for page in pages]


def without_edges(pages: list[list[Line]]) -> list[list[Line]]:
    """Pages without page numbers and without the lines that most pages repeat at their top and bottom."""
    heights = [line.bottom for page in pages for line in page]
    lowest, highest = min(heights, default=0.0), max(heights, default=0.0)
    margin = _EDGE * (highest - lowest)

    def at_edge(line: Line) -> bool:
        return line.bottom >= highest - margin or line.bottom <= lowest + margin

    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line.text) for line in page if at_edge(line)})
    often = max(3, len(pages) // 2)
    repeated = {shape for shape, count in seen.items() if count >= often and shape}
    return [[line for line in page if not (at_edge(line) and _is_running(line, repeated))] for page in pages]


def _is_running(line: Line, repeated: set[str]) -> bool:
    return bool(_PAGE_NUMBER.match(line.text)) or _shape(line.text) in repeated


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", key(text))


def _body_size(pages: list[list[Line]]) -> float:
    """The font size that most characters have."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


@dataclass(frozen=True)
class _Layout:
    """What is usual on a page: the distance of lines, and how far right each column goes (by its left edge)."""

    leading: float
    columns: dict[int, float]

    def is_short(self, line: Line) -> bool:
        right = max(self.columns.get(_column(line) + step, 0.0) for step in (-1, 0, 1))
        return line.right < right - 0.22 * max(right - line.left, 1.0)


def _column(line: Line) -> int:
    return round(line.left / 20)


def _layout(page: list[Line]) -> _Layout:
    columns: dict[int, float] = {}
    for line in page:
        columns[_column(line)] = max(columns.get(_column(line), 0.0), line.right)
    steps = sorted(a.bottom - b.bottom for a, b in pairwise(page) if 0.7 * b.size < a.bottom - b.bottom < 3 * b.size)
    return _Layout(steps[len(steps) // 3] if steps else 0.0, columns)


def _page_pieces(page: list[Line], body: float, anchor: str) -> Iterator[Piece]:
    part: list[Line] = []
    layout = _layout(page)
    for line in page:
        if part and _starts_new(part[-1], line, layout):
            yield _piece(part, body, anchor)
            part = []
        part.append(line)
    if part:
        yield _piece(part, body, anchor)


def _starts_new(before: Line, line: Line, layout: _Layout) -> bool:
    """True when `line` begins another paragraph: a gap, another size or weight, a bullet, a new column, or a
    short line before it."""
    step = before.bottom - line.bottom
    if step > 1.35 * max(layout.leading, 0.9 * line.size) or step < -line.size:
        return True
    if abs(before.size - line.size) > 0.8 or _BULLET.match(line.text):
        return True
    if before.bold != line.bold and (layout.is_short(before) or before.bold):
        return True
    return layout.is_short(before) and (bool(_ENDS.search(before.text)) or not line.text[:1].islower())


def _piece(part: list[Line], body: float, anchor: str) -> Piece:
    text = join(line.text for line in part)
    level = _level(part, text, body)
    if level:
        return Piece("heading", text, level=level, anchor=anchor)
    if _BULLET.match(text):
        return Piece("list", _BULLET_MARK.sub("", text), anchor=anchor)
    return Piece("text", text, anchor=anchor)


def _level(part: list[Line], text: str, body: float) -> int:
    """Larger letters are outer headings, a short line in bold is an inner one, 0 is no heading."""
    if len(text) > 150 or text[:1].islower() or text.endswith((".", ",", ";")) or sum(c.isalpha() for c in text) < 3:
        return 0
    ratio = part[0].size / max(body, 1.0)
    for level, least in ((1, 1.8), (2, 1.4), (3, 1.2), (4, 1.08)):
        if ratio >= least:
            return level
    bold = all(line.bold for line in part) and len(part) <= 2 and len(text) <= 100
    return 7 if bold else 0


def join(texts: Iterator[str]) -> str:
    """Lines of one paragraph as one, words parted at the line end made whole."""
    joined = ""
    for text in texts:
        if _HYPHENATED.search(joined) and text[:1].islower():
            joined = joined[:-1] + text
        else:
            joined = f"{joined} {text}" if joined else text
    return joined


def _joined_over_pages(pieces: list[Piece]) -> list[Piece]:
    """Paragraphs that a page break cut are made whole; items of one list go together."""
    whole: list[Piece] = []
    for piece in pieces:
        last = whole[-1] if whole else None
        if last and last.kind == piece.kind == "list":
            whole[-1] = Piece("list", f"{last.text}\n{piece.text}", anchor=last.anchor)
        elif last and last.kind == piece.kind == "text" and _goes_on(last, piece):
            whole[-1] = Piece("text", join(iter((last.text, piece.text))), anchor=last.anchor)
        else:
            whole.append(piece)
    return whole


def _goes_on(last: Piece, piece: Piece) -> bool:
    return last.anchor != piece.anchor and piece.text[:1].islower() and not _ENDS.search(last.text)
