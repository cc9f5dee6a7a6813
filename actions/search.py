"""Steps that look a question up: in the right city, within the time budget, with an honest end."""

import logging
import re
import time

from actions import replies
from actions.question_parts import MOST, parts
from actions.replies import Reply
from actions.state import MAX_ANSWERS, Context, Outcome, Turn
from index.schemas.search import Answer, SearchRequest, SearchResponse
from townclerk.errors import Starting, TownclerkError
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.folding import plain_words
from townclerk.text.redaction import redact
from townclerk.text.translation import gettext as _

log = logging.getLogger(__name__)

_QUESTION_WORDS = 4
_ASKS = r"^(?:hi |hello |hey |please |pls |ok )*(?:(?:can|could|would|will) you |i want you to |id like you to )?(?:please )?(?:just )?"
_BEYOND_US = (
    (re.compile(_ASKS + r"(?:(?:remind|notify|alert|subscribe|email|ping) (?:me|us)\b|sign me up for|text me (?:when|if|about|the|before|every|\w+ (?:alerts|warnings|reminders|updates)))"), replies.NO_ALERTS),
    (re.compile(r"^(?:can|could|how do|do) (?:i|we) (?:get|receive) an? (?:text|email|alert|reminder|notification|call) (?:when|before|the day|if|about|for|on)"), replies.NO_ALERTS),
    (re.compile(r"^(?:por favor )?(?:recuerdeme|recuerdame|aviseme|avisame|notifiqueme|suscribame)\b"), replies.NO_ALERTS),
    (re.compile(_ASKS + r"(?:report (?:it|this|that)(?: \w+){0,3}|send (?:someone|somebody|a crew|an officer)(?: \w+){0,6}|(?:come )?(?:fix|clean up|pick up) (?:it|this|that)(?: \w+){0,3}|file (?:it|a report|a complaint)(?: \w+){0,3})$"), replies.NO_REPORTS),
)  # fmt: skip
"""Requests that only people of the city can carry out."""


async def search(turn: Turn, context: Context) -> Outcome:
    """Answer the message from the pages. Asks for the city when it is needed and unknown."""
    city, state = context.city, turn.state
    if not turn.text:
        return Outcome(reply=replies.say(replies.NOTHING_ASKED), state=state)
    if city is None and context.places.cities:
        return await _without_city(turn, context)
    if lead := _beyond_us(turn.text):
        return await _lead_on(turn, context, lead)
    if city is None or not turn.city_is_guess or city.id != turn.city or state.city or state.guess_told:
        return await ask(turn, context, city=city)
    outcome = await ask(turn, context, city=city, lead=replies.city_guessed(city))
    told = outcome.type == "answers"
    return outcome.model_copy(update={"state": outcome.state.but(guess_told=told)})


async def _lead_on(turn: Turn, context: Context, lead: str) -> Outcome:
    """What we cannot do: say so and who can, with a quotation only when it surely answers."""
    lead = _(lead) + replies.contact(context.city)
    outcome = await ask(turn, context, city=context.city, lead=lead)
    if outcome.type == "answers" and outcome.reply.answers[0].confidence == "high":
        return outcome
    return outcome.model_copy(update={"type": "text", "reply": Reply(text=lead), "state": turn.state})


def _beyond_us(text: str) -> str:
    """What to say first when we are asked to send alerts, or to report something; else nothing."""
    words = plain_words(text)
    return next((lead for asked, lead in _BEYOND_US if asked.search(words)), "")


async def choose_city(turn: Turn, context: Context) -> Outcome:
    """Take the city that the message names; answer what was asked before, now for that city."""
    city, state = context.named, turn.state
    if city is None:
        if len(turn.text.split()) > 2 * _QUESTION_WORDS:  # too long for a mere change of city
            return await search(turn, context)
        return Outcome(type="ask_city", reply=replies.ask_city(context.places.cities), state=state)
    question, history = state.pending, state.history
    if not question and history and city.id != (state.city or turn.city):
        question, history = history[-1], history[:-1]
    if not question:
        state = state.but(city=city.id, answers=(), position=0)
        return Outcome(type="city", reply=replies.city_chosen(city), state=state)
    # Until it is answered the question stays pending, so that a search service that is down does not lose it.
    state = state.but(city=city.id, pending=question, history=history)
    again = turn.model_copy(update={"text": question, "state": state})
    return await ask(again, context, city=city, lead=replies.city_taken(city))


