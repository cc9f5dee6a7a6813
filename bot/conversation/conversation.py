"""The one path that every message takes, whatever its channel.

    emergency rule -> clean -> "delete my data" -> staff who have the talk -> rest of a cut text -> assistant, or the dialogue in this process

Messages of one person go through one after another. Message, reply and the dialogue's new state are recorded
in one transaction, together with whatever the channel adds (the outbox of a text message). A request
to delete everything is carried out and not recorded.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Connection

from actions.dialogue import Dialogue
from actions.replies.reply import Reply
from actions.state import Turn
from bot.conversation import sessions
from bot.conversation.database_threads import DatabaseThreads
from bot.conversation.emergency import in_case, recognise
from bot.conversation.fallback import step_for
from bot.conversation.identity import Identity
from bot.conversation.rasa_client import Assistant
from bot.conversation.sanitize import SMS_LIMIT, WEB_LIMIT, plain_words, visible
from bot.conversation.sessions import Channel, Exchange, Session, Timings
from bot.conversation.turn_lock import TurnLock
from bot.handoff import turns
from bot.handoff.turns import Handover
from bot.records import erasure
from townclerk.errors import Unavailable
from townclerk.text.language_detection import language_of
from townclerk.text.languages import LANGUAGES
from townclerk.text.translation import N_, speaking
from townclerk.text.translation import gettext as _

SOON = 0.5
"""Seconds that the reply to an emergency waits for being recorded."""
RECORD_SECONDS = 2.0
"""Seconds that another reply on the web waits for it; it is recorded later when the database is locked."""
SECONDS = 8.0
"""Longest time from a message to its reply."""
SEARCH_SECONDS = 2.0
"""Kept back from the assistant's share for a search of our own."""
NOTHING_TO_READ = N_("I can only read words. Please send your question as text.")

log = logging.getLogger(__name__)

Also = Callable[[Connection, Exchange], None]


@dataclass(frozen=True)
class Incoming:
    """One message. `city` is the channel's default; `city_is_guess` when it comes from the caller's number.

    `language` is the tag of the one spoken until a message tells of another; empty for the installation's first.
    """

    person: str
    channel: Channel
    text: str
    city: str | None = None
    city_is_guess: bool = False
    language: str = ""


@dataclass(frozen=True)
class _Answered:
    """What a part of the path answered."""

    reply: Reply
    session: Session
    answered_by: str
    city: str | None = None
    assistant_ms: float | None = None
    search_ms: float | None = None
    handover: Handover | None = None


