"""Counting and cutting text messages, against the rules of GSM 03.38 written down a second way."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from townclerk.text.gsm import one_message, plain_punctuation, unaccented
from townclerk.text.segments import fits, measure, split, take

GSM = "".join(chr(c) for c in range(0x20, 0x7F) if chr(c) not in "`") + "éñü¿¡àèäöß€\n"
TEXTS = st.text(alphabet=st.one_of(st.sampled_from(GSM), st.sampled_from("áíóú😀👩🏽ñ漢é ")), max_size=700)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 159, "GSM-7", 159, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("a" * 1600, "GSM-7", 1600, 11),
        ("a" * 1601, "GSM-7", 1601, 11),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("[]{}~^|\\", "GSM-7", 16, 1),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),  # the pair moves whole into the second segment
        ("¡¿Ññüàéèùìò", "GSM-7", 11, 1),
        ("á" * 70, "UCS-2", 70, 1),
        ("á" * 71, "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
        ("á" * 66 + "😀" + "á" * 66, "UCS-2", 134, 3),
        ("e\u0301", "UCS-2", 2, 1),
    ],
)
def test_known_lengths(text: str, encoding: str, units: int, segments: int) -> None:
    found = measure(text)
    assert (found.encoding, found.units, found.segments) == (encoding, units, segments)


@given(TEXTS)
def test_ucs2_units_are_those_of_utf16(text: str) -> None:
    found = measure(text)
    if found.encoding == "UCS-2":
        assert found.units == len(text.encode("utf-16-be")) // 2
    assert (found.segments == 1) is (found.units <= (160 if found.encoding == "GSM-7" else 70))


@given(TEXTS, st.integers(1, 4))
def test_parts_fit_and_keep_every_word(text: str, segments: int) -> None:
    parts = split(text, segments)
    assert " ".join(parts).split() == text.split()
    assert all(fits(part, segments) or not re.search(r"\s", part) for part in parts)


@given(TEXTS, st.integers(1, 3))
def test_taking_with_reserve_fits(text: str, segments: int) -> None:
    part, rest = take(text, segments, reserve="\nReply MORE.")
    assert f"{part} {rest}".split() == text.split()
    if rest and re.search(r"\s", part):
        assert fits(part + "\nReply MORE.", segments)


def test_address_is_never_cut() -> None:
    url = "https://www.alder-falls.example/" + "path/" * 80
    parts = split(f"See the page. {url} It has all the fees.", 1)
    assert url in parts


def test_cut_is_at_a_sentence_not_at_an_abbreviation() -> None:
    text = "Permits cost $25 and are sold at the clerk's desk on weekdays. The office of Mr. Lee at 5 Main St. is open on all weekdays from nine to five and on Saturdays until noon."
    part, rest = take(text, 1)
    assert part.endswith("weekdays.")
    assert rest.startswith("The office")


def test_only_punctuation_is_made_plain() -> None:
    assert plain_punctuation("“¿Cuándo?” – a\u00a0las 8… él’s") == '"¿Cuándo?" - a las 8... él\'s'


@given(TEXTS)
def test_making_punctuation_plain_changes_nothing_else(text: str) -> None:
    assert plain_punctuation(text) == text


@given(TEXTS)
def test_what_fits_in_one_message_is_one_segment(text: str) -> None:
    assert one_message(text) is (measure(plain_punctuation(text)).segments == 1)


@pytest.mark.parametrize(
    "piece",
    [
        "7:30 a.m.",
        "9 a.m. to 1 p.m.",
        "(555) 555-0113",
        "$30 a year",
        "200 Mill Street, Alder Falls, 99990",
        "July 1, 2026",
    ],
)
def test_no_price_time_number_or_address_is_cut(piece: str) -> None:
    for padding in range(100, 160):
        text = (
            "word " * (padding // 5) + "x" * (padding % 5) + f" {piece} and so on for the rest of a text that is long."
        )
        assert any(piece in part for part in split(text, 1)), padding


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("up to 1½ inches", "up to 1 1/2 inches"),
        ("½ inch × ¾ inch", "1/2 inch x 3/4 inch"),
        ("12″ pipe, 65°F – “free”", '12" pipe, 65 deg F - "free"'),
        ("soft\u00adware\u200b", "software"),
        ("¿Qué día? Mañana, el miércoles", "¿Qué día? Mañana, el miércoles"),
    ],
)
def test_signs_are_exchanged_where_the_alphabet_says_the_same(written: str, plain: str) -> None:
    assert plain_punctuation(written).strip() == plain


def test_accents_go_where_they_would_turn_the_text_into_another_encoding() -> None:
    assert unaccented("¿Qué día? Mañana, el miércoles") == "¿Qué dia? Mañana, el miércoles"
    assert measure(unaccented("Saque los botes el día del güiro, a las 7 ó después: ¡Sí!")).encoding == "GSM-7"


def test_a_text_is_not_cut_before_what_turns_it() -> None:
    text = "Dogs are welcome on every trail of the park except from May to July, when elk are born."
    told, rest = take(text, 1, reserve="x" * (160 - 55))
    assert not re.search(r"park$|except$", told)
    assert rest
