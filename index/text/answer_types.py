"""The type of answer a question asks for, and whether a text holds one of that type.

"How much" asks for an amount, "when" for a day or time, "trash pickup" for a day, "what number" for a telephone number. Patterns see such
forms where vectors do not: a sentence on lessons is as near to "price for the pool" as the one with the
price. English and Spanish. A question may ask for several types.
"""

import re
from functools import lru_cache
from typing import Literal

from index.text.tokenizer import stem

Kind = Literal["amount", "time", "day", "phone", "email", "place", "person", "count"]
AS_WRITTEN: tuple[Kind, ...] = ("place", "person")
"""What is told by capitals too. All else is looked for in lower case, and word starts are looked for before words: that takes a
third of the time of patterns that leave case aside."""

_COLLECTED = "(?:trash|garbage|recycling|refuse|rubbish|yard waste|leaf|leaves)"
_NO_PRICE = r" (?:time|notice|space|room|rain|snow|weight)\b|.{0,40}\b(?:weigh|wastes?)\b"
"""What follows "how much" where no money is meant."""
_ASKS: dict[Kind, re.Pattern[str]] = {
    "amount": re.compile(
        rf"\bhow much\b(?!{_NO_PRICE})|\bhow many (?:bucks|dollars)\b|\b(?:cost|price|fee|charge|rate|deposit|fine|penalty|bucks|dollars|expensive|cheap)(?:s|er|est)?\b"
        r"|\bcu[aá]nto (?:cuesta|vale|es|cobran|pago)\b|\b(?:costo|precio|tarifa|multa)s?\b",
    ),
    "time": re.compile(
        r"^\W*(?:and |so |ok )?when(?:'s)?\b|\bwhen (?:is|are|does|do|will|can|was|must|should)\b|\b(?:what|which|wat) (?:time|day|date|hours?|month|week)s?\b"
        r"|\b(?:hours|deadline|schedule)\b|\b(?:meeting|council|commission|board|class) (?:nights|days|dates|times)\b|\b(?:due|open|closed?|closes|opens|start|starts|ends?) (?:on|at|when|date|until|till)\b|\bhow (?:late|early)\b"
        r"|\bis\b.{1,60}\b(?:open|closed)\b|\bcu[aá]ndo\b|\bqu[eé] (?:d[ií]a|hora)s?\b|\bhorarios?\b",
    ),
    "day": re.compile(
        rf"\b{_COLLECTED} (?:pick ?up|collection|day)s?\b|\b(?:what|which|wat) days?\b.{{0,40}}\b{_COLLECTED}\b|\bqu[eé] d[ií]as?\b.{{0,40}}\b(?:basura|reciclaje)\b",
    ),
    "phone": re.compile(
        r"\b(?:phone|telephone|tel|fax) ?(?:number|no|#)?\b|\b(?:emergency|hot ?line|help ?line|police|fire|office|department) number\b|\b(?:what|which) number\b|\bnumber (?:for|of|to) (?:the |call)\b|\bwho (?:do|can|should|to) (?:i |we )?(?:call|contact|ring|phone)\b"
        r"|\b(?:office|desk|department|dept|line|station) ?#|\bhow (?:do|can) i (?:contact|reach|call)\b|\btel[eé]fono\b|\bn[uú]mero de\b",
    ),
    "email": re.compile(
        r"\be-?mail address\b|^\W*e-?mail\b|\b(?:what|which) e-?mail\b|\be-?mail (?:for|of)\b|\bcorreo electr[oó]nico\b"
    ),
    "person": re.compile(
        r"\bwho(?:'?s| is| are) (?:(?:the|our|my|your|a) )?(?!(?:eligible|able|allowed|required|responsible|exempt|covered|considered|going|supposed)\b)"
        r"|\bname of (?:the|our)\b|\bqui[eé]n(?:es)? (?:es|son)\b",
    ),
    "place": re.compile(
        r"^\W*(?:and |so |ok )?where(?:'s)? (?:is|are)\b|\b(?:what|which) (?:room|floor|suite|building)\b|(?<!mail )\baddress\b|\blocat(?:ed|ion)\b|\bd[oó]nde (?:est[aá]|queda)n?\b|\bdirecci[oó]n\b",
    ),
    "count": re.compile(
        rf"\bhow (?:many|long|often|far|old|tall|high|big|soon|much(?={_NO_PRICE}))\b|\bcu[aá]nt[oa]s\b"
    ),
}
_CLOCK = r"\d{1,2}(?::\d\d)? ?(?:[ap]\.? ?m\b|noon|o'clock)"
_WEEKDAY = (
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)s?\b"
    r"|weekdays\b|every day\b|daily\b)"
)
_DAY = (
    rf"{_WEEKDAY}|\b(?:(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? \d"
    r"|\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\d{1,2} de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b)"
)
_NAME = r"[A-Z][\w'’-]+"
_TITLE = (
    r"(?:Mr\.|Mrs\.|Ms\.|Dr\.|Mayor|Chief|Captain|Judge|Sheriff|Director|Manager|Clerk|Chair(?:man|woman|person)?|President|Officer|Marshal|Inspector"
    r"|Administrator|Commissioner|Coordinator|Superintendent|Supervisor|Secretary|Treasurer|Librarian|Engineer|Attorney|Assessor|Collector|Council ?member)"
)
_UNIT = r"(?:minute|hour|day|week|month|year|time|inch|feet|foot|mile|gallon|pound|lb|ton|percent|cent|d[ií]a|mes|semana|hora|minuto|año)"
_HOLDS: dict[Kind, re.Pattern[str]] = {
    "amount": re.compile(r"[$€£] ?\d|\b(?:\d+(?:\.\d+)? ?(?:cents?|dollars?|percent|%)|free\b|no (?:charge|cost|fee)\b|gratis\b|gratuit[oa]\b)"),
    "time": re.compile(rf"{_CLOCK}|\b(?:\d{{1,2}}:\d\d\b|noon\b|midnight\b|24 hours\b)|{_DAY}"),
    "day": re.compile(_WEEKDAY),
    "phone": re.compile(r"(?=[\d(+])(?<![\d-])(?:(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)|\d{3}-\d{4}(?![\d-]))"),
    "email": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    # With an initial, behind a title, or before one: two capitals alone are an office more often.
    "person": re.compile(rf"\b{_NAME} [A-Z]\. {_NAME}|\b{_TITLE}:? {_NAME} {_NAME}|\b{_NAME} {_NAME}, (?:title:|(?:[A-Z]\w+ )*{_TITLE})"),
    "place": re.compile(
        r"\b\d{1,5} (?:[NSEW]\.? )?(?:[A-Z0-9][\w.'’-]* ){1,4}(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Way|Pl|Place|Plaza|Sq|Square|Ct|Court|Hwy|Highway|Pkwy|Parkway)\b"
        r"|\b(?:room|suite|floor) \d|\b(?:first|second|third|fourth) floor\b|\bP\.? ?O\.? Box\b",
    ),
    "count": re.compile(rf"\b(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|once|twice|every|each)\b.{{0,20}}\b{_UNIT}s?\b|\b(?:up to|at most|at least) \w+"),
}  # fmt: skip

