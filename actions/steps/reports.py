"""Steps for what cannot be answered but leads on: problems told of, alerts wished for, what we do not do."""

import logging

from actions.replies import messages, sentences
from actions.replies.reply import Reply
from actions.state import Context, Outcome, Turn
from actions.steps.ask import ask, look_up, quoting
from actions.understanding import problems
from index.schemas.search import Answer
from townclerk.errors import TownclerkError
from townclerk.text.translation import gettext as _

log = logging.getLogger(__name__)

NOT_DONE = {
    "alerts": sentences.NO_ALERTS,
    "report": sentences.NO_REPORTS,
    "private": sentences.NO_PRIVATE,
    "prompt": sentences.ONLY_QUOTES,
}
"""What is said first, by what the message asks of us; see `understanding.out_of_scope`."""


async def lead_on(turn: Turn, context: Context, request: str) -> Outcome:
    """What we cannot do: say so and who can, with a quotation only when it surely answers."""
    who = sentences.sign_up if request == "alerts" else sentences.contact
    lead = _(NOT_DONE[request]) + who(context.city)
    outcome = await ask(turn, context, city=context.city, lead=lead)
    if outcome.type == "answers" and outcome.reply.answers[0].confidence == "high":
        return outcome
    return outcome.model_copy(update={"type": "text", "reply": Reply(text=lead), "state": turn.state})


async def report(turn: Turn, context: Context, kind: str) -> Outcome:
    """A problem that the message tells of: where the city takes reports of it, with what its pages say about that."""
    city, channel = context.city, problems.channel_of(kind, context.city, context.places)
    try:
        found = await _telling(turn, context, problems.PROBLEMS[kind])
    except TownclerkError as error:
        log.warning("search failed: %s: %s", type(error).__name__, error)
        return Outcome(type="unavailable", reply=messages.reported_to(channel, city), state=turn.state)
    state = turn.state.after_search(turn.text, found)
    if not found or (channel is not None and not problems.is_told(channel, found[0])):
        return Outcome(reply=messages.reported_to(channel, city), state=turn.state.after_search(turn.text, []))
    return Outcome(type="answers", reply=quoting(found, context, lead=_(sentences.NO_REPORTS)), state=state)


async def alerts(turn: Turn, context: Context) -> Outcome | None:
    """How to get the city's alerts, as its pages say, or else where it is configured; None when neither tells."""
    try:
        found = await _telling(turn, context, problems.ALERTS)
    except TownclerkError:
        return None
    state = turn.state.after_search(turn.text, found)
    if found:
        return Outcome(type="answers", reply=quoting(found, context, lead=""), state=state)
    if context.city is None or not context.city.alerts:
        return None
    return Outcome(reply=Reply(text=sentences.sign_up(context.city).strip()), state=state)


async def _telling(turn: Turn, context: Context, problem: problems.Problem) -> list[Answer]:
    """The quotations that say how such a problem is reported, none of low confidence."""
    alone = turn.state.but(history=(), quoted=())
    asked = turn.model_copy(update={"text": problem.question, "state": alone})
    found = await look_up(asked, context, context.city)
    return [one for one in found if problems.tells_how(problem, one) and one.confidence != "low"]
