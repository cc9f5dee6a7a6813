"""The names of a place leave its questions; those of another place stay, and are known."""

import pytest

from index.query.place_names import PlaceNames

NAMES = {
    "alder-falls": ("City of Alder Falls", "alderfalls", "the falls", "99990"),
    "oakton": ("Oakton",),
    "reading": ("Reading",),
    "port-maren": ("Port Maren",),
    "tamarack": ("Tamarack County",),
    "ohio": ("State of Ohio",),
}
LAYERS = ("alder-falls", "tamarack", "ohio")


def known(word: str) -> bool:
    return word in {"heading", "alder", "falls", "library", "hours"}


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("alder falls trash day", "trash day"),
        ("Is trash collected in Alder Falls?", "Is trash collected?"),
        ("is the Alder Falls library open", "is library open"),
        ("City of Alder Falls jobs", "jobs"),
        ("trash day in Alder Falls, Ohio on Monday", "trash day on Monday"),
        ("trash day Alder Falls OH", "trash day"),
        ("the falls garage sale permit", "garage sale permit"),
        ("what is Alder Falls' tax rate", "what is tax rate"),
        ("what is Alder Falls's tax rate", "what is tax rate"),
        ("marriage license Tamarack County", "marriage license"),
        ("trash 99990", "trash"),
        ("aldr falls trash day", "trash day"),
        ("trash day in alder fals", "trash day"),
        ("alderfalls trash day", "trash day"),
        ("trash day in adler falls, ohio", "trash day"),
    ],
)
def test_names_are_taken_out(text: str, bare: str) -> None:
    assert PlaceNames(NAMES).without(text, LAYERS, knows=known) == bare


@pytest.mark.parametrize(
    "text",
    [
        "Alder Falls",
        "who plows Alder Falls Street",
        "water falls down the wall",
        "trash in Port Maren",
        "is Oakton Ave closed",
        "ohiopyle trails",
    ],
)
def test_what_is_no_name_of_the_place_stays(text: str) -> None:
    assert PlaceNames(NAMES).without(text, LAYERS, knows=known) == text


def test_a_word_that_the_texts_use_is_no_misspelt_name() -> None:
    names = PlaceNames(NAMES)
    assert names.without("heading north", ["reading"], knows=known) == "heading north"
    assert names.without("raeding hours", ["reading"], knows=known) == "hours"
    assert names.without("raeding hours", ["reading"]) == "raeding hours"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("when is trash collected in Springfield, Illinois?", "Springfield"),
        ("trash in Springfield IL", "Springfield"),
        ("trash in the City of Springfield, Ohio", "Springfield"),
        ("trash in Alder Falls, Idaho", "Alder Falls"),
        ("how much is the pool in Port Maren", "Port Maren"),
        ("trash in Alder Falls, Ohio", ""),
        ("trash in Alder Falls", ""),
        ("is there a flea market at Mill Park", ""),
        ("I moved here from Springfield, Illinois", ""),
        ("permit for Ohio Street", ""),
    ],
)
def test_another_place_is_known(text: str, place: str) -> None:
    assert PlaceNames(NAMES).elsewhere(text, LAYERS) == place


def test_without_names_nothing_changes() -> None:
    assert PlaceNames().without("trash in Alder Falls", LAYERS, knows=known) == "trash in Alder Falls"
    assert PlaceNames().elsewhere("trash in Alder Falls", LAYERS) == ""
