"""The home page of an invented city with the chat on it: what `townclerk up --demo` opens with.

Any other city gets the same page with general questions and without service links.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.widget.templates import render, web_address
from townclerk.jurisdictions import Jurisdiction
from townclerk.settings import Settings


@dataclass(frozen=True)
class Card:
    """A service or a news item; `path` is below the city's website."""

    title: str
    text: str
    path: str
    icon: str = ""


@dataclass(frozen=True)
class Home:
    """What an invented city's home page says."""

    scene: str
    motto: str
    address: str
    hours: str
    questions: tuple[str, ...]
    services: tuple[Card, ...] = ()
    news: tuple[Card, ...] = ()


HOMES = {
    "alder-falls": Home(
        scene="falls",
        motto="A river city of 14,200 in Tamarack County",
        address="200 Mill Street, Alder Falls, 99990",
        hours="Monday to Thursday, 7:30 a.m. to 5:30 p.m. Closed on Fridays.",
        questions=(
            "How do I pay my water bill?",
            "When is trash picked up?",
            "What does a dog license cost?",
            "When is Millrace Pool open?",
        ),
        services=(
            Card("Pay your water bill", "Online, by phone, by mail or at City Hall", "services/pay-water-bill.html", "water"),
            Card("Trash and recycling", "Pickup days and what goes where", "services/trash-recycling.html", "trash"),
            Card("Building permits", "When you need one and how to apply", "services/building-permits.html", "permit"),
            Card("Parking permits", "For residents and their guests", "services/parking-permits.html", "parking"),
            Card("Council and boards", "Meetings, agendas and members", "government/council.html", "meeting"),
            Card("Public library", "Hours, cards and programs", "library.html", "library"),
        ),
        news=(
            Card("Recycling changes from July 2026", "What moves to which cart.", "news/2026-recycling-changes.html"),
            Card("Mill Days 2025", "A look back at the summer festival.", "news/mill-days-2025.html"),
            Card("Hydrant flushing in spring", "Why your water may look cloudy for a day.", "notices/hydrant-flushing.html"),
        ),
    ),
    "port-maren": Home(
        scene="harbor",
        motto="A harbor city in Tamarack County",
        address="1 Harbor Plaza, Port Maren, 99994",
        hours="Customer Service: Monday to Friday, 8:30 a.m. to 4:30 p.m.",
        questions=(
            "How do I pay my water bill?",
            "When is my recycling picked up?",
            "Do I need a permit for a fence?",
            "Where can I get sandbags?",
        ),
        services=(
            Card("Water bill", "Ways to pay and what to do when you cannot", "utilities/water-bill/", "water"),
            Card("Garbage and recycling", "Three carts, emptied every week", "utilities/garbage-recycling/", "trash"),
            Card("Building permits", "Fences, sheds, decks and more", "permits/building/", "permit"),
            Card("Parking permits", "Digital permits and guest days", "permits/parking/", "parking"),
            Card("City council", "Meetings and how to speak", "government/council/", "meeting"),
            Card("Library", "Branches, hours and cards", "recreation/library/", "library"),
        ),
        news=(
            Card("Ferry Street bridge closed", "Closed until spring; how to get around.", "news/ferry-street-bridge/"),
            Card("Tall Ships Weekend 2026", "Dates, parking and shuttles.", "news/tall-ships-2026/"),
            Card("King tides", "When streets by the harbor may flood.", "notices/king-tides/"),
        ),
    ),
}  # fmt: skip
GENERAL = Home(
    scene="falls",
    motto="",
    address="",
    hours="",
    questions=("How do I pay my water bill?", "When is trash picked up?", "How do I get a building permit?"),
)


def demo_page(city: Jurisdiction, known: Sequence[Jurisdiction], *, settings: Settings) -> str:
    """The page for `city`, with a switch to the other cities among `known`."""
    simulated = settings.twilio_api_url == settings.url("simulator")
    return render(
        "demo.html",
        city=city,
        cities=[j for j in known if j.level == "city"],
        home=HOMES.get(city.id, GENERAL),
        invented=city.id in HOMES,
        site=web_address(city.url).rstrip("/"),
        simulator=settings.url("simulator") if simulated else "",
        number=_number(settings, city.id),
    )


def _number(settings: Settings, city: str) -> str:
    pairs = (pair.strip().partition("=") for pair in settings.twilio_numbers.split(","))
    return next((number for number, _, owner in pairs if owner == city), "")
