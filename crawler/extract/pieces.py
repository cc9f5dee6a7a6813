"""What the walk over a page yields, in reading order."""

from dataclasses import dataclass
from typing import Literal

PieceKind = Literal["heading", "text", "list", "table", "enter", "leave"]


@dataclass(frozen=True)
class Piece:
    """A heading (`level` 1 to 7; 7 is a line in bold), content, or the bounds of a panel.

    `enter` carries the panel's title in `text`; `question` says that the page marks it as one.
    """

    kind: PieceKind
    text: str = ""
    level: int = 0
    anchor: str = ""
    question: bool = False
