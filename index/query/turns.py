"""One turn of a conversation: what it says, and whether that can be understood without the turns before.

Read from words and their order alone, so it costs nothing and can be followed. Around a question
stand words that do not belong to it ("thanks.", "never mind,"); some of them tell what comes.
"""

import re
from dataclasses import dataclass

from index.text.tokenizer import FUNCTION_WORDS, stems_in
from townclerk.text.folding import word_set

_POLITE = re.compile(
    r"^\W*(?:thanks?(?: you)?(?: (?:so|very) much| a lot)?|thx|ok(?:ay)?|great|perfect|cool|awesome|alright|all right|got it|i see|yes|yeah|yep|no|nope"
    r"|sorry|oops|wait|actually|oh|um+|hi|hello|hey|so|well|gracias|vale)\b(?:[\s,.!;:-]+|$)",
    re.I,
)
_LEAVING = re.compile(
    r"^\W*(?:never ?mind(?: (?:that|it))?|forget (?:about )?(?:it|that)"
    r"|(?:i have )?(?:another|a different|a new|one more|different|new|unrelated|other) (?:question|topic|subject|thing)|on another note|now(?= (?:the|my|about|for)\b)|change of (?:topic|subject))\b[\s,.!;:-]*",
    re.I,
)
"""Says in so many words that the subject is another one now."""
_MEANING = re.compile(r"^\W*(?:what )?(?:i|we) mean(?:t)?(?: (?:is|was|to (?:say|ask)))?\b[\s,.:-]*", re.I)
_DENYING = re.compile(
    r"^\W*(?:it'?s )?not (?:(?:the|a|an|my|about|for) )*(?P<what>\w+(?: \w+){0,2})\s*[,;.:]\s*(?:but )?", re.I
)
_CORRECTING = re.compile(r"^\W*(?:no|nope|sorry|oops|wait|actually)\b", re.I)
_GOING_ON = re.compile(
    r"^\W*(?:and|or|but|then|also|what about|how about|what if|anything else|any other|more)\b", re.I
)
_JOINING = re.compile(r"^\W*(?:and|but|then|also)\b[\s,]*", re.I)
_ASKING = re.compile(
    r"^\W*(?:when|where|how|why|what|which|who|whom|is|are|was|were|does|do|did|can|could|will|has|have|should|would|may)(?:['’]s|n['’]t)?\s+(?!about\b|if\b)",
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
_NAMES_ITS_PLACE = re.compile(r"^\W*where(?:['’]s|\s+(?:is|are))\b", re.I)
"""And so is such a one that asks for the place of a thing ("where is town hall?"), not of a part ("where is the form available?")."""
_PART_OF_ANOTHER = (
    "address application appointment charge class contact cost date deadline difference document documents email entrance exam fee fees "
    "fine form forms hours limit link list location maximum minimum number office other others paperwork parking payment penalty phone "
    "price process program requirements rest rule rules schedule service services staff test time website first last next"
)
_COMPARED = "(?:bigg|small|larg|cheap|old|new|long|short|fast|few|high|low|lat|earli|near|clos)(?:er|est)"
_HAS_ITS_SUBJECT = re.compile(
    r"^\W*(?:(?:when|where|how|why|what|which)\s+(?:\w+\s+)?)?(?:is|are|was|were|does|do|did|can|will|has|have|should|would)(?:n['’]t)?"
    rf"\s+(?:the|a|an)\s+(?!(?:{'|'.join(_PART_OF_ANOTHER.split())}|{_COMPARED})\b)\w+",
    re.I,
)
"""So is one about a thing it names ("when is the library open?"), but not about what some other thing has ("is the fee waived?")."""
_CONDITION = re.compile(
    r"^\W*(?:for|with|without|if|as)\b(?!.*\b(?:can|could|do|does|is|are|was|will|should|must|may|what|when|where|how|who|which|why)\b)",
    re.I,
)
"""Says for whom or on which condition, and asks nothing: "for the full day, I am not a resident"."""
_ITS_PART = re.compile(
    r"\bthe (?:price|fee|cost|fine|penalty|form|deadline|appointment|application|payment|deposit|exam)\b"
    r"(?=\W*$|\s+(?:if|when|and|or|be|is|are|due|online|by|with|again|yet|early|late|after|before)\b)",
    re.I,
)
"""A part of a thing that the question does not name: "what happens to the price if I wait"."""
_NAMES_A_THING = re.compile(r"\b(?:an?|my|our)\s+\w", re.I)
_OF_A_KIND = frozenset(_PART_OF_ANOTHER.split()) | frozenset(
    ["much", "many", "long", "often", "far", "big", "second", "third", "late", "take", "takes"]
)
"""Words that say what is wanted of a thing, and not which thing."""
_WHEN = re.compile(
    r"^\W*(?:(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|tonight|tomorrow|weekdays?|weekends?|mornings?|evenings?|holidays?|\d+)\W*)+$",
    re.I,
)
"""Says when, and not of what."""
_FOR_WHOM_OR_WHEN = word_set(
    """
    adult adults baby babies child children deal deals disabled discount discounts elderly everyone families family guest guests kid kids
    military non nonresident nonresidents owner owners renter renters resident residents senior seniors student students teen teens
    toddlers tourist tourists veteran veterans visitor visitors youth
    open opens opened close closes closed now today tonight tomorrow weekday weekdays weekend weekends morning mornings evening evenings
    monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays sunday sundays
    """
)
"""Words that say for whom or when, and not of what."""


@dataclass(frozen=True)
class Turn:
    """`text` without what was said around it; whether it leans on the turns before; stems it says are not meant."""

    text: str
    leans: bool
    denied: frozenset[str] = frozenset()

    @property
    def names_something(self) -> bool:
        """Whether a word of it says what it is about: "and how much is it?" has none, "for seniors?" has one."""
        return any(word not in _OF_A_KIND for word in _content(self.text))

    @property
    def is_bare(self) -> bool:
        """Whether it is nothing but the name of something: "parking", "quiet hours", but not "price" or "seniors"."""
        words = set(re.findall(r"[^\W_]+", self.text.lower()))
        says_which = words - (_OF_A_KIND - {"parking"}) - _FOR_WHOM_OR_WHEN
        return not FUNCTION_WORDS & words and bool(says_which) and not _WHEN.match(self.text)


def read(text: str) -> Turn:
    """A turn as it is to be searched. Words of courtesy alone stay as they are."""
    rest, polite = _without(_POLITE, text)
    rest, leaving = _without(_LEAVING, rest)
    if leaving:
        rest, _ = _without(_POLITE, rest)
        return Turn(rest or text, not rest or bool(_GOING_ON.match(rest)))
    denying = _DENYING.match(rest)
    meant, said = _without(_MEANING, rest[denying.end() :] if denying else rest)
    corrects = said or denying is not None or bool(_CORRECTING.match(polite))
    if not re.search(r"\w", meant):
        return Turn(text, True)
    denied = stems_in(denying["what"]) if denying else frozenset()
    return Turn(
        meant,
        _leans(meant) or (bool(corrects) and not _ASKING.match(meant)),
        denied - stems_in(meant),
    )


def _without(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """`text` after what matches at its start, as often as it does; and what was taken off."""
    rest = text
    while rest and (found := pattern.match(rest)) and found.end():
        rest = rest[found.end() :]
    return rest, text[: len(text) - len(rest)]


def _leans(text: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    if _POINTING.search(_THERE_IS.sub(" ", text)) or _CONDITION.match(text):
        return True
    if _ITS_PART.search(text) and not _NAMES_A_THING.search(text):
        return True
    own = _content(text)
    if _GOING_ON.match(text):
        # "And where do I report a pothole?" is whole all the same, "and how much is the second?" is not.
        joined = _JOINING.sub("", text, count=1)
        return not (_ASKING.match(joined) and len([word for word in own if word not in _OF_A_KIND]) >= 2)
    if _NAMES_ITS_PLACE.match(text) and len(own) > 1 and not _OF_A_KIND.intersection(own):
        return False
    return len(own) <= (1 if _NAMES_ITS_SUBJECT.match(text) or _HAS_ITS_SUBJECT.match(text) else 2)


def _content(text: str) -> list[str]:
    # "Also" joins; it says nothing of the subject.
    return [word for word in re.findall(r"[^\W_]+", text.lower()) if word not in FUNCTION_WORDS and word != "also"]
