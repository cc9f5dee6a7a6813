"""Keyword search: within jurisdictions, by stem, by field, and deaf to query syntax."""

import math
from pathlib import Path
from typing import Literal

import pytest

from index.keywords.bm25_index import KeywordIndex
from index.passages.document import Passage
from index.text.tokenizer import subject, words


def passage(number: int, text: str, *, question: str = "", heading: str = "", jurisdiction: str = "oakton") -> Passage:
    kind: Literal["faq", "passage"] = "faq" if question else "passage"
    return Passage(
        str(number), f"page:{number}", jurisdiction, kind, "https://x.example", "", heading, text, question, "en"
    )


@pytest.fixture
def index(tmp_path: Path) -> KeywordIndex:
    made = KeywordIndex(tmp_path)
    made.change(
        [
            (1, passage(1, "Dogs need a licence.")),
            (2**40, passage(2, "It costs $12.", question="How much is a dog licence?")),
            (3, passage(3, "A dog park.", jurisdiction="elmville")),
            (4, passage(4, "Opening hours", heading="Café Zoë")),
        ],
        deleted_documents=[],
    )
    return made


def rows(index: KeywordIndex, *terms: str, city: str = "oakton", field: str = "all") -> set[int]:
    return set(index.search([(t, 1.0) for t in terms], [city], field=field, limit=9)[0].tolist())  # type: ignore[arg-type]


def test_finds_by_stem_in_the_jurisdiction_only(index: KeywordIndex) -> None:
    assert rows(index, *subject("dogs")) == {1, 2**40}
    assert rows(index, *subject("dogs"), city="elmville") == {3}
    assert rows(index, *subject("dogs"), city="oakton' OR elmville") == set()


def test_fields_are_apart_and_accents_do_not_matter(index: KeywordIndex) -> None:
    assert rows(index, *subject("dog licence"), field="question") == {2**40}
    assert rows(index, *subject("cafe zoe")) == {4}
    assert rows(index, *subject("cafe zoe"), field="question") == set()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("城市每周一收集垃圾。", "垃圾什么时候收集？"),
        ("ごみは月曜日に集めます。", "月曜日のごみ"),
        ("쓰레기는 월요일에 수거합니다.", "쓰레기를 언제 수거해요?"),
        ("เทศบาลเก็บขยะวันจันทร์", "ขยะเก็บวันไหน"),
        ("ເກັບຂີ້ເຫຍື້ອວັນຈັນ", "ຂີ້ເຫຍື້ອເກັບມື້ໃດ"),
        ("សំរាមត្រូវបានប្រមូលនៅថ្ងៃច័ន្ទ។", "ប្រមូលសំរាមថ្ងៃណា"),
        ("အမှိုက်ကို တနင်္လာနေ့ သိမ်းသည်။", "ဘယ်နေ့ အမှိုက်သိမ်းလဲ"),
        ("कचरा सोमवार को उठाया जाता है।", "कचरा कब उठाया जाता है?"),
        ("আবর্জনা সোমবার নেওয়া হয়।", "আবর্জনা কবে নেওয়া হয়?"),
        ("குப்பை திங்கட்கிழமை சேகரிக்கப்படும்.", "குப்பை எப்போது?"),
    ],
    ids=["Chinese", "Japanese", "Korean", "Thai", "Lao", "Khmer", "Burmese", "Hindi", "Bengali", "Tamil"],
)
def test_words_are_found_in_every_script(index: KeywordIndex, text: str, asked: str) -> None:
    index.change([(9, passage(9, text))], deleted_documents=[])
    assert rows(index, *subject(asked)) == {9}
    assert index.knows(text.strip("。.").split()[0])
    assert not index.knows("図書館")


def test_a_part_of_a_word_with_signs_is_no_word(index: KeywordIndex) -> None:
    index.change([(9, passage(9, "हिन्दी पुस्तकालय।"))], deleted_documents=[])
    assert rows(index, *subject("हिन्दी")) == {9}
    assert rows(index, *subject("हिन")) == rows(index, *subject("दी")) == set()
    assert index.spelt("पुस्तकालय") == 1
    assert index.beginning("पु") == ("पुस्तकालय",)


@pytest.mark.parametrize(
    "text", ["jurisdiction:elmville", 'dog" OR "park', "*", "all:/.*/", "dog AND NOT licence", "(("]
)
def test_query_syntax_is_plain_words(index: KeywordIndex, text: str) -> None:
    assert 3 not in rows(index, *subject(text))


def test_deleted_documents_are_gone_and_new_ones_there_after_reopening(index: KeywordIndex, tmp_path: Path) -> None:
    index.change([(9, passage(9, "A dog bench."))], deleted_documents=["page:1", "page:77"])
    assert rows(index, "dog") == {2**40, 9}
    assert rows(KeywordIndex(tmp_path), "dog") == {2**40, 9}


def test_a_weight_counts(index: KeywordIndex) -> None:
    _, full = index.search([("dog", 1.0)], ["oakton"], field="all", limit=1)
    _, half = index.search([("dog", 0.5)], ["oakton"], field="all", limit=1)
    assert half[0] == pytest.approx(full[0] / 2)


def test_subject_drops_function_words_is_bounded_and_never_empty() -> None:
    assert subject("What is the fee for the dogs?") == ["fee", "dog"]
    assert subject("what is it") == ["what", "is", "it"]
    assert len(subject(" ".join(f"w{i}" for i in range(500)))) == 32
    assert subject("?!") == []


def test_words_have_offsets() -> None:
    text = "Pay $25.00 at Zoë’s."
    assert [(stem, text[a:b]) for stem, a, b in words(text)][:4] == [
        ("pay", "Pay"),
        ("25", "25"),
        ("00", "00"),
        ("at", "at"),
    ]


def test_a_word_weighs_what_it_weighs_in_the_whole_index_wherever_it_is_asked(tmp_path: Path) -> None:
    made = KeywordIndex(tmp_path)
    rare = [passage(n, "A dog park.", jurisdiction="elmville") for n in range(2)]
    common = [passage(n, "A dog park.") for n in range(2, 30)]
    other = [passage(n, "An oak tree.") for n in range(30, 40)]
    made.change(enumerate([*rare, *common, *other]), deleted_documents=[])
    made.change([], deleted_documents=["page:3"])
    _, here = made.search([("dog", 1.0)], ["oakton"], field="all", limit=1)
    _, there = made.search([("dog", 1.0)], ["elmville"], field="all", limit=1)
    assert there[0] == pytest.approx(here[0])
    _, both = made.search([("dog", 1.0)], ["elmville", "oakton", "oakton"], field="all", limit=99)
    assert len(both) == 29
    assert both == pytest.approx([here[0]] * 29)


def test_bm25_is_that_of_the_whole_index(tmp_path: Path) -> None:
    made = KeywordIndex(tmp_path)
    texts = ["dog dog park", "dog", "oak tree by the park", "elm"]
    made.change(((n, passage(n, text)) for n, text in enumerate(texts)), deleted_documents=[])
    found, scores = made.search([("dog", 1.0), ("park", 1.0)], ["oakton"], field="all", limit=9)
    lengths = [len(text.split()) for text in texts]
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))

    def weight(times: int, length: int) -> float:
        return idf * 2.2 * times / (times + 1.2 * (0.25 + 0.75 * length / (sum(lengths) / 4)))

    expected = {0: weight(2, 3) + weight(1, 3), 1: weight(1, 1), 2: weight(1, 5)}
    assert dict(zip(found.tolist(), scores.tolist(), strict=True)) == pytest.approx(expected, rel=1e-5)
