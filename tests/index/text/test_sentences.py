"""Sentence ends: nothing is cut inside a price, time, address, phone number or abbreviation."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.sentences import lines, sentences


def cut(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    "whole",
    [
        "The fee is $25.00 for residents.",
        "Open 9 a.m. to 5 p.m. Monday through Friday.",
        "Visit City Hall at 12 Main St. Suite 4 for help.",
        "Mail it to P.O. Box 12, Oakton.",
        "Call Dr. King or Mr. J. Smith at (555) 555-0100 ext. 12.",
        "See Sec. 12 of the code, e.g. the part on fences.",
        "Sign-up starts Jan. 5 and ends Feb. 10.",
        "Version 2.5 of the plan covers 3.5 miles.",
        "Write to clerk@oakton.example or see oakton.example/permits.html for forms.",
    ],
)
def test_stays_whole(whole: str) -> None:
    assert cut(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Bring an ID. The fee is $5.", ["Bring an ID.", "The fee is $5."]),
        ("We close at 4 p.m. Please come early!", ["We close at 4 p.m.", "Please come early!"]),
        ("Is it free? No. Pay $3.", ["Is it free?", "No.", "Pay $3."]),
        ("The office is on Main St. The door is red.", ["The office is on Main St.", "The door is red."]),
        ("One line\nAnother line", ["One line", "Another line"]),
        ("He said “stop.” Then he left.", ["He said “stop.”", "Then he left."]),
    ],
)
def test_is_cut(text: str, parts: list[str]) -> None:
    assert cut(text) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["Мусор вывозят по понедельникам.", "Звоните по тел. 555-0100.", "Адрес: ул. Ленина, д. 5."],
        ["Τα σκουπίδια συλλέγονται τη Δευτέρα.", "Πού μπορώ να πληρώσω;", "Κοστίζει 5 ευρώ."],
        ["يتم جمع القمامة يوم الاثنين.", "أين يمكنني دفع الفاتورة؟", "التكلفة 25 دولارا."],
        ["குப்பை திங்கட்கிழமை சேகரிக்கப்படுகிறது.", "கட்டணம் எங்கே செலுத்துவது?", "அலுவலகம் திறந்திருக்கும்."],
        ["कचरा सोमवार को उठाया जाता है।", "भुगतान कहाँ करें?", "कार्यालय खुला है।"],
        ["쓰레기는 월요일에 수거합니다.", "요금은 어디서 냅니까?", "시청은 금요일에 쉽니다."],
        ["សំរាមត្រូវបានប្រមូលនៅថ្ងៃច័ន្ទ។", "តម្លៃ ៥ ដុល្លារ។", "ការិយាល័យបើក៕"],
        ["အမှိုက်ကို တနင်္လာနေ့ သိမ်းသည်။", "အခကြေးငွေ ၅ ဒေါ်လာ။", "ရုံးဖွင့်သည်။"],
        ["Çöp pazartesi toplanır.", "İtfaiye açık.", "Şehir ofisi kapalı."],
        [
            "Śmieci są odbierane w poniedziałek.",
            "Łazienki są przy ul. Długiej 5.",
            "Żaden dokument nie jest potrzebny.",
        ],
        ["Gunoiul este colectat luni.", "Țara este mare.", "Șoseaua e închisă."],
        ["La oficina abre a las 8 a.m. y cierra a las 5 p.m.", "¿Dónde puedo pagar?", "Llame al Sr. García."],
    ],
    ids=[
        "Russian",
        "Greek",
        "Arabic",
        "Tamil",
        "Hindi",
        "Korean",
        "Khmer",
        "Burmese",
        "Turkish",
        "Polish",
        "Romanian",
        "Spanish",
    ],
)
def test_sentences_end_in_every_script(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["垃圾每周一收集。", "在哪里付款？", "办公室开放！"],
        ["ごみは月曜日に集めます。", "料金は５ドルです！", "どこで払いますか？"],
    ],
    ids=["Chinese", "Japanese"],
)
def test_sentences_end_without_blanks(parts: list[str]) -> None:
    assert cut("".join(parts)) == parts


def test_lines_are_rows() -> None:
    text = "Day | Hours\n\n  Mon | 9 a.m. Closed later. \n"
    assert [text[a:b] for a, b in lines(text)] == ["Day | Hours", "Mon | 9 a.m. Closed later."]


@given(st.text(alphabet="ab .!?\n1$A\"'", max_size=80))
def test_nothing_is_lost_and_order_is_kept(text: str) -> None:
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    covered = "".join(text[a:b] for a, b in spans)
    assert "".join(covered.split()) == "".join(text.split())
