"""Steps that look a question up: in the right city, within the time budget, with an honest end."""

import logging
import re
import time
from typing import NamedTuple

from actions.replies import replies
from actions.replies.replies import Reply
from actions.replies.today import told_of_day
from actions.state import MAX_ANSWERS, Context, Outcome, Turn
from actions.understanding import jurisdiction_switch, problems
from actions.understanding.question_parts import MOST, leans_on_first, parts
from index.schemas.search import Answer, SearchRequest, SearchResponse
from townclerk import clock
from townclerk.errors import Starting, TownclerkError
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.folding import plain_words
from townclerk.text.redaction import redact
from townclerk.text.translation import gettext as _

log = logging.getLogger(__name__)

_QUESTION_WORDS = 4
_ASKS = r"^(?:hi |hello |hey |please |pls |ok )*(?:(?:can|could|would|will) you |i want you to |id like you to )?(?:please )?(?:just )?"
_OFFICIAL = r"(?:mayor|chief|clerk|judge|officer|manager|director|commissioner|council ?(?:member|man|woman|person))"
_WAYS_TO_REACH = r"(?:home|private|personal) (?:address|phone|cell|number|e ?mail)"
_BEYOND_US = (
    (re.compile(_ASKS + r"(?:(?:remind|notify|alert|subscribe|email|ping) (?:me|us)\b|sign me up for|text me (?:when|if|about|the|before|every|\w+ (?:alerts|warnings|reminders|updates)))"), replies.NO_ALERTS),
    (re.compile(r"^(?:can|could|how do|do) (?:i|we) (?:get|receive) an? (?:text|email|alert|reminder|notification|call) (?:when|before|the day|if|about|for|on)"), replies.NO_ALERTS),
    (re.compile(r"^(?:por favor )?(?:recuerdeme|recuerdame|aviseme|avisame|notifiqueme|suscribame)\b"), replies.NO_ALERTS),
    (re.compile(_ASKS + r"(?:report (?:it|this|that)(?: \w+){0,3}|send (?:someone|somebody|a crew|an officer)(?: \w+){0,6}|(?:come )?(?:fix|clean up|pick up) (?:it|this|that)(?: \w+){0,3}|file (?:it|a report|a complaint)(?: \w+){0,3})$"), replies.NO_REPORTS),
    (re.compile(rf"\b{_WAYS_TO_REACH}(?: \w+)? (?:of|for) (?:the |our )?{_OFFICIAL}\b|\b{_OFFICIAL}s {_WAYS_TO_REACH}\b|^(?:how old is|where does|is) (?:the |our )?(?:\w+ )?{_OFFICIAL}(?: live| married| single)?$"), replies.NO_PRIVATE),
    (re.compile(r"\b(?:system|initial|hidden) prompt\b|\byour (?:prompt|source code)\b|^what are your instructions$|\b(?:ignore|disregard|forget) (?:all |any )?(?:of )?(?:your |the |my )?(?:previous|prior|above|earlier) (?:instructions?|prompts?|rules)\b"), replies.ONLY_QUOTES),
)  # fmt: skip
"""Requests that only people of the city can carry out, or nobody should."""


async def search(turn: Turn, context: Context) -> Outcome:
    """Answer the message from the pages. Asks for the city when it is needed and unknown."""
    city, state = context.city, turn.state
    if not turn.text:
        return Outcome(reply=replies.say(replies.NOTHING_ASKED), state=state)
    if city is None and context.places.cities:
        return await _without_city(turn, context)
    if lead := _beyond_us(turn.text):
        told_before = problems.kind_of(state.history[-1]) if lead == replies.NO_REPORTS and state.history else ""
        return await (_report(turn, context, told_before) if told_before else _lead_on(turn, context, lead))
    if kind := problems.kind_of(turn.text):
        return await _report(turn, context, kind)
    if problems.asks_for_alerts(turn.text) and (alerts := await _alerts(turn, context)):
        return alerts
    if state.history and (moved := jurisdiction_switch.meant(turn.text, city, context.places)):
        return await _asked_there(turn, context, moved)
    if city is None or not turn.city_is_guess or city.id != turn.city or state.city or state.guess_told:
        return await ask(turn, context, city=city)
    outcome = await ask(turn, context, city=city, lead=replies.city_guessed(city))
    told = outcome.type == "answers"
    return outcome.model_copy(update={"state": outcome.state.but(guess_told=told)})


