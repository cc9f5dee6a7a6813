"""Group commit: what the workers of a crawl write at the same time shares one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

COMMIT_DELAY = 0.02
"""Seconds in which a group gathers: a transaction for each page costs more than the requests of a crawl without news."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """Hands all that tasks add within `COMMIT_DELAY` to one call of `write`, in a thread. It returns a result for each."""

    def __init__(self, write: Callable[[list[Item]], Sequence[Result]]) -> None:
        self._write = write
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._turn = asyncio.Lock()

    async def add(self, item: Item) -> Result:
        """The result, once the item is written. Raises what `write` raised for its group."""
        written: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, written))
        async with self._turn:
            if not written.done():
                await asyncio.sleep(COMMIT_DELAY)
                # Whoever is cancelled meanwhile leaves the group of the others whole.
                await asyncio.shield(self._commit())
        return await written

    async def _commit(self) -> None:
        group, self._waiting = self._waiting, []
        try:
            results = await asyncio.to_thread(self._write, [item for item, _ in group])
        except Exception as error:  # each of those who wait raises it
            for _, written in group:
                written.set_exception(error)
        else:
            for (_, written), result in zip(group, results, strict=True):
                written.set_result(result)
