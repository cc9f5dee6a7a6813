"""What a short reply after an answer is, when the words alone mislead.

"is that right?" is no vote, "no cats" no goodbye, "now?" no greeting: they ask on. Doubt, and words of somebody who
gives up, are answered in our own words, never with another quotation.
"""

from collections.abc import Mapping
from typing import Literal

from townclerk.text.folding import plain_words, word_set

Aside = Literal["given_up", "kindness", "doubt"]

STEERING = ("vote_up", "vote_down", "thanks", "goodbye", "greet")
"""Steps that a short reply is easily mistaken for."""
_DOUBT = """is that right|is it|is that so|is that true|are you sure|you sure|are you sure about that|really|is that correct|hm|hmm|hmmm|huh|what|wait|wait what
not sure|im not sure|not sure about that|i am not sure|idk|i dont know|dont know|maybe|seriously|for real|says who|who says|um|uh|eh|i guess|i doubt it|no way|sure about that
es verdad|de verdad|en serio|esta seguro|no se|no estoy seguro|no estoy segura|quien sabe|tal vez|a poco|es cierto|eso es cierto"""
_GIVEN_UP = """forget it|forget about it|never mind|nevermind|nvm|skip it|stupid bot|dumb bot|you suck|you are stupid|youre stupid|this sucks|bad bot|you are dumb|you idiot
idiot|stupid|dumb|wtf|whatever|screw you|this is stupid|youre useless bot|olvidalo|no importa|dejalo|que tonto|bot tonto|estupido"""
_KIND = "youre welcome|you are welcome|your welcome|yw|np|no problem|no worries|de nada|no hay problema"
_ASKING_ON = word_set(
    """
    how where when why what who which whose now today tonight tomorrow yesterday sunday monday tuesday wednesday
    thursday friday saturday day days time week weekend weekends hours right still then so and or is are it this that
    the on at for in open closed much many long late soon far often one ones y o como donde cuando cuanto cual hoy
    manana ahora domingo lunes martes miercoles jueves viernes sabado
    """
)
_QUESTION_WORDS = word_set(
    """
    how where when why what who which whose now today tonight tomorrow sunday monday tuesday wednesday thursday friday
    saturday day time como donde cuando cuanto cual hoy manana ahora domingo lunes martes miercoles jueves viernes
    sabado
    """
)
_ABOUT_THE_ANSWER = word_set(
    """
    no not nope n y nah naw yes yeah yep yup ya yea sure ok okay k si sip claro que it its is was were this that thats
    the a an to for of i me my you your u did didnt do does doesnt dont isnt wasnt answer answers answered question
    questions help helped helps helpful unhelpful useful useless right wrong correct incorrect true false what need
    needed want wanted asked ask looking look exactly just very much so really super totally perfect great good bad nice
    cool awesome excellent amazing fine best better thanks thank thx ty job work works worked please all again any at
    lot lots more another other one info information found got get know old outdated irrelevant relevant makes sense
    ayudo ayuda sirvio sirve gracias bien mal muy mucho malo mala buena bueno respuesta pregunte pregunta era eso esto
    lo la el es correcto incorrecto exacto perfecto excelente util inutil yo busca buscaba necesitaba necesito todo nada
    and but even close solved problem issue terrible awful poor horrible love loved like liked hate thumbs up down bot
    robot guys bye goodbye later there nothing else done set im day night care have see weekend am absolutely definitely
    indeed agreed yess yesss yass nooo noo nop hit spot
    """
)
"""Words that a vote or a goodbye is made of."""


def aside(text: str) -> Aside | None:
    """What a message is that needs no answer from the pages: "given_up", "kindness" or "doubt"; None for others."""
    words = plain_words(text)
    return next((kind for kind, said in _ASIDES.items() if words in said), None)


def step_for_reply(text: str, step: str) -> str:
    """`step`, or "search" when the message only looks like it."""
    if step not in STEERING:
        return step
    words = plain_words(text).split()
    said = set(words)
    asks_on = bool(said & _QUESTION_WORDS) and said <= _ASKING_ON
    asks = "?" in text and step != "greet"
    votes = step in ("vote_up", "vote_down") or words[:1] in (["no"], ["yes"], ["si"], ["yeah"], ["not"])
    about_something = votes and bool(said - _ABOUT_THE_ANSWER)
    return "search" if words and (asks_on or asks or about_something) else step


_ASIDES: Mapping[Aside, frozenset[str]] = {
    "given_up": frozenset(_GIVEN_UP.replace("\n", "|").split("|")),
    "kindness": frozenset(_KIND.split("|")),
    "doubt": frozenset(_DOUBT.replace("\n", "|").split("|")),
}
