"""Parser processes: a page that crashes, hangs or bloats its parser costs that page only.

Each slot is a pool of one process, because a crash breaks every task of the pool it
happens in. A process is started when first needed and again after it was killed.
"""

import asyncio
import logging
import multiprocessing
import os
import resource
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self

from crawler.extracted import Extracted

log = logging.getLogger(__name__)

HTML_SECONDS = 30.0
PDF_SECONDS = 90.0
"""Wall clock for one body. A PDF's own child process has its tighter limits inside."""
MEMORY = 1024**3
"""Address space of a parser process, in bytes; well above what its libraries map."""


class ParseFailed(Exception):
    """This body could not be read; the message says why."""


class Parsers:
    """`count` parser processes, shared by the runs of one process. Use as an async context manager."""

    def __init__(self, count: int) -> None:
        self._count = count

    async def __aenter__(self) -> Self:
        self._free: asyncio.Queue[_Slot] = asyncio.Queue()
        self._slots = [_Slot() for _ in range(self._count)]
        for slot in self._slots:
            self._free.put_nowait(slot)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for slot in self._slots:
            slot.stop()

    async def read(self, body: bytes, *, url: str, content_type: str, pdf: bool) -> Extracted:
        """Extract one page. Raises ParseFailed when the parser fails, crashes or takes too long."""
        slot = await self._free.get()
        try:
            return await slot.read(body, url, content_type, pdf)
        finally:
            self._free.put_nowait(slot)


class _Slot:
    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._pid = 0

    async def read(self, body: bytes, url: str, content_type: str, pdf: bool) -> Extracted:
        loop = asyncio.get_running_loop()
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_limit)
            self._pid = await loop.run_in_executor(self._pool, os.getpid)
        limit = PDF_SECONDS if pdf else HTML_SECONDS
        try:
            async with asyncio.timeout(limit):
                return await loop.run_in_executor(self._pool, extract, body, url, content_type, pdf)
        except TimeoutError as error:
            self.stop()
            raise ParseFailed(f"parsing took longer than {limit:g} s") from error
        except asyncio.CancelledError:
            self.stop()
            raise
        except BrokenProcessPool as error:
            self.stop()
            raise ParseFailed("the parser crashed on this page") from error
        except MemoryError as error:
            self.stop()
            raise ParseFailed("parsing needs too much memory") from error
        except Exception as error:
            log.info("parser error on %s", url, exc_info=error)
            raise ParseFailed(f"the parser failed: {type(error).__name__}: {error}"[:300]) from error

    def stop(self) -> None:
        """Kill the process; it holds nothing worth an orderly end."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            try:
                os.kill(self._pid, signal.SIGKILL)
            except ProcessLookupError:
                log.debug("parser %s had ended already", self._pid)
        self._pool = None


def extract(body: bytes, url: str, content_type: str, pdf: bool) -> Extracted:
    """Runs in the parser process."""
    from crawler.extract import extract_html, extract_pdf

    return extract_pdf(body, url=url) if pdf else extract_html(body, url=url, content_type=content_type or None)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl, which then ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
