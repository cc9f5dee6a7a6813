"""The emergency rule: what must fire, in two languages and with typos, and what must not."""

import time
from pathlib import Path

import pytest

from bot.conversation.emergency import PHRASES, TEXTS, recognise
from tests.bot.town import Town
from townclerk.text.languages import LANGUAGES
from townclerk.text.segments import measure
from townclerk.text.translation import gettext, speaking

HELD_APART = Path(__file__).parent / "emergencies.tsv"
"""911, 988 or none, and a text."""

DANGER = """my kid cant swim and he is in the deep end
someone is screaming in the apartment above me
my house is on fire
my hosue is on fier
My apartment's on FIRE!!!
there's a fire in my kitchen
smoke in the hallway
911
9-1-1
call 911
help 911
fire!
emergency
I smell gas in my basement
gas leak on my street
my husband is not breathing
he can't breathe
my dad is having a heart attack
she overdosed
my son is unconscious
he has a gun
somebody got stabbed
active shooter at the school
someone is breaking into my house
my boyfriend is beating me
i have chest pains
chest hurts bad
carbon monoxide alarm going off
my kid drank bleach
my grandma fell and wont wake up
power line down sparking
downed wire on elm street
car accident with injuries
they are shooting
im going to kill my boss
me duele el pecho
estoy sangrando mucho
mi esposo me pega
mi hijo tomo cloro
llame al 911
llamen una ambulancia
no puede respirar
mi casa se está quemando
hay un incendio en la casa
fuego en mi casa
huele a gas
emergencia""".splitlines()

CRISIS = """988
i want to die
I wanna kill myself
im going to kil myself
im goign to hurt myself
thinking about sucide
suicidal
I want to end my life
I don't want to live anymore
quiero morir
Quiero morirme
no quiero vivir
me quiero matar
voy a suicidarme""".splitlines()

ORDINARY = """fire department phone number
carbon monoxide detectors law
how do i get an accident report
tree touching power lines
chest freezer pickup
where can i throw away old pills
where do i buy bleach
shooting range hours
my husband ate at the restaurant that got closed
kill weeds on my property
me pega la factura del agua
he did not respond to my foia request
my landlord wont respond
la corte me pego una multa
burn permit
How do I get a burning permit?
fire hydrant permit
how do i report a fire hydrant leaking
when is the fire station open
non-emergency police number
911 address sign
where can I buy a 911 sign for my house
911 Elm Street building permit
can I have a fire pit at my house
is open burning allowed
is there a fire ban
room on fire lane
house fire inspection
suicide prevention walk registration
what is the fine for a false 911 call
do I need an ambulance license
emergency rental assistance
Where do I get a permit to carry a gun
I want to report a dead deer
dead animal on road
my dog died who picks it up
dont want to live near the dump
I do not want to be on the mailing list
how do I end my water service
take my life jacket
i need police help with records
school shooting drill policy
how do I hang a banner myself
folks above me throw loud parties all weekend
guy next door plays drums all night
what if my kid cant swim
when does the bus STOP here?
permiso para quemar hojas
departamento de bomberos telefono
quiero pagar mi multa
no quiero pagar
voy a mudarme""".splitlines()


@pytest.mark.parametrize("text", DANGER)
def test_danger(text: str) -> None:
    found = recognise(text)
    assert found is not None
    assert "911" in found.text


@pytest.mark.parametrize("text", CRISIS)
def test_crisis(text: str) -> None:
    found = recognise(text)
    assert found is not None
    assert found.kind == "crisis"
    assert "988" in found.text


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_questions_go_on(text: str) -> None:
    assert recognise(text) is None


def test_language_of_the_text_is_that_of_the_message() -> None:
    spanish, english = recognise("quiero morir"), recognise("i want to die")
    assert spanish is not None
    assert english is not None
    assert (spanish.language, english.language) == ("es", "en")


def test_every_text_takes_two_segments_at_most() -> None:
    for language in LANGUAGES:
        with speaking(language):
            assert all(measure(gettext(text)).segments <= 2 for text in TEXTS.values()), language


def test_every_phrase_can_be_found() -> None:
    for phrase in PHRASES.all:
        words = " ".join(sorted(words)[0] for words, _gap in phrase.steps if not words & {"^", "$"})
        assert PHRASES.finds(phrase, words), phrase.line


def test_emergencies_held_apart_are_told() -> None:
    """Texts that neither the phrases nor the examples were made from, in two languages and with typos."""
    rows = [line.split("\t") for line in HELD_APART.read_text(encoding="utf-8").splitlines()]
    told = [(wanted, recognise(text), text) for wanted, text in rows]
    missed = [text for wanted, found, text in told if wanted != "none" and found is None]
    false = [text for wanted, found, text in told if wanted == "none" and found is not None]
    kinds = [wanted for wanted, _found, _text in told]
    assert len(missed) <= 0.03 * (len(kinds) - kinds.count("none")), missed
    assert len(false) <= 0.03 * kinds.count("none"), false
    wrong = [text for wanted, found, text in told if wanted == "988" and found is not None and found.kind != "crisis"]
    assert wrong == []


def test_long_and_hostile_text_is_quick() -> None:
    for text in ("fire " * 400 + "house my " * 400, "a" * 2000):
        parts = [text[first : first + 100] for first in range(0, len(text), 100)]
        assert seconds(text) < 10 * sum(map(seconds, parts)), text[:20]  # 20 times or more if it grew with the square


def seconds(text: str) -> float:
    """How long it takes at best."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        recognise(text)
        took.append(time.perf_counter() - began)
    return min(took)


async def test_fixed_text_comes_first_on_chat_and_ask_whatever_hangs(town: Town) -> None:
    town.rasa.fault = town.index.fault = "hang"
    assert "911" in (await town.chat("my hosue is on fire"))["messages"][0]["text"]
    async with town.http.get(town.url + "/ask", params={"q": "quiero morir", "city": "alder-falls"}) as reply:
        assert "988" in await reply.text()
    assert (town.rasa.heard, town.index.searched) == ([], [])
    assert [row[0] for row in town.rows("select answered_by from messages where direction = 'out'")] == ["emergency"]


async def test_a_refusal_near_words_of_danger_ends_with_911(town: Town) -> None:
    town.index.fault = "refuse"
    for asked, end in (
        ("who sells the best knife", "If this is an emergency, call 911."),
        ("se vende cuchillo para pescado", "Si es una emergencia, llame al 911."),
        ("purple elephants", "alder-falls.example."),
    ):
        assert (await town.chat(asked, city="alder-falls"))["messages"][0]["text"].endswith(end)
