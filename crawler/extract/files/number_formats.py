"""A number as a spreadsheet shows it by its number format (ECMA-376 part 1, 18.8.31)."""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_PIECE = re.compile(
    r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[([^\]]*)\]|_.|\*.|([0#?](?:[0#?,.]| (?=[0#?]))*(?:/[0#?\d]+)?)|(E[+-]0+)|(.)'
)
"""Quoted text, an escaped character, a currency, a color or condition, room to leave or to fill, digits, an exponent, a character."""
_CONDITION = re.compile(r"([<>]=?|=|<>)(-?[\d.]+)")
_GENERAL = frozenset({"", "general", "@"})
_TESTS = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0), "=": (0,), "<>": (-1, 1)}


def shown_number(value: float, number_format: str) -> str:
    """The text of a cell that holds `value`: amounts, percentages, padded numbers (ZIP codes), units, fractions."""
    section, unsigned = _section(value, number_format.split(";"))
    if section.strip().lower() in _GENERAL:
        return f"{value:.12g}"
    pieces = list(_PIECE.finditer(section))
    scaled = Decimal(repr(abs(value))) * (100 if any(piece[7] == "%" for piece in pieces) else 1)
    masks = [piece[5] for piece in pieces if piece[5]]
    if any(piece[6] for piece in pieces):
        return f"{value:.12g}"
    digits = _filled(scaled, masks)
    told = [
        piece[1] or piece[2] or piece[3] or (digits.pop(0) if piece[5] else "") or piece[7] or "" for piece in pieces
    ]
    text = " ".join("".join(told).split())
    shows = any(c in "123456789" for c in text)
    return f"-{text}" if value < 0 and not unsigned and shows else text


def _section(value: float, sections: list[str]) -> tuple[str, bool]:
    """The part of the format for this value, and whether it says itself how a negative number looks."""
    for section in sections[:2]:
        if condition := _CONDITION.search(section):
            limit = float(condition[2])
            if ((value > limit) - (value < limit)) in _TESTS[condition[1]]:
                return section, True
    if _CONDITION.search(sections[0]):
        return sections[-1], False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    return (sections[2], False) if value == 0 and len(sections) > 2 else (sections[0], False)


def _filled(value: Decimal, masks: list[str]) -> list[str]:
    """The digits of `value` in each run of placeholders; one run holds them all but in "(000) 000-0000" and its like."""
    if len(masks) == 1:
        return [_number(value, masks[0])]
    total = sum(mask.count("0") + mask.count("#") for mask in masks)
    digits = str(int(value)).rjust(total, "0")
    found = []
    for mask in reversed(masks):
        wide = mask.count("0") + mask.count("#")
        found.append(digits[len(digits) - wide :] if mask is not masks[0] else digits)
        digits = digits[: len(digits) - wide]
    return found[::-1]


def _number(value: Decimal, mask: str) -> str:
    whole, _, decimals = mask.partition(".")
    if "/" in mask:
        return _fraction(value, mask)
    for _ in range(len(whole.rstrip()) - len(whole.rstrip().rstrip(","))):
        value /= 1000
    most, least = sum(decimals.count(c) for c in "0#?"), decimals.count("0")
    rounded = value.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole.rstrip().rstrip(",") else f"{rounded:f}"
    before, point, after = text.partition(".")
    after = after[:least] + after[least:].rstrip("0")
    before = before.removeprefix("0") if before == "0" and "0" not in whole else before.rjust(whole.count("0"), "0")
    return before + (point + after if after else "")


def _fraction(value: Decimal, mask: str) -> str:
    """ "1 1/2": the nearest fraction with so many digits, or of that denominator."""
    below = mask.rpartition("/")[2].strip()
    most = int(below) if below.isdigit() and below.strip("0") else 10 ** len(below) - 1
    part = Fraction(value) - int(value)
    near = Fraction(round(part * most), most) if below.isdigit() else part.limit_denominator(most)
    whole = int(value) + int(near)
    near -= int(near)
    return " ".join(filter(None, [str(whole) if whole or not near else "", str(near) if near else ""]))
