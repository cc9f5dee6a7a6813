"""A city's own color: what is written on it, and how it is written in, with the contrast that text needs.

The contrast is WCAG 2.2's: (L1 + 0.05) / (L2 + 0.05) of the relative luminances, at least 4.5.
"""

from collections.abc import Sequence

Color = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

ENOUGH = 4.5
WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)
DARK_PAPER: Color = (22, 38, 43)
"""`--paper` of dark.css."""


def luminance(color: Color) -> float:
    """Relative luminance, 0 to 1."""
    parts = [c / 255 for c in color]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(color: Color, other: Color, part: float) -> Color:
    """`color` with this part of `other`, 0 to 1."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(color, other, strict=True))
    return red, green, blue


def readable(color: Color, papers: Sequence[Color], *, towards: Color) -> Color:
    """`color`, as much nearer to `towards` as it must be to be read on all of `papers`."""
    steps = (mixed(color, towards, step / 20) for step in range(21))
    return next((one for one in steps if all(contrast(one, paper) >= ENOUGH for paper in papers)), towards)


def stylesheet(color: Color, *, dark: bool) -> str:
    """The custom properties of town.css that follow from a city's color."""
    paper = DARK_PAPER if dark else WHITE
    on = WHITE if contrast(color, WHITE) >= ENOUGH else BLACK
    wash = mixed(paper, color, 0.12)
    values = {
        "brand": color,
        "on-brand": on,
        "brand-deep": mixed(color, BLACK if on == WHITE else WHITE, 0.2),
        "brand-wash": wash,
        "brand-text": readable(color, [paper, wash], towards=WHITE if dark else BLACK),
    }
    return ":root{" + "".join(f"--{name}:#{bytes(value).hex()};" for name, value in values.items()) + "}"
