"""Replies as text messages, for every length and alphabet."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.replies.reply import Choice, Reply
from bot.conversation.sessions import Exchange, Session, Timings
from bot.sms.formatting import shape
from bot.sms.worker import another_speaks
from index.schemas.search import Answer
from tests.bot.fakes import answer
from townclerk.text.gsm import unaccented
from townclerk.text.segments import fits, measure
from townclerk.text.translation import speaking

WORDS = st.lists(st.text(alphabet="abcdeñáü€{}!😀", min_size=1, max_size=12), min_size=1, max_size=120)


@given(WORDS, st.integers(1, 4), st.integers(1, 400))
def test_no_part_is_too_long_and_the_link_stays_whole(words: list[str], segments: int, length: int) -> None:
    url = "https://www.alder-falls.example/" + "x" * length
    shaped = shape(
        Reply(text="From Alder Falls:", answers=(answer(excerpt=" ".join(words), url=url),)), segments=segments
    )
    assert sum(url in part.split("\n") for part in shaped.parts) == 1
    assert all(fits(part, segments) for part in shaped.parts if part != url)
    told = " ".join(shaped.parts).replace(" ...", "") + " " + shaped.rest
    assert all(word in told or unaccented(word) in told for word in words)


@given(WORDS, st.integers(1, 3))
def test_plain_words_fit_and_the_rest_is_kept(words: list[str], segments: int) -> None:
    text = " ".join(words)
    shaped = shape(Reply(text=text), segments=segments)
    (part,) = shaped.parts
    assert fits(part, segments)
    assert bool(shaped.rest) is not (fits(text, segments) or fits(unaccented(text), segments))


def test_our_own_words_give_way_to_the_quotation() -> None:
    excerpt = "Carts go to the curb by seven in the morning, and are taken back in by the evening of that day. " * 2
    reply = Reply(
        text="Thank you, I noted that. Here is another answer. From Alder Falls:",
        answers=(answer(excerpt=excerpt.strip()),),
    )
    shaped = shape(reply, segments=2)
    assert shaped.parts[0].startswith("Trash and recycling - Pick-up days: Carts go")
    assert measure(shaped.parts[0]).segments == 2
    kept = shape(reply, segments=2, keep_intro=True)
    assert kept.parts[0].startswith("Thank you")


def test_doubt_is_said_however_short_the_room() -> None:
    excerpt = "Carts go to the curb by seven in the morning, and are taken back in by the evening of that day. " * 2
    lead = "Thank you, I noted that. Here is another answer. This may help. From Alder Falls:"
    for length in (1, 4):
        found = answer(excerpt=excerpt.strip() * length, confidence="medium")
        shaped = shape(Reply(text=lead, answers=(found,)), segments=2)
        assert shaped.parts[0].startswith("This may help.\nTrash and recycling")
        assert shape(Reply(answers=(found,)), segments=2).parts[0].startswith("This may help.\n")


def test_what_holds_on_the_day_asked_about_stays_and_the_subject_gives_way() -> None:
    day = "Martin Luther King Jr. Day is Monday, January 18, 2027. I found no rule for it; this is the usual."
    hours = "weekdays from 5:30 a.m. to 9 p.m., Saturday from 8 a.m. to 6 p.m., Sunday from 10 a.m. to 5 p.m."
    found = answer(excerpt=f"The rink is open all year: {hours}", confidence="medium")
    (text,) = shape(Reply(text=f"This may help. {day} From Alder Falls:", answers=(found,), day=day), segments=2).parts
    assert text.startswith(f"This may help. {day}\n")
    assert hours in text


@pytest.mark.parametrize(
    ("found", "language", "said"),
    [
        (answer(jurisdiction="cedar"), "en", True),
        (answer(), "en", False),
        (answer(lang="es"), "en", True),
        (answer(lang="es-MX"), "es", False),
        (answer(lang="en"), "es", True),
        (answer(lang="en"), "en", False),
    ],
)
def test_whose_rule_it_is_and_in_which_language_stays_when_it_is_another(
    found: Answer, language: str, said: bool
) -> None:
    reply = Reply(text="From Cedar State:", answers=(found,))
    session = Session("p", "sms")
    exchange = Exchange(session, "dog license", reply, "assistant", Timings(), "alder-falls", session)
    with speaking(language):
        assert another_speaks(exchange) is said


def test_the_part_that_answers_is_sent_and_more_brings_the_rest() -> None:
    before, part, after = (
        "Carts go to the curb by seven. " * 5,
        "A second cart costs $4.50 a month.",
        " Call us on any day of the week. " * 6,
    )
    found = answer(excerpt=f"{before}{part}{after}", short=part)
    shaped = shape(Reply(text="From Alder Falls:", answers=(found,)), segments=2)
    (message,) = shaped.parts
    assert part in message
    assert found.url in message.split("\n")
    assert fits(message, 2)
    assert "Carts go to the curb" in shaped.rest
    assert "Call us" in shaped.rest
    assert part not in shaped.rest
    assert part in shape(Reply(answers=(found,)), segments=1).parts[0]


def test_a_part_that_ends_within_a_sentence_says_so() -> None:
    found = answer(
        excerpt="A second cart costs $4.50 a month, and " + "there is more to know about carts " * 12,
        short="A second cart costs $4.50 a month,",
    )
    assert "A second cart costs $4.50 a month, ...\n" in shape(Reply(answers=(found,)), segments=2).parts[0]


def test_an_excerpt_that_fits_is_sent_whole() -> None:
    found = answer(excerpt="Trash is picked up on Tuesdays. Put carts out by 7 a.m.", short="Put carts out by 7 a.m.")
    assert found.excerpt in shape(Reply(answers=(found,)), segments=2).parts[0]


def test_a_pinned_answer_reads_as_any_other() -> None:
    pinned, other = (shape(Reply(answers=(one,)), segments=3) for one in (answer(pinned=True), answer()))
    assert pinned == other


def test_two_answers_stand_in_one_text() -> None:
    reply = Reply(text="You asked two things. From Alder Falls:", answers=(answer(), answer(excerpt="Rink: 9 to 5.")))
    (part,) = shape(reply, segments=2).parts
    assert part.startswith("1. ")
    assert "\n2. Trash and recycling: Rink: 9 to 5.\n" in part
    assert shape(reply, segments=2, keep_intro=True).parts[0].startswith("You asked two things.")


@given(WORDS, WORDS, st.integers(1, 3))
def test_of_two_long_answers_both_begin_and_nothing_is_lost(one: list[str], other: list[str], segments: int) -> None:
    reply = Reply(text="From Alder Falls:", answers=(answer(excerpt=" ".join(one)), answer(excerpt=" ".join(other))))
    shaped = shape(reply, segments=segments)
    assert len(shaped.parts) == 1 or segments == 1
    told = " ".join(shaped.parts)
    assert re.search(rf"1\. .*{re.escape(unaccented(one[0]))}", unaccented(told))
    assert re.search(rf"2\. .*{re.escape(unaccented(other[0]))}", unaccented(told))
    whole = told + shaped.rest
    assert all(word in whole or unaccented(word) in whole for word in (*one, *other))


def test_how_to_go_on_is_said_in_the_language_and_in_the_alphabet_of_texts() -> None:
    with speaking("es"):
        whole = shape(Reply(answers=(answer(excerpt="Se recoge los lunes."),)), segments=2)
        cut = shape(Reply(text="Una frase que sigue y sigue. " * 20), segments=2)
    assert whole.parts[0].endswith("\n¿Le sirve? Responda SI o NO. MAS: otra respuesta.")
    assert cut.parts[0].endswith("\nResponda MAS para ver el resto.")
    assert measure(whole.parts[0]).encoding == measure(cut.parts[0]).encoding == "GSM-7"


def test_more_names_what_it_brings_where_there_is_room() -> None:
    found = answer(excerpt="Carts go to the curb by seven.")
    named = Reply(text="From Alder Falls:", answers=(found,), more=("Leaf bags", "Couches and chairs"))
    assert (
        shape(named, segments=2)
        .parts[0]
        .endswith("\nHelpful? Reply YES or NO. MORE for: Leaf bags, Couches and chairs.")
    )
    long = answer(excerpt="Carts go to the curb by seven in the morning. " * 3 + "Rinse all of it.")
    (part,) = shape(named.model_copy(update={"answers": (long,)}), segments=2).parts
    assert part.startswith("From Alder Falls:")
    assert part.endswith("MORE for: Leaf bags.")
    last = Reply(text="From Alder Falls:", answers=(found,), choices=(Choice(label="Yes", text="Yes"),))
    assert shape(last, segments=2).parts[0].endswith("\nHelpful? Reply YES or NO.")
