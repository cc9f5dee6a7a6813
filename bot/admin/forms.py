"""Fields of the console's forms."""

import base64
import zlib
from datetime import date
from typing import Annotated

from fastapi import Path

from townclerk.errors import BadInput, TooLarge

Number = Annotated[int, Path(ge=1, lt=2**31)]
"""The number of a row, in an address."""
MOST_PACKED = 8_000_000
"""Characters of a packed file: what a form may hold."""
MOST_UNPACKED = 10_000_000


def packed(data: bytes) -> str:
    """A file as the value of a hidden field, so that what was looked at is what is imported. Raises TooLarge."""
    text = base64.urlsafe_b64encode(zlib.compress(data)).decode()
    if len(text) > MOST_PACKED:
        raise TooLarge(f"The file has {len(data):,} bytes, too many for a preview. Split it.")
    return text


def unpacked(text: str) -> bytes:
    """The file of a hidden field. Raises BadInput."""
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(base64.urlsafe_b64decode(text.encode()), MOST_UNPACKED)
    except (ValueError, zlib.error) as error:
        raise BadInput("The file did not arrive whole. Choose it once more.") from error
    if not unpacking.eof:
        raise BadInput("The file did not arrive whole. Choose it once more.")
    return data


def typed_day(text: str) -> date | None:
    """The day that was typed; None for an empty field. Raises BadInput."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise BadInput(f"A day must be a date such as 2026-11-30; got {text[:40]!r}.") from None
