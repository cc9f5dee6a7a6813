"""Removals and changes of a run, held back until they are plausible.

A site that is down, blocked or taken over must not empty the index: pages go only after
they were missing in two runs, never when too many go at once, and never become copies of one notice.
"""

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from crawler.extracted import Extracted
from crawler.pages.writer import FetchedPage, KnownPage

MOST_LOST = 0.30
"""Share of a source's pages that may be missing in one run."""
STRIKES = 2
WINDOW = 20
"""Changed pages that are looked at together before they are stored."""
_WORD = re.compile(r"[^\W\d_]+")


class Stopped(Exception):
    """The run must not go on; the message says why."""


@dataclass
class Losses:
    """Stored pages that this run found missing, moved or closed."""

    live: int
    _lost: dict[int, tuple[KnownPage, str]] = field(default_factory=dict)

    def add(self, known: KnownPage, reason: str) -> None:
        """Note one missing page."""
        self._lost[known.id] = (known, reason)

    def all(self) -> list[tuple[KnownPage, str]]:
        """Every missing page with the reason."""
        return list(self._lost.values())

    def too_many(self) -> str:
        """Why nothing may be removed, or ""."""
        count = len(self._lost)
        if count < 2 or count <= MOST_LOST * self.live:
            return ""
        return f"{count} of {self.live} pages are missing, more than {MOST_LOST:.0%}; nothing was removed"


@dataclass
class Changes:
    """Changed pages on their way to the writer, in windows of `WINDOW`."""

    live: int
    trusting: bool = False
    _staged: list[tuple[FetchedPage, KnownPage]] = field(default_factory=list)

    def add(self, page: FetchedPage, known: KnownPage) -> list[tuple[FetchedPage, KnownPage]]:
        """Stage one changed page. Returns a full window to store, or nothing. Raises Stopped for a template."""
        self._staged.append((page, known))
        return self.flush() if len(self._staged) >= WINDOW else []

    def flush(self) -> list[tuple[FetchedPage, KnownPage]]:
        """What is staged, to be stored now. Raises Stopped when most of it is one template, and forgets it."""
        staged, self._staged = self._staged, []
        worst = 0 if self.trusting else self._largest_group(staged)
        if worst >= WINDOW / 2 or (worst >= 3 and worst > MOST_LOST * self.live):
            raise Stopped(
                f"{worst} different pages changed into one and the same text, like a notice; nothing was overwritten with it"
            )
        return staged

    @staticmethod
    def _largest_group(staged: list[tuple[FetchedPage, KnownPage]]) -> int:
        # Pages that were copies of one another before count once: they change together rightly.
        before: dict[str, set[str]] = defaultdict(set)
        for page, known in staged:
            before[signature(page.extracted)].add(known.content_hash)
        return max(Counter({key: len(hashes) for key, hashes in before.items()}).values(), default=0)


def signature(extracted: Extracted) -> str:
    """Hash of the words alone, without numbers: notices differ in reference numbers and times only."""
    words = [word.lower() for block in extracted.blocks for word in _WORD.findall(block.text) if len(word) > 1]
    return hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest() if len(words) >= 5 else "empty"
