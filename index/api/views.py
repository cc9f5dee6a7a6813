"""Stored values in the shapes that the service gives."""

from index.faqs.store import Faq
from index.feedback.search_log import Search
from index.feedback.votes import Tally
from index.schemas.faqs import FaqEntry
from index.schemas.feedback import AskedQuestion, VoteCount


def faq_entry(faq: Faq) -> FaqEntry:
    """One stored FAQ."""
    return FaqEntry.model_validate({**faq.__dict__, "city": faq.jurisdiction})


def asked(search: Search, tally: Tally | None) -> AskedQuestion:
    """One recorded question with its first answer and the votes on its answers."""
    first = search.results[0] if search.results else None
    return AskedQuestion(
        id=search.id,
        asked_at=search.asked_at,
        text=search.text,
        city=search.city,
        channel=search.channel,
        refused=search.refused,
        confidence=search.confidence,
        answer=first.excerpt if first else "",
        title=first.title if first else "",
        url=first.url if first else "",
        jurisdiction=first.jurisdiction if first else "",
        milliseconds=search.milliseconds,
        pinned=first is not None and first.pin is not None,
        votes=VoteCount(up=tally.up if tally else 0, down=tally.down if tally else 0),
    )
