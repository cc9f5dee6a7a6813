"""The outcome of each URL of a run, and the counts a run reports."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Literal

OutcomeKind = Literal["added", "changed", "unchanged", "gone", "failed", "skipped"]


@dataclass(frozen=True)
class UrlOutcome:
    """One URL of one run. `reason` says why it was skipped, failed or is gone."""

    url: str
    kind: OutcomeKind
    reason: str = ""


@dataclass(frozen=True)
class Counts:
    """`found` URLs of the site, each of which is exactly one of the others.

    A URL that redirects to a stored page, or holds the same text as one, counts with that page.
    """

    found: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def pages(self) -> int:
        """URLs whose page is stored now."""
        return self.added + self.changed + self.unchanged

    def as_dict(self) -> dict[str, int]:
        """The counts in the order they are reported."""
        return asdict(self)


class OutcomeCounter:
    """Collects outcomes during a run: counts, the commonest reasons, and what is not stored yet."""

    def __init__(self) -> None:
        self._kinds: Counter[str] = Counter()
        self._reasons: Counter[tuple[str, str]] = Counter()
        self._unsaved: list[UrlOutcome] = []
        self._pages: dict[str, OutcomeKind] = {}

    def add(self, outcome: UrlOutcome) -> None:
        """Count one URL."""
        self._kinds[outcome.kind] += 1
        if outcome.reason and outcome.kind != "changed":
            self._reasons[outcome.kind, reason_group(outcome.reason)] += 1
        self._unsaved.append(outcome)
        if outcome.kind in ("added", "changed", "unchanged"):
            self._pages[outcome.url] = outcome.kind

    def page_kind(self, url: str) -> OutcomeKind | None:
        """What became of `url` if its page is stored now."""
        return self._pages.get(url)

    def counts(self) -> Counts:
        """The counts until now."""
        return Counts(found=self._kinds.total(), **self._kinds)

    def top_reasons(self, most: int = 8) -> list[tuple[str, str, int]]:
        """(outcome, reason, how often), commonest first."""
        return [(kind, reason, count) for (kind, reason), count in self._reasons.most_common(most)]

    def take_unsaved(self) -> list[UrlOutcome]:
        """Outcomes added since the last call."""
        taken, self._unsaved = self._unsaved, []
        return taken


def reason_group(reason: str) -> str:
    """The reason without the address that it names."""
    # "duplicate of http://.../a" and "... /b" are one reason in a summary.
    return reason.split(" http://")[0].split(" https://")[0][:120]
