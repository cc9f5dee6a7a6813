"""Looking a question up: in the right city, within the time budget, with an honest end."""

import logging
import re
import time
from dataclasses import dataclass, replace

from actions import replies
from actions.places import Places
from actions.replies import Reply
from actions.turn import LONGEST_QUESTION, MOST_ANSWERS, Outcome, Turn
from index.client import IndexClient
from index.schemas.search import Answer, SearchRequest, SearchResponse
from townclerk.errors import TownclerkError
from townclerk.jurisdictions import Jurisdiction

log = logging.getLogger(__name__)

_QUESTION_WORDS = 4


@dataclass(frozen=True)
class Around:
    """What an action works with: the search service, and the places as they stand in this turn."""

    index: IndexClient
    places: Places


async def search(turn: Turn, around: Around) -> Outcome:
    """Answer the message from the pages. Asks for the city when it is needed and unknown."""
    if not turn.text:
        return Outcome(Reply(text="What would you like to know?"), turn.memory)
    city = around.places.city(turn)
    if city is None and around.places.cities:
        return await _without_city(turn, around)
    lead = ""
    if city and turn.city_is_guess and city.id == turn.given_city and not turn.memory.history:
        lead = f"I am answering for {city.name}; send your city or ZIP code if you live elsewhere."
    return await ask(turn, around, city=city, lead=lead)


async def choose_city(turn: Turn, around: Around) -> Outcome:
    """Take the city that the message names; answer what was asked before, now for that city."""
    city = around.places.chosen(turn)
    if city is None:
        if len(turn.text.split()) > 2 * _QUESTION_WORDS:  # too long for a mere change of city
            return await search(turn, around)
        return Outcome(replies.ask_city(around.places.cities), turn.memory)
    before = turn.memory
    moved = city.id != (before.city or turn.given_city)
    question = before.pending_question or (before.history[-1] if before.history and moved else "")
    memory = before.but(city=city.id, pending_question=None)
    if not question:
        text = f"I answer for {city.name} now. What would you like to know?"
        return Outcome(Reply(type="city", text=text, city=city.id), memory.but(last_answers=(), last_answer_index=None))
    if not before.pending_question:
        memory = memory.but(history=memory.history[:-1])
    again = replace(turn, text=question, memory=memory)
    outcome = await ask(again, around, city=city, lead=f"{city.name} it is.")
    return replace(outcome, reply=outcome.reply.model_copy(update={"city": city.id}))


async def ask(turn: Turn, around: Around, *, city: Jurisdiction | None, lead: str) -> Outcome:
    """Send the question to the search service and say what came of it. Never raises for its failures."""
    began = time.monotonic()
    try:
        found = await around.index.search(_request(turn, city))
    except TownclerkError as error:
        log.warning("search failed: %s: %s", type(error).__name__, error)
        return Outcome(replies.unavailable(city), turn.memory)
    took = round(1000 * (time.monotonic() - began), 1)
    answers = _worth_showing(found)
    memory = turn.memory.asked(turn.text, answers)
    reply = replies.refused(city)
    if answers:
        speaker = around.places.get(answers[0].jurisdiction)
        reply = replies.answer(answers[0], speaker, lead=lead, last=len(answers) == 1)
    learned = city.id if city and city in around.places.named and turn.memory.city != city.id else None
    if learned:
        memory = memory.but(city=learned)
    return Outcome(reply.model_copy(update={"search_ms": took, "city": learned}), memory)


async def _without_city(turn: Turn, around: Around) -> Outcome:
    memory = turn.memory
    if memory.pending_question is None:
        return Outcome(replies.ask_city(around.places.cities), memory.but(pending_question=turn.text))
    # Asked once already, and this is no city we know. The federal layer holds for everyone.
    outcome = await ask(turn, around, city=None, lead="")
    if outcome.reply.type != "refused":
        return outcome
    pending = turn.text if _is_question(turn.text) else memory.pending_question
    lead = "I could not find that without knowing your city."
    return Outcome(replies.ask_city(around.places.cities, lead=lead), memory.but(pending_question=pending))


def _request(turn: Turn, city: Jurisdiction | None) -> SearchRequest:
    return SearchRequest(
        text=turn.text[:LONGEST_QUESTION],
        city=city.id if city else None,
        history=list(turn.memory.history),
        limit=MOST_ANSWERS,
        channel=turn.channel,
    )


def _worth_showing(found: SearchResponse) -> list[Answer]:
    """What may be shown: nothing of a refusal, and after the first no answer of low confidence."""
    if found.refused:
        return []
    return [answer for place, answer in enumerate(found.answers) if place == 0 or answer.confidence != "low"]


def _is_question(text: str) -> bool:
    return "?" in text or len(re.findall(r"\w+", text)) >= _QUESTION_WORDS
