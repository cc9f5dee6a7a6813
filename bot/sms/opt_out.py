"""Words that are for the carrier, not for the bot: STOP, START, HELP and their kin.

Twilio blocks and replies by itself on a message that is nothing but a word of `STOP`, and still posts it to us; we
say nothing then. Who asks for the same in other words gets one confirmation from us.
"""

import re
from enum import StrEnum

from townclerk.text.folding import plain_words, word_set

STOP = word_set("stop stopall unsubscribe end quit revoke optout cancel")
START = frozenset({"start", "unstop"})
HELP = frozenset({"help", "info", "ayuda"})

_CLEAR = word_set("stop stopall unsubscribe unsub optout alto parar pare paren basta detener cancelar desuscribir")
_UNCLEAR = word_set("cancel quit end revoke baja")
"""Words that mean our texts when nothing is said but them; `_UNCLEAR` ones are about something else as easily."""
_POLITE = word_set("please pls plz thanks thank you ok okay now por favor gracias ya texts text messages sms")
_AROUND = _POLITE | word_set(
    """
    i me it this these that want wanna would like need to just all already again and from right us id im hi hello said
    omg quiero mis mensajes textos esto city list
    """
)
_REQUEST = re.compile(
    r"(?:(?:stop|quit) (?:texting|messaging|contacting|bothering|sending|sms|spamming|harassing)"
    r"|(?:do not|dont|never) (?:ever )?(?:text|message|contact|send) me"
    r"|(?:i )?(?:do not|dont|no longer) want(?: any| more| these| your| to get| to receive| to be getting)* (?:texts|text messages|messages|texting|this|these)"
    r"|(?:take|remove|delete) (?:me|my number|this number)(?: (?:off|from))?(?: (?:your|this|the|it|here))?(?: (?:text|texting|sms|mailing|contact))?(?: list)?"
    r"|leave me alone|lose my number|(?:opt|opting) (?:me )?out(?: of)?|unsubscribe me|end (?:these )?(?:texts|messages)"
    r"|cancel (?:my |these )?(?:texts|text messages|messages)|no more (?:texts|messages|text messages)|stop (?:the |these |all )?(?:texts|messages|text messages)"
    r"|(?:ya )?no (?:me )?(?:envie|envies|envien|mande|mandes|manden|escriba|escribas|escriban)(?: mas)?|no mas (?:mensajes|textos)"
    r"|(?:ya )?no quiero(?: recibir| mas| estos| sus)* (?:mensajes|textos)|deje(?:n)? de (?:escribirme|mandarme mensajes|enviarme mensajes|textearme|molestar(?:me)?)"
    r"|(?:dejen|deje|deja)me en paz|(?:quiero )?(?:dar|dejar|den|deme|darme|denme) de baja|(?:quite|quiten|borre|borren|saque|saquen)me de (?:la|su|esta) lista)"
    r"(?: (?:me|us|from|this|these|it|list|texts|text messages|messages|mensajes|textos|to|any ?more|now|please|again|already|thanks|thank you|por favor))*"
)
_LEAD = re.compile(
    r"(?:(?:hi|hello|hey|ok|okay|can you|could you|would you|will you|you|i want you to|i want to|i would like to|id like to|i need to|i said|just|kindly|please|pls|city|por favor) )+"
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
    return Keyword.STOP_REQUEST if words and _asks_to_stop(words) else Keyword.NONE


def _asks_to_stop(words: str) -> bool:
    """Whether the folded words ask for no more texts, and for nothing else."""
    said = set(words.split())
    if (said & _CLEAR and said <= _CLEAR | _AROUND) or (said & _UNCLEAR and said <= _UNCLEAR | _POLITE):
        return True
    return all(_REQUEST.fullmatch(_LEAD.sub("", part, count=1)) for part in re.split(r" (?:and|y) ", words))
