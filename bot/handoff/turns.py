"""A resident's turn in a talk that is, or comes to be, with staff: what the bot says, and what becomes of the talk."""

from dataclasses import dataclass
from typing import Literal

from actions.replies import handoff as words
from actions.replies.reply import Reply
from bot.handoff.handoffs import Handoff
from townclerk.clock import now
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.folding import plain_words

BACK = ("bot", "robot", "back to bot", "back to the bot")
"""With these words a resident leaves staff."""
_OPENS: dict[str, Literal["waiting", "taking"]] = {"handoff": "waiting", "message": "taking"}


@dataclass(frozen=True)
class Handover:
    """What a turn does to the talk with staff of `city`: begins it, is heard in it, ends it."""

    step: Literal["waiting", "taking", "heard", "ended"]
    city: Jurisdiction


def begun(outcome: str, city: Jurisdiction | None) -> Handover | None:
    """What the type of a dialogue's outcome begins; None for others."""
    return Handover(_OPENS[outcome], city) if outcome in _OPENS and city else None


def meanwhile(talk: Handoff, city: Jurisdiction, text: str) -> tuple[Reply, Handover] | None:
    """The reply to a message that is for staff; an empty one when they answer. None when the bot answers it."""
    if talk.state == "message":
        return None
    if plain_words(text) in BACK:
        return Reply(text=words.ended(city)), Handover("ended", city)
    reply = words.message_taken(city, now()) if talk.state == "taking" else Reply()
    return reply, Handover("heard", city)
