"""A copy of the vector index on a device, kept in step with the index in memory, which stays the master.

One thread owns the device. Questions and changes reach it through one queue, in order; questions
that wait are asked together. Rows can be added to the copy but not taken out: they are hidden until
the copy is made anew. While there is no copy in step, or when a question is beyond the device's
limits, `ask` gives None and the master answers. The first error ends the copy for good.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from index.arrays import Vectors
from index.vectors.devices import Answer, Device, Hidden, Job, Question, TakenOut, Written
from index.vectors.faiss_calls import EMPTY_PAGE, Rows

log = logging.getLogger(__name__)
MOST = 2048
"""Rows asked for and pages scanned at most: limits of FAISS's GPU classes, beyond which they end the process."""
TOGETHER = 64
"""Questions asked at once."""
SCRATCH_BYTES = 48 * 2**20
"""Working memory that one call may need on the device; less than what the device has set aside."""
WAITING = 256
"""Changes that may wait; when there are more, making the copy anew is quicker."""
HIDDEN_ROWS, HIDDEN_SHARE = 1024, 0.02
"""So many rows, and that part of all, may be hidden before the copy is made anew."""
ANSWER_SECONDS = 5.0
"""A device that takes longer hangs."""


class Mirror:
    """The copy. `master` gives the index to copy and holds back its changes until that is done."""

    def __init__(self, device: Device, master: Callable[[], AbstractContextManager[Any]]) -> None:
        self._device = device
        self._master = master
        self._state = threading.Condition()
        self._queue: deque[Job] = deque()
        self._in_step = False
        self._due = False
        self._ended = False
        # Only the thread looks at what follows.
        self._hidden = Hidden()
        self._pages = self._rows = 0
        self._thread = threading.Thread(target=self._work, name="vector device", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """False after an error, and after closing."""
        return not self._ended

    def ask(self, vector: Vectors, pages: Rows, *, limit: int) -> Answer | None:
        """The rows of these pages nearest to `vector`, best first; None when the master has to answer."""
        with self._state:
            if not self._in_step:
                self._due = True
                self._state.notify()
                return None
            if len(pages) > MOST or limit > MOST:
                return None
            question = Question(vector, pages, limit)
            self._queue.append(question)
            self._state.notify()
        try:
            return question.answer.result(ANSWER_SECONDS)
        except TimeoutError:
            self._end(f"it gave no answer for {ANSWER_SECONDS:g} s")
            return None

    def change(self, change: Written | TakenOut) -> None:
        """Follow a change of the master; to be called in the order of the changes, before the next one."""
        with self._state:
            if not self._in_step:
                return  # the next copy will have it
            self._queue.append(change)
            if sum(not isinstance(job, Question) for job in self._queue) > WAITING:
                self._outdate()
            self._state.notify()

    def close(self) -> None:
        """End the thread; the master answers from here on."""
        self._end("")
        if threading.current_thread() is not self._thread:
            self._thread.join(ANSWER_SECONDS)
        # Else the master and its copy would hold each other in memory, for good if they were set aside (see `interpreter`).
        self._master = _gone

    def _end(self, reason: str) -> None:
        with self._state:
            if reason and not self._ended:
                log.error("The device for vector search failed: %s. Searches run on the CPU from here on.", reason)
            self._ended = True
            self._outdate()
            self._state.notify()

    def _outdate(self) -> None:
        """The copy is of no more use: whoever waits is sent to the master. Needs the state's lock."""
        self._in_step = False
        self._due = True
        for job in self._queue:
            if isinstance(job, Question):
                job.give(None)
        self._queue.clear()

    def _work(self) -> None:
        try:
            while jobs := self._next():
                self._do(jobs)
        except Exception as error:  # of the device: whatever it is, the master can answer
            self._end(" ".join(str(error).split()) or type(error).__name__)
        finally:
            self._device.close()

    def _next(self) -> list[Job]:
        """What to do next, the copy being in step; empty at the end."""
        while True:
            with self._state:
                self._state.wait_for(lambda: self._queue or self._due or self._ended)
                if self._ended:
                    return []
                if not self._due:
                    return self._first()
            self._renew()

    def _first(self) -> list[Job]:
        jobs = [self._queue.popleft()]
        while isinstance(jobs[-1], Question) and self._queue and len(jobs) < TOGETHER:
            if not isinstance(self._queue[0], Question):
                break
            jobs.append(self._queue.popleft())
        return jobs

    def _renew(self) -> None:
        with self._state:
            self._outdate()
        with self._master() as index:
            self._device.renew(index)
            self._hidden, self._pages, self._rows = Hidden(), index.nlist, index.ntotal
            with self._state:
                self._in_step, self._due = not self._ended, False

    def _do(self, jobs: list[Job]) -> None:
        asked = [job for job in jobs if isinstance(job, Question)]
        try:
            if asked:
                self._answer(asked)
            elif isinstance(jobs[0], Written):
                self._append(jobs[0])
            elif isinstance(jobs[0], TakenOut):
                self._hide(jobs[0])
        finally:
            for question in asked:
                question.give(None)

    def _append(self, new: Written) -> None:
        # The copy has too few pages, or would show a row in its old place too.
        if new.page >= self._pages or self._hidden.any_of(new.rows):
            self._anew()
        else:
            self._device.append(new.page, new.rows, new.vectors)
            self._rows += len(new.rows)

    def _hide(self, gone: TakenOut) -> None:
        self._hidden.add(gone)
        if len(self._hidden) > max(HIDDEN_ROWS, HIDDEN_SHARE * self._rows):
            self._anew()

    def _anew(self) -> None:
        with self._state:
            self._outdate()

    def _answer(self, asked: list[Question]) -> None:
        """Ask the device, as many at a time as its working memory allows."""
        group: list[tuple[Question, Rows]] = []
        for question in asked:
            hidden = self._hidden.among(question.pages)
            if question.limit + len(hidden) > MOST:
                self._anew()
                return
            if question.pages.max(initial=0) >= self._pages:
                continue  # a page that the copy will have in a moment
            if group and _scratch([*group, (question, hidden)]) > SCRATCH_BYTES:
                self._search(group)
                group = []
            group.append((question, hidden))
        if group:
            self._search(group)

    def _search(self, group: list[tuple[Question, Rows]]) -> None:
        width, limit = _shape(group)
        pages = np.full((len(group), width), EMPTY_PAGE, np.int64)
        for at, (question, _) in enumerate(group):
            pages[at, : len(question.pages)] = question.pages
        vectors = np.stack([question.vector for question, _ in group])
        found, scores = self._device.search(vectors, pages, limit=limit)
        for at, (question, hidden) in enumerate(group):
            kept = np.flatnonzero((found[at] >= 0) & ~np.isin(found[at], hidden))[: question.limit]
            question.give((found[at][kept], scores[at][kept]))


def _gone() -> AbstractContextManager[Any]:
    raise RuntimeError("The index that was copied is closed.")


def _shape(group: list[tuple[Question, Rows]]) -> tuple[int, int]:
    """Pages of the widest question, and rows to ask for so that each has enough left without the hidden ones."""
    return max(len(q.pages) for q, _ in group), max(q.limit + len(hidden) for q, hidden in group)


def _scratch(group: list[tuple[Question, Rows]]) -> int:
    """Bytes: FAISS writes out a centroid, and scores and rows, for each page of each question."""
    width, limit = _shape(group)
    return len(group) * width * (4 * len(group[0][0].vector) + 12 * limit)
