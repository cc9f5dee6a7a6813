"""Tables as lines to read."""

import pytest

from tests.crawler.extract.reading import body

FEES = [
    # thead
    "<thead><tr><th>Permit</th><th>Fee</th></tr></thead><tbody><tr><td>Deck</td><td>$40</td></tr><tr><td>Fence</td><td>$25</td></tr></tbody>",
    # a first row of th
    "<tr><th>Permit<th>Fee<tr><td>Deck<td>$40<tr><td>Fence<td>$25",
    # bold cells for want of th
    "<tr><td><b>Permit</b><td><strong>Fee</strong><tr><td>Deck<td>$40<tr><td>Fence<td>$25",
    # row headers
    "<tr><th>Permit<th>Fee<tr><th scope=row>Deck<td>$40<tr><th scope=row>Fence<td>$25",
]


@pytest.mark.parametrize("rows", FEES)
def test_rows_carry_their_headers(rows: str) -> None:
    (block,) = body(f"<main><table>{rows}</table></main>").blocks
    assert block.kind == "table"
    assert block.text == "Permit: Deck; Fee: $40\nPermit: Fence; Fee: $25"


def test_rows_without_headers_read_as_on_the_page() -> None:
    (block,) = body("<main><table><tr><td>Monday<td>9 am to 4 pm<tr><td>Friday<td>closed</table></main>").blocks
    assert block.text == "Monday 9 am to 4 pm\nFriday closed"


def test_spanning_cells_reach_each_row_they_cover() -> None:
    (block,) = body(
        "<main><table><caption>Pool fees</caption><tr><th>Who<th>Season<th>Fee<tr><td rowspan=2>Adult<td>Summer<td>$5<tr><td>Winter<td>$7<tr><td colspan=3>Children swim free</table></main>"
    ).blocks
    assert block.text.split("\n") == [
        "Pool fees",
        "Who: Adult; Season: Summer; Fee: $5",
        "Who: Adult; Season: Winter; Fee: $7",
        "Children swim free",
    ]


def test_headers_in_two_rows_stay_as_they_are_on_the_page() -> None:
    (block,) = body(
        "<main><table><thead><tr><th rowspan=2>Item<th colspan=2>Fee:<tr><th>Resident<th>Other<br>people</thead><tr><td>Stall<td>$18<td>$20</table></main>"
    ).blocks
    assert block.text == "Item: Stall; Fee: Resident: $18; Fee: Other people: $20"


def test_a_table_that_only_places_text_is_read_as_text() -> None:
    page = body(
        "<main><table width=800><tr><td><h2>Parking</h2><p>Free on Sunday.</p></td><td><p>Call 555-0100.</p></td></tr></table></main>"
    )
    assert [b.kind for b in page.blocks] == ["text", "text"]
    assert page.blocks[0].heading == ("Parking",)


def test_absurd_spans_are_bounded() -> None:
    (block,) = body(
        "<main><table><tr><th>A<th>B<tr><td rowspan=99999999 colspan=99999999>x<td>y<tr><td>z</table></main>"
    ).blocks
    assert len(block.text) < 500
