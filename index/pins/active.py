"""The pins in force, kept up to date, and what they put first in a search."""

import threading
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import numpy as np
from sqlalchemy import Engine as Database

from crawler.pages.store import PageStore
from index import revisions
from index.arrays import Vectors
from index.faqs.store import todays
from index.pins.matcher import PinMatcher
from index.pins.store import Pin, PinStore
from index.pins.targets import Spot, Targets
from index.ranking.candidate import Pinned, Placed
from index.segments.reader import SegmentReader
from townclerk.jurisdictions import Jurisdictions

Encode = Callable[[Sequence[str]], Vectors]
MOST = 3
"""Pins that may stand first in one search."""
COMPARED = 60
"""Passages of a pinned page that are compared with a question, the nearest ones."""


class Pins:
    """Holds `matcher`, the pins in force. Thread-safe."""

    def __init__(self, database: Database, *, encode: Encode, model: str) -> None:
        """`encode` gives vectors of questions, one row each; `model` names the model that makes them."""
        self.store = PinStore(database)
        self._encode, self._model = encode, model
        self._database = database
        self._lock = threading.Lock()
        self._read: tuple[int, list[Pin]] = (-1, [])
        self._shown: tuple[object, ...] = ()
        self._targets = Targets(SegmentReader([], {}), PageStore(database))
        self.matcher = PinMatcher()
        self.refresh()

    def refresh(self) -> None:
        """Read the pins again when they changed, and look which are in force today."""
        with self._lock:
            newest = revisions.number(self._database, revisions.PINS)
            if newest != self._read[0]:
                self._read = (newest, self._embedded(self.store.all()))
            pins = self._read[1]
            dated = any(pin.terms.valid_from or pin.terms.valid_until for pin in pins)
            days = todays(self._database) if dated else {}
            holding = [pin for pin in pins if pin.terms.holds(days.get(pin.terms.jurisdiction, date.min))]
            names = Jurisdictions(self._database).names() if holding else {}
            shown = (newest, [pin.id for pin in holding], names)
            if shown != self._shown:
                self.matcher, self._shown = PinMatcher(holding, names), shown

    def asked(self, text: str, layers: Sequence[str]) -> Pinned | None:
        """What pins put first for a question asked in these layers; None when none is in force."""
        return partial(self._placed, self.matcher, text, tuple(layers)) if self.matcher else None

    def spot(self, pin: Pin, reader: SegmentReader) -> Spot:
        """Where the target of a pin lies."""
        return self.targets(reader).find(pin.target)

    def targets(self, reader: SegmentReader) -> Targets:
        """What finds targets in this reader."""
        known = self._targets
        if known.reader is not reader:
            self._targets = known = Targets(reader, PageStore(self._database), before=known)
        return known

    def _placed(
        self, matcher: PinMatcher, text: str, layers: tuple[str, ...], vector: Vectors, reader: SegmentReader
    ) -> list[Placed]:
        found: dict[Spot, Placed] = {}
        for match in matcher.matches(text, vector, layers, encode=lambda whole: self._encode([whole])[0]):
            spot = self.spot(match.pin, reader)
            # The second: a county's pin must not bring up what no asked layer holds.
            if spot.condition == "broken" or match.pin.target.place not in layers or spot in found:
                continue
            found[spot] = Placed(match.mark, _rows(spot, reader, vector))
            if len(found) == MOST:
                break
        return list(found.values())

    def _embedded(self, pins: list[Pin]) -> list[Pin]:
        """The pins with the vectors of their wordings; those made here are kept for the next start."""
        lacking = {pin.id: pin.terms.wordings for pin in pins if pin.model != self._model}
        if not lacking:
            return pins
        made = {id: self._encode(wordings).astype(np.float32).tobytes() for id, wordings in lacking.items()}
        self.store.embedded(made, lacking, model=self._model)
        return self.store.all()


def _rows(spot: Spot, reader: SegmentReader, vector: Vectors) -> list[int]:
    segment, positions = reader.segments[spot.segment], np.array(spot.positions)
    if len(positions) > COMPARED:
        near = segment.vectors[positions] @ vector
        positions = positions[np.argsort(-near, kind="stable")[:COMPARED]]
    return [int(row) for row in segment.rows[positions]]
