"""Every sentence of the dialogue, and the form of a reply.

`text` is Townclerk's own words; a quotation is never mixed into it but travels as an
answer with its link and dates, so each channel can show it in its own way.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from index.schemas.search import Answer
from townclerk.jurisdictions import Jurisdiction
from townclerk.report_channels import ReportChannel
from townclerk.text.languages import AUTONYMS
from townclerk.text.translation import N_, spoken
from townclerk.text.translation import gettext as _

LONGEST_NAME = 36
"""Characters of what another answer is about, to be named."""
MAX_NAMES = 2
MAX_CITIES = 5
"""Cities named in one message; more are left to the resident's typing."""
EXAMPLES = N_("When is trash picked up?"), N_("How do I pay my water bill?"), N_("When is the next council meeting?")


class Choice(BaseModel):
    """Something a resident can pick: what the button says, and what it sends."""

    model_config = ConfigDict(frozen=True)

    label: str
    text: str


class Reply(BaseModel):
    """One message to a resident. `answers` are quotations; `text` is Townclerk's own words, in the language `lang`.

    `more` names answers that come with MORE.
    """

    model_config = ConfigDict(frozen=True)

    text: str = ""
    answers: tuple[Answer, ...] = ()
    choices: tuple[Choice, ...] = ()
    more: tuple[str, ...] = ()
    lang: str = ""


NOTHING_ASKED = N_("What would you like to know?")
NOTHING_FOR_MORE = N_("Ask me a question first; then I can show more answers to it.")
NOTHING_FOR_YES = N_("Good. What would you like to know?")
NOTHING_FOR_NO = N_("All right. Ask me anything about the city in your own words, and I look it up.")
THANKS_FOR_YES = N_("Thank you. I am glad it helped.")
YES_NOT_STORED = N_("I am glad it helped. I could not note your vote just now.")
THANKS_FOR_NO = N_("Thank you, I noted that.")
NO_NOT_STORED = N_("I am sorry. I could not note your vote just now.")
ANOTHER_ANSWER = N_("Here is another answer.")
DOUBTS = {"medium": N_("This may help."), "low": N_("I did not find that. The nearest I have is this.")}
"""What an answer that is not of high confidence is led with."""
CITY_FOR_PERSON = N_("I can tell you who to call once I know your city.")
CITY_FOR_ANSWER = N_("I could not find that without knowing your city.")
WELCOME = N_("You are welcome. Ask me anything else about the city at any time.")
DOUBTED = N_(
    "I quote what the page says; its link shows the whole of it. Ask in other words if you meant something else."
)
SEVERAL = N_("You asked two things."), N_("You asked several things.")
ONE_AT_A_TIME = N_("Please ask the rest one at a time.")
GIVEN_UP = N_("All right. Ask in other words if you like.")
NO_ALERTS = N_("I cannot send reminders or alerts myself.")
NO_REPORTS = N_("I cannot report or send anybody myself.")
NO_PRIVATE = N_("I tell nothing of people's private lives.")
ONLY_QUOTES = N_("I am an automatic service that only quotes official pages.")
GO_ON = N_("Ask me anything else about the city.")
GOODBYE = N_("Goodbye. Write again whenever you have a question.")
LANGUAGE_NAMES = {
    "en": N_("English"), "es": N_("Spanish"), "fr": N_("French"), "vi": N_("Vietnamese"), "zh": N_("Chinese"),
    "tl": N_("Tagalog"), "ar": N_("Arabic"), "ht": N_("Haitian Creole"),
}  # fmt: skip
"""The names, as they stand inside a sentence, of languages in which a page may be."""


def say(message: str) -> Reply:
    """One of the sentences above, in the resident's language."""
    return Reply(text=_(message))


def answer(
    found: Answer, speaker: Jurisdiction | None, *, lead: str, rest: Sequence[Answer] = (), day: str = ""
) -> Reply:
    """One answer after `lead` and what holds on the `day` asked about, naming who says it; the `rest` comes with MORE.

    A FAQ may have no link: then it is the website of who says it.
    """
    if speaker and speaker.url and not found.url:
        found = found.model_copy(update={"url": speaker.url})
    source = _source([speaker] if speaker else [], [found])
    text = " ".join(filter(None, (lead, doubt(found), day, source)))
    return Reply(text=text, answers=(found,), choices=_votes(last=not rest), more=_names(found, rest))


