"""The endpoints by which the index is operated: catch up, status, snapshots, roll back, verify, prune."""

import time
from typing import Annotated

from fastapi import FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool

from index.api.lifecycle import IndexLifecycle
from index.installation import revision
from index.schemas.operations import PruneResponse, SnapshotInfo, StatusResponse, StorageUsage, SyncResponse, Verified
from townclerk.errors import BadInput
from townclerk.settings import Settings


def add(app: FastAPI, lifecycle: IndexLifecycle, settings: Settings) -> None:
    """Add them to the application."""

    @app.post("/sync", tags=["operation"])
    def sync(anew: bool = False) -> SyncResponse:
        """Catch up with pages and FAQs now; with `anew` compare every one of them with the index."""
        index, started = lifecycle(), time.perf_counter()
        index.look(anew=anew)
        stats = index.publisher.stats()
        seconds = round(time.perf_counter() - started, 3)
        return SyncResponse(revision=revision(stats.marker), passages=stats.passages, seconds=seconds)

    @app.post("/rollback", tags=["operation"])
    async def rollback(request: Request, to: Annotated[str | None, Query(min_length=1)] = None) -> StatusResponse:
        """Serve older content until it changes again, or `/sync?anew=true`; by default the content before this one."""
        if await request.body():
            raise BadInput("What to go back to is said in the address: /rollback?to=NAME. A body would be ignored.")
        return await run_in_threadpool(lambda: lifecycle().roll_back(to))

    @app.get("/status", tags=["operation"])
    def status() -> StatusResponse:
        """What is being served; answers also before it is ready."""
        if lifecycle.waiting:
            return StatusResponse(home=str(settings.home), ready=False, waiting=lifecycle.waiting)
        return lifecycle().status()

    _add_upkeep(app, lifecycle)


def _add_upkeep(app: FastAPI, lifecycle: IndexLifecycle) -> None:
    @app.get("/storage", tags=["operation"])
    def storage() -> StorageUsage:
        """Bytes on disk and in memory, by part."""
        return lifecycle().storage()

    @app.get("/snapshots", tags=["operation"])
    def snapshots() -> list[SnapshotInfo]:
        """The snapshots to go back to, newest first."""
        return lifecycle().snapshots()

    @app.post("/verify", tags=["operation"])
    def verify() -> Verified:
        """Read every file of every snapshot and compare it with its checksum."""
        return lifecycle().verify()

    @app.post("/prune", tags=["operation"])
    def prune(embeddings: bool = False) -> PruneResponse:
        """Remove all snapshots but the served one; on request also the kept embeddings."""
        return lifecycle().prune(embeddings=embeddings)
