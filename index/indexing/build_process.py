"""The separate process in which snapshots are built while this one answers questions.

It runs at a low priority, so on a busy machine questions come first. It starts with the first change,
opens the encoder while it reads what is indexed, and ends after some idle time or with its parent.
"""

import os
import queue
import shutil
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import TYPE_CHECKING

from index.embedding.encoder import Encoder, OnnxEncoder
from index.indexing.snapshot_builder import Job, SnapshotBuilder
from index.snapshots.manifest import Manifest, Snapshot
from townclerk.errors import Unavailable

if TYPE_CHECKING:  # its import would be a third of what starting takes
    from townclerk.settings import Settings

IDLE_SECONDS = 120.0
"""How long the process waits for the next job: it holds the model a second time (about 280 MB of its own)."""
NICE = 10
Opener = Callable[[], Encoder]
"""Opens the encoder in the build process; must be picklable, and not of the main module."""
_Jobs = queue.SimpleQueue[tuple[Path, Snapshot, Job]]


def opening(encoder: OnnxEncoder, settings: "Settings") -> Callable[[], OnnxEncoder]:
    """An opener of this encoder, already verified here, without what only questions need."""
    folder = settings.home / "models" / encoder.id
    return partial(_open, folder, encoder.id, settings.encoder_threads)


def _open(folder: Path, id: str, threads: int) -> OnnxEncoder:
    return OnnxEncoder(folder, id=id, threads=threads, checked=True)


class BuildProcess:
    """Builds snapshots in a child process, one job at a time."""

    def __init__(self, opener: Opener, *, idle: float = IDLE_SECONDS) -> None:
        """`idle` is in seconds."""
        self._opener, self._idle = opener, idle
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._closed = False
        self._changing = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Process id of the child, while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def build(self, folder: Path, base: Snapshot, job: Job) -> Manifest:
        """As `SnapshotBuilder.build`. Raises Unavailable when the child dies twice over the job, or was closed."""
        for _attempt in range(2):
            try:
                connection = self._running()
                connection.send((folder, base, job))
                answer: Manifest | BaseException = connection.recv()
            except (EOFError, OSError):
                # It was idle for too long just now, or it was killed at its start or during the job.
                self._end()
                shutil.rmtree(folder, ignore_errors=True)
                continue
            if isinstance(answer, BaseException):
                raise answer
            return answer
        raise Unavailable("The process that builds the index dies over its work. Is there enough memory?")

    def close(self) -> None:
        """End the child, also in the middle of a job; it does not start again."""
        with self._changing:
            self._closed = True
            self._kill()  # the connection stays: another thread may be waiting on it, and gets EOFError

    def _running(self) -> Connection:
        with self._changing:
            if self._closed:
                raise Unavailable("The process that builds the index was closed.")
            if self.pid is None or self._connection is None:
                self._let_go()
                self._connection, child_end = Pipe()
                with child_end:
                    self._process = _start(child_end)
                self._connection.send((self._opener, self._idle))
            return self._connection

    def _end(self) -> None:
        with self._changing:
            self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._kill()
        self._connection = self._process = None

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def _start(connection: Connection) -> subprocess.Popen[bytes]:
    # multiprocessing would import the parent's main module first and start a third process to watch over it.
    # Ctrl-C reaches the whole group; the parent decides. Linux keeps a priority for each thread: it is lowered before there are others.
    first = f"import os, signal; os.nice({NICE}); signal.signal(signal.SIGINT, signal.SIG_IGN)"
    code = f"{first}; from index.indexing.build_process import work; work({connection.fileno()})"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    command = [sys.executable, "-P", "-c", code]  # -P: a queue.py in the parent's working folder must not be imported
    return subprocess.Popen(command, pass_fds=[connection.fileno()], stdin=subprocess.DEVNULL, env=environment)  # noqa: S603


def work(handle: int) -> None:
    """The main function of the child, given the file descriptor of its end of the connection."""
    connection = Connection(handle)
    try:
        opener, idle = connection.recv()
    except EOFError:
        return
    jobs: _Jobs = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, jobs), daemon=True).start()
    with ThreadPoolExecutor(1) as executor, suppress(queue.Empty):
        builder = SnapshotBuilder(executor.submit(opener).result)
        while True:
            answer = _answer(builder, jobs.get(timeout=idle))
            connection.send(answer)
            if isinstance(answer, Exception):
                return  # a fresh process may have more luck


def _listen(connection: Connection, jobs: _Jobs) -> None:
    try:
        with suppress(EOFError, OSError):
            while True:
                jobs.put(connection.recv())
    finally:
        os._exit(1)  # the parent is gone


def _answer(builder: SnapshotBuilder, job: tuple[Path, Snapshot, Job]) -> Manifest | Exception:
    try:
        return builder.build(*job)
    except Exception as error:  # raised again in the parent
        error.add_note("".join(traceback.format_exception(error)))
        return error
