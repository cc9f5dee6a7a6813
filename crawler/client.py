"""The client of the crawl service. Light: pydantic and aiohttp only."""

from urllib.parse import quote

from crawler import schemas
from townclerk.service_client import ServiceClient


class CrawlerClient(ServiceClient):
    """Every endpoint of the crawl service."""

    process = "crawler"
    name = "crawl service"

    async def sources(self) -> list[schemas.SourceEntry]:
        """All sources."""
        return (await self._call("GET", "/sources", schemas.SourceList)).sources

    async def add_source(self, source: schemas.SourceRequest) -> schemas.SourceEntry:
        """Add a source. Raises BadInput, NotFound (city), Conflict, Refused (private address)."""
        return await self._call("POST", "/sources", schemas.SourceEntry, body=source)

    async def remove_source(self, id: str) -> schemas.RemovedSource:
        """Remove a source; its pages leave the index. Raises NotFound, Conflict."""
        return await self._call("DELETE", f"/sources/{quote(id, safe='')}", schemas.RemovedSource, seconds=60)

    async def crawl(self, source_id: str, *, allow_removals: bool = False) -> schemas.RunSummary:
        """Queue a crawl. Raises NotFound, and Conflict when one waits or runs."""
        wanted = schemas.CrawlRequest(source_id=source_id, allow_removals=allow_removals)
        return await self._call("POST", "/crawls", schemas.RunSummary, body=wanted)

    async def held(self, source_id: str) -> schemas.HeldList:
        """What the last crawl of a source held back. Raises NotFound."""
        return await self._call("GET", f"/sources/{quote(source_id, safe='')}/held", schemas.HeldList)

    async def accept(self, source_id: str, wanted: schemas.AcceptRequest) -> schemas.AcceptedChanges:
        """Make held changes. Raises NotFound, BadInput, and Conflict while the source is crawled."""
        path = f"/sources/{quote(source_id, safe='')}/held/accept"
        return await self._call("POST", path, schemas.AcceptedChanges, body=wanted, seconds=60)

    async def runs(self, *, source_id: str = "", limit: int = 50) -> list[schemas.RunSummary]:
        """The newest runs, newest first."""
        query = {"source_id": source_id, "limit": limit}
        return (await self._call("GET", "/runs", schemas.RunList, query=query)).runs

    async def run(self, id: int, *, kind: str = "", offset: int = 0, limit: int = 100) -> schemas.RunDetail:
        """One run with a page of its outcomes, of one kind or all. Raises NotFound."""
        query = {"kind": kind, "offset": offset, "limit": limit}
        return await self._call("GET", f"/runs/{id}", schemas.RunDetail, query=query)

    async def status(self) -> schemas.StatusResponse:
        """What the service holds and does."""
        return await self._call("GET", "/status", schemas.StatusResponse)
