"""Words of every script, the same in texts and in questions."""

import pytest

from index.text.tokenizer import analyzer, parted, places_of, stems, subject, subject_words, words_of

PAIRS = {
    "Chinese": ("垃圾收集", ["垃圾", "圾收", "收集"]),
    "Japanese": ("ゴミの日", ["ゴミ", "ミの", "の日"]),
    "Korean": ("쓰레기는 언제", ["쓰레", "레기", "기는", "언제"]),
    "Thai": ("เก็บขยะ", ["เก", "กบ", "บข", "ขย", "ยะ"]),
    "Lao": ("ຂີ້ເຫຍື້ອ", ["ຂເ", "ເຫ", "ຫຍ", "ຍອ"]),
    "Khmer": ("សំរាម", ["សរ", "រម"]),
    "Burmese": ("အမှိုက်", ["အမ", "မက"]),
}


@pytest.mark.parametrize(("text", "words"), PAIRS.values(), ids=PAIRS)
def test_letters_beside_each_other_are_words_where_there_are_no_blanks(text: str, words: list[str]) -> None:
    assert stems(text) == words
    assert subject(f"{text}?") == subject_words(text) == words
    assert analyzer().analyze(parted(text)) == words, "in a text that is indexed too"


def test_other_words_beside_them_stay_whole() -> None:
    assert stems("City Hall的电话是555-0100，见permits页") == [
        "citi", "hall", "的电", "电话", "话是", "555", "0100", "见", "permit", "页",
    ]  # fmt: skip
    assert stems("Müllabfuhr où año Đường") == ["mullabfuhr", "ou", "ano", "duong"]


MARKED = {
    "Hindi": ("नगरपालिका में कचरा संग्रह कब?", 5),
    "Bengali": ("আবর্জনা কবে নেওয়া হয়?", 4),
    "Punjabi": ("ਕੂੜਾ ਕਦੋਂ ਚੁੱਕਿਆ ਜਾਂਦਾ ਹੈ?", 5),
    "Gujarati": ("કચરો ક્યારે લેવાય છે?", 4),
    "Tamil": ("குப்பை எப்போது சேகரிக்கப்படும்?", 3),
    "Telugu": ("చెత్త ఎప్పుడు తీసుకుంటారు?", 3),
    "Malayalam": ("മാലിന്യം എപ്പോൾ ശേഖരിക്കും?", 3),
    "Arabic": ("مَتَى تُجْمَعُ القُمامة؟", 3),
    "Hebrew": ("מָתַי אוֹסְפִים אַשְׁפָּה?", 3),
    "letters and accents apart": ("A qué hora abre el nin\u0303o", 6),
}


@pytest.mark.parametrize(("text", "count"), MARKED.values(), ids=MARKED)
def test_signs_at_letters_part_no_word(text: str, count: int) -> None:
    assert words_of(text) == [word.strip("?؟") for word in text.split()]
    assert len(words_of(text)) == count
    assert analyzer().analyze(parted(text)) == stems(text), "in a text that is indexed too"


def test_an_accent_is_one_with_its_letter_or_apart() -> None:
    assert stems("nin\u0303o") == stems("niño") == ["nino"]


@pytest.mark.parametrize(
    ("text", "words"), [("1️⃣ first", ["1", "first"]), ("a_b, x² ½ don't", ["a", "b", "x²", "½", "don", "t"])]
)
def test_other_signs_part_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_places_of_words_that_lie_over_each_other_are_joined() -> None:
    text = "City Hall每周收集垃圾一次，垃圾箱。Trash: city-wide"
    assert [text[a:b] for a, b in places_of({"收集", "集垃", "垃圾", "citi"}, text)] == [
        "City",
        "收集垃圾",
        "垃圾",
        "city",
    ]
    thai = "เทศบาลเก็บขยะวันจันทร์"
    assert [thai[a:b] for a, b in places_of(stems("เก็บขยะ"), thai)] == ["เก็บขยะ"]
    assert places_of({"dog"}, "") == places_of((), "dog") == []
