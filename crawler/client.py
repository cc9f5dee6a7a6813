"""The client of the crawl service. Light: pydantic and aiohttp only."""

from urllib.parse import quote

from crawler.schemas import (
    CrawlRequest,
    RemovedSource,
    RunDetail,
    RunList,
    RunSummary,
    SourceEntry,
    SourceList,
    SourceRequest,
    StatusResponse,
)
from townclerk.service_client import ServiceClient


class CrawlerClient(ServiceClient):
    """Every endpoint of the crawl service."""

    process = "crawler"
    name = "crawl service"

    async def sources(self) -> list[SourceEntry]:
        """All sources."""
        return (await self._call("GET", "/sources", SourceList)).sources

    async def add_source(self, source: SourceRequest) -> SourceEntry:
        """Add a source. Raises BadInput, NotFound (city), Conflict, Refused (private address)."""
        return await self._call("POST", "/sources", SourceEntry, body=source)

    async def remove_source(self, id: str) -> RemovedSource:
        """Remove a source; its pages leave the index. Raises NotFound, Conflict."""
        return await self._call("DELETE", f"/sources/{quote(id, safe='')}", RemovedSource, seconds=60)

    async def crawl(self, source_id: str) -> RunSummary:
        """Queue a crawl. Raises NotFound, and Conflict when one waits or runs."""
        return await self._call("POST", "/crawls", RunSummary, body=CrawlRequest(source_id=source_id))

    async def runs(self, *, source_id: str = "", limit: int = 50) -> list[RunSummary]:
        """The newest runs, newest first."""
        query = {"source_id": source_id, "limit": limit}
        return (await self._call("GET", "/runs", RunList, query=query)).runs

    async def run(self, id: int, *, kind: str = "", offset: int = 0, limit: int = 100) -> RunDetail:
        """One run with a page of its outcomes, of one kind or all. Raises NotFound."""
        query = {"kind": kind, "offset": offset, "limit": limit}
        return await self._call("GET", f"/runs/{id}", RunDetail, query=query)

    async def status(self) -> StatusResponse:
        """What the service holds and does."""
        return await self._call("GET", "/status", StatusResponse)
