"""Finds the cities that a message names, without one comparison per city."""

import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.text.folding import fold

_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Mention:
    """The cities that a text names, longest name first, and the folded words that belong to no name."""

    cities: tuple[Jurisdiction, ...]
    other_words: tuple[str, ...]


class Places:
    """All jurisdictions at one moment, with a dictionary from folded names, ids, aliases and ZIP codes to cities."""

    def __init__(self, jurisdictions: Iterable[Jurisdiction] = ()) -> None:
        self._by_id = {place.id: place for place in jurisdictions}
        self.cities = sorted((p for p in self._by_id.values() if p.level == "city"), key=lambda city: city.name)
        self._by_name: dict[str, list[Jurisdiction]] = {}
        for city in self.cities:
            for name in {_words(name) for name in (city.name, city.id, *city.aliases, *city.zips)} - {""}:
                self._by_name.setdefault(name, []).append(city)
        self._longest = max((name.count(" ") + 1 for name in self._by_name), default=0)

    def get(self, id: str | None) -> Jurisdiction | None:
        """The jurisdiction of that id, or None."""
        return self._by_id.get(id) if id else None

    def mentioned(self, text: str) -> Mention:
        """Look up each run of words of `text`: O(words x longest name), whatever the number of cities."""
        words = _words(text).split()
        longest: dict[str, int] = {}
        in_names: set[int] = set()
        for start in range(len(words)):
            for end in range(start + 1, min(start + self._longest, len(words)) + 1):
                name = " ".join(words[start:end])
                for city in self._by_name.get(name, ()):
                    longest[city.id] = max(longest.get(city.id, 0), len(name))
                    in_names.update(range(start, end))
        ids = sorted(longest, key=lambda id: (-longest[id], id))
        others = (word for number, word in enumerate(words) if number not in in_names)
        return Mention(tuple(self._by_id[id] for id in ids), tuple(others))


class PlaceDirectory:
    """The places as they stand in the database, read again when the copy is older than `fresh` seconds. Thread-safe."""

    def __init__(self, jurisdictions: Jurisdictions, *, fresh: float = 2.0) -> None:
        self._jurisdictions = jurisdictions
        self._fresh = fresh
        self._places = Places()
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def current(self) -> Places:
        """The places; blocks for a query when they are due to be read again."""
        with self._lock:
            if time.monotonic() - self._read_at > self._fresh:
                self._places = Places(self._jurisdictions.all())
                self._read_at = time.monotonic()
            return self._places


def _words(text: str) -> str:
    """Folded words in letters and digits of every script, one space between: "San-José!" becomes "san jose"."""
    return _BETWEEN_WORDS.sub(" ", fold(text)).strip()
