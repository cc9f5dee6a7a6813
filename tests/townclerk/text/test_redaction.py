"""Personal data is masked; addresses, years, amounts and ZIP codes are not."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from townclerk.text.redaction import LIMIT, luhn, redact


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my ssn is 123-45-6789 ok", "my ssn is [ssn] ok"),
        ("123 45 6789", "[ssn]"),
        ("mail jo.doe+x@mail.example.org now", "mail [email] now"),
        ("call (555) 010-0199 or +15550100199", "call [phone] or [phone]"),
        ("call 555-010-0199.", "call [phone]."),
        ("card 4111 1111 1111 1111!", "card [card]!"),
        ("card 4111-1111-1111-1111", "card [card]"),
    ],
)
def test_masked(text: str, masked: str) -> None:
    assert redact(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "1600 Main St, 2026",
        "ZIP 99990-1234",
        "$1,250.00 due 2026-11-21",
        "666-12-3456 is no SSN",
        "permit 2024-000123",
        "call 911",
        "4111111111111112",
    ],
)
def test_left_alone(text: str) -> None:
    assert redact(text) == text


def test_a_megabyte_of_digits_takes_under_50_ms_of_cpu() -> None:
    began = time.process_time()
    redact("1" * 1_000_000)
    redact("1-" * 500_000)
    redact("a@" * 500_000)
    assert time.process_time() - began < 0.15


@given(st.text(max_size=300))
def test_nothing_of_a_masked_address_remains(noise: str) -> None:
    assert "secret.person@mail.example" not in redact(f"{noise} secret.person@mail.example")


@settings(max_examples=30)
@given(st.text(min_size=1, max_size=300), st.integers(0, LIMIT * 2))
def test_output_is_bounded(text: str, length: int) -> None:
    assert len(redact((text * length)[:length])) <= LIMIT + 200


def test_luhn_on_the_published_example() -> None:
    assert luhn("79927398713")
    assert not luhn("79927398710")
