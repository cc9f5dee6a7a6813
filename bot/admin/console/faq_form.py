"""What is typed of one FAQ, and what to do when a colleague was faster."""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field

from index.schemas.faqs import FaqContent, FaqRequest

Line = Annotated[str, Field(max_length=2000), AfterValidator(str.strip)]
Text = Annotated[str, Field(max_length=20_000), AfterValidator(lambda text: text.replace("\r\n", "\n").strip())]
LABELS = {
    "question": "Question",
    "answer": "Answer",
    "city": "City or layer",
    "url": "Page with more",
    "valid_from": "First day",
    "valid_until": "Last day",
    "owner": "Owner",
    "review_by": "Review by",
    "language": "Language",
}
"""Each field of a FAQ as the console names it."""


class FaqForm(BaseModel):
    """What is typed. `id` is the number of the FAQ that is changed, `revision` what it had when the form was opened."""

    id: str = Field(default="", pattern=r"^\d{0,9}$")
    revision: str = Field(default="0", pattern=r"^\d{1,18}$")
    question: Line = ""
    answer: Text = ""
    city: Annotated[str, Field(max_length=63)] = ""
    url: Line = ""
    language: Line = ""
    valid_from: Line = ""
    valid_until: Line = ""
    owner: Line = ""
    review_by: Line = ""

    @classmethod
    def of(cls, faq: FaqContent) -> Self:
        """The form filled with a FAQ; a stored one has its number and revision."""
        return cls.model_validate({name: str(value or "") for name, value in faq.model_dump().items()})

    def request(self, sent: Container[str], by: str) -> FaqRequest:
        """The FAQ to store. Editing sets the fields that were `sent`, empty ones too; otherwise only those that are filled."""
        fields = self.model_dump(exclude={"id", "revision"})
        chosen = {name for name, value in fields.items() if (name in sent if self.id else value)}
        values = {name: fields[name] for name in chosen | {"question", "answer", "city"}}
        return FaqRequest.model_validate(values | {"by": by, "revision": int(self.revision)})


@dataclass(frozen=True)
class Difference:
    """A field that differs: its name for staff, both texts, and the [start, end) of the words of each that the other lacks."""

    label: str
    old: str
    new: str
    gone: list[tuple[int, int]]
    came: list[tuple[int, int]]


@dataclass(frozen=True)
class Newer:
    """What a colleague stored while a form was filled in, and the FAQ that this form was opened with."""

    stored: FaqForm
    base: FaqForm
    by: str
    at: datetime
    gone: bool = False


def differences(old: FaqForm, new: FaqForm) -> list[Difference]:
    """What was changed from one to the other, field by field."""
    pairs = ((label, getattr(old, name), getattr(new, name)) for name, label in LABELS.items())
    return [Difference(label, was, now, *_changed_words(was, now)) for label, was, now in pairs if was != now]


def overtaken(typed: FaqForm, stored: FaqForm, base: FaqForm) -> FaqForm:
    """What to save after a colleague was faster: `typed` where it was changed since `base`, `stored` elsewhere."""
    kept = {n: mine for n in LABELS if (mine := getattr(typed, n)) != getattr(base, n)}
    return stored.model_copy(update=kept)


def _changed_words(old: str, new: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    words = [[match.span() for match in re.finditer(r"\S+", text)] for text in (old, new)]
    told = [[text[slice(*span)] for span in spans] for text, spans in zip((old, new), words, strict=True)]
    found: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for kind, *bounds in SequenceMatcher(a=told[0], b=told[1], autojunk=False).get_opcodes():
        for side, spans, (first, last) in zip(found, words, (bounds[:2], bounds[2:]), strict=True):
            if kind != "equal" and first < last:
                side.append((spans[first][0], spans[last - 1][1]))
    return found
