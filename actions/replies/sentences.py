"""The sentences that need no more than themselves, and the parts that others are made of: names, ways to reach a city."""

from actions.replies.reply import Reply
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.translation import N_
from townclerk.text.translation import gettext as _

NOTHING_ASKED = N_("What would you like to know?")
NOTHING_FOR_MORE = N_("Ask me a question first; then I can show more answers to it.")
NOTHING_FOR_YES = N_("Good. What would you like to know?")
NOTHING_FOR_NO = N_("All right. Ask me anything about the city in your own words, and I look it up.")
THANKS_FOR_YES = N_("Thank you. I am glad it helped.")
YES_NOT_STORED = N_("I am glad it helped. I could not note your vote just now.")
THANKS_FOR_NO = N_("Thank you, I noted that.")
NO_NOT_STORED = N_("I am sorry. I could not note your vote just now.")
ANOTHER_ANSWER = N_("Here is another answer.")
CITY_FOR_PERSON = N_("I can tell you who to call once I know your city.")
CITY_FOR_ANSWER = N_("I could not find that without knowing your city.")
WELCOME = N_("You are welcome. Ask me anything else about the city at any time.")
DOUBTED = N_(
    "I quote what the page says; its link shows the whole of it. Ask in other words if you meant something else."
)
ONE_AT_A_TIME = N_("Please ask the rest one at a time.")
GIVEN_UP = N_("All right. Ask in other words if you like.")
NO_ALERTS = N_("I cannot send reminders or alerts myself.")
NO_REPORTS = N_("I cannot report or send anybody myself.")
NO_PRIVATE = N_("I tell nothing of people's private lives.")
ONLY_QUOTES = N_("I am an automatic service that only quotes official pages.")
GO_ON = N_("Ask me anything else about the city.")
GOODBYE = N_("Goodbye. Write again whenever you have a question.")


def say(message: str) -> Reply:
    """One of the sentences above, in the resident's language."""
    return Reply(text=_(message))


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
    return ways(city.phone, city.hours, city.url) if city else ""


def ways(phone: str, hours: str, url: str) -> str:
    """A sentence with the ways there are to reach somebody, led by a space; empty when there is none."""
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
