"""Sends one queued part, once: retries with backoff, and looks before it sends again."""

import asyncio
import logging
import random
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.conversation.database_threads import DatabaseThreads
from bot.sms import queue
from bot.sms.queue import Outgoing
from bot.sms.twilio_client import VALID_SECONDS, NotAccepted, Text, TryLater, TwilioApi, Unclear
from townclerk.clock import now

OPTED_OUT = 21610
"""Twilio's error code for a person who sent STOP."""

log = logging.getLogger(__name__)


class Sender:
    """Delivers parts through Twilio. `pause` is the first wait between two tries, in seconds."""

    def __init__(
        self, storage: DatabaseThreads, api: TwilioApi, *, callback: str = "", pause: float = 1.0, at_once: int = 50
    ) -> None:
        self._storage = storage
        self._api = api
        self._callback = callback
        self._pause = pause
        self._slots = asyncio.Semaphore(at_once)

    async def send_at_once(self, text: Text) -> str | None:
        """Send a text that no queue holds; gives Twilio's id, or None when it did not take it."""
        try:
            return await self._api.send(text, callback=self._callback)
        except (NotAccepted, TryLater, Unclear) as error:
            log.warning("a text could not be sent at once, it goes through the queue: %s", error)
            return None

    async def deliver(self, part: Outgoing) -> None:
        """Try until the part is sent, refused, or too old to be worth sending."""
        tries = part.attempts
        while now() - part.created_at < timedelta(seconds=VALID_SECONDS):
            try:
                async with self._slots:
                    # Whether a part in `sending` was sent is unclear until Twilio has been asked.
                    if part.state == "sending" and await self._was_sent(part):
                        return
                    claimed = await self._storage.write(partial(queue.start_sending, part=part))
                    if claimed is None:
                        return
                    part = claimed
                    await self._send(part)
                    return
            except Unclear as error:
                reason = str(error)
            except TryLater as error:
                reason = str(error)
                await self._settle(part, state="queued", error="waits for Twilio")
                part = replace(part, state="queued")
            tries += 1
            wait = min(self._pause * 2 ** min(tries, 6), 60) * random.uniform(0.5, 1)  # noqa: S311 - spreads retries
            log.warning("text %s not sent yet (%s); next try in %.1f s", part.id, reason, wait)
            await asyncio.sleep(wait)
        log.error("text %s is older than %s s and was not sent", part.id, VALID_SECONDS)
        await self._settle(part, state="expired", error="could not be sent in time")

    async def _was_sent(self, part: Outgoing) -> bool:
        """Look whether Twilio has it, and write so. Raises Unclear when Twilio cannot say."""
        known = await self._storage.read(partial(queue.sids_of, person=part.person))
        try:
            sid = await self._api.find(_text(part), since=part.created_at, known=known)
        except TryLater as error:
            raise Unclear(str(error)) from error
        if sid is not None:
            await self._settle(part, state="sent", twilio_sid=sid)
        return sid is not None

    async def _send(self, part: Outgoing) -> None:
        """Call Twilio and write what it said. Raises TryLater or Unclear."""
        try:
            sid = await self._api.send(_text(part), callback=self._callback)
        except NotAccepted as error:
            await self._refused(part, error)
        else:
            await self._settle(part, state="sent", twilio_sid=sid)

    async def _refused(self, part: Outgoing, error: NotAccepted) -> None:
        if error.code == OPTED_OUT:
            await self._storage.write(partial(queue.opted_out, part=part, error=str(error)))
        else:
            log.error("text %s was refused: %s", part.id, error)
            await self._settle(part, state="failed", error=str(error))

    async def _settle(self, part: Outgoing, *, state: str, twilio_sid: str | None = None, error: str = "") -> None:
        await self._storage.write(partial(queue.settle, part=part, state=state, twilio_sid=twilio_sid, error=error))


def _text(part: Outgoing) -> Text:
    return Text(part.from_number, part.to_number, part.body)
