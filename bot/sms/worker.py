"""Answers stored texts and sends the replies: each person's in order, different people's in parallel.

The database is the queue. What a killed process left behind is found again at start; a
reply is queued in the same transaction that marks its text answered, so none is lost and
none is made twice.
"""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from actions.replies.quotations import foreign_language
from bot.conversation import sessions
from bot.conversation.conversation import Conversation, Incoming
from bot.conversation.database_threads import DatabaseThreads
from bot.conversation.emergency import recognise
from bot.conversation.leases import Leases
from bot.conversation.sessions import Exchange
from bot.rate_limits import RateLimits
from bot.records import erasure
from bot.sms import queue
from bot.sms.caller_city import cities_of_numbers, guess_city
from bot.sms.formatting import shape
from bot.sms.keyword_replies import KeywordReplies
from bot.sms.opt_out import Keyword
from bot.sms.queue import Received
from bot.sms.sender import Sender
from bot.sms.twilio_client import Text
from townclerk.clock import now
from townclerk.errors import TooMany
from townclerk.places import PlaceDirectory
from townclerk.settings import Settings
from townclerk.text.translation import speaking

ANSWER_WITHIN = timedelta(hours=1)
"""A text that waited longer (we were down) is not answered any more."""
SOON = 0.3
"""Seconds that an emergency waits for the database."""
MOST_SENT = 1000
"""Emergencies whose replies are remembered as sent, for when the same text is handed over again."""
SWEEP_SECONDS = 30
"""How often rows that an error or a gateway that died left behind are looked for."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WorkerParts:
    """What the worker answers with."""

    storage: DatabaseThreads
    conversation: Conversation
    places: PlaceDirectory
    limits: RateLimits
    sender: Sender


class Worker:
    """One task per person with something to do, at most `at_once` of them answering."""

    def __init__(self, parts: WorkerParts, settings: Settings, *, at_once: int = 8) -> None:
        self._parts = parts
        self._cities = cities_of_numbers(settings.twilio_numbers)
        self._segments = settings.sms_segments
        self._keywords = KeywordReplies(parts.storage, parts.conversation, parts.places, self._cities)
        self._leases = Leases(parts.storage)
        self._answering = asyncio.Semaphore(at_once)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._sent: dict[str, str] = {}
        self._storing: set[asyncio.Task[bool]] = set()

    async def run(self) -> None:
        """Take up what is waiting, now and twice a minute, until cancelled."""
        renewing = asyncio.create_task(self._leases.renew())
        try:
            while True:
                for person in await self._parts.storage.read(queue.people_waiting):
                    self.wake(person)
                await asyncio.sleep(SWEEP_SECONDS)
        finally:
            tasks = [renewing, *self._tasks.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, person: str) -> None:
        """There is something to do for this person."""
        self._again.add(person)
        if person not in self._tasks:
            task = asyncio.create_task(self._serve(person))
            self._tasks[person] = task
            task.add_done_callback(lambda _done: self._ended(person))

    async def answer_at_once(self, text: Received) -> bool:
        """Send the reply to an emergency before anything is stored; what is stored then is stored as answered.

        False for another text, for one that is not to be answered, and when Twilio did not take the reply.
        """
        emergency = recognise(text.body)
        if emergency is None:
            return False
        if text.message_sid not in self._sent and not await self._send_at_once(text, emergency.text):
            return False
        storing = asyncio.create_task(self._parts.storage.write(partial(queue.accept, text=text)))
        self._storing.add(storing)
        storing.add_done_callback(partial(self._stored, text=text))
        await asyncio.wait({storing}, timeout=SOON)
        return True

    async def _send_at_once(self, text: Received, body: str) -> bool:
        self._sent[text.message_sid] = ""
        sent = None
        if await self._may_be_answered(text):
            sent = await self._parts.sender.send_at_once(Text(text.to_number, text.from_number, body))
        if sent is None:
            del self._sent[text.message_sid]
            return False
        self._sent[text.message_sid] = sent
        while len(self._sent) > MOST_SENT:
            del self._sent[next(iter(self._sent))]
        return True

    async def _may_be_answered(self, text: Received) -> bool:
        try:
            return await asyncio.wait_for(
                self._parts.storage.read(partial(queue.may_be_answered, text=text)), timeout=SOON
            )
        except (TimeoutError, SQLAlchemyError):
            return True

    def _stored(self, storing: asyncio.Task[bool], *, text: Received) -> None:
        self._storing.discard(storing)
        if storing.cancelled():
            return
        if error := storing.exception():
            log.error("an emergency was answered, but could not be stored: %s", error)
        elif storing.result():
            self.wake(text.person)

    def _ended(self, person: str) -> None:
        self._tasks.pop(person, None)
        if person in self._again:
            self.wake(person)

    async def _serve(self, person: str) -> None:
        self._again.discard(person)
        waiting = True
        try:
            while waiting:
                async with self._leases.hold(f"sms {person}") as held:
                    while held and await self._step(person):
                        pass
                # Another gateway that was refused the lease meanwhile relies on us for what it stored.
                waiting = held and await self._parts.storage.read(partial(queue.is_waiting, person=person))
        except Exception:
            log.exception("a text could not be answered; it is tried again within %s s", SWEEP_SECONDS)

    async def _step(self, person: str) -> bool:
        """Send the oldest reply, or else answer the oldest text. False when there is neither."""
        storage = self._parts.storage
        if part := await storage.read(partial(queue.next_reply, person=person)):
            await self._parts.sender.deliver(part)
            return True
        text = await storage.read(partial(queue.next_text, person=person))
        if text is not None:
            async with self._answering:
                await self._answer(text)
        return text is not None

    async def _answer(self, text: Received) -> None:
        if now() - (text.received_at or now()) > ANSWER_WITHIN:
            log.warning("a text from more than %s ago is not answered any more", ANSWER_WITHIN)
            return await self._let_go(text, state="expired")
        asks_to_stop = text.action == Keyword.STOP_REQUEST
        if not asks_to_stop and text.message_sid not in self._sent and not await self._within_limit(text):
            return await self._let_go(text, state="silent")
        if await self._keywords.answer(text, segments=self._segments):
            return None
        await self._parts.conversation.answer(await self._incoming(text), also=partial(self._reply, text=text))
        return None

    def _reply(self, connection: Connection, exchange: Exchange, *, text: Received) -> None:
        guess_told_now = exchange.session.state.guess_told and not exchange.before.state.guess_told
        with speaking(exchange.reply.lang):
            keep = guess_told_now or another_speaks(exchange)
            shaped = shape(exchange.reply, segments=self._segments, keep_intro=keep)
        parts = () if exchange.silent else shaped.parts
        queue.finish(connection, text, parts, sent=self._sent.get(text.message_sid))
        if exchange.answered_by == erasure.DONE:
            queue.forget(connection, text)
        sessions.keep_rest(connection, text.person, shaped.rest)

    async def _let_go(self, text: Received, *, state: str) -> None:
        """End a text without a reply."""
        await self._parts.storage.write(partial(queue.let_go, text=text, state=state))

    async def _within_limit(self, text: Received) -> bool:
        try:
            await self._parts.limits.phone(text.person)
        except TooMany:
            log.warning("a phone sent more texts than limit_phone allows; they are stored but not answered")
            return recognise(text.body) is not None
        return True

    async def _incoming(self, text: Received) -> Incoming:
        plain = Incoming(text.person, "sms", text.body, self._cities.get(text.to_number))
        if plain.city:
            return plain
        guess = guess_city(text.place, await asyncio.to_thread(self._parts.places.current))
        return replace(plain, city=guess, city_is_guess=guess is not None)


def another_speaks(exchange: Exchange) -> bool:
    """Whether the answer is not the city's own, or not in the resident's language: that must be said, however long the quotation."""
    return any(answer.jurisdiction != exchange.city or foreign_language(answer) for answer in exchange.reply.answers)
