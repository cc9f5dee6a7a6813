"""A process of its own in which snapshots are prepared while questions are answered.

It runs at a low priority, so on a busy machine questions come first and it still gets on. It starts when there
is much to do, ends when nothing came for a while, and dies with the process that started it.
"""

import multiprocessing
import os
import shutil
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from index.encoder import Encoder
from index.manifests import Manifest, Snapshot
from index.preparing import Job, Preparer
from townclerk.errors import Unavailable

IDLE_SECONDS = 120.0
"""How long it stays when nothing comes: it holds the model a second time (about 200 MB)."""
NICE = 10

Opener = Callable[[], Encoder]
"""Opens the encoder over there; must be picklable."""


class Workshop:
    """The other process. One job at a time."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._context = multiprocessing.get_context("spawn")
        self._process: multiprocessing.process.BaseProcess | None = None
        self._line: Connection | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process, while it runs."""
        return self._process.pid if self._process is not None and self._process.is_alive() else None

    def prepare(self, folder: Path, base: Snapshot, job: Job) -> Manifest:
        """As `Preparer.prepare`. Raises Unavailable when the process dies over it twice."""
        for _attempt in range(2):
            if self._closed:
                break
            try:
                line = self._start() if self.pid is None or self._line is None else self._line
                line.send((folder, base, job))
                answer: Manifest | BaseException = line.recv()
            except (EOFError, OSError):
                # It had ended as nothing came, just now; or it was killed.
                self._end()
                shutil.rmtree(folder, ignore_errors=True)
                continue
            if isinstance(answer, BaseException):
                raise answer
            return answer
        raise Unavailable(
            "The index is being closed."
            if self._closed
            else "The process that prepares the index dies over its work. Is there enough memory?"
        )

    def close(self) -> None:
        """End it, also in the middle of its work."""
        self._closed = True
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._line = self._process = None

    def _start(self) -> Connection:
        self._end()
        self._line, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_work, args=(theirs, self._opener), daemon=True)
        self._process.start()
        theirs.close()
        return self._line


def _work(line: Connection, opener: Opener) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    threading.Thread(target=_die_with_parent, daemon=True).start()
    preparer: Preparer | None = None
    while line.poll(IDLE_SECONDS):
        try:
            folder, base, job = line.recv()
        except EOFError:
            return
        answer: Manifest | BaseException
        try:
            if preparer is None:
                preparer = Preparer(opener())
                os.nice(NICE)
            answer = preparer.prepare(folder, base, job)
        except Exception as error:  # raised over there
            error.add_note("".join(traceback.format_exception(error)))
            answer = error
        line.send(answer)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
