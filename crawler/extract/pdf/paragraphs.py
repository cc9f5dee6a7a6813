"""Lines and tables of a PDF as headings, paragraphs, lists and table rows."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from crawler.extract.common.blocks import Piece
from crawler.extract.pdf.hyphens import Hyphens
from crawler.extract.pdf.lines import BULLET, BULLET_MARK, Line, join
from crawler.extract.pdf.tables import Table

_ENDS = re.compile(r"[.!?:;”\"')\]]$")
_GOES_ON = re.compile(r"\W*[^\W\dA-ZÀ-Þ]")
Item = Line | Table


def pieces_of(pages: list[list[Item]], language: str = "en") -> list[Piece]:
    """Headings, paragraphs, lists and tables of a whole document."""
    body = _body_size(pages)
    for before, page in pairwise(pages):
        if before and page and isinstance(before[-1], Table) and isinstance(page[0], Table):
            page[0].continues(before[-1])
    pieces: list[Piece] = []
    for number, page in enumerate(_without_contents(pages), start=1):
        pieces.extend(_page_pieces(page, body, f"page={number}"))
    whole = _joined(pieces)
    hyphens = Hyphens((line for piece in whole for line in piece.text.split("\n")), language)
    return [replace(piece, text=hyphens.mend(piece.text)) for piece in whole]


def _without_contents(pages: list[list[Item]]) -> Iterator[list[Item]]:
    """Pages without the page numbers of a table of contents: whole numbers across leaders, none smaller than the
    one before, none larger than there are pages."""
    for page in pages:
        numbers = [line.text.rpartition(": ")[2] for line in page if isinstance(line, Line) and line.led]
        whole = [int(number) for number in numbers if number.isdecimal() and len(number) < 5]
        contents = len(whole) == len(numbers) > 2 and whole == sorted(whole) and whole[-1] <= len(pages)
        yield [_unnumbered(item) for item in page] if contents else page


def _unnumbered(item: Item) -> Item:
    if isinstance(item, Line) and item.led:
        return replace(item, text=item.text.rpartition(": ")[0])
    return item


def _body_size(pages: list[list[Item]]) -> float:
    """The font size that most characters have."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            if isinstance(line, Line):
                sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _leading(page: list[Line]) -> float:
    """The usual distance of lines, in points."""
    steps = sorted(a.bottom - b.bottom for a, b in pairwise(page) if 0.7 * b.size < a.bottom - b.bottom < 3 * b.size)
    return steps[len(steps) // 3] if steps else 0.0


def _page_pieces(page: list[Item], body: float, anchor: str) -> Iterator[Piece]:
    part: list[Line] = []
    leading = _leading([item for item in page if isinstance(item, Line)])
    for item in page:
        if part and (isinstance(item, Table) or _starts_new(part[-1], item, leading)):
            yield _piece(part, body, anchor)
            part = []
        if isinstance(item, Table):
            yield Piece("table", "\n".join(item.lines()), anchor=anchor)
        else:
            part.append(item)
    if part:
        yield _piece(part, body, anchor)


def _starts_new(before: Line, line: Line, leading: float) -> bool:
    """True when `line` begins another paragraph: a gap, another size or weight, a bullet, a new column, or a
    short line before it."""
    if before.led or line.led:
        return not (before.led and line.led)
    step = before.bottom - line.bottom
    if step > 1.35 * max(leading, 0.9 * line.size) or step < -line.size:
        return True
    if abs(before.size - line.size) > 0.8 or BULLET.match(line.text):
        return True
    if before.bold != line.bold and (before.ends_before(line) or before.bold):
        return True
    return before.ends_before(line) and (bool(_ENDS.search(before.text)) or not _GOES_ON.match(line.text))


def _piece(part: list[Line], body: float, anchor: str) -> Piece:
    if part[0].led:
        return Piece("table", "\n".join(line.text for line in part), anchor=anchor)
    text = join(line.text for line in part)
    level = _level(part, text, body)
    if level:
        return Piece("heading", text, level=level, anchor=anchor)
    if BULLET.match(text):
        return Piece("list", BULLET_MARK.sub("", text), anchor=anchor)
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


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Paragraphs that the end of a column or page cut are made whole; items of one list go together."""
    whole: list[Piece] = []
    for piece in pieces:
        last = whole[-1] if whole else None
        if last and last.kind == piece.kind == "list":
            whole[-1] = Piece("list", f"{last.text}\n{piece.text}", anchor=last.anchor)
        elif last and last.kind == piece.kind == "text" and _goes_on(last, piece):
            whole[-1] = Piece("text", join((last.text, piece.text)), anchor=last.anchor)
        else:
            whole.append(piece)
    return whole


def _goes_on(last: Piece, piece: Piece) -> bool:
    return piece.text[:1].islower() and not _ENDS.search(last.text)
