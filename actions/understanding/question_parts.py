"""Several questions in one message: where one ends and the next begins.

A message is parted only where each side stands by itself as a question: it begins like one, or ends in a question mark,
or names two things of its own after "and also". "When and where do I vote?" and "trash and recycling day" stay whole.
English and Spanish. Spanish is often typed without accents, and asks without a word that says so ("puedo pagar en la oficina").
"""

import re

from townclerk.text.folding import fold, word_set

MOST = 3
"""Questions of one message that are answered."""
_PRONOUN = r"(?:i|we|you|they|he|she|it|there|this|that|these|those|the|a|an|any|my|our|your|someone|people)"
_UNACCENTED = r"(?:(?:a|con|de|desde|en|hasta|para|por)\s+)?(?:quien(?:es)?|cual(?:es)?|cuant[oa]s?|cuando|a?donde|como|que\s+horas?)\b|por\s+que\b"
_QUE = r"que\s+(?:es|son|hago|hacer|hacemos|debo|necesito|necesitamos|se necesita|pasa|documentos?|papeles|requisitos|dias?|horas?|horarios?)\b"
_WHETHER_ES = (
    r"(?:(?:se\s+)?puede[ns]?|puedo|podemos|hay(?!\s+que\b)|(?:tengo|tenemos)\s+que|deb(?:o|emos)|necesit(?:o|amos)"
    r"|aceptan|tienen|ofrecen|venden|alquilan|est[aá]n?\s+(?:abiert|cerrad)[oa]s?|es\s+(?:gratis|legal|obligatorio|necesario))\b"
)
_WEAK = re.compile(rf"[¿¡\s]*(?:{_UNACCENTED}|{_QUE}|{_WHETHER_ES})", re.I)
"""How a Spanish question begins where a statement may go on so too: "cuando llueve y cuando nieva"."""
_BEGINS = re.compile(
    r"[¿¡\s]*(?:"
    r"(?:(?:a|con|de|desde|en|hasta|para|por)\s+)?(?:qué|quién(?:es)?|cuál(?:es)?|cuánt[oa]s?|cuándo|a?dónde|cómo)\s+\w+"
    rf"|(?:{_UNACCENTED}|{_QUE}|{_WHETHER_ES})\s*\w+"
    r"|(?:when|where|how|why|what|which|who|whom)(?:['’]s|\s+(?:\w+\s+){0,4}?(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|must|about)\b)"
    r"|(?:what|how)\s+about\b|who\s+\w+s\b|(?:is|are|was|were|does)\s+\w+"
    rf"|(?:do|did|can|could|should|will|would|has|have|must|may)\s+(?!it\b){_PRONOUN}\b|can\s+it\b)",
    re.I,
)
"""How a question begins."""
_LEAD = re.compile(
    r"^.{0,60}?\b(?:two|2|a couple of|a few|dos|un par de|unas|varias)\s+(?:\w+\s+)?(?:questions?|things|preguntas|cosas|dudas)\b[\s:,.;!-]*"
    r"|^\W*(?:hi|hello|hey|hola|buen[oa]s(?: d[ií]as| tardes| noches)?)\b(?: there)?[\s,.!]*",
    re.I,
)
_ALSO = r"(?:oh\s+)?(?:and\s+also|and|also|plus|y\s+(?:tambi[eé]n|adem[aá]s)|y|tambi[eé]n|adem[aá]s)"
_JOINT = re.compile(
    rf"(?P<mark>\?+)(?:\s+|\s*¿\s*)(?:¿?\s*{_ALSO}\b[\s,]*)?|[,;.]?\s+¿?\s*(?:{_ALSO})\s+|,\s+|(?P<stop>[.;])\s+", re.I
)
_TWO_THINGS = re.compile(r"and\s+also|y\s+(?:tambi[eé]n|adem[aá]s)", re.I)
_PRICE = re.compile(
    r"how (?:much|long|late|often)\b(?:\s+(?:is|are|does|do)\b.*)?\W*$"
    r"|(?:(?:a|hasta)\s+)?(?:cu[aá]nt[oa]s?|qu[eé]\s+horas?|cu[aá]ndo\s+(?:abren?|cierran?))\b",
    re.I,
)
"""A question without a word of its own subject that can only be another one: "how much is it"."""
_WHETHER = re.compile(
    rf"(?:if|whether)\s+(?:i|we|you|they)\s+(?:can|could|need|have|must|should|may)\b|si\s+{_WHETHER_ES}", re.I
)
_TOLD = re.compile(r"\b(?:know|tell me|wonder|wondering|find out|saber|d[ií]game|decir(?:me|nos)?|averiguar)\b", re.I)
"""And what is asked so after "i need to know when taxes are due and"."""
_SHORTENED = re.compile(r"(?P<word>who|where|when|how|what)\s+(?P<to>about|for|to|with|in|on)\s+", re.I)
"""A question that leaves out what the one before says: "who about a street tree"."""
_LITTLE = (
    "a an the and or but if to of in on at by for from with is are was were be do does did can could should will would has have had may must "
    "i me my we us our you your it its they them he she there this that these those what which who whom when where how why much many long "
    "often please tell know need want get help question questions about also not no yes any some just hi hello hey so one ok "
    "el la los las un una unos unas y o pero si de del al en por para con sin es son esta estan ser hay hace se mi mis nos nuestro su sus le "
    "les lo que cual cuales quien quienes cuando donde como cuanto cuanta cuantos cuantas puedo puede podemos pueden debo debemos tengo "
    "tenemos necesito necesitamos quiero quisiera favor saber decirme ayuda pregunta preguntas sobre tambien ademas muy ya hola buenos buenas "
    "gracias hora horas dia dias cuesta cuestan vale valen abre abren cierra cierran"
)
_SAYS_LITTLE = frozenset(_LITTLE.split())
_LEANS = re.compile(
    r"\b(?:it|its|they|them|their|those|these|that|one|ones|the same|lo|eso|es[ae]s?|esos|ah[ií]|all[ií]|\w{2,}[aei]rl[oa]s?)\b|\bthere\W*$",
    re.I,
)
_ASKED_OF_ANOTHER = word_set(
    "cost costs price fee fees charge hours open close closed time day late phone number address apply pay fine "
    "costo precio tarifa cuota cobran horario abierto abierta cerrado cerrada tarde telefono numero direccion solicitar pagar pago multa tarda tardan dura duran"
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
    words = set(re.findall(r"[^\W_]+", fold(text))) - _SAYS_LITTLE - _ASKED_OF_ANOTHER
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
        if joint.group().startswith(","):
            return _BEGINS.match(before) is not None
        told = _TOLD.search(before) is not None
        return bool(_BEGINS.match(before)) or told or (own >= _OWN_SUBJECT and not _WEAK.match(after))
    return _TWO_THINGS.search(joint.group()) is not None and min(own, other) >= _OWN_SUBJECT


def _own_words(text: str) -> int:
    return sum(word not in _SAYS_LITTLE for word in re.findall(r"[^\W_]+", fold(text)))
