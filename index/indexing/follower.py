"""Keeps the index in step with stored pages and FAQs.

Each look reads what changed since the publisher's marker and applies it in batches; searches go
on meanwhile. FAQs enter and leave on the days they begin and end, in their city's time zone.
When the index was filled from another database, or on demand, everything is compared anew.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Engine as Database

from crawler.page import StoredPage
from crawler.pages.store import PageStore
from index import revisions
from index.faqs.faq import Faq
from index.faqs.store import FaqStore, todays
from index.indexing.publisher import Publisher
from index.passages.document import Document
from index.passages.sources import faq_key, from_faq, from_page, page_key
from index.schemas.operations import ReadingProgress
from index.snapshots.marker import Marker

log = logging.getLogger(__name__)

FIRST_BATCH, BATCH = 20, 200
"""Pages, and as many FAQs, applied at once. Each batch is published before the next is read, so a stop costs one batch;
the first is small, so that something can soon be answered, and each is twice as large as the one before, up to the most."""

Progress = Callable[[int, int], None]
"""Called with documents read and documents to read."""


class Follower:
    """Brings the index up to date. One look at a time; others wait for it."""

    def __init__(
        self, publisher: Publisher, database: Database, *, first_batch: int = FIRST_BATCH, batch: int = BATCH
    ) -> None:
        self._batches = first_batch, batch
        self._publisher = publisher
        self._database = database
        self._pages = PageStore(database)
        self._faqs = FaqStore(database)
        self._name = revisions.database_name(database)
        self._dated: dict[int, bool] = {}
        self._lock = threading.Lock()
        self._interrupted = threading.Event()
        self.reading: ReadingProgress | None = None

    @property
    def progress(self) -> str:
        """How far reading is; empty when nothing is read but a few changes, which one batch brings in."""
        reading = self.reading
        if not reading or reading.total <= self._batches[0]:
            return ""
        return f"reading pages and FAQs: {reading.done} of {reading.total}"

    @property
    def interrupted(self) -> bool:
        """Whether a roll back waits for the batch that is under way."""
        return self._interrupted.is_set()

    def catch_up(self, progress: Progress | None = None, *, anew: bool = False) -> Marker:
        """Read what changed, or `anew` everything; gives the marker reached."""
        with self._lock:
            try:
                return self._caught_up(progress or _silent, anew=anew)
            except _Interrupted:
                return self._publisher.marker
            finally:
                self.reading = None

    def roll_back(self, to: str | None = None) -> None:
        """Serve the content before the present one, or of the snapshot named. What was read since is not read again by itself.

        A catch-up that is under way ends after the batch it is at.
        """
        self._interrupted.set()
        with self._lock:
            self._interrupted.clear()
            marker = self._publisher.marker
            if marker.database != self._name:
                # A comparison of everything was under way; going on with it would undo the roll back.
                marker = Marker(self._pages.latest_revision(), self._faqs.latest_revision(), self._name)
            self._publisher.rollback(to, marker=marker)

    def _caught_up(self, tell: Progress, *, anew: bool) -> Marker:
        marker = self._publisher.marker
        if anew or marker.database != self._name:
            return self._read_anew(tell)
        marker, _ = self._read(marker, tell)
        return self._follow_dates(marker)

    def _read_anew(self, tell: Progress) -> Marker:
        """Compare everything with what is indexed: after a replaced database, a lost index or a roll back.

        Until that is done the stored marker says so, for a crash must not leave it half done; only
        the filling of an empty index goes on from where it was.
        """
        indexed = {*self._publisher.documents("page"), *self._publisher.documents("faq")}
        marker, seen = self._read(Marker(database=self._name), tell, kept=Marker() if indexed else None)
        left_over = sorted(indexed - seen)
        if left_over:
            log.warning("%d documents of the index are not in the database; they leave the index", len(left_over))
        self._publisher.apply([], left_over, marker=marker)
        return marker

    def _read(self, first: Marker, tell: Progress, *, kept: Marker | None = None) -> tuple[Marker, set[str]]:
        """Apply everything after `first`; gives the marker reached and the keys that count. `kept` is stored instead of it."""
        marker, seen = first, set[str]()
        newest = self._pages.latest_revision(), self._faqs.latest_revision()
        total = max(0, newest[0] - first.pages) + max(0, newest[1] - first.faqs)
        self.reading = ReadingProgress(done=0, total=total) if total else None
        limit, most = self._batches
        while True:
            if self._interrupted.is_set():
                raise _Interrupted
            pages = self._pages.changes_since(marker.pages, limit=limit)
            faqs = self._faqs.changes_since(marker.faqs, limit=limit)
            limit = min(2 * limit, most)
            if not pages and not faqs:
                return marker, seen
            upserts, deletes = self._sorted_out(faqs)
            upserts += [from_page(stored) for stored in pages if not stored.gone]
            deletes += [page_key(stored.id) for stored in pages if stored.gone]
            marker = _after(marker, pages, faqs)
            self._publisher.apply(upserts, deletes, marker=marker if kept is None else kept)
            seen = (seen | {document.key for document in upserts}) - set(deletes)
            done = min(total, marker.pages - first.pages + marker.faqs - first.faqs)
            self.reading = ReadingProgress(done=done, total=total)
            tell(done, total)

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
            self._publisher.apply(upserts, deletes, marker=marker)
        return marker


class _Interrupted(Exception):
    """A roll back was asked for while changes were read."""


def _after(marker: Marker, pages: Sequence[StoredPage], faqs: Sequence[Faq]) -> Marker:
    return replace(
        marker,
        pages=pages[-1].revision if pages else marker.pages,
        faqs=faqs[-1].revision if faqs else marker.faqs,
    )


def _silent(_done: int, _total: int) -> None:
    """No progress is shown."""
