"""The emergency rule: a fixed text comes first, whatever else is down.

It reads only the message, so it answers in milliseconds. Harmless compounds ("fire hydrant", "burn permit") are
taken out of the message. Then it is searched for the phrases of `emergency_phrases.txt`; one without them that tells
something, and is much more like the emergencies of `emergency_examples.txt` than like its counter-examples and the
assistant's examples, is an emergency as well.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from townclerk.text.folding import plain_words
from townclerk.text.likeness import Likeness
from townclerk.text.phrases import Phrases
from townclerk.text.translation import N_, speaking
from townclerk.text.translation import gettext as _

Kind = Literal["danger", "crisis"]

TEXTS: dict[Kind, str] = {
    "danger": N_("If this is an emergency, call 911 now. This is an automated service: it cannot send help."),
    "crisis": N_(
        "You are not alone. Call or text 988 now, free, day and night (Suicide & Crisis Lifeline). In danger right now: call 911."
    ),
}

LIKE, FEWEST_WORDS = {"en": 7.0, "es": 12.0}, 3
"""Log-odds (see `Likeness.score`) from which a message without a phrase is an emergency, and its fewest words.

There are fewer counter-examples in Spanish.
"""

IN_CASE = N_("If this is an emergency, call 911.")
"""The last sentence of a refusal near words of danger."""
NEAR = re.compile(
    r"\b(?:fires?|smok\w+|burn\w+|flames?|guns?|kni(?:fe|ves)|weapons?|blood\w*|bleed\w*|hurts?|injur\w+|dying|die|dead|kill\w*|help me|emergenc\w+|ambulance|attack\w*|stab\w*|shot|shots|shooting"
    r"|drown\w*|gas|monoxide|suicid\w*|overdos\w*|911|police|danger\w*|threat\w*|unconscious|breath\w*|scared|afraid|chok\w+|collaps\w+|trapped|kidnap\w*|intruder|explo\w+|sparks?|sparking|wires?|poison\w*|crash\w*)\b"
)
NEAR_ES = re.compile(
    r"\b(?:incendio|fuego|humo|pistola|arma|cuchillo|sangr\w+|herid\w+|muer\w+|morir|matar\w*|emergencia|ambulancia|ahog\w+|policia|peligro|amenaz\w+|bomberos|auxilio|veneno|miedo|choque)\b"
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
    r"|suicide (?:prevention (?!hotline|line|lifeline|number|help)\w+|awareness|statistics|rates?|squad|lanes?|doors?|hill)|(?:die|died|dying|dead) (?:laughing|of (?:laughter|boredom|curiosity)|to (?:know|try|see)|tired|serious|wrong|last|for (?:a|some)) ?"
    r"|(?:taxes|fees?|prices?|bills?|rent|traffic|heat|noise|lines?|website|cost|humidity|hills?|stairs) (?:(?:is|are|keeps?) )?(?:killing|choking|strangling|murdering|hurting|eating) (?:me|us)"
    r"|not an? emergency|isnt an? emergency|no emergency|primeros auxilios|me muero (?:por|de) \w+|labor day|bath bombs?|bomb (?:cyclone|shelters?|squad)"
    r"|gas (?:leak )?(?:detectors?|safety|survey)|911 service|lead poisoning|self harm (?:resources?|prevention|awareness|support)|drowning in (?:\w+ )?(?:paperwork|debt|bills|work|taxes|forms|email)|no (?:es )?(?:una )?emergencia|missing (?:school|class|work|out|his|her|their|my|some|from my)|(?:fire|smoke|co|carbon monoxide) (?:detectors?|alarms?) (?:batter\w+|program|law|install\w*)|life (?:jackets?|guards?|insurance|estates?|vests?)|ambulance (?:licen[cs]es?|fees?|bills?|services?|company|permits?|records?)|stun guns?|glue guns?|permiso\w* (?:de|para) (?:quema\w*|fuego|incendio)|(?:departamento|estacion|cuerpo|hidrantes?) de (?:bomberos|incendios?|fuego)"
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
    rest = HARMLESS.sub(" ", spelled)
    sections = PHRASES.sections(rest)
    found += [_named(section) for section in sections if section not in GUARDS]
    if not found and not sections and len(rest.split()) >= FEWEST_WORDS:
        nearest = _named(EXAMPLES.nearest(rest))
        found = [nearest] if EXAMPLES.score(rest) >= LIKE[nearest[1]] else []
    if not found:
        return None
    kind, language = min(found, key=lambda hit: hit[0] != "crisis")
    with speaking(language):
        return Emergency(kind, language, _(TEXTS[kind]))


def in_case(message: str) -> str:
    """What a refusal of `message` ends with: a sentence about 911 near words of danger, else nothing."""
    words = plain_words(message)
    near = NEAR_ES.search(words) or NEAR.search(HARMLESS.sub(" ", words))
    return f" {_(IN_CASE)}" if near else ""


def _named(section: str) -> tuple[Kind, str]:
    """The kind and language in a section's name: "danger en told"."""
    kind, language = section.split()[:2]
    return cast(Kind, kind), language


def _likeness() -> Likeness:
    folder = Path(__file__).parent
    sections: dict[str, list[str]] = {}
    for line in (folder / "emergency_examples.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(HARMLESS.sub(" ", plain_words(line)))
    assistant = (folder.parent / "assistant" / "data" / "nlu.yml").read_text(encoding="utf-8")
    asked = [
        plain_words(line[8:]) for line in assistant.splitlines() if line.startswith("      - ") and "(?" not in line
    ]
    against = sections.pop("none") + [text for text in asked if GUARDS.issuperset(PHRASES.sections(text))]
    return Likeness(sections, against)


GUARDS = frozenset({"asks", "pets"})
"""Sections of phrases that tell what is no emergency."""
PHRASES = Phrases((Path(__file__).parent / "emergency_phrases.txt").read_text(encoding="utf-8"))
EXAMPLES = _likeness()