def _names(shown: Answer, rest: Sequence[Answer]) -> tuple[str, ...]:
    """What other answers are about, each once, as far as that is short."""
    names = dict.fromkeys(map(_name, rest))
    return tuple(name for name in names if len(name) <= LONGEST_NAME and name not in ("", _name(shown)))[:MAX_NAMES]


def _name(found: Answer) -> str:
    return (found.question or found.heading.rpartition(" > ")[2] or found.title).strip(" ?.:")


def doubt(found: Answer) -> str:
    """What is said before a quotation that may not answer; empty before one that does."""
    return _(DOUBTS[found.confidence]) if found.confidence in DOUBTS else ""


def both(
    found: Sequence[Answer], speakers: Sequence[Jurisdiction | None], *, lead: str, last: bool, missed: str = ""
) -> Reply:
    """The answers to the questions of one message, with what was `missed`. YES or NO would not say which is meant."""
    single = [answer(one, speaker, lead="") for one, speaker in zip(found, speakers, strict=True)]
    source = _source([speaker for speaker in speakers if speaker], found)
    answers = tuple(one for reply in single for one in reply.answers)
    return Reply(
        text=" ".join(filter(None, (lead, missed or _(SEVERAL[len(found) > 2]), source))),
        answers=answers,
        choices=() if last else (_more(),),
    )


def _source(speakers: Sequence[Jurisdiction], found: Sequence[Answer]) -> str:
    """Who says what is quoted, and in which language when that is not the resident's."""
    place = listed(list(dict.fromkeys(name_in_sentence(speaker) for speaker in speakers)))
    language = listed(list(dict.fromkeys(filter(None, map(foreign_language, found)))))
    if place and language:
        return _("From {place}, in {language}:", place=place, language=language)
    if place:
        return _("From {place}:", place=place)
    return _("I found this, in {language}:", language=language) if language else _("I found this:")


def foreign_language(found: Answer) -> str:
    """The name of the quotation's language when it is another than the resident's; the tag when we have no name for it."""
    language = (found.lang or "").split("-")[0].lower()
    if not language or language == spoken().split("-")[0]:
        return ""
    return _(LANGUAGE_NAMES[language]) if language in LANGUAGE_NAMES else language


def missed(asked: str) -> str:
    """One of two questions that has no answer."""
    return _('You also asked "{question}": I could not find that.', question=asked.strip(" ?.!¿¡"))


def refused(city: Jurisdiction | None) -> Reply:
    """Nothing supports an answer: say so, and who to ask."""
    text = _("I could not find that on the {city} pages.", city=city.name) if city else _("I could not find that.")
    return Reply(text=text + contact(city))


def starting(city: Jurisdiction | None) -> Reply:
    """The search service has not read the pages yet."""
    text = _("I am still reading the city's pages. Please try again in a few minutes.")
    return Reply(text=text + contact(city))


def unavailable(city: Jurisdiction | None) -> Reply:
    """The search service is down or late."""
    text = _("I cannot look that up right now. Please try again in a few minutes.")
    return Reply(text=text + contact(city))


def all_shown(city: Jurisdiction | None) -> Reply:
    """MORE after the last answer."""
    return Reply(text=_("That is all I found.") + contact(city))


def no_other_answer(city: Jurisdiction | None, *, lead: str) -> Reply:
    """NO after the last answer."""
    text = _("I have no other answer to this; asking in other words may help.")
    return Reply(text=f"{lead} {text}{contact(city)}")


def ask_city(cities: list[Jurisdiction], *, lead: str = "") -> Reply:
    """Ask which city, once it is needed; with a button for each when they are few."""
    names = [city.name for city in cities] if len(cities) <= MAX_CITIES else []
    known = _("I answer for {cities}.", cities=listed(names)) if names else ""
    parts = (lead, _("Which city is it about?"), known, _("You can also send a ZIP code."))
    return Reply(text=" ".join(filter(None, parts)), choices=tuple(Choice(label=name, text=name) for name in names))


