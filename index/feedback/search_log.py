"""Keeps what was asked and what was answered, personal data masked.

Recording happens beside the answer, not before it: a search puts its record into a queue and
one thread writes the queue to the database, a quarter of a second's questions at a time, so that
writing takes little from answering. A vote that arrives before its search is written makes it
be written (`find`), and closing writes all. When the database cannot keep up, records are
dropped and counted.
"""

import logging
import queue
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Engine, RowMapping, insert, select

from index.arrays import Vectors
from index.schemas.search import Confidence
from index.tables import searches
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.text.redaction import redact

log = logging.getLogger(__name__)

_WAITING = 5_000
_BATCH = 200
_FLUSH_SECONDS = 5.0
_GATHER_SECONDS = 0.25
"""How long a question waits for others to be written with, unless somebody asks for it."""


@dataclass(frozen=True)
class Result:
    """One answer of a recorded search, enough to vote on it and to show it to staff. `pin`: the pin it stood under."""

    passage: str
    jurisdiction: str
    title: str
    url: str
    excerpt: str
    pin: int | None = None


@dataclass(frozen=True)
class Search:
    """One recorded question. `vector` is its unit-length embedding; `timings` are milliseconds by stage."""

    id: str
    text: str
    city: str | None
    channel: str
    refused: bool
    confidence: Confidence
    results: tuple[Result, ...]
    vector: Vectors
    milliseconds: float
    timings: dict[str, float] = field(default_factory=dict)
    asked_at: datetime = field(default_factory=clock.now)


def new_id() -> str:
    """A search id nobody can guess (128 bits)."""
    return secrets.token_urlsafe(16)


def answer_id(search: str, rank: int) -> str:
    """The id of one answer; `rank` counts from 1."""
    return f"{search}-{rank}"


def split_answer_id(id: str) -> tuple[str, int]:
    """Search id and rank of an answer id; rank 0 when it has none."""
    search, _, rank = id.rpartition("-")
    return search, int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 4 else 0


class SearchLog:
    """Writes searches in the background and reads them back. Close it to write what waits."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.Queue[Search | threading.Event | None] = queue.Queue(maxsize=_WAITING)
        self._hurry = threading.Event()
        self._thread = threading.Thread(target=self._write_all, name="searches", daemon=True)
        self._thread.start()
        self.dropped = 0

    def record(self, search: Search) -> None:
        """Keep a search. Returns at once."""
        try:
            self._queue.put_nowait(search)
        except queue.Full:
            self.dropped += 1
            log.error("the database is too slow: %d questions were not recorded so far", self.dropped)

    def flush(self) -> None:
        """Wait until everything recorded so far is written, 5 s at most."""
        written = threading.Event()
        self._queue.put(written)
        self._hurry.set()
        written.wait(_FLUSH_SECONDS)

    def close(self) -> None:
        """Write what waits and stop."""
        self._queue.put(None)
        self._hurry.set()
        self._thread.join(_FLUSH_SECONDS)

    def find(self, id: str) -> Search | None:
        """The search of this id, also one that is just being written, or None."""
        search = self._read(id)
        if search is None:
            self.flush()
            search = self._read(id)
        return search

    def recent(self, *, limit: int, unanswered: bool = False, city: str | None = None) -> list[Search]:
        """The newest searches first; only refused ones with `unanswered`."""
        self.flush()
        query = select(searches).order_by(searches.c.asked_at.desc()).limit(limit)
        if unanswered:
            query = query.where(searches.c.refused)
        if city is not None:
            query = query.where(searches.c.city == city)
        with reading(self._engine) as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

    def _read(self, id: str) -> Search | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(searches).where(searches.c.id == id)).mappings().first()
        return None if row is None else _from_row(row)

    def _write_all(self) -> None:
        going = True
        while going:
            batch = [self._queue.get()]
            self._hurry.wait(_GATHER_SECONDS)
            self._hurry.clear()
            while len(batch) < _BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            self._write([item for item in batch if isinstance(item, Search)])
            for item in batch:
                if isinstance(item, threading.Event):
                    item.set()
            going = None not in batch

    def _write(self, batch: Sequence[Search]) -> None:
        if not batch:
            return
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(searches), [_to_row(search) for search in batch])
        except Exception:
            # The thread must live on: the next questions can be recorded again.
            log.exception("%d questions could not be recorded", len(batch))


def _to_row(search: Search) -> dict[str, Any]:
    row = {
        name: getattr(search, name)
        for name in ("id", "asked_at", "city", "channel", "refused", "confidence", "timings", "milliseconds")
    }
    results = [result.__dict__ for result in search.results]
    return row | {
        "text": redact(search.text),
        "results": results,
        "vector": np.asarray(search.vector, dtype=np.float32).tobytes(),
    }


def _from_row(row: RowMapping) -> Search:
    values = dict(row)
    values["results"] = tuple(Result(**result) for result in values["results"])
    values["vector"] = np.frombuffer(values["vector"], dtype=np.float32)
    return Search(**values)
