"""A city's own color, and what follows from it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.widget.theme import BLACK, DARK_PAPER, ENOUGH, WHITE, Color, contrast, stylesheet

BYTE = st.integers(0, 255)


def colors(color: Color, *, dark: bool) -> dict[str, Color]:
    """The values in the stylesheet."""
    found = re.findall(r"--([\w-]+):#(\w{6});", stylesheet(color, dark=dark))
    return {name: (value[0], value[1], value[2]) for name, value in ((n, bytes.fromhex(v)) for n, v in found)}


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast((119, 119, 119), WHITE) == pytest.approx(4.48, abs=0.01)


@given(st.tuples(BYTE, BYTE, BYTE), st.booleans())
def test_whatever_the_color_text_can_be_read(color: Color, dark: bool) -> None:
    made = colors(color, dark=dark)
    assert made["brand"] == color
    assert contrast(made["on-brand"], color) >= ENOUGH
    assert contrast(made["on-brand"], made["brand-deep"]) >= ENOUGH
    for paper in (DARK_PAPER if dark else WHITE, made["brand-wash"]):
        assert contrast(made["brand-text"], paper) >= ENOUGH


def test_a_color_that_can_be_read_stays_as_it_is() -> None:
    assert colors((122, 31, 43), dark=False)["brand-text"] == (122, 31, 43)
