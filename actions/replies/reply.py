"""The form of a reply.

`text` is Townclerk's own words; a quotation is never mixed into it but travels as an
answer with its link and dates, so each channel can show it in its own way.
"""

from pydantic import BaseModel, ConfigDict

from index.schemas.search import Answer


class Choice(BaseModel):
    """Something a resident can pick: what the button says, and what it sends."""

    model_config = ConfigDict(frozen=True)

    label: str
    text: str


class Reply(BaseModel):
    """One message to a resident. `answers` are quotations; `text` is Townclerk's own words, in the language `lang`.

    `more` names answers that come with MORE. `day` is what `text` says of the day asked about: it is never left out.
    """

    model_config = ConfigDict(frozen=True)

    text: str = ""
    answers: tuple[Answer, ...] = ()
    choices: tuple[Choice, ...] = ()
    more: tuple[str, ...] = ()
    lang: str = ""
    day: str = ""