async def _asked_there(turn: Turn, context: Context, moved: jurisdiction_switch.Meant) -> Outcome:
    """The question before, or what is asked now about it, at another layer; what follows is about that layer's pages."""
    history = turn.state.history
    asked, history = (moved.asked, history) if moved.asked else (history[-1], history[:-1])
    state = turn.state.but(history=history, quoted=())
    return await ask(turn.model_copy(update={"text": asked, "state": state}), context, city=moved.place, here=True)


async def _lead_on(turn: Turn, context: Context, lead: str) -> Outcome:
    """What we cannot do: say so and who can, with a quotation only when it surely answers."""
    who = replies.sign_up if lead == replies.NO_ALERTS else replies.contact
    lead = _(lead) + who(context.city)
    outcome = await ask(turn, context, city=context.city, lead=lead)
    if outcome.type == "answers" and outcome.reply.answers[0].confidence == "high":
        return outcome
    return outcome.model_copy(update={"type": "text", "reply": Reply(text=lead), "state": turn.state})


async def _report(turn: Turn, context: Context, kind: str) -> Outcome:
    """A problem that the message tells of: where the city takes reports of it, with what its pages say about that."""
    city, channel = context.city, problems.channel_of(kind, context.city, context.places)
    try:
        found = await _telling(turn, context, problems.PROBLEMS[kind])
    except TownclerkError as error:
        log.warning("search failed: %s: %s", type(error).__name__, error)
        return Outcome(type="unavailable", reply=replies.reported_to(channel, city), state=turn.state)
    state = turn.state.after_search(turn.text, found)
    if not found or (channel is not None and not problems.is_told(channel, found[0])):
        return Outcome(reply=replies.reported_to(channel, city), state=turn.state.after_search(turn.text, []))
    return Outcome(type="answers", reply=_first(found, context, lead=_(replies.NO_REPORTS)), state=state)


async def _alerts(turn: Turn, context: Context) -> Outcome | None:
    """How to get the city's alerts, as its pages say, or else where it is configured; None when neither tells."""
    try:
        found = await _telling(turn, context, problems.ALERTS)
    except TownclerkError:
        return None
    state = turn.state.after_search(turn.text, found)
    if found:
        return Outcome(type="answers", reply=_first(found, context, lead=""), state=state)
    if context.city is None or not context.city.alerts:
        return None
    return Outcome(reply=Reply(text=replies.sign_up(context.city).strip()), state=state)


async def _telling(turn: Turn, context: Context, problem: problems.Problem) -> list[Answer]:
    """The quotations that say how such a problem is reported, none of low confidence."""
    alone = turn.state.but(history=(), quoted=())
    asked = turn.model_copy(update={"text": problem.question, "state": alone})
    found = _worth_showing(await context.index.search(_request(asked, context.city)))
    return [one for one in found if problems.tells_how(problem, one) and one.confidence != "low"]


def _first(answers: list[Answer], context: Context, *, lead: str, asked: str = "") -> Reply:
    speaker = context.places.get(answers[0].jurisdiction)
    day = told_of_day(asked, answers[0], speaker.timezone, clock.now()) if asked and speaker else ""
    return replies.answer(answers[0], speaker, lead=lead, rest=answers[1:], day=day)


def _beyond_us(text: str) -> str:
    """What to say first when we are asked to send alerts, or to report something; else nothing."""
    words = plain_words(text)
    return next((lead for asked, lead in _BEYOND_US if asked.search(words)), "")