class Conversation:
    """Answers messages. Never raises for a part behind it that is down."""

    def __init__(
        self,
        *,
        storage: DatabaseThreads,
        identity: Identity,
        assistant: Assistant,
        dialogue: Dialogue,
        languages: Sequence[str] = LANGUAGES,
    ) -> None:
        self._storage = storage
        self._identity = identity
        self._assistant = assistant
        self._dialogue = dialogue
        self._places = dialogue.places
        self._languages = languages
        self._turns = TurnLock(storage)
        self._background: set[asyncio.Task[Any]] = set()

    async def answer(self, incoming: Incoming, *, also: Also | None = None) -> Exchange:
        """Answer and record. `also` writes in the same transaction. Raises TooMany when the person's line is full."""
        return await self._in_turn(incoming, also, time.perf_counter())

    async def answer_emergency(self, incoming: Incoming) -> Reply | None:
        """The reply to an emergency, within a second even when nothing can be read or recorded; None for another message."""
        emergency = recognise(visible(incoming.text[:WEB_LIMIT]))
        if emergency is None:
            return None
        answering = asyncio.create_task(self._in_turn(incoming, None, time.perf_counter()))
        self._background.add(answering)
        answering.add_done_callback(self._recorded)
        await asyncio.wait({answering}, timeout=SOON)
        return Reply(text=emergency.text, lang=emergency.language)

    def _recorded(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a message was answered, but could not be recorded: %s", type(error).__name__)

    async def _in_turn(self, incoming: Incoming, also: Also | None, arrived: float) -> Exchange:
        async with self._turns.of(incoming.person):
            before = await self._storage.read(partial(sessions.load, person=incoming.person, channel=incoming.channel))
            language = await asyncio.to_thread(self.language, incoming, before.state.language)
            session = replace(before, rest="", state=before.state.but(language=language))
            with speaking(language):
                answered = await self._answer(session, before.rest, incoming, arrived)
            spoken = answered.reply.lang or answered.session.state.language
            total = (time.perf_counter() - arrived) * 1000
            exchange = Exchange(
                session=answered.session,
                text=visible(incoming.text),
                reply=answered.reply.model_copy(update={"lang": spoken}),
                answered_by=answered.answered_by,
                timings=Timings(answered.assistant_ms, answered.search_ms, total),
                city=answered.city or answered.session.state.city or incoming.city,
                before=before,
                handover=answered.handover,
            )
            await self._record(exchange, also)
            return exchange

    def language(self, incoming: Incoming, before: str) -> str:
        """The language of a message, which its reply is in."""
        seen = visible(incoming.text[:WEB_LIMIT])
        if emergency := recognise(seen):
            return emergency.language
        known = next((tag for tag in (before, incoming.language) if tag in self._languages), self._languages[0])
        return language_of(seen, before=known, served=self._languages)

    async def _record(self, exchange: Exchange, also: Also | None) -> None:
        """Record; a reply that is given at once does not wait long for it, and is given even when it fails."""
        recording = asyncio.create_task(self._storage.write(partial(_record, exchange=exchange, also=also)))
        if also is not None:
            return await recording
        self._background.add(recording)
        recording.add_done_callback(self._recorded)
        await asyncio.wait({recording}, timeout=RECORD_SECONDS)
        return None

    async def _answer(self, session: Session, rest: str, incoming: Incoming, arrived: float) -> _Answered:
        limit = SMS_LIMIT if incoming.channel == "sms" else WEB_LIMIT
        seen = visible(incoming.text[:limit])
        if emergency := recognise(seen):
            heard = await self._with_staff(session, seen)
            reply = Reply(text=emergency.text, lang=emergency.language)
            return _Answered(reply, session, "emergency", handover=heard.handover if heard else None)
        text = plain_words(seen)
        if not text:
            return _Answered(Reply(text=_(NOTHING_TO_READ)), session, "fixed")
        if erasure.asked(text):
            deleted = await self._storage.write(partial(erasure.erase, person=session.person, by="resident"))
            if deleted is None:
                return _Answered(Reply(text=_(erasure.HELD)), session, "fixed")
            return _Answered(Reply(text=_(erasure.DELETED)), session, erasure.DONE)
        if with_staff := await self._with_staff(session, text):
            return with_staff
        if rest and step_for(text) == "more":
            return _Answered(Reply(text=rest), session, "rest")
        return await self._converse(session, text, incoming, arrived)

    async def _with_staff(self, session: Session, text: str) -> _Answered | None:
        """What comes of a message that is for staff, who have the talk; None for another."""
        talk = session.handoff
        city = (await asyncio.to_thread(self._places.current)).get(talk.city) if talk else None
        if talk is None or city is None or (passed := turns.meanwhile(talk, city, text)) is None:
            return None
        return _Answered(passed[0], session, "handoff", city.id, handover=passed[1])

    async def _converse(self, session: Session, text: str, incoming: Incoming, arrived: float) -> _Answered:
        """The assistant's answer, or else that of the same dialogue in this process."""
        turn = Turn(
            text=text,
            voter=self._identity.voter(incoming.person),
            channel=incoming.channel,
            city=incoming.city,
            city_is_guess=incoming.city_is_guess,
            state=session.state,
        )
        deadline = arrived + SECONDS
        started = time.perf_counter()
        outcome, answered_by, assistant_ms = None, "assistant", None
        if (share := deadline - started - SEARCH_SECONDS) > 0.5:
            with suppress(Unavailable):
                outcome = await self._assistant.send(turn, sender=session.name or incoming.person, within=share)
            assistant_ms = (time.perf_counter() - started) * 1000
        if outcome is None or outcome.type == "unavailable":
            left = max(deadline - time.perf_counter() - 0.3, 0.2)
            outcome = await self._dialogue.answer(step_for(text), turn, within=left)
            answered_by = "contact" if outcome.type == "unavailable" else "search"
        session, reply = replace(session, state=outcome.state), outcome.reply
        if not reply.answers and outcome.type != "city":
            reply = reply.model_copy(update={"text": reply.text + in_case(text)})
        city = (await asyncio.to_thread(self._places.current)).get(outcome.city)
        begun = turns.begun(outcome.type, city)
        return _Answered(reply, session, answered_by, outcome.city, assistant_ms, outcome.search_ms, begun)


def _record(connection: Connection, *, exchange: Exchange, also: Also | None) -> None:
    if exchange.answered_by != erasure.DONE:
        sessions.record(connection, exchange)
    if also is not None:
        also(connection, exchange)
