"""The only place that speaks to Rasa.

Rasa reports a failed turn as HTTP 200 with `[]`. That, a time-out, another status and
unreadable JSON all mean the same to callers: `Unavailable`, answer without it.
"""

import json
import logging
from dataclasses import dataclass

import aiohttp

from bot.conversation.circuit_breaker import Breaker
from bot.conversation.replies import AssistantReplies, from_rasa
from townclerk.errors import Unavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Turn:
    """One message for the assistant. `text` must be clean: a leading `/` would be a command."""

    sender: str
    text: str
    channel: str
    city: str | None
    voter: str
    city_is_guess: bool = False

    def body(self) -> dict[str, object]:
        """The REST channel's form."""
        metadata = {
            "channel": self.channel,
            "city": self.city,
            "session": self.voter,
            "city_is_guess": self.city_is_guess,
        }
        return {"sender": self.sender, "message": self.text, "metadata": metadata}


class Assistant:
    """Client of Rasa's REST channel at `base`, with `timeout` in seconds and a circuit breaker."""

    def __init__(
        self, http: aiohttp.ClientSession, base: str, *, timeout: float, breaker: Breaker | None = None
    ) -> None:
        self._http = http
        self._base = base
        self._timeout = timeout
        self.breaker = breaker or Breaker()

    async def send(self, turn: Turn, *, within: float) -> AssistantReplies:
        """Say one message and wait `within` seconds at most. Raises Unavailable when the assistant failed, or is given a rest."""
        if not self.breaker.allows():
            raise Unavailable("The assistant failed several times in a row and is given a rest.")
        try:
            replies = await self._post(turn, min(within, self._timeout))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self.breaker.failed()
            log.warning("the assistant failed: %s %s", type(error).__name__, error)
            raise Unavailable(f"The assistant failed: {error or type(error).__name__}.") from error
        self.breaker.succeeded()
        return replies

    async def missing(self) -> str:
        """Why the assistant is not there, or an empty text when it is."""
        try:
            async with self._http.get(self._base + "/", timeout=aiohttp.ClientTimeout(total=2)) as reply:
                return "" if reply.status == 200 else f"it answered {reply.status}"
        except (aiohttp.ClientError, TimeoutError):
            return f"nothing answers at {self._base}"

    async def _post(self, turn: Turn, seconds: float) -> AssistantReplies:
        url = self._base + "/webhooks/rest/webhook"
        async with self._http.post(url, json=turn.body(), timeout=aiohttp.ClientTimeout(total=seconds)) as reply:
            if reply.status != 200:
                raise ValueError(f"status {reply.status}")
            return from_rasa(json.loads(await reply.read()))
