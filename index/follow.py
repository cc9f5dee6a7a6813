"""Keeps the search engine in step with stored pages and FAQs.

Each look reads what changed since the engine's marker and applies it in batches; searches go
on meanwhile. FAQs enter and leave on the days they begin and end, in their city's time zone.
When the engine was filled from another database, or on demand, everything is compared anew.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Engine as Database

from crawler.pages import PageStore
from index import state
from index.documents import Document, Marker
from index.engine import Engine
from index.faqs import Faq, FaqStore, todays
from index.sources import faq_key, from_faq, from_page, page_key

log = logging.getLogger(__name__)

BATCH = 200
"""Pages, and as many FAQs, applied at once. Each batch is published before the next is read, so a stop costs one batch."""

Progress = Callable[[int, int], None]
"""Called with documents read and documents to read."""


class Follower:
    """Brings the engine up to date. One look at a time; others wait for it."""

    def __init__(self, engine: Engine, database: Database) -> None:
        self._engine = engine
        self._database = database
        self._pages = PageStore(database)
        self._faqs = FaqStore(database)
        self._name = state.database_name(database)
        self._dated: dict[int, bool] = {}
        self._lock = threading.Lock()

    def catch_up(self, progress: Progress | None = None, *, anew: bool = False) -> Marker:
        """Read what changed, or `anew` everything; gives the marker reached."""
        with self._lock:
            marker = self._engine.marker
            if anew or marker.database != self._name:
                return self._read_anew(progress or _silent)
            marker, _ = self._read(marker, progress or _silent)
            return self._follow_dates(marker)

    def roll_back(self) -> None:
        """Serve the content of the snapshot before this one. What was read since is not read again by itself."""
        with self._lock:
            marker = self._engine.marker
            self._engine.rollback()
            self._engine.apply([], [], marker=marker)

    def _read_anew(self, tell: Progress) -> Marker:
        """Compare everything with what is indexed: after a replaced database, a lost index or a roll back."""
        marker, seen = self._read(Marker(database=self._name), tell)
        indexed = {*self._engine.documents("page"), *self._engine.documents("faq")}
        left_over = sorted(indexed - seen)
        if left_over:
            log.warning("%d documents of the index are not in the database; they leave the index", len(left_over))
        self._engine.apply([], left_over, marker=marker)
        return marker

    def _read(self, first: Marker, tell: Progress) -> tuple[Marker, set[str]]:
        """Apply everything after `first`; gives the marker reached and the keys that count."""
        marker, seen = first, set[str]()
        newest = self._pages.latest_revision(), self._faqs.latest_revision()
        total = max(0, newest[0] - first.pages) + max(0, newest[1] - first.faqs)
        while True:
            pages = self._pages.changes_since(marker.pages, limit=BATCH)
            faqs = self._faqs.changes_since(marker.faqs, limit=BATCH)
            if not pages and not faqs:
                return marker, seen
            upserts, deletes = self._sorted_out(faqs)
            upserts += [from_page(stored) for stored in pages if not stored.gone]
            deletes += [page_key(stored.id) for stored in pages if stored.gone]
            marker = replace(
                marker,
                pages=pages[-1].revision if pages else marker.pages,
                faqs=faqs[-1].revision if faqs else marker.faqs,
            )
            self._engine.apply(upserts, deletes, marker=marker)
            seen = (seen | {document.key for document in upserts}) - set(deletes)
            tell(min(total, marker.pages - first.pages + marker.faqs - first.faqs), total)

    def _sorted_out(self, faqs: Sequence[Faq]) -> tuple[list[Document], list[str]]:
        days = todays(self._database) if faqs else {}
        holding = {faq.id: faq.holds(days[faq.jurisdiction]) for faq in faqs}
        self._dated |= {faq.id: holding[faq.id] for faq in faqs if faq.valid_from or faq.valid_until}
        upserts = [from_faq(faq) for faq in faqs if holding[faq.id]]
        return upserts, [faq_key(faq.id) for faq in faqs if not holding[faq.id]]

    def _follow_dates(self, marker: Marker) -> Marker:
        dated = self._faqs.dated()
        days = todays(self._database) if dated else {}
        turned = [faq for faq in dated if self._dated.get(faq.id) != faq.holds(days[faq.jurisdiction])]
        if turned:
            upserts, deletes = self._sorted_out(turned)
            self._engine.apply(upserts, deletes, marker=marker)
        return marker


def _silent(_done: int, _total: int) -> None:
    """No progress is shown."""
