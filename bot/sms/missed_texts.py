"""Fetches texts that Twilio could not hand over: we were down, or unreachable.

Twilio posts a text once or twice and then lets it lie. So it is asked now and then what came to our
numbers lately. A text that is known already is not taken twice; one that is too old to answer is left,
and so is what came before the first text that was handed over to us: others answered that.
"""

import asyncio
import logging
from datetime import timedelta
from functools import partial

from bot.conversation.database_threads import DatabaseThreads
from bot.conversation.identity import Identity
from bot.sms import queue
from bot.sms.queue import Received
from bot.sms.twilio_client import TryLater, TwilioApi
from bot.sms.worker import ANSWER_WITHIN, Worker
from townclerk.clock import now

FIRST_SECONDS, EVERY_SECONDS = 35.0, 300.0
"""The first look waits for what is being handed over just now: it then comes in order."""
UNHEARD = timedelta(seconds=30)
"""A younger text may still be on its way to us."""

log = logging.getLogger(__name__)


class MissedTexts:
    """Looks for texts to all numbers that texts came to before."""

    def __init__(self, storage: DatabaseThreads, api: TwilioApi, worker: Worker, identity: Identity) -> None:
        self._storage = storage
        self._api = api
        self._worker = worker
        self._identity = identity

    async def run(self) -> None:
        """Look after a moment and then every five minutes, until cancelled."""
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            try:
                await self.look()
            except TryLater as error:
                log.warning(
                    "Twilio could not say which texts came lately: %s; asked again in %.0f s", error, EVERY_SECONDS
                )
            except Exception:
                log.exception(
                    "texts that were not handed over could not be fetched; tried again in %.0f s", EVERY_SECONDS
                )
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> int:
        """Take in what is not known yet; gives how many. Raises TryLater when Twilio cannot say."""
        fetched = 0
        for number, first in (await self._storage.read(queue.our_numbers)).items():
            since = max(now() - ANSWER_WITHIN, first).replace(microsecond=0)  # Twilio tells whole seconds
            came = [text for text in await self._api.received(number, since=since) if text.at <= now() - UNHEARD]
            lost = await self._storage.read(partial(queue.unknown, sids=[text.sid for text in came]))
            for text in sorted((text for text in came if text.sid in lost), key=lambda text: text.at):
                person = self._identity.phone_person(text.from_number)
                taken = Received(
                    text.sid, person, text.from_number, number, text.body.replace("\x00", ""), received_at=text.at
                )
                if await self._storage.write(partial(queue.accept, text=taken)):
                    fetched += 1
                    self._worker.wake(person)
        if fetched:
            log.warning("%s texts that were not handed over to us were fetched from Twilio", fetched)
        return fetched
