"""Checks names and passwords of people who want in."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine

from bot.admin.auth.accounts import Accounts
from bot.admin.auth.passwords import HashingQueue
from bot.admin.auth.throttle import Attempt, Throttle
from townclerk.errors import Unauthenticated
from townclerk.settings import Settings

Result = TypeVar("Result")


class LogIns:
    """The door. Strangers queue apart from browsers that are known, so that they cannot fill the queue for staff."""

    def __init__(self, settings: Settings) -> None:
        self.throttle = Throttle(settings)
        self._strangers = HashingQueue()
        self._known = HashingQueue()

    async def check(self, engine: Engine, attempt: Attempt, password: str) -> None:
        """Whether the password is right.

        Raises TooMany while locked or busy, and Unauthenticated otherwise, in the same time and
        words whether the account exists or not.
        """
        queue = self._known if attempt.device else self._strangers
        async with queue.place():
            await self.throttle.count(attempt)
            if not await queue.run(Accounts(engine).matches, attempt.name, password):
                raise Unauthenticated("Name or password is wrong.")
        await self.throttle.forget(attempt)

    async def hash(self, work: Callable[..., Result], *values: object) -> Result:
        """Call something that hashes for somebody who may. Raises TooMany."""
        async with self._known.place():
            return await self._known.run(work, *values)
