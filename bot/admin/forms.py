"""Fields of the console's forms."""

from datetime import date

from townclerk.errors import BadInput


def typed_day(text: str) -> date | None:
    """The day that was typed; None for an empty field. Raises BadInput."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise BadInput(f"A day must be a date such as 2026-11-30; got {text[:40]!r}.") from None
