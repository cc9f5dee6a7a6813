"""Raised, lowered and struck-out text: digits are never joined to a number they do not belong to."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.crawler.extract.reading import body, faqs, said


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        # footnote marks
        ("A stall costs $4<sup>1</sup> a day.", "A stall costs $4 a day."),
        ("A stall costs $4.25<sup>12</sup> a day.", "A stall costs $4.25 a day."),
        ("Review takes 10<sup>4</sup> days.", "Review takes 10 days."),
        ("Review takes 10 <sup>4</sup> days.", "Review takes 10 days."),
        ("Call 555-0140<sup>2, 3</sup> first.", "Call 555-0140 first."),
        ("A stall costs $38<sup>a</sup>.", "A stall costs $38."),
        ("A stall costs $38<sup>[2]</sup>.", "A stall costs $38."),
        ("A stall costs $38<sup><a href='#fn3'>3</a></sup>.", "A stall costs $38."),
        ("A stall costs $38<a href='#fn3'>3</a>.", "A stall costs $38."),
        ("A stall costs $38<span style='vertical-align: super; font-size: 70%'>3</span>.", "A stall costs $38."),
        ("A stall costs $38<span class=superscript>3</span>.", "A stall costs $38."),
        ("Seniors<sup>5</sup> pay half.", "Seniors pay half."),
        ("Open until 5 p.m.<sup>1</sup> on Friday.", "Open until 5 p.m. on Friday."),
        ("A stall costs $38<sup>*</sup>.", "A stall costs $38."),
        # parts of the number
        ("The fee is $12<sup>50</sup>.", "The fee is $12.50."),
        ("The fee is $75<sup>00</sup>.", "The fee is $75.00."),
        ("The fee is <sup>$</sup>1,075<sup><u>95</u></sup> a year.", "The fee is $1,075.95 a year."),
        ("The fee is $12<small>50</small>.", "The fee is $12.50."),
        ("The fee is $12<span class=cents>50</span>.", "The fee is $12.50."),
        ("Doors open at 8<sup>30</sup> a.m.", "Doors open at 8:30 a.m."),
        ("On the 1<sup>st</sup> and 3<sup>rd</sup> Monday.", "On the 1st and 3rd Monday."),
        ("Ring 6<sup>1</sup>/<sub>2</sub> inches wide.", "Ring 6 1/2 inches wide."),
        ("Ring 6<sup>1/2</sup> inches wide.", "Ring 6 1/2 inches wide."),
        ("Water at 72<sup>o</sup>F.", "Water at 72°F."),
        # units, formulas, names
        ("Up to 40 m<sup>2</sup> of H<sub>2</sub>O and CO<sub>2</sub>.", "Up to 40 m2 of H2O and CO2."),
        ("A shed of 120 ft<sup>2</sup>.", "A shed of 120 ft2."),
        ("RideAlder<sup>TM</sup> passes", "RideAlderTM passes"),
        # deletions
        ("It costs <s>$25</s> $40.", "It costs $40."),
        ("It costs <strike>$25</strike><b>$40</b>.", "It costs $40."),
        ("Call <del>555-0120</del> <ins>555-0188</ins>.", "Call 555-0188."),
        ("Call <del>555-0120</del>555-0188.", "Call 555-0188."),
        ("It costs <span style='text-decoration: line-through'>$25</span> $40.", "It costs $40."),
        ("It costs <span style='text-decoration-line:line-through'>$25</span> $40.", "It costs $40."),
        ("It costs <span class='text-decoration-line-through'>$25</span> $40.", "It costs $40."),
    ],
)
def test_marks_read_as_a_person_reads_them(markup: str, read: str) -> None:
    assert [b.text for b in body(f"<main><p>{markup}</p></main>").blocks] == [read]


def test_a_style_sheet_in_the_page_strikes_and_raises() -> None:
    sheet = "<title>Fees</title><style>p{margin:0} .was, .old {text-decoration: line-through} .fn{vertical-align:super}</style>"
    page = body("<main><p>It costs <span class=was>$25</span> $40<span class=fn>1</span>.</p></main>", head=sheet)
    assert said(page).strip() == "It costs $40."


def test_two_digits_that_mark_a_note_of_the_page_are_no_cents() -> None:
    page = body("<main><p>A stall costs $45<sup>12</sup>.</p><p><sup>12</sup> Free in May.</p></main>")
    assert [b.text for b in page.blocks] == ["A stall costs $45.", "12 Free in May."]


def test_notes_keep_their_marks_apart_from_the_words() -> None:
    page = body("<main><p><sup>1</sup>Free on Sundays. <sup>2</sup> Half price over 65.</p></main>")
    assert [b.text for b in page.blocks] == ["1 Free on Sundays. 2 Half price over 65."]


def test_cells_and_headings_and_declared_answers_too() -> None:
    declared = (
        '<script type="application/ld+json">{"@type":"Question","name":"What is a stall?",'
        '"acceptedAnswer":{"text":"<p>$9<sup>1</sup>, <s>$8</s> a day</p>"}}</script>'
    )
    page = body(
        "<main><h2>Stalls from $7<sup>3</sup></h2><table><tr><th>Stall<th>Fee<tr><td>Small<td>$4<sup>1</sup></table></main>",
        head=declared,
    )
    assert re.findall(r"\$\d+", said(page)) == ["$7", "$4", "$9"]
    assert faqs(page) == {"What is a stall?": "$9, a day"}


AMOUNTS = st.builds(lambda n, cents: f"{n:,}{cents}", st.integers(1, 99_999), st.sampled_from(["", ".50", ".05"]))
FACTS = st.one_of(
    AMOUNTS.map(lambda n: f"${n}"),
    AMOUNTS.map(lambda n: f"€{n}"),
    st.integers(2, 90).map(lambda n: f"{n} days"),
    st.integers(2, 90).map(lambda n: f"{n} m"),
    st.integers(1000, 9999).map(lambda n: f"555-{n}"),
    st.integers(1, 12).map(lambda n: f"{n}:30 p.m."),
)
NOISE = st.sampled_from(["&shy;", "&#8203;", "&#8288;", "<wbr>", "<!-- 7 -->", "&#65279;"])
MARKS = st.sampled_from(
    [
        "<sup>1</sup>",
        "<sup>(2)</sup>",
        "<sup>3,4</sup>",
        "<sup><a href='#n5'>5</a></sup>",
        "<a href='#n5'>[5]</a>",
        "<span style='vertical-align:super'>6</span>",
        "",
    ]
)
DELETIONS = st.sampled_from(
    [
        "<s>${}</s> ",
        "<del>{} days</del>",
        "<strike>{}</strike>",
        "<span style='text-decoration:line-through'>{}</span>",
        "",
    ]
)
SPACES = st.sampled_from([" ", "&nbsp;", "&thinsp;", "&#8239;", "&#8201; "])
FRAMES = st.sampled_from(
    ["<p>It is {}.</p>", "<ul><li>It is {}.</li></ul>", "<table><tr><td>It is<td>{}.<tr><td>No<td>fee</table>"]
)


@st.composite
def marked_up(draw: st.DrawFn) -> tuple[str, str]:
    """(a fact as a reader sees it, its mark-up with noise between its characters)."""
    fact = draw(FACTS)
    at = draw(st.integers(0, len(fact)))
    noisy = fact[:at] + draw(NOISE) + fact[at:]
    return fact, draw(DELETIONS).format(draw(st.integers(1, 999))) + noisy.replace(" ", draw(SPACES)) + draw(MARKS)


@given(st.lists(marked_up(), min_size=1, max_size=4), FRAMES)
def test_no_fact_changes_its_digits(facts: list[tuple[str, str]], frame: str) -> None:
    page = body("<main>" + "".join(frame.format(markup) for _, markup in facts) + "</main>")
    assert re.findall(r"\d+", said(page)) == [digits for fact, _ in facts for digits in re.findall(r"\d+", fact)]
