"""Changes staff make to pins: finds what they name, and reports the state of each pin."""

from collections.abc import Callable
from datetime import date
from urllib.parse import urldefrag

from sqlalchemy import Engine as Database

from crawler.pages.store import PageStore
from index.faqs.store import FaqStore, todays
from index.feedback.votes import Tally, Votes
from index.passages.sources import faq_key, page_key
from index.pins.active import Pins
from index.pins.store import Pin, Target, Terms
from index.pins.targets import Spot, Targets
from index.schemas.feedback import VoteCount
from index.schemas.pins import PinEntry, PinRequest, State
from index.segments.reader import SegmentReader
from townclerk.errors import BadInput, NotFound
from townclerk.jurisdictions import Jurisdictions

_SHOWN = 2_000
"""Characters kept of a pinned text: enough to find the passage again."""


class PinEditor:
    """Adds, changes, removes and lists pins. A change holds for the next question."""

    def __init__(self, database: Database, *, segments: Callable[[], SegmentReader], pins: Pins, votes: Votes) -> None:
        self._segments = segments
        self._database = database
        self._pins = pins
        self._votes = votes

    def all(self, city: str | None = None) -> list[PinEntry]:
        """Every pin, newest first. Raises NotFound for an unknown city."""
        tallies, days = self._votes.by_pin(), todays(self._database)
        return [self._entry(pin, tallies, days) for pin in self._pins.store.all(city)]

    def add(self, request: PinRequest) -> PinEntry:
        """Set a pin. Raises NotFound for what does not exist, BadInput for what may not be pinned."""
        pin = self._pins.store.add(_terms(request), self._target(request), by=request.by)
        return self._done(pin)

    def change(self, id: int, request: PinRequest) -> PinEntry:
        """Replace a pin's terms, and what is pinned when the request names something. Raises as `add`."""
        target = self._pins.store.get(id).target
        if _named(request):
            target = self._target(request)
        else:
            self._check(target, request.city)
        return self._done(self._pins.store.change(id, _terms(request), target, by=request.by))

    def remove(self, id: int) -> None:
        """Delete a pin. Raises NotFound."""
        self._pins.store.remove(id)
        self._pins.refresh()

    def _done(self, pin: Pin) -> PinEntry:
        self._pins.refresh()
        return self._entry(pin, self._votes.by_pin(), todays(self._database))

    def _target(self, request: PinRequest) -> Target:
        if _named(request) != 1:
            raise BadInput("Name one thing to pin: a passage, a FAQ or the address of a page.")
        layers = self._layers(request.city)
        targets = self._pins.targets(self._segments())
        if request.passage:
            target = _passage(targets, request.passage)
        elif request.faq is not None:
            target = self._faq(request.faq)
        else:
            target = self._page(targets, request.url, layers)
        self._check(target, request.city)
        return target

    def _layers(self, city: str) -> list[str]:
        return [layer.id for layer in Jurisdictions(self._database).layers(city)]

    def _check(self, target: Target, city: str) -> None:
        """Residents of a city are answered from its own layers only; a pin changes nothing about that."""
        layers = self._layers(city)
        if target.place not in layers:
            raise BadInput(
                f"What belongs to {target.place} cannot be pinned in {city}: its answers come from {', '.join(layers)} only."
            )

    def _faq(self, id: int) -> Target:
        faq = next((faq for faq in FaqStore(self._database).all() if faq.id == id), None)
        if faq is None:
            raise NotFound(f"There is no FAQ {id}. `townclerk faq list` shows all.")
        return Target("faq", faq.jurisdiction, faq_key(id), url=faq.url, title=faq.question, text=faq.answer[:_SHOWN])

    def _page(self, targets: Targets, url: str, layers: list[str]) -> Target:
        """The page of an address; where sources of several jurisdictions have it, that of the nearest layer."""
        address = urldefrag(url).url
        keys = map(page_key, PageStore(self._database).at(address))
        pages = sorted(
            (row for key in keys if (row := targets.reader.document_row(key)) and row.passages),
            key=lambda row: layers.index(row.jurisdiction) if row.jurisdiction in layers else len(layers),
        )
        if not pages:
            raise NotFound(f"No page {address!r} is searched. Give its address as answers show it, or crawl it first.")
        title = targets.reader.entries(pages[0].key)[0].passage.title
        return Target("page", pages[0].jurisdiction, pages[0].key, url=address, title=title)

    def _entry(self, pin: Pin, tallies: dict[int, Tally], days: dict[str, date]) -> PinEntry:
        terms, target, tally = pin.terms, pin.target, tallies.get(pin.id, Tally())
        spot = self._pins.spot(pin, self._segments())
        state = {"state": _state(terms, spot, days[terms.jurisdiction]), "problem": spot.problem}
        votes = {"votes": VoteCount(up=tally.up, down=tally.down), "city": terms.jurisdiction}
        return PinEntry.model_validate({**vars(pin), **vars(terms), **vars(target), **state, **votes})


def _terms(request: PinRequest) -> Terms:
    return Terms(request.city, tuple(request.wordings), request.valid_from, request.valid_until, request.active)


def _named(request: PinRequest) -> int:
    return bool(request.passage) + (request.faq is not None) + bool(request.url)


def _passage(targets: Targets, key: str) -> Target:
    held = targets.holder(key)
    if held is None:
        raise NotFound(
            f"No passage {key!r} is searched. Take `passage` of an answer that `townclerk ask --json` gives."
        )
    document, number, position = held
    passage, _ = targets.reader.segments[number].passage(position)
    if passage.kind == "faq" and document.startswith("faq:"):
        # A FAQ stays the same one when staff change its answer.
        return Target("faq", passage.jurisdiction, document, url=passage.url, title=passage.question, text=passage.text)
    address = urldefrag(passage.url).url
    title = " > ".join(filter(None, (passage.title, passage.heading)))
    return Target("passage", passage.jurisdiction, document, key, address, title, passage.text[:_SHOWN])


def _state(terms: Terms, spot: Spot, today: date) -> State:
    if not terms.active:
        return "paused"
    if terms.valid_until is not None and terms.valid_until < today:
        return "ended"
    if terms.valid_from is not None and today < terms.valid_from:
        return "waiting"
    return "in_force" if spot.condition == "whole" else spot.condition
