"""Who asks to talk to a person, and what only sounds so: "who is the person in charge of permits?" asks the pages."""

import re

from townclerk.text.folding import fold, plain_words

_KINDS = r"real|live|actual|human|city|town|staff|customer service|other|single"
_PERSON = (
    rf"(?:an? |the |some |any |your )?(?:(?:{_KINDS}) )*(?:person|people|human(?: being)?|being|someone|somebody|anyone|anybody|agent|representative|rep|operator|employee|worker|staff(?: member)?)"
    r"(?: (?:real|else|there|here|live|human))*"
)
_TALK = r"(?:talk|speak|chat|talking|speaking|get in touch)(?: directly| live)? (?:to|with)"
_CITY = r"(?:the )?(?:city|town|county|village)(?: hall| office)?"
_TAIL = (
    rf"(?: (?:please|pls|now|right now|today|instead|thanks|thank you|directly|here|at all|(?:at|from|in|of|with) (?:{_CITY}|the office|your office)"
    r"|(?:not|than|instead of|rather than)(?: with| to)? (?:an? |this |the )?(?:bot|robot|machine|computer|chatbot|ai)|(?:about|regarding|on) .+))*"
)
_LEAD = (
    r"(?:(?:hi|hello|hey|please|pls|so|ok|okay|but|just|can|could|may|might|would|i|id|im|we|you|like|want|wanna|need|prefer|rather|to|let|me|us|have|get|a|chance|trying|is|it|there|any|way|possible"
    r"|be|able|allowed|sorry|excuse|really|actually|how|do|does|one|where|that) )*"
)
_ENGLISH = (
    rf"{_LEAD}{_TALK} (?:{_PERSON}|{_CITY}){_TAIL}",
    rf"{_LEAD}(?:connect|transfer|put|pass|forward|switch|get|give|find)(?: me| us)(?: (?:through|over|in touch|in contact))?(?: (?:to|with))? {_PERSON}{_TAIL}",
    rf"{_LEAD}transfer me{_TAIL}",
    rf"(?:(?:so|well|hello|please|is|are|there) )*{_PERSON}(?: (?:that|who|whom))? (?:i|we) (?:can|could|may) (?:talk|speak|chat)(?: (?:to|with))?{_TAIL}",
    rf"(?:(?:please|can|could|would|will|you|i|id|like|want|need|have|get|ask) )*{_PERSON} (?:please )?(?:to )?(?:call|text|contact|phone|reach|ring)(?: me| us)(?: back)?{_TAIL}",
    r"(?:i )?(?:do not|dont|hate|no more)(?: want)?(?: to)?(?: (?:talk|talking|speak|speaking|chat|chatting) (?:to|with))? (?:an? |this |the )?(?:ro)?bots?",
    rf"(?:(?:can|could|may) i (?:get|have|reach) |i (?:want|need) |please |quiero )?(?:an? |the |un )?(?:(?:{_KINDS}) )*(?:person|human(?: being)?|agent|representative|operator|chat)(?: (?:please|now))*",
    r"customer (?:service|support)(?: please)?",
)
_UNA = r"(?:(?:una?|algun|alguna|otra|otro) )?(?:persona|humano|ser humano|alguien|agente|representante|operador|operadora|empleado|empleada|funcionario|personal)"
_PERSONA = rf"{_UNA}(?: (?:real|humana?|de verdad|en vivo))*"
_FIN = r"(?: (?:por favor|ahora|hoy|mismo|real|(?:de|en) (?:la|el|su) (?:ciudad|alcaldia|oficina|ayuntamiento|municipio)|del ayuntamiento|del municipio|sobre .+|acerca de .+|y no con .+))*"
_ANTES = r"(?:(?:hola|por favor|quiero|quisiera|necesito|deseo|prefiero|puedo|podria|me|gustaria|se|puede|es|posible|hay|forma|de|como|dejeme|yo|que) )*"
_SPANISH = (
    rf"{_ANTES}(?:hablar|comunicarme|chatear|conversar|platicar) con (?:{_PERSONA}|la ciudad|el ayuntamiento|la oficina|la alcaldia){_FIN}",
    rf"{_ANTES}(?:comuniqueme|comunicame|paseme|pasame|conecteme|transfierame|pongame|comunica|comunicar|pasa|pasar|conecta|conectar) con {_PERSONA}{_FIN}",
    rf"{_ANTES}(?:hay )?alguien (?:con quien|que)(?: (?:yo|se))?(?: (?:puedo|pueda|puede))? ?(?:hablar|me atienda|atenderme)?{_FIN}",
    rf"{_ANTES}(?:{_PERSONA} (?:me )?(?:llame|puede llamar(?:me)?|llamarme)|(?:puede )?(?:llamar|llamarme) {_PERSONA}){_FIN}",
    r"(?:yo )?no quiero (?:hablar con )?(?:un |este |el )?(?:ro)?(?:bot|maquina)s?",
    rf"(?:con )?(?:una? )?(?:persona|humano|agente|representante|operador)(?: (?:real|humana?|de verdad))*{_FIN}",
    r"(?:servicio|atencion) al cliente",
)
_ASKS = re.compile("|".join((*_ENGLISH, *_SPANISH)))
_CLAUSES = re.compile(r"[.!?,;:\n¿¡]+|\b(?:but|and|pero|y)\b")
_QUESTION = re.compile(
    r"\b(?:who|whos|whom|whose|what|whats|when|which|how (?:many|much|long|often)|where|quien|quienes|cual|cuando|cuantas?|cuantos?|donde|que|(?:in|per) person|(?:en|por) persona)\b"
)


def asks_for_person(text: str) -> bool:
    """Whether a message, or one clause of it, asks to talk to a person of the city."""
    clauses = (plain_words(clause) for clause in _CLAUSES.split(fold(text)))
    return any(_ASKS.fullmatch(clause) for clause in clauses if clause)


def only_sounds_so(text: str) -> bool:
    """Whether a message that was taken for such a request asks about people instead."""
    return not asks_for_person(text) and bool(_QUESTION.search(plain_words(text)))
