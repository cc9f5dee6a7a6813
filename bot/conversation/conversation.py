"""The one path that every message takes, whatever its channel.

    emergency rule -> clean -> "delete my data" -> rest of a cut text -> assistant -> search itself -> contact line

Messages of one person go through one after another. What was said is recorded in one
transaction, together with whatever the channel adds (the outbox of a text message). A request
to delete everything is carried out and not recorded.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from bot.conversation import sessions
from bot.conversation.database_threads import Storage
from bot.conversation.emergency import recognise
from bot.conversation.fallback import MORE, NO, YES, DirectSearch
from bot.conversation.identity import Identity
from bot.conversation.rasa_client import Assistant, Turn
from bot.conversation.replies import AssistantReplies, Reply
from bot.conversation.sanitize import SMS_LIMIT, WEB_LIMIT, plain_words, visible
from bot.conversation.sessions import Channel, Exchange, Talk, Timings
from bot.conversation.turn_lock import Turns
from bot.records import erasure
from townclerk.errors import Unavailable

SECONDS = 8.0
"""Longest time from a message to its reply."""
SEARCH_SECONDS = 2.0
"""Kept back from the assistant's share for a search of our own."""
GUESSED = "City guessed from your number; text a city or ZIP to change it."
NOTHING_TO_READ = "I can only read words. Please send your question as text."

Also = Callable[[Connection, Exchange], None]


@dataclass(frozen=True)
class Incoming:
    """One message. `city` is the channel's default; `city_is_guess` when it comes from the caller's number."""

    person: str
    channel: Channel
    text: str
    city: str | None = None
    city_is_guess: bool = False


@dataclass(frozen=True)
class _Said:
    """What a part of the path answered."""

    replies: tuple[Reply, ...]
    talk: Talk
    answered_by: str
    city: str | None = None
    assistant_ms: float | None = None
    search_ms: float | None = None


class Conversation:
    """Answers messages. Never raises for a part behind it that is down."""

    def __init__(self, *, storage: Storage, identity: Identity, assistant: Assistant, direct: DirectSearch) -> None:
        self._storage = storage
        self._identity = identity
        self._assistant = assistant
        self._direct = direct
        self._turns = Turns()

    async def answer(self, incoming: Incoming, *, also: Also | None = None) -> Exchange:
        """Answer and record. `also` writes in the same transaction. Raises TooMany when the person's line is full."""
        arrived = time.perf_counter()
        async with self._turns.of(incoming.person):
            before = await self._storage.read(partial(sessions.load, person=incoming.person, channel=incoming.channel))
            said = await self._say(replace(before, rest=""), before.rest, incoming, arrived)
            timings = Timings(said.assistant_ms, said.search_ms, (time.perf_counter() - arrived) * 1000)
            exchange = Exchange(
                said.talk, visible(incoming.text), said.replies, said.answered_by, timings, said.city, before
            )
            await self._storage.write(partial(_record, exchange=exchange, also=also))
            return exchange

    async def _say(self, talk: Talk, rest: str, incoming: Incoming, arrived: float) -> _Said:
        limit = SMS_LIMIT if incoming.channel == "sms" else WEB_LIMIT
        seen = visible(incoming.text[:limit])
        if emergency := recognise(seen):
            return _Said((Reply(text=emergency.text),), talk, "emergency", talk.city)
        text = plain_words(seen)
        if not text:
            return _Said((Reply(text=NOTHING_TO_READ),), talk, "fixed", talk.city)
        if erasure.asked(text):
            deleted = await self._storage.write(partial(erasure.erase, person=talk.person, by="resident"))
            if deleted is None:
                return _Said((Reply(text=erasure.HELD),), talk, "fixed", talk.city)
            return _Said((Reply(text=erasure.DELETED),), talk, erasure.DONE, talk.city)
        if rest and text.strip(" .!").lower() in MORE:
            return _Said((Reply(text=rest),), talk, "rest", talk.city)
        return _tell_guess(await self._think(talk, text, incoming, arrived), incoming)

    async def _think(self, talk: Talk, text: str, incoming: Incoming, arrived: float) -> _Said:
        """The assistant's answer, or else one straight from search."""
        deadline = arrived + SECONDS
        started = time.perf_counter()
        asked: float | None = None
        if (share := deadline - started - SEARCH_SECONDS) > 0.5:
            try:
                heard = await self._assistant.send(self._turn(talk, text, incoming), within=share)
                asked = (time.perf_counter() - started) * 1000
                if not heard.unavailable:
                    return _heard(talk, text, heard, incoming, asked)
            except Unavailable:
                asked = (time.perf_counter() - started) * 1000
        left = deadline - time.perf_counter() - 0.3
        voter = self._identity.voter(incoming.person)
        found = await self._direct.answer(talk, text, city=incoming.city, voter=voter, seconds=left)
        return _Said(found.replies, found.talk, found.answered_by, found.city, asked, found.search_ms)

    def _turn(self, talk: Talk, text: str, incoming: Incoming) -> Turn:
        city = talk.city or incoming.city
        guess = incoming.city_is_guess and talk.city is None
        return Turn(
            talk.name or incoming.person,
            text,
            incoming.channel,
            city,
            self._identity.voter(incoming.person),
            city_is_guess=guess,
        )


def _heard(talk: Talk, text: str, heard: AssistantReplies, incoming: Incoming, took: float) -> _Said:
    """What the assistant said, and the talk as the gateway must know it to go on alone."""
    answers = tuple(a for r in heard.replies for a in r.answers)
    city = heard.city if heard.city and heard.city != incoming.city else talk.city
    after = replace(talk, city=city, pending="")
    if answers:
        after = replace(after, answers=answers, position=0)
        after = after if text.strip(" .!").lower() in YES | NO | MORE else after.asked(text)
    return _Said(heard.replies, after, "assistant", city or incoming.city, took, heard.search_ms)


def _tell_guess(said: _Said, incoming: Incoming) -> _Said:
    """Say once that the city was guessed from the phone number. The assistant does so in its own words."""
    told = said.talk.guess_told or said.talk.city is not None
    if told or not incoming.city_is_guess or not any(r.answers for r in said.replies):
        return said
    note = () if said.answered_by == "assistant" else (Reply(text=GUESSED),)
    return replace(said, replies=(*note, *said.replies), talk=replace(said.talk, guess_told=True))


def _record(connection: Connection, *, exchange: Exchange, also: Also | None) -> None:
    if exchange.answered_by != erasure.DONE:
        sessions.record(connection, exchange)
    if also is not None:
        also(connection, exchange)
