"""Directions for robots in headers and meta tags."""

import pytest

from crawler.fetching.robots_directives import Directions, directions_of

NOTHING, BOTH = Directions(), Directions(noindex=True, nofollow=True)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("noindex",), Directions(noindex=True)),
        (("NoIndex, NoFollow",), BOTH),
        (("none",), BOTH),
        (("all", "noindex"), Directions(noindex=True)),
        (("noarchive nosnippet noindex",), Directions(noindex=True)),
        (("max-snippet: 20, nofollow",), Directions(nofollow=True)),
        (("googlebot: noindex", "TownclerkBot: nofollow"), Directions(nofollow=True)),
        (("googlebot: noindex, nofollow",), NOTHING),
        (("googlebot: nofollow, townclerkbot: noindex, noarchive",), Directions(noindex=True)),
        (("otherbot: unavailable_after: 25 Jun 2010 15:00:00 PST",), NOTHING),
        (("unavailable_after: 25 Jun 2010 15:00:00 PST",), Directions(noindex=True, expires=True)),
        (("unavailable_after: Friday, 25-Jun-10 15:00:00 GMT, nofollow",), Directions(True, True, True)),
        (("unavailable_after: 2010-06-25T15:00:00+02:00",), Directions(noindex=True, expires=True)),
        (("unavailable_after: 2010-06-25",), Directions(noindex=True, expires=True)),
        (("nofollow, unavailable_after: 25 Jun 2999 15:00:00 PST",), Directions(nofollow=True, expires=True)),
        (("unavailable_after: next summer",), NOTHING),
        (("index, follow",), NOTHING),
        ((), NOTHING),
    ],
)
def test_directions(values: tuple[str, ...], expected: Directions) -> None:
    assert directions_of(values, product="TownclerkBot") == expected
