"""Parses what was fetched, and copies of the same bytes once."""

import asyncio
import re

from cachetools import LRUCache

from crawler.extract.pool import ParsePool
from crawler.extracted import Extracted
from crawler.fetching.document_kinds import Kind
from crawler.fetching.fetcher import Fetched

_REMEMBERED = 200
_Key = tuple[str, str, str]
_RELATIVE_LINK = re.compile(rb"""\bhref\s*=\s*["']?\s*(?![/#"'\s]|[a-z]+:)""", re.I)


class Parser:
    """The parser pool of one run, with a memory: sites serve one page under hundreds of addresses."""

    def __init__(self, pool: ParsePool) -> None:
        self._pool = pool
        self._parses: LRUCache[_Key, asyncio.Task[Extracted]] = LRUCache(_REMEMBERED)

    async def parse(self, fetched: Fetched, kind: Kind) -> Extracted:
        """What is on a page. Raises ParseFailed.

        Equal bytes share one parse when their links lead to the same places: anywhere, or in one folder when
        there are relative ones. A page without any title of its own bears the address of the first.
        """
        relative = kind == "html" and _RELATIVE_LINK.search(fetched.body)
        folder = fetched.url.partition("?")[0].rpartition("/")[0] if relative else ""
        key = (fetched.raw_hash, fetched.content_type, folder)
        if key not in self._parses:
            self._parses[key] = asyncio.create_task(self._parse(fetched, kind))
        return await self._parses[key]

    async def _parse(self, fetched: Fetched, kind: Kind) -> Extracted:
        if kind == "html":
            return await self._pool.html(fetched.body, fetched.url, fetched.content_type or None)
        return await self._pool.file(kind, fetched.body, fetched.url, fetched.content_type or None)
