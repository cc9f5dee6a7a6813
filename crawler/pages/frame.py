"""What the pages of one source share word for word is the frame of the site: menu, banner, footer, cookie text.

Counted in lines over all pages of the source, so that no rule about one system's mark-up is needed. A line that holds a
number (a price, a telephone number, hours) must be shared by nearly all pages, because some pages rightly repeat it.
What says something stays on the first page that holds it, so that it can still be found once.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from crawler.page import Block

LEAST = 5
"""Pages that share a line of the frame."""
SHARE = 0.3
"""Share of the source's pages that hold it."""
NUMBER_SHARE = 0.8
"""The same for a line with a number."""
_RUN = 3  # shared lines in a row at an end of a block
_SENTENCE = re.compile(r"(?:\S+\s+){5,}\S+[.!?]\W*$")
_NOTICE = re.compile(r"\bcookies?\b|©|\bcopyright\b|\ball rights reserved\b", re.I)


@dataclass
class Frame:
    """The frame of one source. Give it every page to `learn`, then every page in the same order to `of_page`."""

    _pages: int = 0
    _counts: Counter[int] = field(default_factory=Counter)
    _kept: set[int] = field(default_factory=set)

    def learn(self, blocks: Iterable[Block]) -> None:
        """Count the lines of one page."""
        self._pages += 1
        self._counts.update({_key(line) for block in blocks for line in _lines(block)})

    def of_page(self, blocks: Sequence[Block], contacts: Sequence[Block]) -> tuple[dict[str, Any], bool]:
        """What `shown` needs of one page, {} when it is shown as it is; and whether it holds nothing but frame."""
        rest = [(place, block, self._without(block)) for place, block in enumerate(blocks)]
        alone = bool(blocks) and not any(text for _, _, text in rest)
        left = {
            str(place): text
            for place, block, text in rest
            if text != block.text and (text or not (_says(block) and (alone or self._first(block))))
        }
        contact = [block.text for block in contacts if self._first(block)]
        return {name: value for name, value in (("left", left), ("contacts", contact)) if value}, alone

    def _without(self, block: Block) -> str:
        """The text of a block without the frame: "" when all of it is, and without a run of it at either end."""
        if all(map(self._shared, _lines(block))):
            return ""
        if block.kind not in ("text", "list"):
            return block.text
        lines = block.text.split("\n")
        begin = next(place for place, line in enumerate([*lines, None]) if line is None or not self._plain(line))
        end = next(place for place, line in enumerate([*lines[::-1], None]) if line is None or not self._plain(line))
        return "\n".join(lines[begin if begin >= _RUN else 0 : len(lines) - (end if end >= _RUN else 0)])

    def _plain(self, line: str) -> bool:
        return self._shared(line) and not _tells(line)

    def _shared(self, line: str) -> bool:
        share = NUMBER_SHARE if any(map(str.isdigit, line)) else SHARE
        return self._counts[_key(line)] >= max(LEAST, share * self._pages)

    def _first(self, block: Block) -> bool:
        key = _key("\n".join(_lines(block)))
        if key in self._kept:
            return False
        self._kept.add(key)
        return True


def shown(blocks: Sequence[Block], frame: dict[str, Any]) -> tuple[Block, ...]:
    """The blocks of a page without the frame of its site, with the contacts that it keeps for the site."""
    left = frame.get("left", {})
    rest = [replace(block, text=left.get(str(place), block.text)) for place, block in enumerate(blocks)]
    return (*(block for block in rest if block.text), *contacts_of(frame))


def contacts_of(frame: dict[str, Any]) -> list[Block]:
    """The contacts that a page keeps for its site."""
    return [Block("text", (), text) for text in frame.get("contacts", [])]


def _says(block: Block) -> bool:
    """Whether a block of the frame says something: a number or a sentence, and no notice about cookies or copyright."""
    return any(map(_tells, _lines(block)))


def _tells(line: str) -> bool:
    return (any(map(str.isdigit, line)) or bool(_SENTENCE.search(line))) and not _NOTICE.search(line)


def _lines(block: Block) -> list[str]:
    lines = [block.question, *block.text.split("\n")]
    return [line for line in (" ".join(line.split()) for line in lines) if line]


def _key(line: str) -> int:
    return hash(" ".join(line.split()))  # never stored: it differs from process to process
