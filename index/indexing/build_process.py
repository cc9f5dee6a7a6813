"""A process of its own in which snapshots are prepared while questions are answered.

It runs at a low priority, so on a busy machine questions come first and it still gets on. It starts when there
is much to do or soon will be, and opens the encoder while it reads what is indexed; it ends when
nothing came for a while, or when the process that started it does.
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
from index.indexing.snapshot_builder import Job, Preparer
from index.snapshots.manifest import Manifest, Snapshot
from townclerk.errors import Unavailable

if TYPE_CHECKING:  # its import would be a third of what starting takes
    from townclerk.settings import Settings

IDLE_SECONDS = 120.0
"""How long it stays when nothing comes: it holds the model a second time (about 280 MB of its own)."""
NICE = 10

Opener = Callable[[], Encoder]
"""Opens the encoder over there; must be picklable, and not of the main module."""
_Jobs = queue.SimpleQueue[tuple[Path, Snapshot, Job]]


def opening(encoder: OnnxEncoder, settings: "Settings") -> Callable[[], OnnxEncoder]:
    """Opens the passages' part of this encoder: what only questions need is left out, and what was checked here once."""
    folder = settings.home / "models" / encoder.id
    return partial(OnnxEncoder, folder, id=encoder.id, threads=settings.encoder_threads, checked=True)


class SentAway(Unavailable):
    """The process was closed before or over its work."""


class Workshop:
    """The other process. One job at a time."""

    def __init__(self, opener: Opener | Callable[[], None], *, idle: float = IDLE_SECONDS) -> None:
        self._opener, self._idle = opener, idle
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None
        self._closed = False
        self._changing = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Of the process, while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Have it ready for what comes next. What hinders it is told when there is something to prepare."""
        with suppress(OSError, Unavailable):
            self._ready()

    def prepare(self, folder: Path, base: Snapshot, job: Job) -> Manifest:
        """As `Preparer.prepare`. Raises Unavailable when the process dies over it twice, SentAway when it was closed."""
        for _attempt in range(2):
            try:
                line = self._ready()
                line.send((folder, base, job))
                answer: Manifest | BaseException = line.recv()
            except (EOFError, OSError):
                # It had ended as nothing came, just now; or it was killed, at its start or over its work.
                self._end()
                shutil.rmtree(folder, ignore_errors=True)
                continue
            if isinstance(answer, BaseException):
                raise answer
            return answer
        raise Unavailable("The process that prepares the index dies over its work. Is there enough memory?")

    def close(self) -> None:
        """End it, also in the middle of its work; it does not start again."""
        with self._changing:
            self._closed = True
            self._kill()  # the line stays: another thread may be listening, and hears that it ended

    def _ready(self) -> Connection:
        with self._changing:
            if self._closed:
                raise SentAway("The process that prepares the index was sent away.")
            if self.pid is None or self._line is None:
                self._let_go()
                self._line, theirs = Pipe()
                with theirs:
                    self._process = _started(theirs)
                self._line.send((self._opener, self._idle))
            return self._line

    def _end(self) -> None:
        with self._changing:
            self._let_go()

    def _let_go(self) -> None:
        if self._line is not None:
            self._line.close()
        self._kill()
        self._line = self._process = None

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def _started(line: Connection) -> subprocess.Popen[bytes]:
    # By multiprocessing it would import this one's main module first, and a third process would watch over it.
    # Ctrl-C reaches the whole group; the parent decides. Linux keeps a priority for each thread: it is lowered before there are others.
    first = f"import os, signal; os.nice({NICE}); signal.signal(signal.SIGINT, signal.SIG_IGN)"
    code = f"{first}; from index.indexing.build_process import work; work({line.fileno()})"
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    command = [sys.executable, "-P", "-c", code]  # -P: a queue.py in the folder of who started us must not be run
    return subprocess.Popen(command, pass_fds=[line.fileno()], stdin=subprocess.DEVNULL, env=found)  # noqa: S603


def work(handle: int) -> None:
    """What the other process does, with its end of the line."""
    line = Connection(handle)
    try:
        opener, idle = line.recv()
    except EOFError:
        return
    jobs: _Jobs = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(line, jobs), daemon=True).start()
    with ThreadPoolExecutor(1) as beside, suppress(queue.Empty):
        made = Preparer(beside.submit(opener).result)
        while True:
            answer = _answer(made, jobs.get(timeout=idle))
            line.send(answer)
            if isinstance(answer, Exception):
                return  # another one may have more luck


def _listen(line: Connection, jobs: _Jobs) -> None:
    try:
        with suppress(EOFError, OSError):
            while True:
                jobs.put(line.recv())
    finally:
        os._exit(1)  # the parent is gone


def _answer(made: Preparer, given: tuple[Path, Snapshot, Job]) -> Manifest | Exception:
    try:
        return made.prepare(*given)
    except Exception as error:  # raised over there
        error.add_note("".join(traceback.format_exception(error)))
        return error
