"""Database work off the event loop: reads in parallel, writes one after another.

SQLite has one writer; a thread that waits for another's lock sleeps, so queueing the writes
here is both faster and fairer than letting them collide.
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

from townclerk.database import reading, writing

Result = TypeVar("Result")


class DatabaseThreads:
    """Runs functions of a connection in a transaction each.

    `shared`: other gateways may use the database, too; `owner` is what they know this one by.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.shared = engine.dialect.name != "sqlite"
        self.owner = secrets.token_hex(8)
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="reader")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """`work` in a read transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._reading, work)

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """`work` in a write transaction, durable when this returns."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._writing, work)

    def close(self) -> None:
        """Finish what is queued and stop the threads."""
        self._writer.shutdown()
        self._readers.shutdown()

    def _reading(self, work: Callable[[Connection], Result]) -> Result:
        with reading(self._engine) as connection:
            return work(connection)

    def _writing(self, work: Callable[[Connection], Result]) -> Result:
        with writing(self._engine) as connection:
            return work(connection)
