"""One question, or several in a message, looked up within the time budget and worded, with an honest end."""

import logging
import time
from typing import NamedTuple

from actions.replies import messages, quotations, sentences
from actions.replies.reply import Reply
from actions.replies.today import told_of_day
from actions.state import MAX_ANSWERS, Context, Outcome, Turn
from actions.understanding import jurisdiction_switch
from actions.understanding.question_parts import MOST, leans_on_first, parts
from index.schemas.search import Answer, SearchRequest
from townclerk import clock
from townclerk.errors import Starting, TownclerkError
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.translation import gettext as _

log = logging.getLogger(__name__)


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
        return Outcome(type="starting", reply=messages.starting(city), state=turn.state)
    except TownclerkError as error:
        log.warning("search failed: %s: %s", type(error).__name__, error)
        return Outcome(type="unavailable", reply=messages.unavailable(city), state=turn.state)
    milliseconds = round(1000 * (time.monotonic() - started), 1)
    state = turn.state.after_search(turn.text, answers)
    if found:
        state = state.after_two([part.answers for part in found if part.answers])
    if context.named:
        state = state.but(city=context.named.id)
    if found:
        told = list({part.answers[0].excerpt: part.answers[0] for part in found if part.answers}.values())
        missed = " ".join(quotations.missed(part.asked) for part in found if not part.answers)
        if len(parts(turn.text)) > MOST:
            missed = f"{missed} {_(sentences.ONE_AT_A_TIME)}".strip()
        speakers = [context.places.get(one.jurisdiction) for one in told]
        reply = quotations.both(told, speakers, lead=lead, missed=missed, last=not state.answers)
        return Outcome(type="answers", reply=reply, state=state, search_ms=milliseconds)
    if not answers:
        return Outcome(type="refused", reply=messages.refused(city), state=state, search_ms=milliseconds)
    return Outcome(
        type="answers", reply=quoting(answers, context, lead=lead, asked=turn.text), state=state, search_ms=milliseconds
    )


async def _answers(turn: Turn, context: Context, city: Jurisdiction | None, *, here: bool = False) -> list[Answer]:
    """The answers of the city and its layers; of the county or state alone when those of the city only point there."""
    answers = await look_up(turn, context, city)
    first = answers[0] if answers else None
    before = turn.state.shown if jurisdiction_switch.leans(turn.text) else None
    pointed = (jurisdiction_switch.pointed_to(one, city, context.places) for one in (first, before))
    above = next(filter(None, pointed), None)
    if here or above is None or (first is not None and first.confidence == "high"):
        return answers
    there = turn.model_copy(update={"state": turn.state.but(quoted=())})
    found = await look_up(there, context, above)
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


def quoting(answers: list[Answer], context: Context, *, lead: str, asked: str = "") -> Reply:
    """The first of these answers, led by what holds on the day that was `asked` about."""
    speaker = context.places.get(answers[0].jurisdiction)
    day = told_of_day(asked, answers[0], speaker.timezone, clock.now()) if asked and speaker else ""
    return quotations.answer(answers[0], speaker, lead=lead, rest=answers[1:], day=day)


async def look_up(turn: Turn, context: Context, city: Jurisdiction | None) -> list[Answer]:
    """The answers to show: none of a refusal, and after the first none of low confidence."""
    request = SearchRequest(
        text=turn.text,
        city=city.id if city else None,
        history=list(turn.state.history),
        shown=list(turn.state.quoted),
        limit=MAX_ANSWERS,
        channel=turn.channel,
    )
    response = await context.index.search(request)
    if response.refused:
        return []
    return [answer for rank, answer in enumerate(response.answers) if rank == 0 or answer.confidence != "low"]
