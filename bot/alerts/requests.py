"""Texts that ask for alerts, or to end some: read by their words, against the topics of the city.

A question is never one of them: "tell me when trash day is" is answered, "tell me when trash day moves" is asked to be told.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.alerts.topics import Topic
from townclerk.text.folding import plain_words, word_set

_ALERTS = r"(?:alerts?|alertas?|avisos?|notifications?|notificaciones)"
_LIST = re.compile(
    rf"(?:(?:my|list|show|see|all|what|which|city|the|text|sms|que|mis|ver|lista|de|las|los|me) )*{_ALERTS}(?: (?:list|lista|menu|please|topics|options|por favor|do you have|are there|can i get|do i get|hay|tienen|tengo))*"
)
_NUMBERS = r"(?:(?:no|number|numbers|numero|numeros|num) )?(?P<numbers>\d{1,3}(?: (?:(?:and|y|e) )?\d{1,3})*)"
_JOIN_NUMBERS = re.compile(rf"{_ALERTS} {_NUMBERS}(?: (?:please|por favor))?")
_LEAVE_VERB = r"(?:(?:please|pls|por favor) )?(?:stop|unsubscribe|end|cancel|quit|turn off|no more|remove|alto|parar|pare|cancelar|cancele|no mas|quitar|terminar|leave)"
_LEAVE_NUMBERS = re.compile(rf"{_LEAVE_VERB}(?: {_ALERTS})? {_NUMBERS}(?: {_ALERTS})?(?: (?:please|por favor))?")
_FILLERS = r"(?: (?:me|us|from|to|sending|getting|the|my|your|all|any|of|for|about|on|de|del|la|el|los|las|mis|sobre|para|todos|todas))*"
_LEAVE = re.compile(
    rf"{_LEAVE_VERB}{_FILLERS}(?: {_ALERTS})?{_FILLERS}(?: (?P<about>.+?))??(?: {_ALERTS})?(?: please| por favor)?"
)
_NAMED = re.compile(
    rf"(?:{_ALERTS}{_FILLERS}(?: (?:when|whenever|if|cuando|si))? (?P<after>.+)|(?P<before>\w+(?: \w+){{0,3}}) {_ALERTS}(?: please| por favor)?)"
)
_LEAD = r"(?:(?:hi|hello|hey|please|pls|ok|hola|por favor|can you|could you|would you|will you|i want you to|id like you to|puede|pueden|podria|quiero que me) )*"
_WHEN = r"(?:when|whenever|if|about|before|of|for|every time|the day before|on)"
_SENT = r"(?:an? )?(?:texts?|text messages?|messages?|alerts?|notifications?|reminders?|updates?|notices?)"
_ASKED = re.compile(
    rf"{_LEAD}(?:(?:(?:alert|notify|remind|warn|ping) (?:me|us)(?: {_WHEN})?|(?:text|message) (?:me|us) {_WHEN}"
    rf"|(?:sign|put) me up (?:for|to)|subscribe(?: me)? (?:to|for)|(?:id like|i would like|i want|i need|i wanna|let me|can i|could i|can we|may i)(?: to)? (?:get|receive|have) {_SENT} {_WHEN}"
    rf"|send (?:me|us) {_SENT} {_WHEN})"
    r"|(?:(?:avise|avisen|avisa|avisar|aviseme|avisenme|avisame|avisarme|notifique|notifiquen|notifiqueme|notifiquenme|recuerdeme|recuerdenme|alerteme|inscribame|suscribame|suscribirme|inscribirme)"
    r"|(?:quiero|quisiera|deseo)(?: recibir)? (?:avisos|alertas|mensajes|notificaciones)|(?:envieme|enviame|mandeme|mandame|envienme) (?:un |una )?(?:avisos?|alertas?|mensajes?))(?: (?:de|del|sobre|cuando|si|por|para|a|los|las|el|la))*) (?P<about>.+)"
)
_TOLD = re.compile(
    rf"{_LEAD}(?:(?:tell|let) (?:me|us)(?: know)? (?:when|whenever|if|every time)|digame (?:cuando|si)|diganme (?:cuando|si)) (?P<about>.+)"
)
_CHANGES = re.compile(
    r"\b(?:move[sd]?|moving|change[sd]?|changing|cancell?ed|cancels|delay(?:s|ed)|postponed?|rescheduled|(?:when|whenever|every time) there(?:s| is| are)|called off"
    r"|declared|cambi\w+|cancel\w+|retras\w+|muev\w+|cuando haya|posponga[n]?)\b"
)
_NO_CONTENT = word_set(
    """a an the my our your this that is are was be been being gets get it its there i we you me to of on in at for from about and or when if whenever
    every time day days any new next changes change changed moves move moved moving canceled cancelled delayed delay postponed happens rescheduled
    called declared before please city town alert alerts text texts message messages update updates notification notifications reminder reminders warning
    warnings una un el la los las de del en por para que se mi mis cuando si hay haya cambie cambia cambio cambios cancele cancelen avisos alertas dia
    dias ciudad sobre mueva"""
)


@dataclass(frozen=True)
class AlertRequest:
    """What a text asks: the list, topics that are sure, topics to choose from, or that they end.

    `missing` are numbers that no topic has; `all`: every topic is to end.
    """

    kind: Literal["list", "join", "choose", "leave"]
    topics: tuple[Topic, ...] = ()
    missing: tuple[int, ...] = ()
    all: bool = False


def may_ask(text: str) -> bool:
    """Whether `text` can ask for alerts or end some, whatever the topics: a look at its words alone."""
    words = plain_words(text[:300])
    begins = any(form.fullmatch(words) for form in (_LIST, _JOIN_NUMBERS, _ASKED, _NAMED))
    return begins or _tells(words) is not None or _LEAVE.fullmatch(words) is not None


def read_request(text: str, topics: Sequence[Topic], subscribed: Sequence[Topic]) -> AlertRequest | None:
    """What `text` asks of `topics`, which are on in the city, and of those the person gets; None for another text."""
    words = plain_words(text[:300])
    if not (topics or subscribed):
        return None
    return _to_end(words, topics, subscribed) or (_to_begin(words, topics) if topics else None)


def _to_begin(words: str, topics: Sequence[Topic]) -> AlertRequest | None:
    if _LIST.fullmatch(words):
        return AlertRequest("list")
    if numbers := _JOIN_NUMBERS.fullmatch(words):
        return _numbered("join", numbers["numbers"], (topics,))
    if asked := _ASKED.fullmatch(words):
        return _about(asked["about"], topics) or AlertRequest("choose")
    if told := _tells(words):
        return _about(told, topics)
    named = _NAMED.fullmatch(words)
    return _about(named["after"] or named["before"], topics, whole=True) if named else None


def _tells(words: str) -> str | None:
    """What "tell me when" is about, where it is about a change; "tell me when the pool opens" is a question."""
    told = _TOLD.fullmatch(words)
    return told["about"] if told and _CHANGES.search(words) else None


def _to_end(words: str, topics: Sequence[Topic], subscribed: Sequence[Topic]) -> AlertRequest | None:
    if numbers := _LEAVE_NUMBERS.fullmatch(words):
        request = _numbered("leave", numbers["numbers"], (subscribed, topics))
        return request if request.topics or subscribed else None
    if not (found := _LEAVE.fullmatch(words)):
        return None
    says_alerts = re.search(rf"\b{_ALERTS}\b", words) is not None
    if not found["about"]:
        return AlertRequest("leave", tuple(subscribed), all=True) if says_alerts else None
    if not (subscribed or says_alerts):  # "stop water" may be about anything
        return None
    about = set(_stems(found["about"]))
    named = [topic for topic in (*subscribed, *topics) if about and about <= _vocabulary(topic, described=says_alerts)]
    return AlertRequest("leave", tuple(named[:1])) if named else None


def _numbered(kind: Literal["join", "leave"], numbers: str, known: Sequence[Sequence[Topic]]) -> AlertRequest:
    """The topics of these numbers: each of the first of the lists that has it."""
    found: dict[int, Topic] = {}
    missing = []
    for number in dict.fromkeys(map(int, re.findall(r"\d+", numbers))):
        having = next(filter(None, ([t for t in topics if t.number == number] for topics in known)), [])
        found |= {topic.id: topic for topic in having}
        missing += [] if having else [number]
    return AlertRequest(kind, tuple(found.values()), tuple(missing))


def _about(about: str, topics: Sequence[Topic], *, whole: bool = False) -> AlertRequest | None:
    """The one topic that is meant, or those it may be; with `whole` each word must belong to it."""
    stems = _stems(about)
    scores = {topic: _score(topic, stems) for topic in topics}
    if whole:
        scores = {t: s if stems and set(stems) <= _vocabulary(t, described=True) else 0 for t, s in scores.items()}
    best = max(scores.values())
    likely = tuple(topic for topic, score in scores.items() if score and score >= best - 1)
    if len(likely) == 1 and best >= 2:
        return AlertRequest("join", likely)
    return AlertRequest("choose", likely) if likely else None


def _score(topic: Topic, stems: Sequence[str]) -> int:
    """Two for each word of the name or the words that staff gave, one for each of the description."""
    named, described = _vocabulary(topic, described=False), set(_stems(topic.description))
    return sum(2 if stem in named else int(stem in described) for stem in dict.fromkeys(stems))


def _vocabulary(topic: Topic, *, described: bool) -> set[str]:
    return set(_stems(f"{topic.name} {topic.words} {topic.description if described else ''}"))


def _stems(text: str) -> list[str]:
    """The words that mean something, cut to what their forms share: "closings" and "closing" are one."""
    words = (word for word in plain_words(text).split() if word not in _NO_CONTENT)
    return [(word[:-1] if word.endswith("s") and len(word) > 3 else word)[:5] for word in words]
