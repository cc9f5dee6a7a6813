"""What became of each address that is no stored page, written down at once: for a run that goes on, and for the next one.

A row outlives a killed process, so its successor does not ask again. In later runs it makes the request conditional,
and an answer of the same bytes is not read again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select

from crawler.extracted import EXTRACTOR
from crawler.fetching.fetcher import Fetched, Validators
from crawler.tables import crawl_answers
from townclerk import clock
from townclerk.database import reading, writing

FRESH = timedelta(hours=1)
"""So long an interrupted run's answers count when it is resumed."""


@dataclass(frozen=True)
class Entry:
    """One answer. `answer` is the caller's own text; validators and hash are empty when it cannot be used again."""

    at: datetime
    validators: Validators
    raw_hash: str
    answer: str


class Journal:
    """The answers of one source. `since`: when this run, or the first of those that it resumes, was started."""

    def __init__(self, engine: Engine, *, source_id: str, since: datetime) -> None:
        self._engine = engine
        self._source = source_id
        self.since = since
        self._of_source = crawl_answers.c.source_id == source_id
        with reading(engine) as connection:
            rows = connection.execute(select(crawl_answers).where(self._of_source)).mappings()
            self._entries = {row["url"]: _entry(row) for row in rows}

    def is_fresh(self, moment: datetime) -> bool:
        """Whether what was found at that moment counts for this run."""
        return moment >= self.since and clock.now() - moment < FRESH

    def fresh(self, url: str) -> str | None:
        """What `url` answered in this run or one that it resumes, if that was lately."""
        entry = self._entries.get(url)
        return entry.answer if entry is not None and self.is_fresh(entry.at) else None

    def validators(self, url: str) -> Validators | None:
        """What makes a request for `url` conditional; None when nothing is written down of it."""
        entry = self._entries.get(url)
        return entry.validators if entry is not None else None

    def same(self, url: str, fetched: Fetched) -> str | None:
        """What is written down of `url` if `fetched` is the very same again."""
        entry = self._entries.get(url)
        if entry is None or not (entry.validators != Validators() or entry.raw_hash):
            return None
        equal = fetched.status == 304 or (bool(fetched.body) and fetched.raw_hash == entry.raw_hash)
        return entry.answer if equal else None

    def write(self, url: str, answer: str, fetched: Fetched | None = None) -> None:
        """Write down what `url` answered; with `fetched` when an equal one means the same in later runs."""
        old = self._entries.get(url)
        entry = Entry(clock.now(), Validators(), "", answer)
        if fetched is not None and fetched.status == 304 and old is not None:
            entry = replace(old, at=entry.at)
        elif fetched is not None:
            raw_hash = fetched.raw_hash if fetched.body else ""
            entry = replace(entry, validators=Validators(fetched.etag, fetched.last_modified), raw_hash=raw_hash)
        self._entries[url] = entry
        with writing(self._engine) as connection:
            self._put(connection, url, entry)

    def mark(self, url: str, connection: Connection) -> None:
        """Write down an empty answer within the caller's transaction."""
        self._put(connection, url, Entry(clock.now(), Validators(), "", ""))

    def _put(self, connection: Connection, url: str, entry: Entry) -> None:
        values = {"at": entry.at, "raw_hash": entry.raw_hash, "extractor": EXTRACTOR, "answer": entry.answer}
        values |= {"etag": entry.validators.etag, "last_modified": entry.validators.last_modified}
        connection.execute(delete(crawl_answers).where(self._of_source, crawl_answers.c.url == url))
        connection.execute(insert(crawl_answers).values(source_id=self._source, url=url, **values))

    def drop(self, url: str) -> None:
        """`url` is a stored page now."""
        if self._entries.pop(url, None) is not None:
            with writing(self._engine) as connection:
                connection.execute(delete(crawl_answers).where(self._of_source, crawl_answers.c.url == url))

    def prune(self) -> None:
        """A run has gone over the whole site: forget addresses that it did not meet."""
        with writing(self._engine) as connection:
            connection.execute(delete(crawl_answers).where(self._of_source, crawl_answers.c.at < self.since))


def _entry(row: Any) -> Entry:
    known = row["extractor"] == EXTRACTOR
    validators = Validators(row["etag"], row["last_modified"]) if known else Validators()
    return Entry(row["at"], validators, row["raw_hash"] if known else "", row["answer"])
