"""Every sentence of the dialogue, and the form of a reply.

`text` is Townclerk's own words; a quotation is never mixed into it but travels as an
answer with its link and dates, so each channel can show it in its own way.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from index.schemas.search import Answer
from townclerk.jurisdictions import Jurisdiction

MAX_CITIES = 5
"""Cities named in one message; more are left to the resident's typing."""
EXAMPLES = ("When is trash picked up?", "How do I pay my water bill?", "When is the next council meeting?")


class Choice(BaseModel):
    """Something a resident can pick: what the button says, and what it sends."""

    model_config = ConfigDict(frozen=True)

    label: str
    text: str


class Reply(BaseModel):
    """One message to a resident. `answers` are quotations; `text` is Townclerk's own words."""

    model_config = ConfigDict(frozen=True)

    text: str = ""
    answers: tuple[Answer, ...] = ()
    choices: tuple[Choice, ...] = ()


NOTHING_ASKED = "What would you like to know?"
NOTHING_FOR_MORE = "Ask me a question first; then I can show more answers to it."
NOTHING_FOR_YES = "Good. What would you like to know?"
NOTHING_FOR_NO = "All right. Ask me anything about the city in your own words, and I look it up."
THANKS_FOR_YES = "Thank you. I am glad it helped."
YES_NOT_STORED = "I am glad it helped. I could not note your vote just now."
THANKS_FOR_NO = "Thank you, I noted that."
NO_NOT_STORED = "I am sorry. I could not note your vote just now."
BOTH = "You asked two things."
ANOTHER_ANSWER = "Here is another answer."
DOUBTS = {"medium": "This may help.", "low": "I did not find that. The nearest I have is this."}
"""What an answer that is not of high confidence is led with."""
CITY_FOR_PERSON = "I can tell you who to call once I know your city."
CITY_FOR_ANSWER = "I could not find that without knowing your city."
WELCOME = "You are welcome. Ask me anything else about the city at any time."
DOUBTED = "I quote what the page says; its link shows the whole of it. Ask in other words if you meant something else."
GIVEN_UP = "All right. Ask in other words if you like."
NO_ALERTS = "I cannot send reminders or alerts myself."
NO_REPORTS = "I cannot report or send anybody myself."
GO_ON = "Ask me anything else about the city."
GOODBYE = "Goodbye. Write again whenever you have a question."


def answer(found: Answer, speaker: Jurisdiction | None, *, lead: str, last: bool) -> Reply:
    """One answer after `lead`, naming who says it; `last` when no other answer is left.

    A FAQ may have no link: then it is the website of who says it.
    """
    if speaker and speaker.url and not found.url:
        found = found.model_copy(update={"url": speaker.url})
    source = f"From {name_in_sentence(speaker)}:" if speaker else "I found this:"
    return Reply(
        text=" ".join(filter(None, (lead, doubt(found), source))),
        answers=(found,),
        choices=_choices("Yes", "No", *([] if last else ["More"])),
    )


def doubt(found: Answer) -> str:
    """What is said before a quotation that may not answer; empty before one that does."""
    return DOUBTS.get(found.confidence, "")


def both(found: Sequence[Answer], speakers: Sequence[Jurisdiction | None], *, lead: str, last: bool) -> Reply:
    """The answers to the two questions of one message. YES or NO would not say which of them is meant."""
    single = [answer(one, speaker, lead="", last=True) for one, speaker in zip(found, speakers, strict=True)]
    names = listed(list(dict.fromkeys(name_in_sentence(speaker) for speaker in speakers if speaker)))
    source = f"{BOTH} From {names}:" if names else BOTH
    answers = tuple(one for reply in single for one in reply.answers)
    return Reply(text=f"{lead} {source}".strip(), answers=answers, choices=_choices(*([] if last else ["More"])))


def refused(city: Jurisdiction | None) -> Reply:
    """Nothing supports an answer: say so, and who to ask."""
    where = f" on the {city.name} pages" if city else ""
    return Reply(text=f"I could not find that{where}.{contact(city)}")


def starting(city: Jurisdiction | None) -> Reply:
    """The search service has not read the pages yet."""
    return Reply(text=f"I am still reading the city's pages. Please try again in a few minutes.{contact(city)}")


def unavailable(city: Jurisdiction | None) -> Reply:
    """The search service is down or late."""
    return Reply(text=f"I cannot look that up right now. Please try again in a few minutes.{contact(city)}")


def all_shown(city: Jurisdiction | None) -> Reply:
    """MORE after the last answer."""
    return Reply(text=f"That is all I found.{contact(city)}")


def no_other_answer(city: Jurisdiction | None, *, lead: str) -> Reply:
    """NO after the last answer."""
    return Reply(text=f"{lead} I have no other answer to this; asking in other words may help.{contact(city)}")


def ask_city(cities: list[Jurisdiction], *, lead: str = "") -> Reply:
    """Ask which city, once it is needed; with a button for each when they are few."""
    names = [city.name for city in cities] if len(cities) <= MAX_CITIES else []
    known = f" I answer for {listed(names)}." if names else ""
    text = f"{lead} Which city is it about?{known} You can also send a ZIP code.".strip()
    return Reply(text=text, choices=_choices(*names))


def city_chosen(city: Jurisdiction) -> Reply:
    """The city is known now, and no question waits."""
    return Reply(text=f"I answer for {city.name} now. {NOTHING_ASKED}")


def city_guessed(city: Jurisdiction) -> str:
    """Lead of the first answer for a city that was guessed from the phone number."""
    return f"I am answering for {city.name}; send your city or ZIP code if you live elsewhere."


def greeting(city: Jurisdiction | None) -> Reply:
    """Say who speaks, and for which city."""
    about = city.name if city else "your city"
    return Reply(text=f"Hello! I answer questions about {about} with quotations from official pages. {NOTHING_ASKED}")


def help_text(city: Jurisdiction | None) -> Reply:
    """Say what can be asked, and the few words that do something."""
    about = city.name if city else "your city"
    text = (
        f"I am an automatic service that looks up answers about {about} on official pages. Ask in your own words, "
        "for example: When is trash picked up? After an answer, MORE shows another one, and YES or NO tells me "
        f"whether it helped. To change the city, send its name or ZIP code.{contact(city)}"
    )
    return Reply(text=text, choices=_choices(*EXAMPLES))


def person(city: Jurisdiction | None) -> Reply:
    """How to reach a person."""
    who = f"People at {city.name} can help you." if city else "I am an automatic service."
    return Reply(text=who + (contact(city) or " I do not have its phone number; its website should list it."))


def name_in_sentence(place: Jurisdiction) -> str:
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


def _choices(*texts: str) -> tuple[Choice, ...]:
    return tuple(Choice(label=text, text=text) for text in texts)
