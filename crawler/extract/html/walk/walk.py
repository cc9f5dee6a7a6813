"""Walks the main content in reading order and yields headings, paragraphs, lists and tables.

Text is block aware: inline elements do not break a line, block elements do, `<br>` does.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar

from bs4 import Tag
from bs4.element import PageElement

from crawler.extract.common.blocks import BOLD, Piece, PieceKind, as_card
from crawler.extract.common.characters import lines, one_line
from crawler.extract.common.tree import (
    BLOCKS,
    attr,
    children,
    definition_pairs,
    first,
    heading_level,
    is_card,
    is_text,
    stands_apart,
    strings,
    tags,
    text_of,
)
from crawler.extract.html.link_targets import beside
from crawler.extract.html.panels import Panels, without_wrappers
from crawler.extract.html.walk import paragraphs
from crawler.extract.html.walk.anchors import Anchors
from crawler.extract.html.walk.tables import is_layout, part_rows, table_lines

_DEEPEST = 100  # levels followed with their structure; text below is kept as plain lines
_STRUCTURE = ["h1", "h2", "h3", "h4", "h5", "h6", "table", "details"]
_LONGEST_HEADING = 200


class Walk:
    """One walk over a page whose links start from `base`; `pieces` is its result."""

    def __init__(self, panels: Panels, base: str = "") -> None:
        self._panels = panels
        self._base = base
        self.pieces: list[Piece] = []
        self._buffer: list[str] = []
        self._bold = 0
        self._bold_only = True
        self._headed = -1  # place in `pieces` of the last line in bold that is a heading
        self._anchors = Anchors()

    def run(self, main: Tag) -> list[Piece]:
        """All pieces below `main`."""
        start = len(self.pieces)
        self._children(main, 0)
        self._flush()
        self.pieces[start:] = paragraphs.with_questions(paragraphs.with_pairs(self.pieces[start:]))
        return self.pieces

    # -- one element -------------------------------------------------------------------

    def _visit(self, tag: Tag, depth: int) -> None:
        if id(tag) in self._panels.triggers:
            return
        tag = without_wrappers(tag, self._panels)
        if depth > _DEEPEST:
            self._flat(tag)
        elif id(tag) in self._panels.titles:
            self._panel(tag, depth)
        elif heading_level(tag) or id(tag) in self._panels.heads:
            self._heading(tag)
        elif tag.name in self._HANDLERS:
            self._HANDLERS[tag.name](self, tag, depth)
        elif tag.name in BLOCKS or "-" in tag.name:
            self._block(tag, depth)
        else:
            self._inline(tag, depth)

    def _children(self, tag: Tag, depth: int) -> None:
        for child in tag.children:
            self._child(child, depth)

    def _child(self, child: PageElement, depth: int) -> None:
        if isinstance(child, Tag):
            if stands_apart(child) or paragraphs.grow_together("".join(self._buffer[-1:]), child):
                self._buffer.append(" ")
            self._visit(child, depth + 1)
        elif is_text(child):
            self._text(str(child))

    def _text(self, text: str) -> None:
        if not self._bold and text.strip():
            self._bold_only = False
        self._buffer.append(text.replace("\n", " "))

    def _block(self, tag: Tag, depth: int) -> None:
        self._flush()
        start = len(self.pieces)
        self._anchors.enter(tag)
        self._children(tag, depth)
        self._flush()
        self._anchors.leave()
        if is_card(tag):
            self.pieces[start:] = as_card(self.pieces[start:])
        elif start <= self._headed < len(self.pieces) - 1:
            self._emit("unbold")  # it heads no more than the box that it stands in
            self._headed = -1

    def _inline(self, tag: Tag, depth: int) -> None:
        bold = tag.name in {"b", "strong"} or "font-weight:bold" in attr(tag, "style").replace(" ", "")
        words = text_of(tag) if tag.name == "a" else ""
        if tag.name == "a" and not words:
            self._anchors.pass_by(tag)
        self._bold += bold
        self._children(tag, depth)
        self._bold -= bold
        if tag.name == "a" and (address := beside(tag, self._base)):
            self._text(f" ({address})" if words else f" {address} ")

    def _break(self, tag: Tag, depth: int) -> None:
        self._buffer.append("\n")

    def _panel(self, tag: Tag, depth: int) -> None:
        self._flush()
        title, anchor = self._panels.titles[id(tag)]
        self._emit("enter", title, anchor=anchor, question=id(tag) in self._panels.marked)
        self._children(tag, depth)
        self._flush()
        self._emit("leave")

    def _heading(self, tag: Tag) -> None:
        self._flush()
        text = one_line("".join(self._panels.strings_besides_triggers(tag)))
        if not text:
            return
        if len(text) > _LONGEST_HEADING:
            self._emit("text", text, anchor=self._anchors.here())
        else:
            self._emit("heading", text, level=heading_level(tag) or BOLD, anchor=self._anchors.heading(tag))

    def _list(self, tag: Tag, depth: int) -> None:
        if self._has_structure(tag):
            self._block(tag, depth)
            return
        self._flush()
        items = paragraphs.paired(self.lines_of(tag, depth))
        if items:
            self._emit("list", "\n".join(items), anchor=self._anchors.here(tag))

    def _has_structure(self, tag: Tag) -> bool:
        """A list whose items are sections: cards, accordions, tables."""
        if first(tag, *_STRUCTURE) is not None:
            return True
        return any(id(t) in self._panels.titles or "heading" in attr(t, "role") for t in tags(tag))

    def _definitions(self, tag: Tag, depth: int) -> None:
        """Each term is a small heading when it asks a question; else "term definition" lines."""
        if any(id(detail) in self._panels.titles for detail in tags(tag, "dd")):
            self._block(tag, depth)
            return
        self._flush()
        entries = definition_pairs(tag)
        if any(term.get_text().strip().endswith("?") for term, _ in entries) or first(tag, *_STRUCTURE) is not None:
            self._question_definitions(entries, depth)
            return
        rows = [
            paragraphs.defined(
                one_line("".join(strings(term))), [line for d in details for line in self.lines_of(d, depth)]
            )
            for term, details in entries
        ]
        rows = list(filter(None, rows))
        if rows:
            self._emit("list", "\n".join(rows), anchor=self._anchors.here(tag))

    def _question_definitions(self, entries: list[tuple[Tag, list[Tag]]], depth: int) -> None:
        for term, details in entries:
            self._emit("enter", one_line("".join(strings(term))), anchor=attr(term, "id"))
            for detail in details:
                self._block(detail, depth + 1)
            self._emit("leave")

    def _table(self, tag: Tag, depth: int) -> None:
        part_rows(tag)
        if is_layout(tag) or any(id(t) in self._panels.titles for t in tags(tag)):
            self._block(tag, depth)
            self._emit("unbold")
            return
        self._flush()
        rows = table_lines(tag, lambda cell: " ".join(self.lines_of(cell, depth)))
        if rows:
            self._emit("table", "\n".join(rows), anchor=self._anchors.here(tag))

    def _row(self, tag: Tag, depth: int) -> None:
        """A row of a table that only places things: a cell in bold heads the cells beside it, or the rows below."""
        self._block(tag, depth)
        if len(children(tag, "td", "th")) > 1:
            self._emit("unbold")

    def _preformatted(self, tag: Tag, depth: int) -> None:
        self._flush()
        text = "\n".join(lines("".join(strings(tag))))
        if text:
            self._emit("text", text, anchor=self._anchors.here())

    def lines_of(self, tag: Tag, depth: int) -> list[str]:
        """The text of an element as lines, one for each block in it."""
        inner = Walk(Panels(triggers=self._panels.triggers), self._base)
        inner._children(tag, depth + 1)
        inner._flush()
        return [line for piece in inner.pieces for line in piece.text.split("\n") if line]

    def _flat(self, tag: Tag) -> None:
        """Text nested too deep to follow: every string a part of one paragraph."""
        self._flush()
        self._buffer.append(" ".join(s.replace("\n", " ") for s in strings(tag)))
        self._bold_only = False
        self._flush()

    def _flush(self) -> None:
        if not self._buffer:
            return
        found, bold = lines("".join(self._buffer)), self._bold_only
        self._buffer.clear()
        self._bold_only = True
        if paragraphs.says_nothing(found):
            return  # nothing, a line drawn with stars, or the pager of a list
        if bold and len(found) == 1 and paragraphs.names_what_follows(found[0]):
            self._headed = len(self.pieces)
            self._emit("heading", found[0], level=BOLD, anchor=self._anchors.heading())
            return
        for paragraph in paragraphs.paragraphs(found):
            self._emit("text", "\n".join(paragraphs.paired(paragraph.split("\n"))), anchor=self._anchors.here())

    def _emit(
        self, kind: PieceKind, text: str = "", *, level: int = 0, anchor: str = "", question: bool = False
    ) -> None:
        self.pieces.append(Piece(kind, text, level, anchor, question))

    _HANDLERS: ClassVar[Mapping[str, Callable[["Walk", Tag, int], None]]] = {
        "br": _break,
        "ul": _list,
        "ol": _list,
        "menu": _list,
        "dl": _definitions,
        "table": _table,
        "tr": _row,
        "pre": _preformatted,
    }