def city_chosen(city: Jurisdiction) -> Reply:
    """The city is known now, and no question waits."""
    chosen = _("I answer for {city} now.", city=city.name)
    return Reply(text=f"{chosen} {_(NOTHING_ASKED)}")


def city_taken(city: Jurisdiction) -> str:
    """Lead of the answer, for the city just chosen, to the question before."""
    return _("{city} it is.", city=city.name)


def city_guessed(city: Jurisdiction) -> str:
    """Lead of the first answer for a city that was guessed from the phone number."""
    return _("I am answering for {city}; send your city or ZIP code if you live elsewhere.", city=city.name)


def greeting(city: Jurisdiction | None) -> Reply:
    """Say who speaks, and for which city."""
    about = city.name if city else _("your city")
    hello = _("Hello! I answer questions about {city} with quotations from official pages.", city=about)
    return Reply(text=f"{hello} {_(NOTHING_ASKED)}")


def help_text(city: Jurisdiction | None) -> Reply:
    """Say what can be asked, and the few words that do something."""
    about = city.name if city else _("your city")
    text = _(
        "I am an automatic service that looks up answers about {city} on official pages. Ask in your own words, "
        "for example: When is trash picked up? After an answer, MORE shows another one, and YES or NO tells me "
        "whether it helped. To change the city, send its name or ZIP code.",
        city=about,
    )
    choices = tuple(Choice(label=_(example), text=_(example)) for example in EXAMPLES)
    return Reply(text=text + contact(city), choices=choices)


def person(city: Jurisdiction | None) -> Reply:
    """How to reach a person."""
    who = _("People at {city} can help you.", city=city.name) if city else _("I am an automatic service.")
    unknown = _("I do not have its phone number; its website should list it.")
    return Reply(text=who + (contact(city) or f" {unknown}"))


def language_changed(language: str) -> Reply:
    """Said in the language that is spoken from now on."""
    # Translators: name your own language in place of English.
    changed = _("I answer in English now.")
    return Reply(text=f"{changed} {_(NOTHING_ASKED)}", lang=language)


def ask_language(languages: Sequence[str]) -> Reply:
    """Ask which language, each by its own name."""
    names = [AUTONYMS[language] for language in languages]
    return Reply(text=_("Which language do you prefer?"), choices=tuple(Choice(label=one, text=one) for one in names))


def reported_to(channel: ReportChannel | None, city: Jurisdiction | None) -> Reply:
    """Where the city takes reports of a problem; its phone and website when it names no place of its own."""
    ways = _ways(channel.phone, channel.hours, channel.page) if channel else contact(city)
    return Reply(text=_(NO_REPORTS) + ways)


def sign_up(city: Jurisdiction | None) -> str:
    """Where the city signs people up for alerts, and its phone and website, led by a space."""
    alerts = " " + _("You can sign up for the city's alerts: {url}", url=city.alerts) if city and city.alerts else ""
    return alerts + contact(city)


def name_in_sentence(place: Jurisdiction) -> str:
    """The name as it stands inside a sentence."""
    of_a_kind = place.name.split(" ")[0] in ("City", "Town", "Village", "County", "State")
    return _("the {place}", place=place.name) if place.level == "federal" or of_a_kind else place.name


def contact(city: Jurisdiction | None) -> str:
    """A sentence with the city's phone number and website, led by a space; empty when none is known."""
    return _ways(city.phone, city.hours, city.url) if city else ""


def _ways(phone: str, hours: str, url: str) -> str:
    phone = f"{phone} ({hours})" if phone and hours else phone
    if phone and url:
        return " " + _("You can call {phone} or visit {url}.", phone=phone, url=url)
    if phone:
        return " " + _("You can call {phone}.", phone=phone)
    return " " + _("You can visit {url}.", url=url) if url else ""


def listed(names: list[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])


def _votes(*, last: bool) -> tuple[Choice, ...]:
    """What is said of an answer. What the buttons send is the same in every language."""
    either = (Choice(label=_("Yes"), text="Yes"), Choice(label=_("No"), text="No"))
    return either if last else (*either, _more())


def _more() -> Choice:
    return Choice(label=_("More"), text="More")
