"""Yes, no and more: votes on the answer shown last, and the answers after it."""

import logging
from typing import Literal

from actions import replies
from actions.replies import Reply
from actions.search import Around
from actions.turn import Outcome, Turn
from index.schemas.feedback import FeedbackRequest
from index.schemas.search import Answer
from townclerk.errors import TownclerkError

log = logging.getLogger(__name__)


async def vote_up(turn: Turn, around: Around) -> Outcome:
    """The answer helped."""
    if turn.memory.shown is None:
        return Outcome(Reply(text="Good. What would you like to know?"), turn.memory)
    noted = await _vote(turn, around, "up")
    text = "Thank you. I am glad it helped." if noted else "I am glad it helped. I could not note your vote just now."
    return Outcome(Reply(text=text), turn.memory)


async def vote_down(turn: Turn, around: Around) -> Outcome:
    """The answer did not help: note that, and offer the next one."""
    if turn.memory.shown is None:
        return Outcome(
            Reply(text="All right. Ask me anything about the city in your own words, and I look it up."), turn.memory
        )
    noted = await _vote(turn, around, "down")
    lead = "Thank you, I noted that." if noted else "I am sorry. I could not note your vote just now."
    answer = turn.memory.next
    if answer is None:
        rest = f"I have no other answer to this; asking in other words may help.{_contact(turn, around)}"
        return Outcome(Reply(text=f"{lead} {rest}"), turn.memory)
    return _show(turn, around, answer, lead=f"{lead} Here is another answer.")


async def more(turn: Turn, around: Around) -> Outcome:
    """The next answer to the same question."""
    if turn.memory.shown is None:
        return Outcome(Reply(text="Ask me a question first; then I can show more answers to it."), turn.memory)
    answer = turn.memory.next
    if answer is None:
        return Outcome(Reply(text=f"That is all I found.{_contact(turn, around)}"), turn.memory)
    return _show(turn, around, answer, lead="")


def _show(turn: Turn, around: Around, answer: Answer, *, lead: str) -> Outcome:
    memory = turn.memory.but(last_answer_index=(turn.memory.last_answer_index or 0) + 1)
    speaker = around.places.get(answer.jurisdiction)
    return Outcome(replies.answer(answer, speaker, lead=lead, last=memory.next is None), memory)


async def _vote(turn: Turn, around: Around, vote: Literal["up", "down"]) -> bool:
    answer = turn.memory.shown
    if answer is None:
        return False
    try:
        request = FeedbackRequest(answer_id=answer.id, vote=vote, voter=turn.voter[:128] or None)
        return (await around.index.feedback(request)).recorded
    except TownclerkError as error:
        log.warning("a vote was not recorded: %s: %s", type(error).__name__, error)
        return False


def _contact(turn: Turn, around: Around) -> str:
    return replies.contact(around.places.city(turn))
