"""Which jurisdictions answer a question: the city's own and each above it."""

import threading
import time
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import Engine as Database

from townclerk.errors import NotFound
from townclerk.jurisdictions import Branch, Jurisdictions

FRESH_SECONDS = 2.0
"""How old the known tree may be."""

Tree = dict[str, Branch]


class JurisdictionTree:
    """The tree, read again when it is 2 s old or a city is unknown. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._stored = Jurisdictions(database)
        self._tree: Tree = {}
        self._known: dict[str | None, tuple[str | None, list[str]]] = {}
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def of(self, city: str | None) -> tuple[str | None, list[str]]:
        """The city in force and its layers, nearest first.

        Without a city: the only city there is, or else just the federal layer. Raises NotFound.
        """
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_SECONDS or (city is not None and city not in self._tree):
                self._read()
            if city is not None and city not in self._tree:
                raise NotFound(
                    f"There is no city {city!r}. `townclerk city list` shows all; `townclerk city add {city}` adds it."
                )
            if city not in self._known:
                self._known[city] = self._find(city)
            chosen, layers = self._known[city]
            return chosen, list(layers)

    def zone(self, id: str | None) -> tzinfo:
        """The time zone of a jurisdiction; UTC when it is unknown."""
        with self._lock:
            branch = self._tree.get(id or "")
        return ZoneInfo(branch.timezone) if branch else UTC

    def _read(self) -> None:
        tree = self._stored.tree()
        if tree != self._tree:
            self._tree, self._known = tree, {}
        self._read_at = time.monotonic()

    def _find(self, city: str | None) -> tuple[str | None, list[str]]:
        cities = [id for id, branch in self._tree.items() if branch.level == "city"]
        if city is None and len(cities) == 1:
            city = cities[0]
        if city is None:
            return None, [id for id, branch in self._tree.items() if branch.level == "federal"]
        layers: list[str] = []
        current: str | None = city
        while current is not None and current in self._tree and current not in layers:
            layers.append(current)
            current = self._tree[current].parent
        return city, layers
