"""The emergency rule: a fixed text comes first, whatever else is down.

It reads only the message, so it answers in microseconds. A rule is a phrase: words in this
order, `a|b` for alternatives, `...` for up to three words between, `$` for the end. Words of five letters
and more match with one typo, of eight and more with two. Harmless compounds ("fire
hydrant", "burn permit") are taken out first.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import OSA

from townclerk.text.folding import plain_words

Kind = Literal["danger", "crisis"]
GAP = 3
"""Most words that `...` stands for."""

TEXTS: dict[tuple[Kind, str], str] = {
    ("danger", "en"): "If this is an emergency, call 911 now. This is an automated service: it cannot send help.",
    (
        "danger",
        "es",
    ): "Si es una emergencia, llame al 911 ahora. Este es un servicio automatico y no puede enviar ayuda.",
    (
        "crisis",
        "en",
    ): "You are not alone. Call or text 988 now, free, day and night (Suicide & Crisis Lifeline). In danger right now: call 911.",
    (
        "crisis",
        "es",
    ): "No está solo. Llame al 988 ahora y oprima 2, gratis, día y noche (Línea de Prevención del Suicidio). Si hay peligro: llame al 911.",
}

_HOME = "house|home|apartment|apt|building|kitchen|bedroom|garage|roof|car|truck|trailer|basement|room|stove|oven|school|store|neighbors|neighbor|neighbour|place|barn|shed"
_CASA = "casa|apartamento|departamento|edificio|cocina|cuarto|techo|carro|coche|garaje|vecino|vecina|escuela"
_ME = "me|us|her|him|my|someone|somebody|people|son|daughter|wife|husband|mother|father|mom|dad|baby|child|kid|friend|neighbor"

PHRASES: tuple[tuple[Kind, str, str], ...] = (
    # Fire
    ("danger", "en", f"{_HOME}|im|hair|clothes|stuff|everything ... on fire|fier|fir"),
    ("danger", "en", f"my|our|the|neighbors ... {_HOME} is|are|was burning"),
    ("danger", "en", f"{_HOME} burning|burnt down"),
    ("danger", "en", f"fire|fier|flames|smoke in|inside my|our|the {_HOME}|oven|hallway|attic|wall|walls"),
    ("danger", "en", "there is|s|theres a fire|fier"),
    ("danger", "en", "theres|see|seeing|report|reporting a|active fire|fier"),
    ("danger", "en", f"{_HOME} caught fire|fier"),
    ("danger", "es", f"{_CASA} ... quema|quemando|quemandose|incendio|fuego|llamas"),
    ("danger", "es", f"incendio|fuego|humo en mi|la|el|nuestra {_CASA}"),
    ("danger", "es", "hay un|una incendio|fuego"),
    # Injury and illness
    ("danger", "en", f"i|{_ME}|he|she|who ... cant|cannot|not|isnt|stopped breathing|breathe"),
    ("danger", "en", "cant|cannot breathe"),
    ("danger", "en", "having|has|had|is|think ... heart attack"),
    ("danger", "en", "chest pain|pains"),
    ("danger", "en", "chest ... hurts|hurting|tight|pain"),
    ("danger", "en", "pain|pains ... chest"),
    ("danger", "en", "carbon monoxide ... going|went off"),
    ("danger", "en", "carbon monoxide poisoning"),
    (
        "danger",
        "en",
        f"i|{_ME}|he|she ... drank|drunk|swallowed|ate ... bleach|poison|antifreeze|lye|ammonia|battery|batteries|pills",
    ),
    (
        "danger",
        "en",
        f"i|{_ME}|he|she|grandma|grandpa|grandmother|grandfather ... wont|not|cant|doesnt wake|waking",
    ),
    ("danger", "en", "car|bad|bike|motorcycle accident|crash with|and injuries|injured|hurt|blood"),
    ("danger", "en", "having|has|had a|another stroke|seizure"),
    ("danger", "en", f"i|{_ME}|he|she ... unconscious|overdosed|overdosing|overdose|choking|drowning"),
    ("danger", "en", "wont stop bleeding"),
    ("danger", "en", "bleeding badly|heavily|out|alot"),
    ("danger", "en", "took|swallowed too many pills"),
    ("danger", "es", "no puede|puedo respirar"),
    ("danger", "es", "duele|dolor ... pecho"),
    ("danger", "es", "no despierta|reacciona"),
    ("danger", "es", "estoy|sigue|sangrando ... sangrando|mucho $"),
    ("danger", "es", "tomo|trago|bebio ... cloro|veneno|pastillas"),
    ("danger", "es", "no respira"),
    ("danger", "es", "tiene|teniendo|tengo|dando|dio ... infarto|corazon|derrame"),
    ("danger", "es", "esta inconsciente|sangrando|ahogandose|ahogando"),
    # Violence
    ("danger", "en", "has|have|with|pulled a gun|knife"),
    ("danger", "en", f"gun|knife to|at|on {_ME}"),
    (
        "danger",
        "en",
        f"shooting|shot|stabbed|stabbing|attacking|attacked|raping|raped|robbing|kidnapped|kidnapping {_ME}",
    ),
    ("danger", "en", "active shooter"),
    ("danger", "en", "shots fired"),
    ("danger", "en", "they|he|someone|somebody are|is|s shooting"),
    ("danger", "en", "being|been|got|was shot|stabbed|attacked|raped|robbed|kidnapped|beaten"),
    ("danger", "en", "hitting|beating|hurting|strangling|choking|threatening me|her|him|us|mom|kids"),
    ("danger", "en", "going to|gonna kill|shoot|stab|hurt me|us|her|him"),
    ("danger", "en", f"breaking|broke|breaks into my|our {_HOME}"),
    ("danger", "en", "someone|somebody|intruder|burglar|man is|s|broke ... in|inside my|our house|home|apartment"),
    (
        "danger",
        "es",
        "me|lo|la|nos esta|estan|quiere|quieren|va|van ... atacando|golpeando|pegando|robando|matar|matando|violando",
    ),
    ("danger", "es", "tiene|con una|un pistola|arma|cuchillo"),
    ("danger", "es", "esposo|marido|novio|pareja|padre|papa|hermano|hijo|ex|hombre ... pega|pego|golpea|golpeo"),
    ("danger", "es", "entrando|entro|metio|metiendo a|en mi casa|apartamento"),
    ("danger", "en", "kill|shoot|stab my boss|wife|husband|neighbor|ex|family|coworkers|boyfriend|girlfriend"),
    # Gas and wires
    ("danger", "en", "power|electric|live line|lines|wire|wires ... sparking|sparks|arcing|burning"),
    ("danger", "en", "downed|fallen power|electric line|lines|wire|wires"),
    ("danger", "en", "downed|fallen|live wire|wires|powerline|powerlines"),
    ("danger", "en", "smell|smells|smelling|smelled ... gas"),
    ("danger", "en", "gas leak|leaking"),
    ("danger", "es", "huele|olor|fuga ... gas"),
    # The word itself
    ("danger", "en", "call|need|dial|send|calling|get 911|police|ambulance|paramedics now|asap|hurry|immediately"),
    ("danger", "en", "call|calling|dial 911"),
    ("danger", "en", "send|need an|the|a ambulance"),
    ("danger", "en", "someone|somebody is|s dying"),
    ("danger", "en", "this is|s an emergency"),
    ("danger", "es", "llame|llamen|llama|llamar ... 911|ambulancia|bomberos|policia"),
    ("danger", "es", "necesito|manden|envien ... ambulancia"),
    ("danger", "es", "es una emergencia"),
    # Suicide and self-harm
    (
        "crisis",
        "en",
        "kill|kil|killing|kiling|hang|hanging|shoot|shooting|hurt|hurting|harm|harming|cut|cutting myself",
    ),
    ("crisis", "en", "suicide|suicidal"),
    ("crisis", "en", "end|ending|take|taking my|own life"),
    ("crisis", "en", "i|id|im ... want|wanna|wish|rather ... die"),
    ("crisis", "en", "i ... wish|want i|to was|were|be dead"),
    ("crisis", "en", "dont|not ... want|wanna to live $|anymore|any|like"),
    ("crisis", "en", "dont|not ... want|wanna to be alive"),
    ("crisis", "en", "no reason to live"),
    ("crisis", "en", "better off dead"),
    ("crisis", "en", "want to end it all"),
    ("crisis", "en", "call|text|talk 988"),
    ("crisis", "es", "quiero|quisiera|voy|deseo ... morir|morirme|matarme|suicidarme|ahorcarme"),
    ("crisis", "es", "suicidio|suicidarme|suicidarse|suicida"),
    ("crisis", "es", "me voy|quiero|quisiera ... matar|suicidar|ahorcar"),
    ("crisis", "es", "no quiero vivir $|mas|asi|ya"),
    ("crisis", "es", "quitarme la vida"),
)

WHOLE: dict[str, tuple[Kind, str]] = {
    "911": ("danger", "en"), "9 1 1": ("danger", "en"), "help 911": ("danger", "en"), "911 help": ("danger", "en"),
    "911 emergency": ("danger", "en"), "emergency 911": ("danger", "en"), "emergency": ("danger", "en"), "fire": ("danger", "en"),
    "fire fire": ("danger", "en"), "help fire": ("danger", "en"), "fire help": ("danger", "en"), "house fire": ("danger", "en"), "sos": ("danger", "en"),
    "car crash": ("danger", "en"), "overdose": ("danger", "en"), "heart attack": ("danger", "en"),
    "need police": ("danger", "en"), "i need police": ("danger", "en"), "send police": ("danger", "en"), "send help": ("danger", "en"),
    "emergencia": ("danger", "es"), "911 ayuda": ("danger", "es"), "ayuda 911": ("danger", "es"), "incendio": ("danger", "es"), "fuego": ("danger", "es"), "auxilio": ("danger", "es"),
    "988": ("crisis", "en"), "9 8 8": ("crisis", "en"),
}  # fmt: skip
"""Messages that are nothing but these words."""

HARMLESS = re.compile(
    r"\b(?:fire (?:hydrants?|dep(?:artmen)?ts?|stations?|permits?|marshals?|codes?|lanes?|pits?|extinguishers?|alarms?|inspect\w+|works|places?|wood"
    r"|academy|chiefs?|sprinklers?|bans?|safety|drills?|trucks?|engines?|insurance|damage|escapes?|house|district|prevention|fighters?|rings?|reports?|season|tax|fees?|districts?)"
    r"|(?:burn|burning) (?:permits?|bans?|barrels?|leaves|brush|season|yard|trash|days?|rules?|laws?)|(?:leaf|leaves|brush|open|yard|trash|backyard|recreational|wood) burning"
    r"|campfires?|bonfires?|fireworks?|fireplaces?|non ?emergency(?: \w+)?|emergency (?:management|alerts?|shelters?|preparedness|plans?|rental|housing|assistance|services?|room|contacts?|fund|kits?|repairs?)"
    r"|911 (?:address\w*|signs?|markers?|dispatch\w*|operators?|tax|fees?|jobs?|center|\d*(?:st|nd|rd|th)|[a-z]+ (?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|blvd|ct|court|way))"
    r"|suicide (?:prevention (?:week|month|walk|training|events?|class\w*|program\w*)|awareness|statistics|rates?|squad)"
    r"|life (?:jackets?|guards?|insurance|estates?|vests?)|ambulance (?:licen[cs]es?|fees?|bills?|services?|company|permits?|records?)|stun guns?|glue guns?|permiso\w* (?:de|para) (?:quema\w*|fuego|incendio)|(?:departamento|estacion|cuerpo|hidrantes?) de (?:bomberos|incendios?|fuego)"
    r"|fuegos artificiales|servicios de emergencia|refugio\w* de emergencia)\b"
)


@dataclass(frozen=True)
class Emergency:
    """What was recognised, and the fixed text for it."""

    kind: Kind
    language: str
    text: str


def recognise(message: str) -> Emergency | None:
    """The emergency in `message`, or None. Crisis wins over danger: its text names both numbers."""
    spelled = plain_words(message)
    found = [WHOLE[spelled]] if spelled in WHOLE else []
    words = (*HARMLESS.sub(" ", spelled).split()[:400], "$")
    found += [(kind, language) for kind, language, phrase in PHRASES if _occurs(_parse(phrase), words)]
    if not found:
        return None
    kind, language = min(found, key=lambda hit: hit[0] != "crisis")
    return Emergency(kind, language, TEXTS[kind, language])


@lru_cache(maxsize=256)
def _parse(phrase: str) -> tuple[tuple[frozenset[str], int], ...]:
    """The phrase as (alternatives, most words before it)."""
    steps: list[tuple[frozenset[str], int]] = []
    gap = 0
    for part in phrase.split():
        if part == "...":
            gap = GAP
        else:
            steps.append((frozenset(part.split("|")), gap))
            gap = 0
    return tuple(steps)


def _occurs(steps: tuple[tuple[frozenset[str], int], ...], words: tuple[str, ...]) -> bool:
    """Whether the steps stand in `words` in order. Linear: each step keeps the set of places it can end at."""
    wanted, _ = steps[0]
    ends = {i for i, word in enumerate(words) if _is_one_of(word, wanted)}
    for wanted, gap in steps[1:]:
        near = {i for end in ends for i in range(end + 1, min(end + 2 + gap, len(words)))}
        ends = {i for i in near if _is_one_of(words[i], wanted)}
    return bool(ends)


@lru_cache(maxsize=50_000)
def _is_one_of(word: str, wanted: frozenset[str]) -> bool:
    return word in wanted or any(_alike(word, w) for w in wanted)


def _alike(word: str, wanted: str) -> bool:
    """Equal but for a typo: a changed, missing, added or swapped letter; the first letter must be right."""
    allowed = 0 if len(wanted) < 5 else 1 if len(wanted) < 8 else 2
    if not allowed or word[:1] != wanted[:1]:
        return False
    return OSA.distance(word, wanted, score_cutoff=allowed) <= allowed
