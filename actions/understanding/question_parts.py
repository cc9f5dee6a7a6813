"""Several questions in one message: where one ends and the next begins.

A message is parted only where each side stands by itself as a question: it begins like one, or ends in a question mark,
or names two things of its own after "and also". "When and where do I vote?" and "trash and recycling day" stay whole.
"""

import re

from townclerk.text.folding import word_set

MOST = 3
"""Questions of one message that are answered."""
_PRONOUN = r"(?:i|we|you|they|he|she|it|there|this|that|these|those|the|a|an|any|my|our|your|someone|people)"
_BEGINS = re.compile(
    r"(?:when|where|how|why|what|which|who|whom)(?:['’]s|\s+(?:\w+\s+){0,4}?(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|must|about)\b)"
    r"|(?:what|how)\s+about\b|who\s+\w+s\b|(?:is|are|was|were|does)\s+\w+"
    rf"|(?:do|did|can|could|should|will|would|has|have|must|may)\s+(?!it\b){_PRONOUN}\b|can\s+it\b",
    re.I,
)
"""How a question begins."""
_LEAD = re.compile(
    r"^.{0,60}?\b(?:two|2|a couple of|a few)\s+(?:\w+\s+)?(?:questions?|things)\b[\s:,.;!-]*|^\W*(?:hi|hello|hey)\b(?: there)?[\s,.!]*",
    re.I,
)
_ALSO = r"(?:oh\s+)?(?:and\s+also|and|also|plus)"
_JOINT = re.compile(rf"(?P<mark>\?+)\s+(?:{_ALSO}\b[\s,]*)?|[,;.]?\s+(?:{_ALSO})\s+|,\s+|(?P<stop>[.;])\s+", re.I)
_PRICE = re.compile(r"how (?:much|long|late|often)\b(?:\s+(?:is|are|does|do)\b.*)?\W*$", re.I)
"""A question without a word of its own subject that can only be another one: "how much is it"."""
_WHETHER = re.compile(r"(?:if|whether)\s+(?:i|we|you|they)\s+(?:can|could|need|have|must|should|may)\b", re.I)
_TOLD = re.compile(r"\b(?:know|tell me|wonder|wondering|find out)\b", re.I)
"""And what is asked so after "i need to know when taxes are due and"."""
_SHORTENED = re.compile(r"(?P<word>who|where|when|how|what)\s+(?P<to>about|for|to|with|in|on)\s+", re.I)
"""A question that leaves out what the one before says: "who about a street tree"."""
_LITTLE = (
    "a an the and or but if to of in on at by for from with is are was were be do does did can could should will would has have had may must "
    "i me my we us our you your it its they them he she there this that these those what which who whom when where how why much many long "
    "often please tell know need want get help question questions about also not no yes any some just hi hello hey so one ok"
)
_SAYS_LITTLE = frozenset(_LITTLE.split())
_LEANS = re.compile(r"\b(?:it|its|they|them|their|those|these|that|one|ones|the same)\b|\bthere\W*$", re.I)
_ASKED_OF_ANOTHER = word_set(
    "cost costs price fee fees charge hours open close closed time day late phone number address apply pay fine"
)
"""Words that say what is wanted of a thing, and not which thing."""
_OWN_SUBJECT = 2
"""Words of its own with which a side without the form of a question stands by itself."""


def parts(text: str) -> list[str]:
    """The questions of a message, at least one; the whole text when it is one question."""
    rest, found = _LEAD.sub("", text, count=1).strip(), list[str]()
    joint = _first_joint(rest)
    while joint is not None:
        found.append(rest[: joint.start() + len(joint["mark"] or "")].strip())
        rest = _completed(rest[joint.end() :].strip(), found[-1])
        joint = _first_joint(rest)
    return [*found, rest] if found else [text]


def leans_on_first(text: str) -> bool:
    """Whether the second question has no subject of its own: "and what does it cost?", "how much?"."""
    words = set(re.findall(r"[^\W_]+", text.lower())) - _SAYS_LITTLE - _ASKED_OF_ANOTHER
    return not words or _LEANS.search(text) is not None


def _completed(text: str, before: str) -> str:
    """A question with what it leaves out: "who about X" after "who do i call about Y" is "who do i call about X"."""
    short = _SHORTENED.match(text)
    said = short and re.search(rf"\b{short['word']}\b.*?\s{short['to']}\s+", before, re.I)
    return said.group() + text[short.end() :] if short and said else text


def _first_joint(text: str) -> re.Match[str] | None:
    return next((joint for joint in _JOINT.finditer(text) if _parts_there(text, joint)), None)


def _parts_there(text: str, joint: re.Match[str]) -> bool:
    before, after = text[: joint.start()], text[joint.end() :]
    own, other = _own_words(before), _own_words(after)
    if not own or not (other or _PRICE.match(after)):
        return False
    begins = bool(_BEGINS.match(after) or (_WHETHER.match(after) and _TOLD.search(before)) or not other)
    if joint["stop"]:
        return begins and _BEGINS.match(re.split(r"[.!;]\s+", before)[-1]) is not None
    if joint["mark"]:
        return begins or after.rstrip().endswith("?")
    if begins:
        return bool(_BEGINS.match(before)) or (own >= _OWN_SUBJECT and not joint.group().startswith(","))
    return "and also" in joint.group().lower() and min(own, other) >= _OWN_SUBJECT


def _own_words(text: str) -> int:
    return sum(word not in _SAYS_LITTLE for word in re.findall(r"[^\W_]+", text.lower()))
