"""Words that are for the carrier, not for the bot: STOP, START, HELP and their kin.

A stop word counts only when it is the whole message. Twilio blocks and replies by itself
on the English ones and still posts them to us; we say nothing then.
"""

import re
from enum import StrEnum

from townclerk.text.folding import plain_words

STOP = frozenset(
    {
        "stop",
        "unsubscribe",
        "end",
        "quit",
        "stopall",
        "revoke",
        "optout",
        "opt out",
        "stop all",
        "cancel",
        "alto",
        "parar",
    }
)
START = frozenset({"start", "unstop"})
HELP = frozenset({"help", "info", "ayuda"})

_CARRIER_WORDS = re.compile(
    r"(?:please |pls |por favor )?(?:(?:stop|quit) (?:texting|messaging|contacting|bothering|sending|sms)"
    r"|(?:do not|dont|never) (?:ever )?(?:text|message|contact) me"
    r"|(?:take|remove) (?:me|my number|this number) (?:off|from)(?: (?:your|this|the))?(?: (?:text|texting|sms|mailing|contact))?(?: list)?"
    r"|(?:leave me alone)|(?:opt|opting) (?:me )?out|unsubscribe me|cancel (?:my |these )?(?:texts|text messages|messages)"
    r"|no more (?:texts|messages|text messages)|stop (?:the |these |all )?(?:texts|messages|text messages)"
    r"|no (?:me )?(?:envie|envien|mande|manden|escriba|escriban) mas(?: mensajes| textos)?|deje(?:n)? de (?:escribirme|mandarme mensajes|enviarme mensajes|textearme))"
    r"(?: me)?(?: any ?more)?(?: (?:texts|messages|text messages|mensajes))?(?: (?:to )?me)?(?: any ?more| now| please| again| already| por favor)*"
)
_LEAD = re.compile(
    r"(?:(?:hi|hello|hey|ok|okay|can you|could you|would you|will you|you|i want you to|i said|just|kindly|please|pls|city|por favor) )+"
)


class Keyword(StrEnum):
    """What a message asks of the carrier."""

    STOP = "stop"
    STOP_REQUEST = "stop_request"
    START = "start"
    HELP = "help"
    NONE = "none"


def keyword(body: str, *, suppressed: bool = False) -> Keyword:
    """The keyword that `body` is. YES lifts a suppression, but is a vote when there is none."""
    words = plain_words(body[:200])
    if words in STOP:
        return Keyword.STOP
    if words in START or (words == "yes" and suppressed):
        return Keyword.START
    if words in HELP:
        return Keyword.HELP
    if (
        set(words.split()) in ({word} for word in STOP)
        or _CARRIER_WORDS.fullmatch(words)
        or _CARRIER_WORDS.fullmatch(_LEAD.sub("", words, count=1))
    ):
        return Keyword.STOP_REQUEST
    return Keyword.NONE
