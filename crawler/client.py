"""The client of the crawl service. Light: pydantic and aiohttp only."""

from urllib.parse import quote

from crawler import page_schemas, schemas
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

    async def change_source(
        self, id: str, change: schemas.SourceChange, *, dry_run: bool = False
    ) -> schemas.ChangedSource:
        """Change a source, or only say what the change would drop. Raises NotFound, BadInput, Conflict."""
        query = {"dry_run": "true"} if dry_run else {}
        path = f"/sources/{quote(id, safe='')}"
        return await self._call("PUT", path, schemas.ChangedSource, body=change, query=query, seconds=60)

    async def preview(self, source: schemas.PreviewRequest) -> page_schemas.Preview:
        """Look at a site before it is saved: about a minute at most. Raises NotFound, BadInput, Refused."""
        return await self._call("POST", "/previews", page_schemas.Preview, body=source, seconds=90)

    async def pause_source(self, id: str, *, paused: bool) -> schemas.SourceEntry:
        """Let a source's schedule rest, or count again. Raises NotFound."""
        wanted = schemas.PauseRequest(paused=paused)
        return await self._call("PUT", f"/sources/{quote(id, safe='')}/paused", schemas.SourceEntry, body=wanted)

    async def schedule(self, city: str, line: str) -> schemas.DueTimes:
        """When a cron line is due next in a city. Raises NotFound and BadInput."""
        return await self._call("GET", "/schedule", schemas.DueTimes, query={"city": city, "line": line})

    async def stop(self, run: int, *, by: str) -> schemas.RunSummary:
        """Stop a run; what it has read is kept. Raises NotFound, and Conflict when it has ended."""
        return await self._call("POST", f"/runs/{run}/stop", schemas.RunSummary, body=schemas.StopRequest(by=by))

    async def remove_source(self, id: str) -> schemas.RemovedSource:
        """Remove a source; its pages leave the index. Raises NotFound, Conflict."""
        return await self._call("DELETE", f"/sources/{quote(id, safe='')}", schemas.RemovedSource, seconds=60)

    async def crawl(self, source_id: str, *, allow_removals: bool = False) -> schemas.RunSummary:
        """Queue a crawl. Raises NotFound, and Conflict when one waits or runs."""
        wanted = schemas.CrawlRequest(source_id=source_id, allow_removals=allow_removals)
        return await self._call("POST", "/crawls", schemas.RunSummary, body=wanted)

    async def pages(
        self, source_id: str, *, text: str = "", state: str = "", offset: int = 0, limit: int = 100
    ) -> page_schemas.PageList:
        """Addresses of a source that hold `text` in themselves or their title, in one state or any."""
        query = {"text": text, "state": state, "offset": offset, "limit": limit}
        return await self._call(
            "GET", f"/sources/{quote(source_id, safe='')}/pages", page_schemas.PageList, query=query
        )

    async def page(self, source_id: str, url: str) -> page_schemas.SeenPage:
        """What is kept of an address. Raises NotFound when its source never met it."""
        path = f"/sources/{quote(source_id, safe='')}/page"
        return await self._call("GET", path, page_schemas.SeenPage, query={"url": url})

    async def hide_page(self, source_id: str, url: str, *, hidden: bool) -> page_schemas.SeenPage:
        """Take a stored page out of the answers, or bring it back. Raises NotFound."""
        path = f"/sources/{quote(source_id, safe='')}/page/hidden"
        return await self._call(
            "PUT", path, page_schemas.SeenPage, body=page_schemas.HideRequest(url=url, hidden=hidden)
        )

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

    async def run(
        self, id: int, *, kind: str = "", text: str = "", offset: int = 0, limit: int = 100
    ) -> schemas.RunDetail:
        """One run with a page of its outcomes, of one kind or all, of addresses that hold `text`. Raises NotFound."""
        query = {"kind": kind, "text": text, "offset": offset, "limit": limit}
        return await self._call("GET", f"/runs/{id}", schemas.RunDetail, query=query)

    async def status(self) -> schemas.StatusResponse:
        """What the service holds and does."""
        return await self._call("GET", "/status", schemas.StatusResponse)
