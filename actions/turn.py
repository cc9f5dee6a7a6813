"""One turn of a conversation: what was said, by whom, and what is remembered.

The memory is a value. An action returns a new one; the server writes what changed into
Rasa's slots, which keeps the tracker that travels with every call small.
"""

from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from actions.replies import Reply
from index.schemas.search import Answer

MOST_ANSWERS = 5
MOST_HISTORY = 4
LONGEST_QUESTION = 2000
"""Characters of one question; the gateway cuts at the same length."""


class Memory(BaseModel):
    """The slots. `last_answer_index` is the answer that was shown last: the one a vote is for."""

    model_config = ConfigDict(frozen=True)

    city: str | None = None
    pending_question: str | None = None
    last_answers: tuple[Answer, ...] = ()
    last_answer_index: int | None = None
    history: tuple[str, ...] = ()

    @classmethod
    def read(cls, slots: dict[str, object]) -> Self:
        """From Rasa's slots. What cannot be read (an older version wrote it) is forgotten."""
        given = {name: value for name, value in slots.items() if name in cls.model_fields and value is not None}
        try:
            return cls.model_validate(given)
        except ValidationError:
            city = given.get("city")
            return cls(city=city if isinstance(city, str) else None)

    def changes(self, since: "Memory") -> dict[str, object]:
        """Slots that differ from `since`, as JSON values."""
        now, before = self.model_dump(mode="json"), since.model_dump(mode="json")
        return {name: value for name, value in now.items() if value != before[name]}

    def asked(self, question: str, answers: list[Answer]) -> "Memory":
        """After a question was searched for: its answers, none of them shown beyond the first."""
        return self.model_copy(
            update={
                "pending_question": None,
                "last_answers": tuple(answers[:MOST_ANSWERS]),
                "last_answer_index": 0 if answers else None,
                "history": (*self.history, question)[-MOST_HISTORY:],
            }
        )

    def but(self, **changed: object) -> "Memory":
        """A copy with these fields changed."""
        return self.model_copy(update=changed)

    @property
    def shown(self) -> Answer | None:
        """The answer shown last."""
        index = self.last_answer_index
        return self.last_answers[index] if index is not None and index < len(self.last_answers) else None

    @property
    def next(self) -> Answer | None:
        """The best answer not shown yet."""
        index = -1 if self.last_answer_index is None else self.last_answer_index
        return self.last_answers[index + 1] if index + 1 < len(self.last_answers) else None


class _Metadata(BaseModel):
    channel: str = "web"
    city: str | None = None
    session: str = ""
    city_is_guess: bool = False


@dataclass(frozen=True)
class Turn:
    """One message. `given_city` comes from the widget or the phone number; `voter` is opaque."""

    text: str
    voter: str
    channel: str
    given_city: str | None
    city_is_guess: bool
    memory: Memory

    @classmethod
    def read(cls, *, sender: str, message: dict[str, object], slots: dict[str, object]) -> Self:
        """From the parts of Rasa's tracker."""
        try:
            metadata = _Metadata.model_validate(message.get("metadata") or {})
        except ValidationError:
            metadata = _Metadata()
        return cls(
            text=str(message.get("text") or "").strip()[:LONGEST_QUESTION],
            voter=metadata.session or sender,
            channel=metadata.channel,
            given_city=metadata.city,
            city_is_guess=metadata.city_is_guess,
            memory=Memory.read(slots),
        )


@dataclass(frozen=True)
class Outcome:
    """What an action says, and what is remembered afterwards."""

    reply: Reply
    memory: Memory
