"""Which city a message is about: named in it > chosen earlier > given by the channel > the only one."""

import re
from dataclasses import dataclass

from actions.turn import Turn
from townclerk.jurisdictions import Jurisdiction, Jurisdictions

# Words around a city's name in a message that does nothing but name it, English and Spanish.
_AROUND = re.compile(
    r"a|about|actually|am|and|answer|at|change|choose|city|code|for|from|here|hello|hi|how|i|im|in|instead|is|it|its|live|lives|living|m|me"
    r"|mean|meant|moved|my|near|no|not|now|of|ok|please|resident|s|set|sorry|switch|that|the|then|to|town|use|want|was|we|what|wrong|yes|zip"
    r"|ciudad|codigo|código|de|en|es|estoy|favor|hola|mi|para|por|postal|que|qué|si|soy|sí|tal|vivo|y|yo"
)


@dataclass(frozen=True)
class Places:
    """All jurisdictions as they stand, and those cities that one message names, longest name first."""

    known: dict[str, Jurisdiction]
    named: list[Jurisdiction]

    @property
    def cities(self) -> list[Jurisdiction]:
        """Every city, by name."""
        return sorted((j for j in self.known.values() if j.level == "city"), key=lambda j: j.name)

    def get(self, id: str | None) -> Jurisdiction | None:
        """The jurisdiction of that id; None when it is unknown, or gone since."""
        return self.known.get(id) if id else None

    def chosen(self, turn: Turn) -> Jurisdiction | None:
        """The city named in the message. The one already talked about wins when several are named."""
        current = turn.memory.city or turn.given_city
        return next((j for j in self.named if j.id == current), self.named[0] if self.named else None)

    def city(self, turn: Turn) -> Jurisdiction | None:
        """The city this message is about, or None when only asking can tell."""
        found = self.chosen(turn) or self.get(turn.memory.city) or self.get(turn.given_city)
        return found or (self.cities[0] if len(self.cities) == 1 else None)

    def only_names(self, text: str) -> bool:
        """Whether the message names a city and says nothing else."""
        if not self.named:
            return False
        rest = _words(text)
        for name in sorted({_words(n) for j in self.named for n in _names(j)}, key=len, reverse=True):
            rest = re.sub(rf"(?<!\S){re.escape(name)}(?!\S)", " ", rest)
        return all(_AROUND.fullmatch(word) for word in rest.split())


def look(jurisdictions: Jurisdictions, text: str) -> Places:
    """Read the places from the database; blocks for a few milliseconds."""
    return Places(known={j.id: j for j in jurisdictions.all()}, named=jurisdictions.named_in(text))


def _names(place: Jurisdiction) -> list[str]:
    return [place.name, place.id, *place.aliases, *place.zips]


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower()).strip()
