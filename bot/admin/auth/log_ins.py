"""Checks names and passwords of people who want in."""

from collections.abc import Callable
from typing import TypeVar

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Engine

from bot.admin.auth.accounts import Accounts
from bot.admin.auth.passwords import HashingQueue
from bot.admin.auth.throttle import Attempt, Throttle
from townclerk.errors import Unauthenticated
from townclerk.secrets import secret
from townclerk.settings import Settings

SECOND_STEP_SECONDS = 300
Result = TypeVar("Result")


class LogIns:
    """The door. Strangers queue apart from browsers that are known, so that they cannot fill the queue for staff."""

    def __init__(self, settings: Settings) -> None:
        self.throttle = Throttle(settings)
        self._strangers = HashingQueue()
        self._known = HashingQueue()
        self._signer = URLSafeTimedSerializer(secret(settings.home, "staff-signing"), salt="second step")

    async def check(self, engine: Engine, attempt: Attempt, password: str) -> None:
        """Whether the password is right.

        Raises TooMany while locked or busy, and Unauthenticated otherwise, in the same time and
        words whether the account exists or not.
        """
        queue, network = (self._known, "") if attempt.device else (self._strangers, attempt.network)
        async with queue.place(network):
            await self.throttle.count(attempt)
            if not await queue.run(Accounts(engine).matches, attempt.name, password):
                raise Unauthenticated("Name or password is wrong.")
        await self.throttle.forget(attempt)

    async def hash(self, work: Callable[..., Result], *values: object) -> Result:
        """Call something that hashes for somebody who may. Raises TooMany."""
        async with self._known.place():
            return await self._known.run(work, *values)

    def set_pending(self, name: str) -> str:
        """A signed word that somebody knew the password of an account, for the second step."""
        return str(self._signer.dumps(name))

    def pending(self, word: str) -> str:
        """The account that such a word is of; empty for a forged one, or after five minutes."""
        try:
            return str(self._signer.loads(word, max_age=SECOND_STEP_SECONDS))
        except BadData:
            return ""
