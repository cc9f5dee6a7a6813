"""Which cities a text names."""

import pytest
from sqlalchemy import Engine

from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.places import PlaceDirectory, Places

PLACES = Places(
    [
        Jurisdiction(id="oakdale", name="Oakdale", parent_id="elm-county", aliases=("The Oaks",), zips=("99980",)),
        Jurisdiction(id="elm-county", name="Elm County", level="county"),
        Jurisdiction(id="oakdale-heights", name="Oakdale Heights", parent_id="elm-county"),
        Jurisdiction(id="san_jose", name="San José", parent_id="elm-county"),
        Jurisdiction(id="kiev", name="Київ"),
    ]
)


@pytest.mark.parametrize(
    ("text", "ids", "other_words"),
    [
        ("when is trash day in OAKDALE?", ["oakdale"], "when is trash day in"),
        ("oakdale heights pool", ["oakdale-heights", "oakdale"], "pool"),
        ("what about the oaks", ["oakdale"], "what about"),
        ("99980", ["oakdale"], ""),
        ("oakdales", [], "oakdales"),
        ("elm county clerk", [], "elm county clerk"),
        ("san jose", ["san_jose"], ""),
        ("SAN-JOSÉ!", ["san_jose"], ""),
        ("коли в Київ?", ["kiev"], "коли в"),
        ("", [], ""),
    ],
)
def test_cities_are_found_by_whole_words_longest_name_first(text: str, ids: list[str], other_words: str) -> None:
    mention = PLACES.mentioned(text)
    assert [city.id for city in mention.cities] == ids
    assert " ".join(mention.other_words) == other_words


def test_a_directory_reads_the_places_again_when_they_are_due(engine: Engine) -> None:
    stored = Jurisdictions(engine)
    stale, fresh = PlaceDirectory(stored, fresh=1000), PlaceDirectory(stored, fresh=0)
    before = stale.current()
    stored.put([Jurisdiction(id="oakdale", name="Oakdale")])
    assert stale.current() is before
    assert fresh.current().get("oakdale") == Jurisdiction(id="oakdale", name="Oakdale")
    assert fresh.current().get("unknown") is None
