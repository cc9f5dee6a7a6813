"""Parses in limited child processes, so that a hostile document costs one document.

Each worker is a process of its own with bounds on memory, processor time and wall clock. One
that crashes, outgrows or overstays them is killed and replaced, and only its document fails.

    async with ParsePool(processes=settings.parse_processes) as pool:
        page = await pool.html(body, url, content_type)

A pool belongs to the event loop it is used in. Calls beyond the number of workers wait.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import dataclass
from typing import Self

from pydantic import TypeAdapter

from crawler.extract.worker import Job, Reply
from crawler.extracted import Extracted

_REPLY_BYTES = 64 << 20
_DOCUMENTS_PER_WORKER = 500  # then a fresh process: parsers leak
_REPLY = TypeAdapter(Reply)  # checked like any foreign input
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "HOME", "TMPDIR")


class ParseFailed(Exception):
    """One document could not be parsed; the message is the reason in the crawl report."""


@dataclass(frozen=True)
class ParseLimits:
    """Bounds for one document: seconds by the clock, seconds of processor, MiB of address space."""

    seconds: float = 30
    cpu_seconds: int = 20
    memory_mib: int = 768


HTML_LIMITS = ParseLimits()
FILE_LIMITS = ParseLimits(seconds=120, cpu_seconds=75, memory_mib=448)
"""Real PDFs take 60 MiB; a hostile one is to take less than half a gigabyte before it ends."""


class ParsePool:
    """A few persistent parser processes, started when first needed."""

    def __init__(self, *, processes: int = 2, html: ParseLimits = HTML_LIMITS, file: ParseLimits = FILE_LIMITS) -> None:
        self._html = html
        self._file = file
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._places = asyncio.Semaphore(processes)
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def html(self, body: bytes, url: str, content_type: str | None = None) -> Extracted:
        """Blocks, links and directions of an HTML page. Raises ParseFailed."""
        return await self._parse("html", body, (url, content_type), self._html)

    async def file(self, kind: str, body: bytes, url: str, content_type: str | None = None) -> Extracted:
        """Blocks of a file of that kind (`crawler.fetching.document_kinds.Kind`). Raises ParseFailed."""
        return await self._parse(kind, body, (url, content_type), self._file)

    async def close(self) -> None:
        """Ends all workers; documents under way fail. The pool cannot be used again."""
        self._closed = True
        workers = [*self._idle, *self._busy]
        self._idle.clear()
        await asyncio.gather(*(worker.end() for worker in workers))

    async def _parse(self, kind: str, body: bytes, source: tuple[str, str | None], limits: ParseLimits) -> Extracted:
        job = Job(
            kind=kind,
            url=source[0],
            content_type=source[1],
            length=len(body),
            cpu_seconds=limits.cpu_seconds,
            memory_mib=limits.memory_mib,
        )
        async with self._places:
            if self._closed:
                raise ParseFailed("the parser pool is closed")
            worker = self._idle.pop() if self._idle else await _Worker.start()
            self._busy.add(worker)
            try:
                return await worker.do(job, body, limits)
            finally:
                self._busy.discard(worker)
                if worker.usable and not self._closed:
                    self._idle.append(worker)
                else:
                    await worker.end()


class _Worker:
    """One parser process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._left = _DOCUMENTS_PER_WORKER
        self._clean = True

    @classmethod
    async def start(cls) -> "_Worker":
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-B", "-m", "crawler.extract.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment | {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"},
            limit=_REPLY_BYTES,
            start_new_session=True,  # a Ctrl-C in the terminal is for the crawl to handle, not for its workers
        )
        return cls(process)

    @property
    def usable(self) -> bool:
        """False once it died, was interrupted in a document, or has done its share."""
        return self._clean and self._left > 0 and self._process.returncode is None

    async def do(self, job: Job, body: bytes, limits: ParseLimits) -> Extracted:
        """The page, or ParseFailed. The worker is unusable unless it replied in full."""
        self._left -= 1
        self._clean = False
        try:
            async with asyncio.timeout(limits.seconds):
                reply = _REPLY.validate_json(await self._exchange(job, body))
        except TimeoutError:
            raise ParseFailed(f"took longer than {limits.seconds:g} s") from None
        except (OSError, ValueError) as error:  # the pipe broke, or the reply is endless, cut off or of unknown form
            raise ParseFailed(await self._death(limits) or f"parser replied badly ({type(error).__name__})") from error
        self._clean = not reply.out_of_memory
        if reply.page is None:
            raise ParseFailed(reply.failure)
        return reply.page

    async def end(self) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()

    async def _exchange(self, job: Job, body: bytes) -> bytes:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise OSError("no pipes")
        stdin.write(b"%s\n%s" % (json.dumps(job).encode(), body))
        await stdin.drain()
        return await stdout.readline()

    async def _death(self, limits: ParseLimits) -> str:
        """Why the process ended, in words; "" when it has not."""
        try:
            code = await asyncio.wait_for(self._process.wait(), 2)
        except TimeoutError:
            return ""
        if code == -signal.SIGXCPU:
            return f"needs more than {limits.cpu_seconds} s of processor time"
        if code < 0:
            return f"parser crashed ({signal.Signals(-code).name}); memory limit is {limits.memory_mib} MiB"
        return f"parser ended with status {code}"
