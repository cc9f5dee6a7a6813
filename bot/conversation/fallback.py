"""Chooses the step of the dialogue by a few fixed words, for when Rasa is down, slow or silent."""

YES = ("yes", "y", "yep", "si", "sí", "👍")
NO = ("no", "n", "nope", "👎")
MORE = ("more", "mas", "más")
HELP = ("help", "ayuda")
HELLO = ("hello", "hi", "hola")
THANKS = ("thanks", "thank you", "gracias")
GOODBYE = ("goodbye", "bye", "adios", "adiós")
PERSON = ("agent", "person", "human", "operator", "talk to a person")

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
    }.items()
    for word in words
}


def step_for(text: str) -> str:
    """A key of `actions.dialogue.STEPS`: "search" unless `text` is one of the words."""
    return _STEPS.get(text.strip(" .!").casefold(), "search")