KIND_WORDS: dict[Kind, str] = {
    "amount": "much cost costs price prices priced fee fees charge charges charged rate bucks dollars expensive cheap",
    "time": "time times day days date dates hour hours schedule deadline due open opens opened close closes closed",
    "day": "day days pickup schedule",
    "phone": "phone telephone tel number numbers call contact reach",
    "email": "email mail address",
    "place": "address location located room floor suite building",
    "person": "who name",
    "count": "many long often old far tall high big soon",
}
"""Words by which a question asks for a type; what holds the type seldom says them."""
NAMES_THE_KIND = frozenset(
    map(stem, " ".join(["call contact info line office department city town", *KIND_WORDS.values()]).split())
)
"""Stems of words that say what kind of thing is wanted, or no more than whose desk it is; the thing itself mostly stands without them."""


@lru_cache(maxsize=1024)
def kinds(question: str) -> tuple[Kind, ...]:
    """The kinds of answer that a question asks for, often none."""
    lower = question.lower()
    asked = tuple(kind for kind, pattern in _ASKS.items() if pattern.search(lower))
    # The hour by which carts must be out does not say on which day.
    return tuple(kind for kind in asked if kind != "time") if "day" in asked else asked


def holds(text: str, kinds: tuple[Kind, ...]) -> bool:
    """Whether a text holds something of one of the kinds."""
    lower = text.lower() if kinds else ""
    return any(_HOLDS[kind].search(text if kind in AS_WRITTEN else lower) for kind in kinds)
