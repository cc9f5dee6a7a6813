"""What the bot says back, the same for every channel; and how Rasa's messages become it."""

from pydantic import BaseModel, ConfigDict, ValidationError

from index.schemas.search import Answer


class Choice(BaseModel):
    """Something a resident can pick: what the button says, and what is sent when it is pressed."""

    model_config = ConfigDict(frozen=True)

    label: str
    text: str


class Reply(BaseModel):
    """One message to a resident. `answers` are quotations; `text` is Townclerk's own words."""

    model_config = ConfigDict(frozen=True)

    text: str = ""
    answers: tuple[Answer, ...] = ()
    choices: tuple[Choice, ...] = ()


VOTE_AND_MORE = (Choice(label="Yes", text="Yes"), Choice(label="No", text="No"), Choice(label="More", text="More"))


class _Custom(BaseModel):
    type: str = ""
    text: str = ""
    answers: list[Answer] = []
    choices: list[Choice] = []
    city: str | None = None
    search_ms: float | None = None


class _RasaMessage(BaseModel):
    text: str = ""
    custom: _Custom | None = None


class AssistantReplies(BaseModel):
    """All of one turn of the assistant, and what it learned."""

    model_config = ConfigDict(frozen=True)

    replies: tuple[Reply, ...]
    city: str | None
    search_ms: float | None
    unavailable: bool
    """The assistant works but could not reach search."""


def from_rasa(items: object) -> AssistantReplies:
    """Read Rasa's REST reply. Raises ValueError when it is no list of messages, or says nothing."""
    if not isinstance(items, list) or not items:
        raise ValueError("an empty reply, which is how Rasa reports a failure")
    try:
        messages = [_RasaMessage.model_validate(item) for item in items]
    except ValidationError as error:
        raise ValueError(f"{error.error_count()} fields of the reply are not of the agreed form") from error
    customs = [m.custom for m in messages if m.custom]
    replies = tuple(r for m in messages if (r := _reply(m)) is not None)
    unavailable = any(c.type == "unavailable" for c in customs)
    if not replies and not unavailable:
        raise ValueError("a reply without text")
    return AssistantReplies(
        replies=replies,
        city=next((c.city for c in reversed(customs) if c.city), None),
        search_ms=next((c.search_ms for c in customs if c.search_ms is not None), None),
        unavailable=unavailable,
    )


def _reply(message: _RasaMessage) -> Reply | None:
    custom = message.custom or _Custom()
    text = message.text or custom.text
    if not text and not custom.answers:
        return None
    return Reply(text=text, answers=tuple(custom.answers), choices=tuple(custom.choices))
