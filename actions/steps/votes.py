"""Steps for yes, no and more: votes on the answer shown last, and the answers after it."""

import logging
from typing import Literal

from actions.replies import messages, quotations, sentences
from actions.state import Context, Outcome, Turn
from index.schemas.feedback import FeedbackRequest
from index.schemas.search import Answer
from townclerk.errors import TownclerkError
from townclerk.text.translation import gettext as _

log = logging.getLogger(__name__)


async def vote_up(turn: Turn, context: Context) -> Outcome:
    """The answer helped."""
    if turn.state.shown is None:
        return Outcome(reply=sentences.say(sentences.NOTHING_FOR_YES), state=turn.state)
    stored = await _vote(turn, context, turn.state.shown, "up")
    return Outcome(
        reply=sentences.say(sentences.THANKS_FOR_YES if stored else sentences.YES_NOT_STORED), state=turn.state
    )


async def vote_down(turn: Turn, context: Context) -> Outcome:
    """The answer did not help: store that, and offer the next one."""
    if turn.state.shown is None:
        return Outcome(reply=sentences.say(sentences.NOTHING_FOR_NO), state=turn.state)
    stored = await _vote(turn, context, turn.state.shown, "down")
    lead = _(sentences.THANKS_FOR_NO if stored else sentences.NO_NOT_STORED)
    if turn.state.next is None:
        return Outcome(reply=messages.no_other_answer(context.city, lead=lead), state=turn.state)
    return _show(turn, context, turn.state.next, lead=f"{lead} {_(sentences.ANOTHER_ANSWER)}")


async def more(turn: Turn, context: Context) -> Outcome:
    """The next answer to the same question."""
    if turn.state.shown is None and turn.state.next is None:
        return Outcome(reply=sentences.say(sentences.NOTHING_FOR_MORE), state=turn.state)
    if turn.state.next is None:
        return Outcome(reply=messages.all_shown(context.city), state=turn.state)
    return _show(turn, context, turn.state.next, lead="")


def _show(turn: Turn, context: Context, answer: Answer, *, lead: str) -> Outcome:
    state = turn.state.but(position=turn.state.position + 1).after_showing([answer])
    speaker = context.places.get(answer.jurisdiction)
    reply = quotations.answer(answer, speaker, lead=lead, rest=state.answers[state.position + 1 :])
    return Outcome(type="answers", reply=reply, state=state)


async def _vote(turn: Turn, context: Context, answer: Answer, vote: Literal["up", "down"]) -> bool:
    """Whether the vote was stored."""
    try:
        request = FeedbackRequest(answer_id=answer.id, vote=vote, voter=turn.voter[:128] or None)
        return (await context.index.feedback(request)).recorded
    except TownclerkError as error:
        log.warning("a vote was not recorded: %s: %s", type(error).__name__, error)
        return False
