"""Follow-up questions: what "and on Saturday?" or "how much is it?" is about.

No model rewrites the question. A question that leans on the ones before it is searched
together with them: its own words count fully, those of earlier questions less.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.answertypes import Kind, kinds
from index.concepts import Applied, Concept, Term, Wanted, joined
from index.words import FUNCTION_WORDS, forms, subject

EARLIER_WEIGHT = 0.5
"""What a keyword of the question before counts; that of the one before it half of this, ..."""
LONGEST = 300
"""Characters of an earlier question that are looked at."""

_OPENING = re.compile(
    r"^\W*(?:and|or|but|so|then|also|what about|how about|what if|ok(?:ay)?|thanks?|yes|no|anything else|any other|more)\b",
    re.I,
)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|there|he|she|him|her|his|one|ones|same|such|so|too|else|either|instead|another)\b",
    re.I,
)
_THERE_IS = re.compile(
    r"\b(?:is|are|was|were|will|be|been|if|when|would)\s+there\b|\bthere(?:'s|’s|\s+is|\s+are|\s+was|\s+were|\s+be)\b|\bis it (?:ok|okay|legal|illegal|possible|true|allowed|safe)\b|\bthis (?:week|weekend|month|year|summer|winter|spring|fall|morning|afternoon|evening)\b",
    re.I,
)
_NAMES_ITS_SUBJECT = re.compile(r"^\W*(?:what|who)(?:['’]s|\s+(?:is|are|was|were))\b", re.I)
"""With two words of its own such a question is whole ("what is a safe room?"); "can I pay online?" is not."""
_PART_OF_ANOTHER = (
    "address application appointment charge class contact cost date deadline difference document documents email entrance exam fee fees "
    "fine form forms hours limit link list location maximum minimum number office other others paperwork parking payment penalty phone "
    "price process program requirements rest rule rules schedule service services staff test time website first last next"
)
_HAS_ITS_SUBJECT = re.compile(
    r"^\W*(?:(?:when|where|how|why|what|which)\s+(?:\w+\s+)?)?(?:is|are|was|were|does|do|did|can|will|has|have|should|would)(?:n['’]t)?"
    rf"\s+(?:the|a|an)\s+(?!(?:{'|'.join(_PART_OF_ANOTHER.split())})\b)\w+",
    re.I,
)
"""So is one about a thing it names ("when is the library open?"), but not about what some other thing has ("is the fee waived?")."""


@dataclass(frozen=True)
class Asked:
    """A question as it is searched.

    `sentence` is what was asked, `compared` what is compared by meaning: the same with abbreviations
    written out. `terms` are weighted stems for keywords, `own` those of the
    question itself, `forms` its function words, `kinds` what kind of thing it asks for,
    `concepts` the things it names for which other words are looked for too (see `synonyms`).
    """

    sentence: str
    terms: tuple[Term, ...]
    own: tuple[str, ...]
    forms: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    concepts: tuple[Concept, ...] = ()
    applied: tuple[Applied, ...] = ()
    written_out: str = ""

    @property
    def compared(self) -> str:
        """The text for the encoder."""
        return self.written_out or self.sentence

    @property
    def wanted(self) -> list[Wanted]:
        """What keywords are looked for, each once."""
        return joined(self.terms, self.concepts)

    @property
    def stands_for(self) -> dict[str, str]:
        """Stems of other words for what the question names: which of its own words they stand for."""
        named = [(concept.own[0][0], concept) for concept in self.concepts if concept.own]
        return {stem: own for own, concept in named for other in concept.others for stem in other.stems}


def ask(text: str, history: Sequence[str] = ()) -> Asked:
    """The question to search for; `history` holds the questions before it, oldest first."""
    own = subject(text)
    form = tuple(word for word in forms(text) if word not in own)
    earlier = [h.strip()[:LONGEST] for h in reversed(history) if h.strip()]
    if not earlier or not leans(text):
        return Asked(text, tuple((word, 1.0) for word in own), tuple(own), form, kinds(text))
    weights = dict.fromkeys(own, 1.0)
    weight = EARLIER_WEIGHT
    for question in earlier:
        for word in subject(question):
            weights.setdefault(word, weight)
        weight /= 2
    # "And on Sunday?" asks for what the question before it asked for.
    wanted = kinds(text) or kinds(earlier[0])
    return Asked(" ".join([text, *earlier]), tuple(weights.items())[:48], tuple(own), form, wanted)


def leans(text: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    if _OPENING.match(text):
        return True
    if _POINTING.search(_THERE_IS.sub(" ", text)):
        return True
    content = [word for word in re.findall(r"[^\W_]+", text.lower()) if word not in FUNCTION_WORDS]
    return len(content) <= (1 if _NAMES_ITS_SUBJECT.match(text) or _HAS_ITS_SUBJECT.match(text) else 2)
