"""Pieces to blocks: heading paths, lists with their lead-in, questions with their answers."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from crawler.extract.common.characters import key
from crawler.page import Block

PieceKind = Literal["heading", "text", "list", "table", "enter", "leave", "open", "close", "unbold"]

BOLD = 7
"""Level of a heading that is a line in bold."""
_LABEL = 120  # characters above a heading that belong to it
_LONGEST_ANSWER = 4000  # characters; a longer section is read as headed text
_LEAD_IN = 120  # characters; a longer paragraph introduces a list only with a colon
_ASKS = re.compile(r"\?[\s\"'”’)*]*(\([^)]{1,60}\))?$|^¿|^q\s*[:.)]\s+\w|？$", re.I)
_ASKS_BY_WORD = re.compile(
    r"^(how|what|when|where|who|whom|whose|why|which|can|could|do|does|did|is|are|was|were|should|will|would|may|must|am|"
    r"cómo|qué|cuándo|dónde|quién|por qué|cuál|cuánto|cuánta|puedo|debo)\b",
    re.I,
)
_FAQ_PLACE = re.compile(
    r"\bfaqs?\b|\bfrequently asked\b|\bpreguntas frecuentes\b|\bquestions (and|&) answers\b|\bq ?& ?a\b", re.I
)
_MARK = re.compile(r"^\s*[qpa]\s*[:.)]\s+(?=\w|¿)", re.I)
_NUMBER = re.compile(r"^\s*(?:question |q)?\d{1,3}\s*[:.)]\s*(?=[^\W\d]|¿)", re.I)


@dataclass(frozen=True)
class Piece:
    """A heading (`level` 1 to 7; 7 is a line in bold), content, or the bounds of a panel.

    `unbold` ends the headings that are lines in bold. `open` and `close` bound a card (one event or person of many): its headings end with it.
    `enter` carries the panel's title in `text`; `question` says that the page marks it as one.
    """

    kind: PieceKind
    text: str = ""
    level: int = 0
    anchor: str = ""
    question: bool = False


def as_card(pieces: list[Piece]) -> list[Piece]:
    """The pieces of one card, bounded. A date or label above the card's only heading comes under it."""
    headings = [i for i, piece in enumerate(pieces) if piece.kind == "heading"]
    if not headings:
        return pieces
    before = pieces[: headings[0]]
    if len(headings) == 1 and all(p.kind == "text" for p in before) and sum(len(p.text) for p in before) <= _LABEL:
        pieces = [pieces[headings[0]], *before, *pieces[headings[0] + 1 :]]
    return [Piece("open"), *pieces, Piece("close")]


@dataclass
class _Entry:
    """One heading in force. `blocks` are what a question has gathered."""

    title: str
    level: int
    anchor: str
    asks: bool = False
    shown: bool = True
    used: bool = False
    blocks: list[Block] = field(default_factory=list)


def blocks_of(pieces: list[Piece], title: str) -> tuple[Block, ...]:
    """Blocks in reading order. No text of a piece is lost: a heading with nothing under it becomes text."""
    builder = _Builder(title)
    for piece in pieces:
        builder.take(piece)
    return builder.finish()


