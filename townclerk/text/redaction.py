"""Masks personal data in text that is logged, counted or shown to staff.

Linear-time patterns over at most `LIMIT` characters: a redactor that can be made slow is
itself a fault. House numbers, years, ZIP codes and amounts stay as they are.
"""

import re

LIMIT = 20_000
"""Characters that are looked at; the rest is dropped, with a mark."""

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])")
_PHONE = re.compile(
    r"(?<![\w.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)|(?<![\w.])\+\d{10,15}(?!\d)|(?<![\w.-])\d{10}(?![\d.-])"
)
_CARD = re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d])")


def redact(text: str) -> str:
    """`text` with e-mail, phone, card (Luhn-checked) and social security numbers masked."""
    cut = text if len(text) <= LIMIT else text[:LIMIT] + " [cut]"
    cut = _EMAIL.sub("[email]", cut)
    cut = _CARD.sub(lambda m: "[card]" if luhn(m.group()) else m.group(), cut)
    cut = _SSN.sub("[ssn]", cut)
    return _PHONE.sub("[phone]", cut)


def luhn(number: str) -> bool:
    """Whether the digits of `number` pass the Luhn check (ISO/IEC 7812-1, annex B)."""
    digits = [int(c) for c in number if c.isdigit()][::-1]
    doubled = [d if i % 2 == 0 else sum(divmod(d * 2, 10)) for i, d in enumerate(digits)]
    return sum(doubled) % 10 == 0
