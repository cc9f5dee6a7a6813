"""What the actions say: the form that the gateway reads, and every sentence in one place.

`text` is Townclerk's own words; a quotation is never mixed into it but travels as an
answer with its link and dates, so each channel can show it in its own way.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from index.schemas.search import Answer
from townclerk.jurisdictions import Jurisdiction

MOST_CITIES = 5
"""Cities named in one message; more are left to the resident's typing."""


class Choice(BaseModel):
    """Something a resident can pick: what the button says, and what it sends."""

    model_config = ConfigDict(frozen=True)

    label: str
    text: str


class Reply(BaseModel):
    """One message. `city` is set when the city was learned in this turn.

    `type` tells an answer from a refusal, from a question back, and from search being down.
    `search_ms` is how long the search service took, when it was asked.
    """

    model_config = ConfigDict(frozen=True)

    type: Literal["text", "answers", "refused", "ask_city", "city", "unavailable"] = "text"
    text: str
    answers: tuple[Answer, ...] = ()
    choices: tuple[Choice, ...] = ()
    city: str | None = None
    search_ms: float | None = None


YES = Choice(label="Yes", text="Yes")
NO = Choice(label="No", text="No")
MORE = Choice(label="More", text="More")


def answer(found: Answer, speaker: Jurisdiction | None, *, lead: str, last: bool) -> Reply:
    """One answer after `lead`, naming who says it; `last` when no other answer is left.

    A FAQ may have no link: then it is the website of who says it.
    """
    if speaker and speaker.url and not found.url:
        found = found.model_copy(update={"url": speaker.url})
    who = f"From {named(speaker)}:" if speaker else "I found this:"
    choices = (YES, NO) if last else (YES, NO, MORE)
    return Reply(type="answers", text=f"{lead} {who}".strip(), answers=(found,), choices=choices)


def refused(city: Jurisdiction | None) -> Reply:
    """Nothing supports an answer: say so, and who to ask."""
    where = f" on the {city.name} pages" if city else ""
    return Reply(type="refused", text=f"I could not find that{where}.{contact(city)}")


def unavailable(city: Jurisdiction | None) -> Reply:
    """The search service is down or late."""
    return Reply(
        type="unavailable",
        text=f"I cannot look that up right now. Please try again in a few minutes.{contact(city)}",
    )


def ask_city(cities: list[Jurisdiction], *, lead: str = "") -> Reply:
    """Ask which city, once it is needed."""
    names = [city.name for city in cities]
    known = f" I answer for {listed(names)}." if 0 < len(names) <= MOST_CITIES else ""
    text = f"{lead} Which city is it about?{known} You can also send a ZIP code.".strip()
    return Reply(type="ask_city", text=text, choices=city_choices(cities))


def city_choices(cities: list[Jurisdiction]) -> tuple[Choice, ...]:
    """A button for each city, when there are few enough to show."""
    few = cities if len(cities) <= MOST_CITIES else []
    return tuple(Choice(label=city.name, text=city.name) for city in few)


def named(place: Jurisdiction) -> str:
    """The name as it stands inside a sentence."""
    needs_article = place.level == "federal" or place.name.split(" ")[0] in (
        "City",
        "Town",
        "Village",
        "County",
        "State",
    )
    return f"the {place.name}" if needs_article else place.name


def contact(city: Jurisdiction | None) -> str:
    """A sentence with the city's phone number and website, led by a space; empty when none is known."""
    if city is None or not (city.phone or city.url):
        return ""
    ways = [f"call {city.phone}" if city.phone else "", f"visit {city.url}" if city.url else ""]
    return f" You can {' or '.join(way for way in ways if way)}."


def listed(names: list[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part) if names else ""
