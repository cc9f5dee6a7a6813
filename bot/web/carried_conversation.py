"""A conversation on the page without JavaScript: signed, and kept in the page's own form, so it needs no cookie and no row of a table."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import BaseModel, ConfigDict

from index.schemas.search import Answer, ShownPassage
from townclerk.secrets import secret
from townclerk.text.redaction import redact

KEPT = 4
"""Questions, and passages shown, that a follow-up is read with."""
SECONDS = 86_400
"""How long a form can be sent after its page was made."""


class CarriedConversation(BaseModel):
    """What was asked in `city` and shown, oldest first, personal data masked. `answers` may be voted on, by `voter`."""

    model_config = ConfigDict(frozen=True)

    voter: str
    city: str = ""
    history: tuple[str, ...] = ()
    shown: tuple[ShownPassage, ...] = ()
    answers: tuple[str, ...] = ()

    def in_city(self, city: str) -> Self:
        """The talk as far as it is about this city."""
        return self if city == self.city else self.model_copy(update={"city": city, "history": (), "shown": ()})

    def after(self, question: str, answers: Sequence[Answer]) -> Self:
        """After `question` was answered so."""
        shown = (ShownPassage(passage=one.passage, url=one.url) for one in answers[:1])
        changes = {
            "history": (*self.history, redact(question))[-KEPT:],
            "shown": (*self.shown, *shown)[-KEPT:],
            "answers": tuple(one.id for one in answers),
        }
        return self.model_copy(update=changes)


class ConversationSigner:
    """Signs talks, and reads those that it signed."""

    def __init__(self, home: Path) -> None:
        self._signer = URLSafeTimedSerializer(secret(home, "session-signing"), salt="ask-talk")

    def sign(self, talk: CarriedConversation) -> str:
        """As it stands in the form."""
        return str(self._signer.dumps(talk.model_dump(mode="json", exclude_defaults=True)))

    def read(self, signed: str) -> CarriedConversation:
        """The talk of a form; a new one for none, one that is too old, and one that somebody else wrote."""
        try:
            return CarriedConversation.model_validate(self._signer.loads(signed, max_age=SECONDS))
        except (BadSignature, ValueError):
            return CarriedConversation(voter=secrets.token_hex(16))
