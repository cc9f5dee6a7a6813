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
    assert block.text == "Permit, Fee\nDeck: $40\nFence: $25"


def test_rows_without_headers_read_as_on_the_page() -> None:
    (block,) = body("<main><table><tr><td>Monday<td>9 am to 4 pm<tr><td>Friday<td>closed</table></main>").blocks
    assert block.text == "Monday: 9 am to 4 pm\nFriday: closed"


def test_spanning_cells_reach_each_row_they_cover() -> None:
    (block,) = body(
        "<main><table><caption>Pool fees</caption><tr><th>Who<th>Season<th>Fee<tr><td rowspan=2>Adult<td>Summer<td>$5<tr><td>Winter<td>$7<tr><td colspan=3>Children swim free</table></main>"
    ).blocks
    assert block.text.split("\n") == [
        "Pool fees",
        "Who, Season, Fee",
        "Adult, Summer: $5",
        "Adult, Winter: $7",
        "Children swim free",
    ]


def test_headers_in_two_rows_are_read_one_after_the_other() -> None:
    (block,) = body(
        "<main><table><thead><tr><th rowspan=2>Item<th colspan=2>Fee:<tr><th>Resident<th>Other<br>people</thead><tr><td>Stall<td>$18<td>$20</table></main>"
    ).blocks
    assert block.text == "Item, Fee, Resident, Other people\nStall, fee, resident: $18; fee, other people: $20"


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


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        (
            "<tr><th>Animal<th>Spayed or neutered<th>Not altered<tr><td>Dog<td>$15<td>$30<tr><td>Cat<td>$8<td>$20",
            ["Dog, spayed or neutered: $15; not altered: $30", "Cat, spayed or neutered: $8; not altered: $20"],
        ),
        (
            "<tr><th><th>Resident<th>Other<tr><th>Shelter<td>$40<td>$65<tr><th>Field<td colspan=2>free",
            ["Shelter, resident: $40; other: $65", "Field: free"],
        ),
        (
            "<tr><th>Zone<th>Monday<th>Yard waste<tr><td>North<td>Trash<td>Yes<tr><td>South<td>Paper<td>No",
            ["North, Monday: Trash; Yard waste: Yes", "South, Monday: Paper; Yard waste: No"],
        ),
        (
            "<tr><th>Board<th>Member<tr><td>Trees<td>A. Lee<tr><td>Trees<td>B. Roe<tr><td>Trees<td>B. Roe",
            ["Board: Trees; Member: A. Lee", "Board: Trees; Member: B. Roe", "Board: Trees; Member: B. Roe"],
        ),
        ("<tr><th>No.<th>Fee<tr><td>1<td>$5<tr><td>2<td>$6", ["No.: 1; Fee: $5", "No.: 2; Fee: $6"]),
        (
            "<tr><td><b>Phone</b><td>555-0100 or 555-0101<tr><td><b>Clerk</b><td>Ann Lee",
            ["Phone: 555-0100 or 555-0101", "Clerk: Ann Lee"],
        ),
        (
            "<tr><th>Meeting<th>Minutes<tr><td>January 14<td>January 28<tr><td>May 2<td>May 16<tr><td><td>June 3",
            ["Meeting: January 14; Minutes: January 28", "Meeting: May 2; Minutes: May 16", "Minutes: June 3"],
        ),
        ("<tr><th>Meter<th>Rate<tr><td>5/8 inch<td>$18<tr><td>1 1/2 inch<td>$31", ["5/8 inch: $18", "1 1/2 inch: $31"]),
        ("<tr><td>Ann Lee<td>Bo Roe<tr><td>Cy Fox<td>Di Poe", ["Ann Lee Bo Roe", "Cy Fox Di Poe"]),
    ],
)
def test_a_row_reads_as_a_person_says_it(rows: str, read: list[str]) -> None:
    (block,) = body(f"<main><table>{rows}</table></main>").blocks
    lines = block.text.split("\n")
    assert lines[len(lines) - len(read) :] == read


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td><b>Office hours</b><td>9 to 4</table>",
        "<table role=presentation><tr><td><b>Office hours</b></td></tr><tr><td>9 to 4</td></tr></table>",
        "<table><tr><td><p><strong>Office hours</strong></p><td><p>9 to 4</p><ul><li>not on Friday</ul></table>",
    ],
)
def test_a_bold_cell_heads_its_row_or_table_and_nothing_after(table: str) -> None:
    page = body(f"<main><h2>Clerk</h2>{table}<p>Bring an ID.</p></main>")
    assert page.blocks[0].heading == ("Clerk", "Office hours")
    assert page.blocks[-1].heading == ("Clerk",)


PAIRS = [
    ("Water office", "555-0171"),
    ("Sewer office", "(555) 555-0172"),
    ("Deck permit", "$40"),
    ("Desk", "9 a.m. to 4 p.m."),
]


