"""The step for a question: which city it is about, and what it is when no quotation alone answers it."""

import re

from actions.replies import messages, sentences
from actions.state import Context, Outcome, Turn
from actions.steps import reports
from actions.steps.ask import ask
from actions.understanding import jurisdiction_switch, problems
from actions.understanding.out_of_scope import out_of_scope
from townclerk.text.redaction import redact
from townclerk.text.translation import gettext as _

QUESTION_WORDS = 4
"""Words from which a message is taken for a question."""


async def search(turn: Turn, context: Context) -> Outcome:
    """Answer the message from the pages. Asks for the city when it is needed and unknown."""
    city, state = context.city, turn.state
    if not turn.text:
        return Outcome(reply=sentences.say(sentences.NOTHING_ASKED), state=state)
    if city is None and context.places.cities:
        return await _without_city(turn, context)
    if request := out_of_scope(turn.text):
        told_before = problems.kind_of(state.history[-1]) if request == "report" and state.history else ""
        return await (
            reports.report(turn, context, told_before) if told_before else reports.lead_on(turn, context, request)
        )
    if kind := problems.kind_of(turn.text):
        return await reports.report(turn, context, kind)
    if problems.asks_for_alerts(turn.text) and (alerts := await reports.alerts(turn, context)):
        return alerts
    if state.history and (moved := jurisdiction_switch.meant(turn.text, city, context.places)):
        return await asked_there(turn, context, moved)
    if city is None or not turn.city_is_guess or city.id != turn.city or state.city or state.guess_told:
        return await ask(turn, context, city=city)
    outcome = await ask(turn, context, city=city, lead=messages.city_guessed(city))
    told = outcome.type == "answers"
    return outcome.model_copy(update={"state": outcome.state.but(guess_told=told)})


async def asked_there(turn: Turn, context: Context, moved: jurisdiction_switch.Meant) -> Outcome:
    """The question before, or what is asked now about it, at another layer; what follows is about that layer's pages."""
    history = turn.state.history
    asked, history = (moved.asked, history) if moved.asked else (history[-1], history[:-1])
    state = turn.state.but(history=history, quoted=())
    return await ask(turn.model_copy(update={"text": asked, "state": state}), context, city=moved.place, here=True)


async def _without_city(turn: Turn, context: Context) -> Outcome:
    state, cities = turn.state, context.places.cities
    if not state.pending:
        return Outcome(type="ask_city", reply=messages.ask_city(cities), state=state.but(pending=redact(turn.text)))
    # Asked once already, and this is no city we know. The federal layer holds for everyone.
    outcome = await ask(turn, context, city=None)
    if outcome.type != "refused":
        return outcome
    pending = redact(turn.text) if _is_question(turn.text) else state.pending
    reply = messages.ask_city(cities, lead=_(sentences.CITY_FOR_ANSWER))
    return outcome.model_copy(update={"type": "ask_city", "reply": reply, "state": state.but(pending=pending)})


def _is_question(text: str) -> bool:
    return "?" in text or len(re.findall(r"\w+", text)) >= QUESTION_WORDS
