"""Which gateway works for a person, when several share one database.

A lease is a row that its gateway renews while it lives; the leases of a gateway that died run
out, and another one goes on. SQLite has one gateway, whose own locks are enough: nothing is
written there. The hosts' clocks must agree within a few seconds.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, delete, select, update

from bot.conversation.database_threads import DatabaseThreads
from bot.tables import leases
from townclerk.clock import now
from townclerk.database import upsert

log = logging.getLogger(__name__)


class Leases:
    """The leases of one gateway. `seconds` is how long one lasts unless it is renewed."""

    def __init__(self, storage: DatabaseThreads, *, seconds: float = 30.0) -> None:
        self._storage = storage
        self._seconds = seconds

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[bool]:
        """Take the lease for the length of the block; False when another gateway has it."""
        taken = not self._storage.shared or await self._storage.write(partial(self._take, key=key))
        try:
            yield taken
        finally:
            if taken and self._storage.shared:
                await self._storage.write(partial(self._release, key=key))

    async def release_all(self) -> None:
        """Give back every lease of this gateway, whoever took it."""
        if self._storage.shared:
            await self._storage.write(self._release)

    async def renew(self) -> None:
        """Renew all leases of this gateway again and again, until cancelled."""
        while self._storage.shared:
            await asyncio.sleep(self._seconds / 3)
            try:
                await self._storage.write(self._renew)
            except Exception:
                log.exception("leases could not be renewed; another gateway may take over")

    def _take(self, connection: Connection, key: str) -> bool:
        lease = {"key": key, "owner": self._storage.owner, "until": now() + timedelta(seconds=self._seconds)}
        statement = upsert(connection, leases).values(lease)
        statement = statement.on_conflict_do_update(index_elements=["key"], set_=lease, where=leases.c.until < now())
        return connection.execute(statement.returning(leases.c.key)).first() is not None

    def _release(self, connection: Connection, key: str | None = None) -> None:
        mine = leases.c.owner == self._storage.owner
        connection.execute(delete(leases).where(mine if key is None else mine & (leases.c.key == key)))

    def _renew(self, connection: Connection) -> None:
        until = now() + timedelta(seconds=self._seconds)
        connection.execute(update(leases).where(leases.c.owner == self._storage.owner).values(until=until))
        expired = select(leases.c.key).where(leases.c.until < now()).with_for_update(skip_locked=True)
        connection.execute(delete(leases).where(leases.c.key.in_(expired)))
