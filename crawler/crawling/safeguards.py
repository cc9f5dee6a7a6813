"""Removals and changes of a run, held back until they are plausible.

A site that is down, blocked or taken over must not empty the index: pages go only after they were missing
in two runs or the site closed them in so many words, never when too many go at once, and different pages
never become copies of one notice.
"""

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Literal

from crawler.extracted import Extracted
from crawler.pages.writer import FetchedPage, KnownPage

MOST_LOST = 0.30
"""Share of a source's pages that may be missing, or kept from us, in one run."""
MOST_CLOSED = 0.50
"""Share that the site may close in one run (410, noindex, robots.txt) without being asked about."""
FEW = 4
"""So many may always be closed: on a small site they are a large share."""
MOST_BARRED_AT_FIRST = 0.50
"""Share of the addresses of a site's first run that may be kept from us: many link to a log-in on each page."""
STRIKES = 2
WINDOW = 20
"""Changed pages that are looked at together before they are stored."""
OWN_KEPT = 0.2
"""Share of the words that set a page apart from its like which a rewritten page keeps, and a notice does not."""
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\w+")


class Stopped(Exception):
    """The run must not go on; the message says why."""


@dataclass(frozen=True)
class Held:
    """What a run would have done to a stored page: take the text of `page`, which changed, or remove one that is
    missing, closed to us, or barred by a log-in, refusal, notice or fault.
    """

    url: str
    kind: Literal["changed", "missing", "closed", "barred"]
    reason: str
    page: FetchedPage | None = None


@dataclass(frozen=True)
class Loss:
    """A stored page that this run did not find. `closed`: the site said so in words that leave no doubt."""

    known: KnownPage
    reason: str
    closed: bool = False

    def is_final(self, *, counted: bool) -> bool:
        """Whether the page goes now: closed, or missing often enough. `counted`: this time is among its strikes."""
        return self.closed or self.known.strikes + (not counted) >= STRIKES


@dataclass
class Losses:
    """Stored pages that this run found missing, moved or closed."""

    live: int
    _lost: dict[int, Loss] = field(default_factory=dict)

    def add(self, loss: Loss) -> None:
        """Note one page."""
        self._lost[loss.known.id] = loss

    def all(self) -> list[Loss]:
        """Every one of them."""
        return list(self._lost.values())

    def too_many(self, *, closed: bool) -> str:
        """Why none of the closed (else: of the missing) pages may be removed, or ""."""
        count = sum(loss.closed == closed for loss in self._lost.values())
        share, few = (MOST_CLOSED, FEW) if closed else (MOST_LOST, 1)
        if count <= max(few, share * self.live):
            return ""
        state = "closed to us" if closed else "missing"
        return f"{count} of {self.live} pages are {state}, more than {share:.0%}; nothing was removed"


@dataclass
class Barred:
    """Addresses that a log-in, a refusal, a notice or a fault kept from us in this run."""

    live: int
    losses: list[Loss] = field(default_factory=list)
    _new: int = 0

    def add(self, known: KnownPage | None, reason: str) -> None:
        """Note one address, of which `known` is stored."""
        if known is None:
            self._new += 1
        else:
            self.losses.append(Loss(known, reason))

    def too_many(self, pages: int) -> str:
        """Why the run is no success though it read `pages` pages, or ""."""
        count, of, share = len(self.losses), self.live, MOST_LOST
        if not self.live:
            count, of, share = self._new, self._new + pages, MOST_BARRED_AT_FIRST
        if count < 3 or count <= share * of:
            return ""
        return f"{count} of {of} pages are kept from us by a log-in, refusal, notice or fault; what is stored of them stays"


@dataclass(frozen=True)
class Change:
    """A page that was read anew, and the title and text that are stored of it."""

    page: FetchedPage
    known: KnownPage
    before: str


@dataclass
class Changes:
    """Changed pages on their way to the writer, in windows of `WINDOW`."""

    live: int
    trusting: bool = False
    held: list[Held] = field(default_factory=list)
    _staged: list[Change] = field(default_factory=list)

    def add(self, change: Change) -> list[Change]:
        """Stage one changed page. Returns a full window to store, or nothing. Raises Stopped for a template."""
        self._staged.append(change)
        return self.flush() if len(self._staged) >= WINDOW else []

    def flush(self) -> list[Change]:
        """What is staged, to be stored now. Raises Stopped when most of it is one template, and forgets it."""
        staged, self._staged = self._staged, []
        worst = 0 if self.trusting else _largest_collapse(staged)
        if worst >= WINDOW / 2 or (worst >= 3 and worst > MOST_LOST * self.live):
            reason = f"{worst} pages changed into one and the same text"
            self.held = [Held(change.known.url, "changed", reason, change.page) for change in staged]
            raise Stopped(
                f"{worst} different pages changed into one and the same text, like a notice; nothing was overwritten with it"
            )
        return staged


def _largest_collapse(staged: list[Change]) -> int:
    """How many pages of different texts took on one text, numbers aside, and kept nothing of their own."""
    groups: dict[str, list[Change]] = defaultdict(list)
    for change in staged:
        groups[signature(change.page.extracted)].append(change)
    # Pages that were copies of one another before count once: they change together rightly.
    return max((len({c.known.content_hash for c in _collapsed(group)}) for group in groups.values()), default=0)


def _collapsed(group: list[Change]) -> list[Change]:
    """Those of equal new words that are neither the old text with new numbers nor a page with its own words kept."""
    before = [set(_TOKEN.findall(change.before.lower())) for change in group]
    seen_in = Counter(token for tokens in before for token in tokens)
    collapsed = []
    for change, old in zip(group, before, strict=True):
        new_text = full_text(change.page.extracted)
        own = {token for token in old if seen_in[token] < len(group)}
        kept = own & set(_TOKEN.findall(new_text.lower()))
        if len(kept) <= OWN_KEPT * len(own) and _words(change.before) != _words(new_text):
            collapsed.append(change)
    return collapsed


def full_text(extracted: Extracted) -> str:
    """Title and text, as `Change.before` holds those that are stored."""
    return "\n".join([extracted.title, *(block.text for block in extracted.blocks)])


def signature(extracted: Extracted) -> str:
    """Hash of the words alone, without numbers: notices differ in reference numbers and times only."""
    words = [word for block in extracted.blocks for word in _words(block.text)]
    return hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest() if len(words) >= 5 else "empty"


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text) if len(word) > 1]
