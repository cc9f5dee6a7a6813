"""The only place that speaks to Rasa.

Rasa reports a failed turn as HTTP 200 with `[]`. That, a time-out, another status and
unreadable JSON all mean the same to callers: `Unavailable`, answer without it.
"""

import logging

import aiohttp
from pydantic import BaseModel, TypeAdapter

from actions.replies.reply import Reply
from actions.state import Outcome, Turn
from bot.conversation.circuit_breaker import CircuitBreaker
from townclerk.errors import Unavailable

log = logging.getLogger(__name__)


class Assistant:
    """Client of Rasa's REST channel at `base`, with `timeout` in seconds and a circuit breaker."""

    def __init__(
        self, http: aiohttp.ClientSession, base: str, *, timeout: float, breaker: CircuitBreaker | None = None
    ) -> None:
        self._http = http
        self._base = base
        self._timeout = timeout
        self.breaker = breaker or CircuitBreaker()

    async def send(self, turn: Turn, *, sender: str, within: float) -> Outcome:
        """Send one turn and wait `within` seconds at most. Raises Unavailable when the assistant failed, or is given a rest.

        `turn.text` must be clean: a leading `/` would be a command. Rasa answers the turns of one `sender` in order.
        """
        if not self.breaker.allows():
            raise Unavailable("The assistant failed several times in a row and is given a rest.")
        try:
            outcome = await self._post(turn, sender, min(within, self._timeout))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self.breaker.failed()
            log.warning("the assistant failed: %s %s", type(error).__name__, error)
            raise Unavailable(f"The assistant failed: {error or type(error).__name__}.") from error
        self.breaker.succeeded()
        return outcome

    async def missing(self) -> str:
        """Why the assistant is not there, or an empty text when it is."""
        try:
            async with self._http.get(self._base + "/", timeout=aiohttp.ClientTimeout(total=2)) as reply:
                return "" if reply.status == 200 else f"it answered {reply.status}"
        except (aiohttp.ClientError, TimeoutError):
            return f"nothing answers at {self._base}"

    async def _post(self, turn: Turn, sender: str, seconds: float) -> Outcome:
        url = self._base + "/webhooks/rest/webhook"
        metadata = turn.model_dump(mode="json", exclude={"text"})
        body = {"sender": sender, "message": turn.text, "metadata": metadata}
        async with self._http.post(url, json=body, timeout=aiohttp.ClientTimeout(total=seconds)) as response:
            if response.status != 200:
                raise ValueError(f"status {response.status}")
            return _outcome(await response.read(), turn)


class _Message(BaseModel):
    """A message of Rasa's REST channel: an outcome of ours, or else a text of Rasa's own."""

    text: str = ""
    custom: Outcome | None = None


_MESSAGES = TypeAdapter(tuple[_Message])


def _outcome(body: bytes, turn: Turn) -> Outcome:
    """The outcome in Rasa's reply of exactly one message; pydantic's ValueError when it has another form.

    A text of Rasa's own knows nothing of the state, which then stays as it was.
    """
    (message,) = _MESSAGES.validate_json(body)
    if message.custom is None and not message.text:
        raise ValueError("a reply without text")
    return message.custom or Outcome(reply=Reply(text=message.text), state=turn.state)
