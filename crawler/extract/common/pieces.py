"""What the walk over a page yields, in reading order."""

from dataclasses import dataclass
from typing import Literal

PieceKind = Literal["heading", "text", "list", "table", "enter", "leave", "open", "close"]

_LABEL = 120  # characters above a heading that belong to it


@dataclass(frozen=True)
class Piece:
    """A heading (`level` 1 to 7; 7 is a line in bold), content, or the bounds of a panel.

    `open` and `close` bound a card (one event or person of many): its headings end with it.
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
