"""What the console asks of the crawl service, and the shapes that it answers in."""

from datetime import datetime
from urllib.parse import quote

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from bot.admin.clients.http import Call, Caller
from townclerk.settings import Settings

KINDS = ("added", "changed", "unchanged", "gone", "failed", "skipped")
PAGE = 100
"""Outcomes on one page."""


class Counts(BaseModel):
    """URLs of a run by what became of them."""

    found: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    failed: int = 0
    skipped: int = 0


class Outcome(BaseModel):
    """One URL of a run."""

    url: str
    outcome: str
    reason: str = ""


class Run(BaseModel):
    """One crawl of one source. Times are absent until they happen."""

    id: int = Field(validation_alias="run")
    source: str
    city: str = ""
    url: str = ""
    status: str
    reason: str = ""
    counts: Counts = Counts()
    seconds: float = 0.0
    queued_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    outcomes: list[Outcome] = []

    @property
    def under_way(self) -> bool:
        """Whether it still waits or runs."""
        return self.status in ("queued", "running")


class Source(BaseModel):
    """One site that is crawled."""

    id: str
    city: str
    url: str
    schedule: str = ""
    depth: int | None = None
    max_pages: int | None = None
    include: str = ""
    exclude: str = ""
    next_due_at: datetime | None = None
    pages: int = 0
    last_run: Run | None = None


class NewSource(BaseModel):
    """A source to add. Empty patterns take everything; an empty schedule means by hand."""

    model_config = ConfigDict(str_strip_whitespace=True)

    url: str
    city: str
    schedule: str = ""
    depth: int | None = None
    max_pages: int | None = None
    include: str = ""
    exclude: str = ""


class _Sources(BaseModel):
    sources: list[Source]


class _Runs(BaseModel):
    runs: list[Run]


class _CrawlRequest(BaseModel):
    source_id: str


class CrawlService:
    """The crawl service as staff use it."""

    def __init__(self, http: aiohttp.ClientSession, settings: Settings) -> None:
        self._caller = Caller(http, settings, "crawler")

    async def sources(self) -> list[Source]:
        """All sources."""
        return (await self._caller.read(Call("GET", "/sources"), _Sources)).sources

    async def add(self, source: NewSource) -> Source:
        """Add one. Raises BadInput, NotFound (city), Conflict."""
        return await self._caller.read(Call("POST", "/sources", body=source), Source)

    async def remove(self, id: str) -> None:
        """Remove one; its pages leave the index."""
        await self._caller.raw(Call("DELETE", f"/sources/{quote(id, safe='')}", seconds=60))

    async def crawl(self, source_id: str) -> Run:
        """Queue a crawl. Raises Conflict when one is under way."""
        return await self._caller.read(Call("POST", "/crawls", body=_CrawlRequest(source_id=source_id)), Run)

    async def runs(self, *, source_id: str = "", limit: int = 50) -> list[Run]:
        """The newest runs, newest first."""
        query = {"limit": str(limit)} | ({"source_id": source_id} if source_id else {})
        return (await self._caller.read(Call("GET", "/runs", query=query), _Runs)).runs

    async def run(self, id: int, *, kind: str = "", page: int = 0) -> Run:
        """One run with a page of its outcomes, of one kind or all."""
        query = {"offset": str(page * PAGE), "limit": str(PAGE)} | ({"kind": kind} if kind in KINDS else {})
        return await self._caller.read(Call("GET", f"/runs/{id}", query=query), Run)
