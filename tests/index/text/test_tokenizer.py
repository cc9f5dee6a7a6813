"""Words of every script, the same in texts and in questions."""

import pytest

from index.text.tokenizer import analyzer, parted, stems, subject, subject_words

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


def test_a_text_in_latin_letters_is_left_as_it_is() -> None:
    assert parted("Où est la poubelle ? 5 €") == "Où est la poubelle ? 5 €"
