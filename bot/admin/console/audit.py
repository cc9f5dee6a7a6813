"""The audit log as a page."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from bot.admin.auth.guard import Staff, audit_log
from bot.admin.rendering import Pages
from townclerk.errors import NotFound

routes = APIRouter(route_class=Pages)
rest = APIRouter(route_class=Pages)
"""Included last: what no other route of the console takes."""
SHOWN = 100


@routes.get("/audit")
async def audit(staff: Staff, before: Annotated[int | None, Query(ge=1, lt=2**63)] = None) -> Response:
    """Who changed what, newest first, and whether the chain is whole."""
    log = audit_log(staff.gateway)
    entries = await asyncio.to_thread(log.latest, before=before, limit=SHOWN)
    broken = await asyncio.to_thread(log.broken_at)
    return await staff.show("audit.html", entries=entries, broken=broken, more=len(entries) == SHOWN)


@rest.get("/{path:path}")
async def unknown(path: str) -> Response:
    """Every other address below /admin."""
    raise NotFound(f"The console has no page {path[:80]!r}.")
