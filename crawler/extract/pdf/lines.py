"""Lines of a PDF page, and their texts made one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

BULLET = re.compile(r"^([•▪●◦‣○■□➢\uf0b7\uf0a7!]|[o–-](?=\s+[A-Z])|\(?(\d{1,2}|[a-zA-Z])[.)])\s+\S")
BULLET_MARK = re.compile(r"^([•▪●◦‣○■□➢\uf0b7\uf0a7!]\s*|[o–-]\s+(?=[A-Z]))")
HYPHEN = "\ue000"
"""Stands for a hyphen at a line end, which may be part of the word or not: `crawler.extract.pdf.hyphens` tells."""
_CUT_NUMBER = re.compile(r"\d-$")  # "603-555-" and "0123"
_HYPHENATED = re.compile(r"[^\W\d_]{2}-$")


@dataclass(frozen=True)
class Line:
    """One line of a page, or of a column. `size` is the font size; all numbers are points, positions from below left.

    `limit`: how far right the lines of its column go, 0 when that is not known. `led`: a label and its value, with leaders (....) between them on the page.
    """

    text: str
    size: float
    left: float
    right: float
    bottom: float
    bold: bool = False
    led: bool = False
    limit: float = 0.0

    def ends_before(self, following: "Line") -> bool:
        """True when much more had room on it, or the first word of the line that follows: the break is meant."""
        room, wide = self.limit - self.right, max(self.limit - self.left, 1.0)
        word = (len(following.text.split()[0]) + 1) * (self.right - self.left) / max(len(self.text), 1)
        return room > 0.22 * wide or (room > 0.08 * wide and room > 1.2 * word)


def joined_line(parts: list[Line]) -> Line:
    """Parts of one line as one, from left to right."""
    most = max(parts, key=lambda part: len(part.text))
    text = " ".join(part.text for part in parts)
    return Line(
        text,
        most.size,
        parts[0].left,
        parts[-1].right,
        parts[0].bottom,
        all(p.bold for p in parts),
        all(p.led for p in parts),
    )


def join(texts: Iterable[str]) -> str:
    """Lines of one paragraph as one; `HYPHEN` where a line ends within a word."""
    joined = ""
    for text in texts:
        if _HYPHENATED.search(joined) and text[:1].isalpha():
            joined = joined[:-1] + HYPHEN + text
        elif _CUT_NUMBER.search(joined) and text[:1].isdigit():
            joined += text
        else:
            joined = f"{joined} {text}" if joined else text
    return joined