async def ask(turn: Turn, context: Context, *, city: Jurisdiction | None, lead: str = "") -> Outcome:
    """Send the question, or each of two, to the search service and report the result. Never raises for its failures."""
    started = time.monotonic()
    try:
        found = await _each(turn, context, city)
        response = await context.index.search(_request(turn, city)) if not found else None
    except Starting:
        return Outcome(type="starting", reply=replies.starting(city), state=turn.state)
    except TownclerkError as error:
        log.warning("search failed: %s: %s", type(error).__name__, error)
        return Outcome(type="unavailable", reply=replies.unavailable(city), state=turn.state)
    milliseconds = round(1000 * (time.monotonic() - started), 1)
    answers = _worth_showing(response) if response else []
    state = turn.state.after_search(turn.text, answers)
    if found:
        state = state.after_two(found)
    if context.named:
        state = state.but(city=context.named.id)
    if found:
        speakers = [context.places.get(answers[0].jurisdiction) for answers in found]
        reply = replies.both([answers[0] for answers in found], speakers, lead=lead, last=not state.answers)
        return Outcome(type="answers", reply=reply, state=state, search_ms=milliseconds)
    if not answers:
        return Outcome(type="refused", reply=replies.refused(city), state=state, search_ms=milliseconds)
    speaker = context.places.get(answers[0].jurisdiction)
    reply = replies.answer(answers[0], speaker, lead=lead, last=len(answers) == 1)
    return Outcome(type="answers", reply=reply, state=state, search_ms=milliseconds)


async def _each(turn: Turn, context: Context, city: Jurisdiction | None) -> list[list[Answer]]:
    """The answers to each of two questions in the message; none when it is one, or one of the two has no answer of its own.

    The second is asked after the first, on which it may lean: "when is the pool open and what does it cost?".
    """
    asked, found = parts(turn.text)[:MOST], list[list[Answer]]()
    for text in asked if len(asked) > 1 else ():
        before = turn.state if not found else turn.state.after_search(asked[0], found[0])
        response = await context.index.search(_request(turn.model_copy(update={"text": text, "state": before}), city))
        found.append(_worth_showing(response))
        if not found[-1]:
            return []
    same = len(found) > 1 and found[0][0].excerpt == found[1][0].excerpt
    return [] if same else found


async def _without_city(turn: Turn, context: Context) -> Outcome:
    state, cities = turn.state, context.places.cities
    if not state.pending:
        return Outcome(type="ask_city", reply=replies.ask_city(cities), state=state.but(pending=redact(turn.text)))
    # Asked once already, and this is no city we know. The federal layer holds for everyone.
    outcome = await ask(turn, context, city=None)
    if outcome.type != "refused":
        return outcome
    pending = redact(turn.text) if _is_question(turn.text) else state.pending
    reply = replies.ask_city(cities, lead=_(replies.CITY_FOR_ANSWER))
    return outcome.model_copy(update={"type": "ask_city", "reply": reply, "state": state.but(pending=pending)})


def _request(turn: Turn, city: Jurisdiction | None) -> SearchRequest:
    return SearchRequest(
        text=turn.text,
        city=city.id if city else None,
        history=list(turn.state.history),
        shown=list(turn.state.quoted),
        limit=MAX_ANSWERS,
        channel=turn.channel,
    )


def _worth_showing(response: SearchResponse) -> list[Answer]:
    """The answers to show: none of a refusal, and after the first none of low confidence."""
    if response.refused:
        return []
    return [answer for rank, answer in enumerate(response.answers) if rank == 0 or answer.confidence != "low"]


def _is_question(text: str) -> bool:
    return "?" in text or len(re.findall(r"\w+", text)) >= _QUESTION_WORDS