@pytest.mark.parametrize(
    ("frame", "label", "value"),
    [
        ("<div>{}</div>", "{}<br>", "{}<br>"),
        ("{}", "<p>{}</p>", "<p>{}</p>"),
        ("{}", "<div class=l>{}:</div>", "<div class=v>{}</div>"),
        ("<ul>{}</ul>", "<li>{}", "<li>{}"),
        ("<dl>{}</dl>", "<dt>{}", "<dd>{}"),
        ("<table>{}</table>", "<tr><td>{}", "<td>{}"),
        ("<table role=presentation>{}</table>", "<tr><td>{}", "<tr><td>{}"),
        ("<div>Who to call<br>{}</div>", "{}<br>", "{}<br>"),
    ],
)
def test_a_label_stays_with_its_number(frame: str, label: str, value: str) -> None:
    rows = "".join(label.format(name) + value.format(number) for name, number in PAIRS)
    (block,) = body(f"<main>{frame.format(rows)}</main>").blocks
    lines = block.text.split("\n")
    assert lines[len(lines) - len(PAIRS) :] == [f"{name}: {number}" for name, number in PAIRS]


@pytest.mark.parametrize(
    "frame",
    [
        "<div class=row><div class=col>{}</div><div class=col>{}</div></div>",
        "<div><p>{}</p><p>{}</p></div>",
        "<section><span style='display:block'>{}</span><span style='display: flex'>{}</span></section>",
    ],
)
def test_labels_stay_with_their_numbers_below_a_paragraph(frame: str) -> None:
    rows = "".join(frame.format(name, number) for name, number in PAIRS)
    intro, pairs, outro = body(
        f"<main><p>{'The offices are on Mill Lane. ' * 6}</p>{rows}<p>Come in.</p></main>"
    ).blocks
    assert pairs.text.split("\n") == [f"{name}: {number}" for name, number in PAIRS]
    assert (intro.kind, outro.text) == ("text", "Come in.")


@pytest.mark.parametrize("first", ["9:00 - 9:30", "From 9 a.m.", "Item 1"])
def test_hours_that_stand_before_what_they_are_for_are_not_given_to_the_next(first: str) -> None:
    lines = [first, "Overview", "9:30 - 10:00", "Revenue", "10:00 - 11:00", "Public works"]
    page = body(f"<main>{''.join(f'<p>{line}</p>' for line in lines)}<p>All are welcome.</p></main>")
    assert [block.text for block in page.blocks][:-1] == lines


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>Adult<br>Child<td>$5<br>$3</table>",
        "<table><tr><td>Adult<br>Child<br></td><td><p>$5<br>$3</p></td></tr></table>",
        "<table><tr><td><div>Adult<br><b>Child</b></div><td><font>$5<br><i>$3</i></font></table>",
    ],
)
def test_lines_of_a_cell_stay_with_the_amounts_beside_them(table: str) -> None:
    (block,) = body(f"<main>{table}</main>").blocks
    assert (block.kind, block.text) == ("table", "Adult: $5\nChild: $3")


def test_lines_of_an_address_stay_together_beside_its_numbers() -> None:
    page = body("<main><table><tr><td>City Hall<br>12 Mill Lane<td>555-0101<br>555-0102</table></main>")
    assert page.blocks[0].text == "City Hall\n12 Mill Lane"


@pytest.mark.parametrize(
    "names",
    [
        ("div role=table", "div role=row", "span role=columnheader", "span role=cell"),
        ("div role=grid", "div role=row", "div role=columnheader", "div role=gridcell"),
        ("section role=table", "ul role=row", "li role=columnheader", "li role=cell"),
    ],
)
def test_a_table_by_its_roles_is_a_table(names: tuple[str, str, str, str]) -> None:
    table, row, head, cell = names

    def element(name: str, *content: str) -> str:
        return f"<{name}>{''.join(content)}</{name.split()[0]}>"

    rows = [element(row, element(cell, bag), element(cell, fee)) for bag, fee in (("Small", "$1"), ("Large", "$2"))]
    heads = element(row, element(head, "Bag"), element(head, "Fee"))
    (block,) = body(f"<main>{element(table, heads, '<div role=rowgroup>', *rows, '</div>')}</main>").blocks
    assert (block.kind, block.text) == ("table", "Bag, Fee\nSmall: $1\nLarge: $2")


@pytest.mark.parametrize(
    "lines",
    [
        ["Ann Lee", "12 Mill Lane", "555-0101", "Open 9 a.m. to 4 p.m."],
        ["3951 Mill Lane, Alder Falls", "555-0101"],
        ["Fax: 555-0102", "clerk@alder.example"],
    ],
)
def test_lines_of_an_address_are_no_pairs(lines: list[str]) -> None:
    (block,) = body(f"<main><p>{'<br>'.join(lines)}</p></main>").blocks
    assert block.text.split("\n") == lines
