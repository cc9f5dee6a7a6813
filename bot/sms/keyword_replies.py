"""Replies to words that no talk answers: HELP, START, a stop in other words, and alerts."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import Connection

from bot.alerts import replies
from bot.alerts.requests import may_ask
from bot.alerts.subscriptions import Consent
from bot.conversation import sessions
from bot.conversation.conversation import Conversation, Incoming
from bot.conversation.database_threads import DatabaseThreads
from bot.sms import queue
from bot.sms.opt_out import Keyword
from bot.sms.queue import Received
from townclerk.jurisdictions import Jurisdiction
from townclerk.places import PlaceDirectory
from townclerk.text.segments import split
from townclerk.text.translation import gettext as _
from townclerk.text.translation import speaking


class KeywordReplies:
    """Answers these texts, each in the transaction that does what it asks. `cities` are those of our numbers."""

    def __init__(
        self, storage: DatabaseThreads, conversation: Conversation, places: PlaceDirectory, cities: Mapping[str, str]
    ) -> None:
        self._storage = storage
        self._conversation = conversation
        self._places = places
        self._cities = cities

    async def answer(self, text: Received, *, segments: int) -> bool:
        """Answer the text in parts of so many segments; False when it is for the talk."""
        if text.action not in _SAID and not may_ask(text.body):
            return False
        session = await self._storage.read(partial(sessions.load, person=text.person, channel="sms"))
        incoming = Incoming(text.person, "sms", text.body)
        language = await asyncio.to_thread(self._conversation.language, incoming, session.state.language)
        places = await asyncio.to_thread(self._places.current)
        city = places.get(self._cities.get(text.to_number))
        write: Callable[[Connection], str | None]
        if text.action in _SAID:
            with speaking(language):
                told = _SAID[text.action](city)
            write = lambda _connection: told  # noqa: E731
        else:
            consent = Consent(text.person, text.to_number, text.from_number, language, text.message_sid, text.body)
            write = partial(replies.answer, consent=consent, city=places.get(session.state.city) or city)
        return await self._storage.write(partial(_finish, text=text, write=write, segments=segments))


def _finish(
    connection: Connection, *, text: Received, write: Callable[[Connection], str | None], segments: int
) -> bool:
    reply = write(connection)
    if reply is not None:
        queue.finish(connection, text, split(reply, segments))
    return reply is not None


def _stopped(city: Jurisdiction | None) -> str:
    return _("{name}: you will get no more texts from this number. Reply START to get them again.", name=_name(city))


def _help(city: Jurisdiction | None) -> str:
    sentences = (
        _("Welcome to {name}: text a question and get the answer from official pages.", name=_name(city)),
        _("To talk to a person call {phone}.", phone=city.phone) if city and city.phone else "",
        _("Reply STOP to get no more texts."),
    )
    return " ".join(filter(None, sentences))


def _name(city: Jurisdiction | None) -> str:
    return city.name if city else "Townclerk"


_SAID: Mapping[str, Callable[[Jurisdiction | None], str]] = {
    Keyword.STOP_REQUEST: _stopped, Keyword.HELP: _help, Keyword.START: _help,
}  # fmt: skip
