"""Lines of a PDF joined to headings and paragraphs, page headers and footers left out."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.extract.characters import key
from crawler.extract.pieces import Piece

_EDGE = 3  # lines at the top and bottom of a page that may be its header or footer
_PAGE_NUMBER = re.compile(r"^(page\s*)?[-–—|]?\s*(\d{1,4}|[ivxl]{1,6})\s*(of|/|de)?\s*\d{0,4}\s*[-–—|]?$", re.I)
_BULLET = re.compile(r"^([•▪●◦‣○■□➢\uf0b7\uf0a7–-]|\(?(\d{1,2}|[a-zA-Z])[.)])\s+\S")
_BULLET_MARK = re.compile(r"^[•▪●◦‣○■□➢\uf0b7\uf0a7]\s*")
_ENDS = re.compile(r"[.!?:;”\"')\]]$")
_HYPHENATED = re.compile(r"[a-zà-ÿ]{2}-$")


@dataclass(frozen=True)
class Line:
    """One line of a page. `size` is the font size in points, 0 unknown; the rest are positions in points from below left."""

    text: str
    size: float
    left: float
    right: float
    top: float
    bottom: float


def pieces_of(pages: list[list[Line]]) -> list[Piece]:
    """Headings, paragraphs and lists of a whole document."""
    kept = without_edges(pages)
    body = _body_size(kept)
    pieces: list[Piece] = []
    for number, page in enumerate(kept, start=1):
        pieces.extend(_page_pieces(page, body, f"page={number}"))
    return _joined_over_pages(pieces)


def without_edges(pages: list[list[Line]]) -> list[list[Line]]:
    """Pages without page numbers and without the lines that most pages repeat at their edges."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line.text) for line in (*page[:_EDGE], *page[-_EDGE:])})
    often = max(3, len(pages) // 2)
    repeated = {shape for shape, count in seen.items() if count >= often and shape}
    return [[line for i, line in enumerate(page) if not _is_edge(line, i, len(page), repeated)] for page in pages]


def _is_edge(line: Line, index: int, count: int, repeated: set[str]) -> bool:
    if index >= _EDGE and index < count - _EDGE:
        return False
    number = (index == 0 or index == count - 1) and count > 1 and bool(_PAGE_NUMBER.match(line.text))
    return number or _shape(line.text) in repeated


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", key(text))


def _body_size(pages: list[list[Line]]) -> float:
    """The font size that most characters have."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _page_pieces(page: list[Line], body: float, anchor: str) -> Iterator[Piece]:
    part: list[Line] = []
    width = max((line.right for line in page), default=0.0)
    for line in page:
        if part and _starts_new(part[-1], line, width):
            yield _piece(part, body, anchor)
            part = []
        part.append(line)
    if part:
        yield _piece(part, body, anchor)


def _starts_new(before: Line, line: Line, width: float) -> bool:
    """True when `line` begins another paragraph: a gap, another size, a bullet, a new column or a short line before it."""
    height = max(before.top - before.bottom, line.top - line.bottom, 1.0)
    gap = before.bottom - line.top
    if gap > 0.9 * height or gap < -3 * height:
        return True
    if abs(before.size - line.size) > 0.8 or _BULLET.match(line.text):
        return True
    short = before.right < width - 0.25 * max(width - before.left, 1.0)
    return short and (bool(_ENDS.search(before.text)) or line.text[:1].isupper() or line.text[:1].isdigit())


def _piece(part: list[Line], body: float, anchor: str) -> Piece:
    text = join(line.text for line in part)
    size = part[0].size
    if size > body + 0.9 and len(text) <= 150 and any(c.isalpha() for c in text):
        return Piece("heading", text, level=_level(size, body), anchor=anchor)
    if _BULLET.match(text):
        return Piece("list", _BULLET_MARK.sub("", text), anchor=anchor)
    return Piece("text", text, anchor=anchor)


def _level(size: float, body: float) -> int:
    """Larger letters are outer headings."""
    ratio = size / max(body, 1.0)
    return 1 if ratio >= 1.8 else 2 if ratio >= 1.4 else 3 if ratio >= 1.2 else 4


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
