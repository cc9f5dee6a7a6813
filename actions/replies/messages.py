"""Replies that quote nothing: what was not found, which city or language, who can be asked."""

from collections.abc import Sequence

from actions.replies.reply import Choice, Reply
from actions.replies.sentences import NO_REPORTS, NOTHING_ASKED, contact, listed, ways
from townclerk.jurisdictions import Jurisdiction
from townclerk.report_channels import ReportChannel
from townclerk.text.languages import AUTONYMS
from townclerk.text.translation import N_
from townclerk.text.translation import gettext as _

MAX_CITIES = 5
"""Cities named in one message; more are left to the resident's typing."""
EXAMPLES = N_("When is trash picked up?"), N_("How do I pay my water bill?"), N_("When is the next council meeting?")


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
    how = ways(channel.phone, channel.hours, channel.page) if channel else contact(city)
    return Reply(text=_(NO_REPORTS) + how)
