"""Excerpts: the sentence, row or item that answers, word for word."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.answers.excerpt import LENGTH, Quote, Sought, excerpt, highlights
from index.text.answer_types import kinds
from index.text.occasion import occasion
from index.text.sentence_roles import SentenceRoles
from index.text.sentences import Span, lines, sentences
from index.text.tokenizer import subject
from tests.index.toy import ToyEncoder

TOY = ToyEncoder()


def quote(text: str, question: str, *, rows: bool = False) -> str:
    spans = lines(text) if rows else sentences(text)
    vectors = np.stack([TOY.query(text[a:b]) for a, b in spans]).astype(np.float16)
    named = occasion(question, date(2026, 11, 20))
    sought = Sought(TOY.query(question), frozenset(subject(question)), kinds(question), occasion=named)
    return text[slice(*excerpt(SentenceRoles(text, spans), vectors, sought=sought).whole)]


def test_the_sentence_of_the_holiday_wins_over_the_weekly_rule() -> None:
    text = "Trash is picked up every Monday and trash carts are emptied by noon. Nothing moves on Thanksgiving. Trash rates rise in May."
    assert "Nothing moves on Thanksgiving." in quote(text, "when is trash picked up on turkey day")


LIBRARY = (
    "The library was founded in 1902. Its first director was Ann Lee. It has three floors. "
    "Late fees are $0.25 a day. The fee for a lost card is $2.00. Wear a mask. The garden is behind the house."
)


def test_the_answering_sentence_is_found_and_others_are_left_out() -> None:
    found = quote(LIBRARY, "how much are the late fees a day")
    assert found.startswith("Late fees are $0.25 a day.")
    assert "1902" not in found
    assert "garden" not in found


def test_a_table_row_is_whole_and_wins_over_the_caption() -> None:
    table = "Library hours\nDay: Monday; Hours: 9 a.m. – 5 p.m.\nDay: Saturday; Hours: 10 a.m. – 2 p.m.\nDay: Sunday; Hours: closed"
    found = quote(table, "library hours saturday", rows=True).splitlines()
    assert "Day: Saturday; Hours: 10 a.m. – 2 p.m." in found
    assert found != ["Library hours"]


def test_what_stands_below_the_title_that_was_asked_for_is_the_answer() -> None:
    text = "Scholarships\nThe fund pays up to $200 a child and year. Apply by letter.\nSailing camp\nFor ages 9 to 15, $240 a week. Children must swim."
    assert "$240" in quote(text, "how much is sailing camp")
    assert "$200" in quote(text, "how much do scholarships pay")


def test_a_heading_alone_is_no_excerpt() -> None:
    assert "behind" in quote(
        "Open daily from noon to five.\nVisitor parking\nThe lot is behind the hall.", "visitor parking"
    )


def test_a_lead_in_comes_with_its_list() -> None:
    text = "To get a dog license bring:\nproof of rabies shot\nphoto identification\n$12 in cash"
    assert quote(text, "what to bring to get a dog license", rows=True) == text


def test_one_long_sentence_is_not_cut() -> None:
    long = "The permit office " + "and the clerk " * 60 + "answer questions."
    assert quote(f"Dogs bark. {long}", "who answers permit questions") == long


def test_highlights_are_whole_words_by_stem() -> None:
    found = "Dogs need licences; hotdogs do not."
    assert [found[a:b] for a, b in highlights(found, frozenset(subject("dog licence")))] == ["Dogs", "licences"]


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("城市每周一收集垃圾。", "垃圾什么时候收集？", ["收集", "垃圾"]),
        ("ゴミは月曜日に集めます。", "月曜日", ["月曜日"]),
        ("เทศบาลเก็บขยะวันจันทร์", "เก็บขยะ", ["เก็บขยะ"]),
        ("쓰레기는 월요일에 수거합니다.", "쓰레기 언제 수거", ["쓰레기", "수거"]),
        ("कचरा संग्रह सोमवार को होता है।", "कचरा संग्रह कब?", ["कचरा", "संग्रह"]),
        ("குப்பை திங்கட்கிழமை சேகரிக்கப்படும்.", "குப்பை", ["குப்பை"]),
    ],
)
def test_highlights_are_words_in_every_script(text: str, asked: str, marked: list[str]) -> None:
    assert [text[a:b] for a, b in highlights(text, frozenset(subject(asked)))] == marked


def test_the_sentence_with_the_price_wins_over_one_that_is_as_near() -> None:
    text = "Swimming lessons run in June. Sign up for swimming by phone. Adults pay $4, children from 3 to 17 pay $2."
    assert "$4, children from 3 to 17 pay $2." in quote(text, "how much is swimming")
    assert "$4" not in quote(text.replace("$4", "4"), "who gives swimming lessons")


def test_the_price_of_the_thing_itself_comes_before_that_of_another_case() -> None:
    text = (
        "A boat permit is $40 a year. It is sold at the desk, by mail or online. Fleets of five boats or more pay $300."
    )
    assert "$40" in quote(text, "how much is a boat permit")


def test_the_heads_of_columns_are_not_quoted() -> None:
    text = "Area, Trash, Recycling\nMill Village, trash: Monday; recycling: Week A\nOld Port, trash: Friday; recycling: Week B"
    assert quote(text, "trash and recycling day", rows=True).startswith("Mill Village")


def test_a_bare_number_comes_with_the_line_that_says_whose_it_is() -> None:
    text = "Building\n555-555-0110\nbuilding@x.example\nHealth\n555-555-0120\nhealth@x.example\nCourt\n555-555-0130"
    found = quote(text, "phone number of the health department", rows=True)
    assert found.startswith("Health\n555-555-0120")
    assert "0110" not in found
    assert "0130" not in found


def test_hours_are_found_among_other_short_lines() -> None:
    text = "phone: 555-555-0105\nfax: 555-555-0108\nHours: 8:30 – 4:30\nDepartment Head: Ann Lee, Tax Collector"
    assert "Hours: 8:30 – 4:30" in quote(text, "tax collector hours", rows=True)


WHOLE = [
    "$1,250.00", "9:30 a.m. to 4 p.m.", "(555) 555-0130 ext. 2", "12 N. Main St. Suite 4", "Jan. 5, 2027", "P.O. Box 12",
    "No. 7", "clerk@oakton.example", "https://oakton.example/a.b/c.html", "2.5 miles", "Dr. J. Smith", "U.S. Route 9",
]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.sampled_from(WHOLE), st.sampled_from(["Bring", "Pay or see", "Residents use"])),
        min_size=1,
        max_size=9,
    ),
    st.sampled_from(["how much", "when is it open", "phone number", "where is it", "residents see"]),
)
@settings(deadline=None)
def test_prices_times_numbers_and_addresses_are_never_cut(parts: list[tuple[str, str]], question: str) -> None:
    text = " ".join(f"{verb} {thing} at the counter today." for thing, verb in parts)
    found = quote(text, question)
    start = text.index(found)
    for thing in WHOLE:
        at = text.find(thing)
        while at >= 0:
            inside = start <= at and at + len(thing) <= start + len(found)
            outside = at + len(thing) <= start or at >= start + len(found)
            assert inside or outside, (thing, found)
            at = text.find(thing, at + 1)


@given(
    st.lists(
        st.sampled_from(["Health", "555-555-0120", "Hours: 9 a.m.", "Bring:", "a photo ID", "$12 in cash"]),
        min_size=1,
        max_size=12,
    )
)
@settings(deadline=None)
def test_an_excerpt_of_lines_is_whole_lines_and_highlights_are_words_of_it(rows: list[str]) -> None:
    text = "\n".join(rows)
    found = quote(text, "phone and hours of health, cash", rows=True)
    assert found
    assert f"\n{found}\n" in f"\n{text}\n"
    for start, end in highlights(found, frozenset(subject("health cash hours"))):
        assert found[start:end].lower() in ("health", "cash", "hours")


@given(
    st.lists(
        st.sampled_from(["Pay $5.00 at 9 a.m. daily.", "Dogs bark.", "Is it free?", "x " * 90 + "end."]),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["dogs", "pay at 9", ""]),
)
@settings(deadline=None)
def test_an_excerpt_is_whole_sentences_within_its_length(parts: list[str], question: str) -> None:
    text = " ".join(parts)
    spans: list[Span] = sentences(text)
    found = quote(text, question)
    assert found in text
    assert any(found == text[a[0] : b[1]] for a in spans for b in spans)
    assert len(found) <= LENGTH or found in [text[a:b] for a, b in spans]


@pytest.mark.parametrize("text", ["", "words without any span"])
def test_no_spans_means_everything(text: str) -> None:
    sought = Sought(np.zeros(4, np.float32), frozenset())
    assert excerpt(SentenceRoles(text, []), np.empty((0, 4), np.float16), sought=sought) == Quote((0, len(text)))
