"""Answers straight from search, for when the assistant is down, slow or silent.

Knows just enough of a talk to keep it useful: the city, YES, NO and MORE.
"""

import asyncio
import time
from dataclasses import dataclass, replace

from bot.conversation.replies import VOTE_AND_MORE, Choice, Reply
from bot.conversation.sessions import Talk
from index.client import IndexClient
from index.schemas.feedback import FeedbackRequest
from index.schemas.search import SearchRequest, SearchResponse
from townclerk.errors import NotFound, TownclerkError
from townclerk.jurisdictions import Jurisdiction, Jurisdictions

YES = frozenset({"yes", "y", "yep", "si", "sí", "👍"})
NO = frozenset({"no", "n", "nope", "👎"})
MORE = frozenset({"more", "mas", "más"})
SHOWN = 5
"""Answers fetched; the first is shown, the others come with More."""


@dataclass(frozen=True)
class Found:
    """Replies, the talk after them, which part gave them ("search" or "contact"), the city, and milliseconds of search."""

    replies: tuple[Reply, ...]
    talk: Talk
    answered_by: str
    city: str | None = None
    search_ms: float | None = None


class DirectSearch:
    """Answers without the assistant. Never raises for a search service that is down."""

    def __init__(self, index: IndexClient, jurisdictions: Jurisdictions) -> None:
        self._index = index
        self._jurisdictions = jurisdictions

    async def answer(self, talk: Talk, text: str, *, city: str | None, voter: str, seconds: float) -> Found:
        """The reply to `text` within `seconds`. `city` is the default when the resident chose none."""
        known = await asyncio.to_thread(self._jurisdictions.all)
        named = await asyncio.to_thread(self._jurisdictions.named_in, text)
        place = _Place.of(text, named, talk.city or city, known)
        try:
            async with asyncio.timeout(max(seconds, 0.2)):
                return await self._answer(talk, text, place, voter)
        except (TownclerkError, TimeoutError):
            return Found((Reply(text=_cannot_search(place.contact)),), talk, "contact", place.id)

    async def _answer(self, talk: Talk, text: str, place: "_Place", voter: str) -> Found:
        word = text.strip(" .!").lower()
        if word in YES | NO and talk.shown:
            vote = FeedbackRequest(answer_id=talk.shown.id, vote="up" if word in YES else "down", voter=voter)
            await self._index.feedback(vote)
            if word in YES:
                return Found((Reply(text="Thank you. Your vote helps the next person."),), talk, "search", place.id)
        if word in NO | MORE and talk.answers:
            return _next(talk, place)
        question = talk.pending if place.only_named and talk.pending else text
        if place.id is None and place.choices:
            choices = tuple(Choice(label=c.name, text=c.name) for c in place.choices[:6])
            asking = Reply(text="Which city is this about? Send its name or ZIP code.", choices=choices)
            return Found((asking,), replace(talk, pending=question), "search")
        if place.only_named and not talk.pending:
            return Found(
                (Reply(text=f"OK, answers are for {place.name} now. What is your question?"),),
                replace(talk, city=place.id),
                "search",
                place.id,
            )
        return await self._search(
            replace(talk, pending="", city=place.id if place.named else talk.city), question, place
        )

    async def _search(self, talk: Talk, question: str, place: "_Place") -> Found:
        started = time.perf_counter()
        request = SearchRequest(
            text=question, city=place.id, history=list(talk.history), limit=SHOWN, channel=talk.channel
        )
        try:
            result = await self._index.search(request)
        except NotFound:
            result = SearchResponse(answers=[], refused=True, city=place.id, layers=[])
        took = (time.perf_counter() - started) * 1000
        after = talk.asked(question)
        if result.refused or not result.answers:
            return Found(
                (Reply(text=_not_found(place)),), replace(after, answers=(), position=0), "search", place.id, took
            )
        worth = (result.answers[0], *(a for a in result.answers[1:] if a.confidence != "low"))
        after = replace(after, answers=worth, position=0)
        reply = Reply(answers=(result.answers[0],), choices=VOTE_AND_MORE)
        return Found((reply,), after, "search", result.city, took)


@dataclass(frozen=True)
class _Place:
    """Which city a message is about, and what is known of it."""

    id: str | None
    named: bool
    only_named: bool
    contact: Jurisdiction | None
    choices: tuple[Jurisdiction, ...]

    @property
    def name(self) -> str:
        return self.contact.name if self.contact else "your city"

    @classmethod
    def of(cls, text: str, named: list[Jurisdiction], city: str | None, known: list[Jurisdiction]) -> "_Place":
        """Named in the message, else `city`, else the only one there is."""
        cities = tuple(j for j in known if j.level == "city")
        chosen = named[0].id if named else city or (cities[0].id if len(cities) == 1 else None)
        contact = next((j for j in known if j.id == chosen), None)
        return cls(chosen, bool(named), bool(named) and _is_name(text, named[0]), contact, cities)


def _is_name(text: str, city: Jurisdiction) -> bool:
    """Whether `text` is nothing but a name of the city."""
    names = (city.name, city.id.replace("-", " "), *city.aliases, *city.zips)
    return text.strip(" .!").casefold() in {name.casefold() for name in names}


def _next(talk: Talk, place: _Place) -> Found:
    after = replace(talk, position=talk.position + 1)
    if after.shown is None:
        return Found((Reply(text=f"That is all I found. {_contact(place.contact)}"),), talk, "search", place.id)
    return Found((Reply(answers=(after.shown,), choices=VOTE_AND_MORE),), after, "search", place.id)


def _not_found(place: _Place) -> str:
    return f"I could not find that on the official pages for {place.name}. {_contact(place.contact)}"


def _cannot_search(contact: Jurisdiction | None) -> str:
    return f"I cannot look things up right now. {_contact(contact)}"


def _contact(contact: Jurisdiction | None) -> str:
    ways = (
        [
            way
            for way in (f"call {contact.phone}" if contact.phone else "", f"see {contact.url}" if contact.url else "")
            if way
        ]
        if contact
        else []
    )
    if contact is None or not ways:
        return "Please call your city hall, or try again in a few minutes."
    return f"To reach {contact.name}, {' or '.join(ways)}"
