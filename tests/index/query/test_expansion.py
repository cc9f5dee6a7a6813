"""Rules found in questions, and what they bring up."""

from pathlib import Path

import pytest

from index.keywords.bm25_index import KeywordIndex
from index.keywords.terms import Concept, Other
from index.query.expansion import ALIKE, NONE, SynonymExpander
from index.query.query import Query, ask
from index.synonyms.rules import Rule
from tests.index.keywords.test_bm25_index import passage

TRASH = Rule(("trash", "garbage", "refuse"), id=1)
BRT = Rule(("BRT",), "Board of Revision of Taxes", id=2, city="oakton")
MOTOR = Rule(("DMV", "motor vehicle commission"), id=3)
LICENSE = Rule(("driver's license", "driving permit"), id=4)
OFF = Rule(("dog", "hound"), id=5, active=False)


@pytest.fixture
def expander() -> SynonymExpander:
    made = SynonymExpander()
    made.use([TRASH, BRT, MOTOR, LICENSE, OFF])
    return made


def read(expander: SynonymExpander, text: str, *history: str, places: tuple[str, ...] = ("oakton",)) -> Query:
    return expander.of(places).expand(ask(text, history))


def also(asked: Query) -> dict[str, tuple[str, ...]]:
    return {each.asked: each.also for each in asked.applied}


def test_each_word_of_a_group_brings_the_others(expander: SynonymExpander) -> None:
    asked = read(expander, "When is GARBAGE day?")
    assert also(asked) == {"GARBAGE": ("trash", "refuse")}
    assert asked.concepts[0].own == (("garbag", 1.0),)
    assert asked.concepts[0].others == (Other(("trash",), ALIKE), Other(("refus",), ALIKE))
    assert asked.compared == "When is GARBAGE day?"
    assert ("day", 1.0) in asked.wanted
    assert ("garbag", 1.0) not in asked.wanted


def test_an_abbreviation_brings_its_meaning_and_not_the_other_way_round(expander: SynonymExpander) -> None:
    asked = read(expander, "Where is the BRT?")
    assert also(asked) == {"BRT": ("Board of Revision of Taxes",)}
    assert asked.concepts[0].others[0].stems == ("board", "revis", "tax")
    assert asked.compared == "Where is the BRT (Board of Revision of Taxes)?"
    assert asked.sentence == "Where is the BRT?"
    assert read(expander, "Where is the board of revision of taxes?").applied == ()


def test_a_citys_own_rule_holds_there_only(expander: SynonymExpander) -> None:
    assert read(expander, "Where is the BRT?", places=("elmville", "ohio")).applied == ()
    assert also(read(expander, "Where is the BRT?", places=("elmville", "oakton"))) != {}


def test_phrases_are_found_longest_first_and_in_other_forms(expander: SynonymExpander) -> None:
    asked = read(expander, "the Motor Vehicles Commission and my drivers license")
    assert also(asked) == {"Motor Vehicles Commission": ("DMV",), "drivers license": ("driving permit",)}
    assert asked.concepts[0].own == (("motor", 1.0), ("vehicl", 1.0), ("commiss", 1.0))
    assert [other.stems for other in asked.concepts[0].others] == [("dmv",)]
    assert asked.concepts[0].others[0].weight == pytest.approx(3 * ALIKE)
    assert read(expander, "motor vehicle tax").applied == ()


def test_an_abbreviation_with_full_stops(expander: SynonymExpander) -> None:
    asked = read(expander, "D.M.V. hours")
    assert also(asked) == {"D.M.V": ("DMV", "motor vehicle commission")}


def test_two_words_of_one_group_are_one_thing(expander: SynonymExpander) -> None:
    asked = read(expander, "trash or garbage?")
    assert len(asked.concepts) == 1
    assert asked.concepts[0].own == (("trash", 1.0), ("garbag", 1.0))
    assert asked.concepts[0].others == (Other(("refus",), ALIKE),)


def test_words_of_the_question_before_count_as_much_as_they_did(expander: SynonymExpander) -> None:
    asked = read(expander, "and on holidays?", "When is trash picked up?")
    assert asked.concepts[0].own == (("trash", 0.5),)
    assert asked.concepts[0].others[0].weight == pytest.approx(0.5 * ALIKE)


def test_rules_that_are_off_or_replaced_count_nothing(expander: SynonymExpander) -> None:
    assert read(expander, "dog license").applied == ()
    before = expander.of(["oakton"])
    assert expander.of(["oakton"]) is before
    expander.use([])
    assert expander.of(["oakton"]) is NONE
    assert read(expander, "trash").applied == ()


@pytest.fixture
def index(tmp_path: Path) -> KeywordIndex:
    made = KeywordIndex(tmp_path)
    texts = [
        "Refuse is collected on Monday.",
        "Trash and refuse and garbage on Monday.",
        "The motor vehicle commission is open on Monday.",
        "The commission met on Monday.",
        "Trash in elmville.",
    ]
    places = ["oakton"] * 4 + ["elmville"]
    made.change(
        ((n, passage(n, text, jurisdiction=place)) for n, (text, place) in enumerate(zip(texts, places, strict=True))),
        deleted_documents=[],
    )
    return made


def scores(index: KeywordIndex, asked: Query, *places: str) -> dict[int, float]:
    rows, found = index.search(asked.wanted, places or ("oakton",), field="all", limit=9)
    return dict(zip(rows.tolist(), found.tolist(), strict=True))


def test_the_best_way_to_say_it_counts_and_no_sum_of_them(expander: SynonymExpander, index: KeywordIndex) -> None:
    found = scores(index, read(expander, "trash"))
    assert set(found) == {0, 1}
    single = {stem: scores(index, ask(stem))[1] for stem in ("trash", "refuse", "garbage")}
    assert found[1] == pytest.approx(max(single["trash"], ALIKE * single["garbage"], ALIKE * single["refuse"]))
    assert found[0] == pytest.approx(ALIKE * scores(index, ask("refuse"))[0])


def test_a_phrase_needs_all_its_words_in_one_place(expander: SynonymExpander, index: KeywordIndex) -> None:
    assert set(scores(index, read(expander, "dmv"))) == {2}
    assert set(scores(index, read(expander, "garbage"), "elmville", "oakton")) == {0, 1, 4}


def test_a_concept_nobody_writes_about_finds_nothing(index: KeywordIndex) -> None:
    rows, _ = index.search(
        [Concept((("casino", 1.0),), (Other(("slot", "machin"), 1.0),))], ["oakton"], field="all", limit=9
    )
    assert rows.tolist() == []
