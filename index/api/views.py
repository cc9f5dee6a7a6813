"""Stored values in the shapes that the service gives."""

from index.faqs.faq import Faq
from index.feedback.search_log import Search
from index.feedback.votes import Tally
from index.schemas.faqs import FaqEntry
from index.schemas.feedback import AskedQuestion, VoteCount


def faq_entry(faq: Faq) -> FaqEntry:
    """One stored FAQ."""
    return FaqEntry.model_validate({**faq.__dict__, "city": faq.jurisdiction})


def asked(search: Search, tally: Tally | None) -> AskedQuestion:
    """One recorded question with its first answer and the votes on its answers."""
    first = next(iter(search.results), None)
    shown = {name: getattr(first, name, "") for name in ("title", "url", "jurisdiction")}
    shown["answer"] = first.excerpt if first else ""
    votes = VoteCount(up=tally.up if tally else 0, down=tally.down if tally else 0)
    pinned = first is not None and first.pin is not None
    return AskedQuestion.model_validate({**vars(search), **shown, "pinned": pinned, "votes": votes})
