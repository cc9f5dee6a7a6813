"""Which city a phone number, or the place a carrier names for the caller, stands for."""

from collections.abc import Mapping

from townclerk.errors import BadInput
from townclerk.jurisdictions import Jurisdiction
from townclerk.places import Places


def cities_of_numbers(setting: str) -> dict[str, str]:
    """`NUMBER=CITY,...` as a mapping. Raises BadInput for an entry of another form."""
    found: dict[str, str] = {}
    for entry in filter(None, (e.strip() for e in setting.split(","))):
        number, equals, city = (part.strip() for part in entry.partition("="))
        if not equals or not number or not city:
            raise BadInput(f"TOWNCLERK_TWILIO_NUMBERS has {entry!r}; write NUMBER=CITY, e.g. +15550100=alder-falls.")
        found[number] = city
    return found


def guess_city(place: Mapping[str, str], places: Places) -> str | None:
    """The one city that fits the caller's FromZip, else FromCity and FromState, or None.

    Only a guess: numbers keep the area where they were first given out. Anything unclear,
    foreign or absent gives None.
    """
    if place.get("FromCountry", "US").strip().upper() not in ("", "US"):
        return None
    zip_code = place.get("FromZip", "").strip()[:5]
    name = place.get("FromCity", "").strip().casefold()
    fitting = [c.id for c in places.cities if zip_code and zip_code in c.zips]
    if not fitting and name:
        fitting = [
            c.id
            for c in places.cities
            if name in {n.casefold() for n in (c.name, *c.aliases)} and _in_state(c, place, places)
        ]
    return fitting[0] if len(fitting) == 1 else None


def _in_state(city: Jurisdiction, place: Mapping[str, str], places: Places) -> bool:
    """Whether the city's state is, or may be, the carrier's FromState. States go by name, id or alias."""
    state = place.get("FromState", "").strip().casefold()
    layer: Jurisdiction | None = city
    while layer is not None and layer.level != "state":
        layer = places.get(layer.parent_id)
    if not state or layer is None:
        return not state
    return state in {n.casefold() for n in (layer.id, layer.name, *layer.aliases)}