class _Builder:
    def __init__(self, title: str) -> None:
        self._title = key(title)
        self._faq_page = _is_faq_place(title)
        self._entries: list[_Entry] = []
        self._floors = [0]
        self._cards: list[int] = []
        self._done: list[Block] = []

    def take(self, piece: Piece) -> None:
        if piece.kind == "enter":
            self._enter(piece)
        elif piece.kind == "leave":
            self._close_to(self._floors.pop())
        elif piece.kind == "open":
            self._cards.append(len(self._entries))
        elif piece.kind == "close":
            self._close_to(self._cards.pop())
        elif piece.kind == "unbold":
            self._end_bold()
        elif piece.kind == "heading":
            self._heading(piece)
        else:
            self._content(piece)

    def finish(self) -> tuple[Block, ...]:
        self._close_to(0)
        return tuple(self._done)

    def _enter(self, piece: Piece) -> None:
        self._floors.append(len(self._entries))
        question = piece.question or _asks(piece.text) or _asks_by_word(piece.text) or self._in_faq()
        self._entries.append(_Entry(piece.text, 0, piece.anchor, asks=question))

    def _in_faq(self) -> bool:
        return self._faq_page or any(_is_faq_place(e.title) for e in self._entries)

    def _heading(self, piece: Piece) -> None:
        floor = self._floors[-1]
        while len(self._entries) > floor and 0 < piece.level <= self._entries[-1].level:
            self._close()
        if key(piece.text) == self._title and not any(e.shown for e in self._entries):
            self._entries.append(_Entry(piece.text, piece.level, piece.anchor, shown=False, used=True))
            return
        self._entries.append(_Entry(piece.text, piece.level, piece.anchor, asks=_asks(piece.text)))

    def _end_bold(self) -> None:
        while len(self._entries) > self._floors[-1] and self._entries[-1].level == BOLD:
            self._close()

    def _content(self, piece: Piece) -> None:
        kind = "list" if piece.kind == "list" else "table" if piece.kind == "table" else "text"
        block = Block(kind=kind, heading=self._path(), text=piece.text, anchor=self._anchor() or piece.anchor)  # type: ignore[arg-type]
        for entry in self._entries:
            entry.used = True
        self._put(block)

    def _put(self, block: Block) -> None:
        """Adds a block to the innermost question that is open, or to the page."""
        target = next((e.blocks for e in reversed(self._entries) if e.asks), self._done)
        if target and _leads_in(target[-1], block):
            lead = target.pop()
            block = replace(block, text=f"{lead.text}\n{block.text}", anchor=lead.anchor or block.anchor)
        target.append(block)

    def _close_to(self, depth: int) -> None:
        while len(self._entries) > depth:
            self._close()

    def _close(self) -> None:
        entry = self._entries.pop()
        if not entry.used:
            block = Block(kind="text", heading=self._path(), text=entry.title, anchor=entry.anchor)
            for outer in self._entries:
                outer.used = True
            self._put(block)
        elif entry.asks:
            self._answered(entry)

    def _answered(self, entry: _Entry) -> None:
        path = self._path()
        answer = "\n".join(_with_headings(entry.blocks, len(path) + 1))
        if (entry.blocks and all(b.kind == "faq" for b in entry.blocks)) or len(answer) > _LONGEST_ANSWER:
            target = next((e.blocks for e in reversed(self._entries) if e.asks), self._done)
            target.extend(entry.blocks)
            return
        question, answer = _without_mark(_NUMBER.sub("", entry.title)), _without_mark(answer)
        self._put(
            Block(kind="faq", heading=path, text=answer, question=question, anchor=entry.anchor or self._anchor())
        )

    def _path(self) -> tuple[str, ...]:
        return tuple(e.title for e in self._entries if e.shown)

    def _anchor(self) -> str:
        return next((e.anchor for e in reversed(self._entries) if e.anchor and e.shown), "")


def _with_headings(blocks: list[Block], depth: int) -> list[str]:
    """The lines of an answer, with the headings inside it as lines of their own."""
    lines: list[str] = []
    above: tuple[str, ...] = ()
    for block in blocks:
        inner = block.heading[depth:]
        shared = next(
            (i for i, (a, b) in enumerate(zip(above, inner, strict=False)) if a != b), min(len(above), len(inner))
        )
        lines += inner[shared:]
        above = inner
        if block.question:
            lines.append(block.question)
        lines.append(block.text)
    return lines


def _leads_in(before: Block, block: Block) -> bool:
    """A list belongs with the sentence that introduces it, a table with one that ends in a colon."""
    if before.kind != "text" or before.heading != block.heading:
        return False
    last = before.text.rstrip()
    if block.kind == "list":
        return last.endswith(":") or len(last) <= _LEAD_IN
    return block.kind == "table" and last.endswith(":")


def _asks(text: str) -> bool:
    """True for a heading that is a question."""
    return 8 <= len(text) <= 300 and bool(_ASKS.search(text))


def _asks_by_word(text: str) -> bool:
    """True for the title of a panel that starts like a question, with or without its mark ("How to apply")."""
    return bool(_ASKS_BY_WORD.match(text))


def _is_faq_place(text: str) -> bool:
    """True for a title or heading that announces questions and answers."""
    return bool(_FAQ_PLACE.search(text))


def _without_mark(text: str) -> str:
    """`text` without a leading "Q:" or "A:"."""
    return _MARK.sub("", text)
