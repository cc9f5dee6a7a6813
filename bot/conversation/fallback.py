"""Chooses the step of the dialogue by a few fixed words, for when Rasa is down, slow or silent."""

from townclerk.text.folding import fold

YES = ("yes", "y", "yep", "si", "claro", "exacto", "correcto", "👍")
NO = ("no", "n", "nope", "incorrecto", "👎")
MORE = ("more", "mas", "mas por favor")
HELP = ("help", "ayuda")
HELLO = ("hello", "hi", "hola", "buenas", "buenos dias", "buenas tardes", "buenas noches")
THANKS = ("thanks", "thank you", "gracias", "muchas gracias", "muy amable")
GOODBYE = ("goodbye", "bye", "adios", "hasta luego")
PERSON = ("agent", "person", "human", "operator", "talk to a person", "persona", "agente", "hablar con una persona")
LANGUAGE = ("change language", "language", "idioma", "cambiar idioma", "otro idioma")

_STEPS = {
    word: step
    for step, words in {
        "vote_up": YES,
        "vote_down": NO,
        "more": MORE,
        "help": HELP,
        "greet": HELLO,
        "thanks": THANKS,
        "goodbye": GOODBYE,
        "talk_to_person": PERSON,
        "change_language": LANGUAGE,
    }.items()
    for word in words
}


def step_for(text: str) -> str:
    """A key of `actions.dialogue.STEPS`: "search" unless `text` is one of the words, whatever its accents."""
    return _STEPS.get(fold(text.strip(" .!¡")), "search")
