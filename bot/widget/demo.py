"""The home page of an invented city with the chat on it: what `townclerk up --demo` opens with.

Any other city gets the same page with general questions and without service links.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

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
    questions: tuple[str, ...]
    motto: str = ""
    address: str = ""
    hours: str = ""
    services: tuple[Card, ...] = ()
    news: tuple[Card, ...] = ()


HOMES = TypeAdapter(dict[str, Home]).validate_json(Path(__file__).with_name("demo_homes.json").read_bytes())
"""By id of the city."""
GENERAL = Home(
    "falls",
    ("How do I pay my water bill?", "When is trash picked up?", "How do I get a building permit?"),
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
