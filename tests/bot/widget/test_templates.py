"""The plain page and the text functions: escaping, marks, links, dates."""

from datetime import UTC, date, datetime

import pytest

from bot.widget.templates import AskPage, day, marked, render_ask, render_frame, web_address
from tests.bot.widget.fake_gateway import CITIES, HOSTILE, answer

PLACES = {j.id: j for j in CITIES}
CITY = PLACES["alder-falls"]


def shown(**changes: object) -> str:
    """The page with one answer."""
    return render_ask(AskPage(question="water?", city=CITY, cities=[CITY], answers=[answer(**changes)], places=PLACES))


def test_marks_count_characters_not_bytes_or_utf_16_units() -> None:
    assert marked("🌊🌊 pay here", [(3, 6)]) == "🌊🌊 <mark>pay</mark> here"


def test_marks_that_overlap_or_leave_the_text_are_cut() -> None:
    assert (
        marked("abcdef", [(3, 99), (0, 2), (1, 4), (9, 12), (5, 5)]) == "<mark>ab</mark><mark>cd</mark><mark>ef</mark>"
    )
    assert marked("abc", []) == "abc"


def test_marked_text_is_escaped_inside_and_outside_the_mark() -> None:
    assert marked("<b>&<i>", [(3, 4)]) == "&lt;b&gt;<mark>&amp;</mark>&lt;i&gt;"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http://",
        "",
        "http://[x",
        "mailto:a@b.example",
        " javascript:alert(1)",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert web_address(url) == ""
    assert "<a href" not in shown(url=url).split("</article>")[0].split("<article")[1]


def test_dates_name_the_month() -> None:
    assert day(date(2026, 9, 4)) == "4 Sep 2026"
    assert day(datetime(2026, 11, 12, 23, 59, tzinfo=UTC)) == "12 Nov 2026"
    assert day(None) == ""


def test_an_answer_shows_quotation_source_heading_and_both_dates() -> None:
    text = shown()
    assert "<mark>Pay online at bills.alder-falls.example at any hour.</mark> You can also" in text
    assert "Checked 12 Nov 2026 · page dated 14 Sep 2026" in text
    assert "› Ways to pay" in text
    assert 'rel="noopener noreferrer">Pay your water bill</a>' in text


def test_the_layer_is_named_unless_it_is_the_city() -> None:
    assert "From Tamarack County" in shown(jurisdiction="tamarack-county")
    assert 'class="layer"' not in shown()


def test_a_faq_does_not_repeat_its_question_as_the_source() -> None:
    text = shown(kind="faq", question="How do I pay?", title="How do I pay?")
    assert text.count("How do I pay?") == 1
    assert ">More on the official page</a>" in text
    assert "From the city’s own FAQ" in shown(kind="faq", question="How do I pay?", title="How do I pay?", url="")


def test_low_confidence_is_said() -> None:
    assert "not sure that this answers" in shown(confidence="low")
    assert "This may help." in shown(confidence="medium")
    assert 'class="unsure"' not in shown(confidence="high")
    assert "not sure" not in shown(confidence="medium")


def test_hostile_text_stays_text_everywhere() -> None:
    page = AskPage(
        question=HOSTILE, city=CITY, cities=[CITY], places=PLACES, error=HOSTILE, text=HOSTILE,
        answers=[answer(title=HOSTILE, heading=HOSTILE, excerpt=HOSTILE, highlights=[(0, 20)], question=HOSTILE, kind="faq")],
    )  # fmt: skip
    for text in (
        render_ask(page),
        render_ask(AskPage(question=HOSTILE, city=CITY, answers=page.answers, places=PLACES)),
    ):
        assert "<img" not in text
        assert "<script" not in text
        assert "&lt;img" in text


def test_a_refusal_gives_no_answer_but_a_person_before_the_form() -> None:
    text = render_ask(
        AskPage(
            question="bees?", city=CITY, cities=[CITY], refused=True, contact=CITY, answers=[answer()], places=PLACES
        )
    )
    assert "could not find this" in text
    assert "<article" not in text
    assert text.index('href="tel:5555550100"') < text.index("<form")


def test_a_failure_keeps_the_question_in_the_form() -> None:
    text = render_ask(AskPage(question="bees?", city=CITY, error="The search is down.", contact=CITY))
    assert 'value="bees?"' in text
    assert "The search is down." in text


def test_the_city_can_be_chosen_only_when_there_is_a_choice() -> None:
    assert "<select" in render_ask(AskPage(city=CITY, cities=CITIES))
    assert '<input type="hidden" name="city" value="alder-falls">' in render_ask(AskPage(city=CITY, cities=[CITY]))


def test_the_frame_knows_its_city_and_layers() -> None:
    text = render_frame(CITY, [CITY, PLACES["tamarack-county"]], parent_origin="https://www.example.gov")
    assert 'data-city="alder-falls"' in text
    assert "&#34;tamarack-county&#34;: {&#34;name&#34;: &#34;Tamarack County&#34;" in text
    assert 'data-parent="https://www.example.gov"' in text
    assert "your city" in render_frame(None, [], parent_origin="")
