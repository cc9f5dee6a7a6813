"""Replies that quote: one answer, or one for each of several questions, with who says it and how sure that is."""

from collections.abc import Sequence

from actions.replies.reply import Choice, Reply
from actions.replies.sentences import listed, name_in_sentence
from index.schemas.search import Answer
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.translation import N_, spoken
from townclerk.text.translation import gettext as _

LONGEST_NAME = 36
"""Characters of what another answer is about, to be named."""
MAX_NAMES = 2
DOUBTS = {"medium": N_("This may help."), "low": N_("I did not find that. The nearest I have is this.")}
"""What an answer that is not of high confidence is led with."""
SEVERAL = N_("You asked two things."), N_("You asked several things.")
LANGUAGE_NAMES = {
    "en": N_("English"), "es": N_("Spanish"), "fr": N_("French"), "vi": N_("Vietnamese"), "zh": N_("Chinese"),
    "tl": N_("Tagalog"), "ar": N_("Arabic"), "ht": N_("Haitian Creole"),
}  # fmt: skip
"""The names, as they stand inside a sentence, of languages in which a page may be."""


def answer(
    found: Answer, speaker: Jurisdiction | None, *, lead: str, rest: Sequence[Answer] = (), day: str = ""
) -> Reply:
    """One answer after `lead` and what holds on the `day` asked about, naming who says it; the `rest` comes with MORE.

    A FAQ may have no link: then it is the website of who says it.
    """
    if speaker and speaker.url and not found.url:
        found = found.model_copy(update={"url": speaker.url})
    source = _source([speaker] if speaker else [], [found])
    text = " ".join(filter(None, (lead, doubt(found), day, source)))
    return Reply(text=text, answers=(found,), choices=_votes(last=not rest), more=_names(found, rest), day=day)


def _names(shown: Answer, rest: Sequence[Answer]) -> tuple[str, ...]:
    """What other answers are about, each once, as far as that is short and in the resident's language."""
    names = dict.fromkeys(_name(one) for one in rest if not foreign_language(one))
    return tuple(name for name in names if len(name) <= LONGEST_NAME and name not in ("", _name(shown)))[:MAX_NAMES]


def _name(found: Answer) -> str:
    return (found.question or found.heading.rpartition(" > ")[2] or found.title).strip(" ?.:")


def doubt(found: Answer) -> str:
    """What is said before a quotation that may not answer; empty before one that does."""
    return _(DOUBTS[found.confidence]) if found.confidence in DOUBTS else ""


def both(
    found: Sequence[Answer], speakers: Sequence[Jurisdiction | None], *, lead: str, last: bool, missed: str = ""
) -> Reply:
    """The answers to the questions of one message, with what was `missed`. YES or NO would not say which is meant."""
    single = [answer(one, speaker, lead="") for one, speaker in zip(found, speakers, strict=True)]
    source = _source([speaker for speaker in speakers if speaker], found)
    answers = tuple(one for reply in single for one in reply.answers)
    return Reply(
        text=" ".join(filter(None, (lead, missed or _(SEVERAL[len(found) > 2]), source))),
        answers=answers,
        choices=() if last else (_more(),),
    )


def _source(speakers: Sequence[Jurisdiction], found: Sequence[Answer]) -> str:
    """Who says what is quoted, and in which language when that is not the resident's."""
    place = listed(list(dict.fromkeys(name_in_sentence(speaker) for speaker in speakers)))
    language = listed(list(dict.fromkeys(filter(None, map(foreign_language, found)))))
    if place and language:
        return _("From {place}, in {language}:", place=place, language=language)
    if place:
        return _("From {place}:", place=place)
    return _("I found this, in {language}:", language=language) if language else _("I found this:")


def foreign_language(found: Answer) -> str:
    """The name of the quotation's language when it is another than the resident's; the tag when we have no name for it."""
    language = (found.lang or "").split("-")[0].lower()
    if not language or language == spoken().split("-")[0]:
        return ""
    return _(LANGUAGE_NAMES[language]) if language in LANGUAGE_NAMES else language


def missed(asked: str) -> str:
    """One of two questions that has no answer."""
    return _('You also asked "{question}": I could not find that.', question=asked.strip(" ?.!¿¡"))


def _votes(*, last: bool) -> tuple[Choice, ...]:
    """What is said of an answer. What the buttons send is the same in every language."""
    either = (Choice(label=_("Yes"), text="Yes"), Choice(label=_("No"), text="No"))
    return either if last else (*either, _more())


def _more() -> Choice:
    return Choice(label=_("More"), text="More")
