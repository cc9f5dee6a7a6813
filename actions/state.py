"""The values of a dialogue: its state, one turn, and what comes of the turn.

The state lives in the gateway's database. It travels with each turn and returns with the outcome,
so neither Rasa nor the action server remembers anything between two turns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from actions.replies.reply import Reply
from index.client import IndexClient
from index.schemas.search import Answer, ShownPassage
from townclerk.jurisdictions import Jurisdiction
from townclerk.places import Places
from townclerk.text.languages import LANGUAGES
from townclerk.text.redaction import redact

MAX_ANSWERS = 5
MAX_HISTORY = 4
MAX_QUOTED = 4
MAX_QUESTION = 2000
"""Characters of one question; the gateway cuts at the same length."""


class DialogueState(BaseModel):
    """What is remembered of a conversation, personal data masked.

    `city` is the id that the resident chose, None until then. `answers[position]` was shown last and is what
    a vote is for; the ones after it come with MORE. After several answers in one reply it is -1. `pending` is a question that waits for a city or for
    the search service. `history` holds the last questions, `quoted` what was shown lately, oldest first. `guess_told`: the resident was
    told that the city was guessed from the phone number. `language` is the tag of the one spoken, empty until something was said.
    """

    model_config = ConfigDict(frozen=True)

    city: str | None = None
    pending: str = ""
    answers: tuple[Answer, ...] = ()
    position: int = 0
    history: tuple[str, ...] = ()
    quoted: tuple[ShownPassage, ...] = ()
    guess_told: bool = False
    language: str = ""

    @classmethod
    def read(cls, stored: dict[str, object]) -> Self:
        """From stored values. When another version wrote them and they cannot be read, only the city is kept."""
        try:
            return cls.model_validate(stored)
        except ValidationError:
            city = stored.get("city")
            return cls(city=city if isinstance(city, str) else None)

    def after_search(self, question: str, answers: list[Answer]) -> Self:
        """After `question` was searched: its answers, of which the first is shown."""
        history = (*self.history, redact(question))[-MAX_HISTORY:]
        found = self.but(pending="", answers=tuple(answers[:MAX_ANSWERS]), position=0, history=history)
        return found.after_showing(answers[:1])

    def after_two(self, found: Sequence[Sequence[Answer]]) -> Self:
        """After the questions of one message were answered by the first of each: the others come with MORE."""
        shown = {answers[0].passage for answers in found}
        others = {one.passage: one for answers in found for one in answers if one.passage not in shown}
        remaining = self.but(answers=tuple(others.values())[:MAX_ANSWERS], position=-1)
        return remaining.after_showing([answers[0] for answers in found])

    def after_showing(self, answers: Sequence[Answer]) -> Self:
        """After these were shown."""
        more = [ShownPassage(passage=one.passage, url=one.url, excerpt=one.excerpt) for one in answers]
        return self.but(quoted=(*self.quoted, *more)[-MAX_QUOTED:])

    def but(self, **changes: object) -> Self:
        """A copy with these fields changed."""
        return self.model_copy(update=changes)

    @property
    def shown(self) -> Answer | None:
        """The answer shown last, when it was one."""
        return self.answers[self.position] if 0 <= self.position < len(self.answers) else None

    @property
    def next(self) -> Answer | None:
        """The best answer not shown yet."""
        return self.answers[self.position + 1] if self.position + 1 < len(self.answers) else None


EMPTY = DialogueState()


class Turn(BaseModel):
    """One message. `city` is the channel's default, from the widget or the phone number; `voter` is opaque."""

    model_config = ConfigDict(frozen=True)

    text: str
    voter: str = ""
    channel: str = "web"
    city: str | None = None
    city_is_guess: bool = False
    state: DialogueState = EMPTY

    @field_validator("state", mode="before")
    @classmethod
    def _readable(cls, stored: object) -> object:
        return DialogueState.read(stored) if isinstance(stored, dict) else stored


class Outcome(BaseModel):
    """The reply to a turn and the state after it.

    `type` tells an answer from a refusal, from a question back, and from search being down. `city` is the
    city that the reply is about. `search_ms` is how long the search service took, when it was asked. After `handoff` what the
    resident writes is for the city's staff; after `message` the next message is.
    """

    model_config = ConfigDict(frozen=True)

    type: Literal["text", "answers", "refused", "ask_city", "city", "starting", "unavailable", "handoff", "message"] = (
        "text"
    )
    reply: Reply
    state: DialogueState
    city: str | None = None
    search_ms: float | None = None


@dataclass(frozen=True)
class Context:
    """What a step works with: the search service, all places, the city named in the message, the city it is about, our languages."""

    index: IndexClient
    places: Places
    named: Jurisdiction | None = None
    city: Jurisdiction | None = None
    languages: Sequence[str] = LANGUAGES