async def choose_city(turn: Turn, context: Context) -> Outcome:
    """Take the city that the message names; answer what was asked before, now for that city."""
    city, state = context.named, turn.state
    if city is None:
        if state.history and (moved := jurisdiction_switch.meant(turn.text, context.city, context.places)):
            return await _asked_there(turn, context, moved)
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


async def ask(
    turn: Turn, context: Context, *, city: Jurisdiction | None, lead: str = "", here: bool = False
) -> Outcome:
    """Send the question, or each of several, to the search service and report the result. Never raises for its failures.

    `here`: the resident wants this layer's own answer, also when it points to another.
    """
    started = time.monotonic()
    try:
        found = [] if here else await _each(turn, context, city)
        answers = [] if found else await _answers(turn, context, city, here=here)
    except Starting:
        return Outcome(type="starting", reply=replies.starting(city), state=turn.state)
    except TownclerkError as error:
        log.warning("search failed: %s: %s", type(error).__name__, error)
        return Outcome(type="unavailable", reply=replies.unavailable(city), state=turn.state)
    milliseconds = round(1000 * (time.monotonic() - started), 1)
    state = turn.state.after_search(turn.text, answers)
    if found:
        state = state.after_two([part.answers for part in found if part.answers])
    if context.named:
        state = state.but(city=context.named.id)
    if found:
        told = list({part.answers[0].excerpt: part.answers[0] for part in found if part.answers}.values())
        missed = " ".join(replies.missed(part.asked) for part in found if not part.answers)
        if len(parts(turn.text)) > MOST:
            missed = f"{missed} {_(replies.ONE_AT_A_TIME)}".strip()
        speakers = [context.places.get(one.jurisdiction) for one in told]
        reply = replies.both(told, speakers, lead=lead, missed=missed, last=not state.answers)
        return Outcome(type="answers", reply=reply, state=state, search_ms=milliseconds)
    if not answers:
        return Outcome(type="refused", reply=replies.refused(city), state=state, search_ms=milliseconds)
    return Outcome(
        type="answers", reply=_first(answers, context, lead=lead, asked=turn.text), state=state, search_ms=milliseconds
    )


async def _answers(turn: Turn, context: Context, city: Jurisdiction | None, *, here: bool = False) -> list[Answer]:
    """The answers of the city and its layers; of the county or state alone when those of the city only point there."""
    answers = _worth_showing(await context.index.search(_request(turn, city)))
    first, before = (
        (answers[0] if answers else None),
        turn.state.shown if jurisdiction_switch.leans(turn.text) else None,
    )
    above = jurisdiction_switch.pointed_to(first, city, context.places) or jurisdiction_switch.pointed_to(
        before, city, context.places
    )
    if here or above is None or (first is not None and first.confidence == "high"):
        return answers
    there = turn.model_copy(update={"state": turn.state.but(quoted=())})
    found = _worth_showing(await context.index.search(_request(there, above)))
    theirs = [one for one in found if one.jurisdiction == above.id and one.confidence != "low"]
    return [*theirs, *answers][:MAX_ANSWERS] if theirs and theirs[0] is found[0] else answers


class _Part(NamedTuple):
    """One of several questions in a message, and its answers."""

    asked: str
    answers: list[Answer]


async def _each(turn: Turn, context: Context, city: Jurisdiction | None) -> list[_Part]:
    """The questions of a message with their answers; none when it is one question, or they have no answers of their own.

    One that leans on those before it is asked after them: "when is the pool open and what does it cost?".
    """
    asked, found, state = parts(turn.text)[:MOST], list[_Part](), turn.state
    for text in asked if len(asked) > 1 else ():
        alone = bool(found) and not leans_on_first(text)
        state = state.but(history=(), quoted=()) if alone else state
        answers = await _answers(turn.model_copy(update={"text": text, "state": state}), context, city)
        found.append(_Part(text, [] if alone and answers and answers[0].confidence == "low" else answers))
        state = state.after_search(text, answers)
    told = [part.answers[0].excerpt for part in found if part.answers]
    return found if len(set(told)) > (len(told) > 1) else []


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
