"""How words sound: alike however they are written, and apart where they are other words."""

import pytest

from index.query.sounds import first_letters, sound


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tickit", "ticket"), ("lisence", "license"), ("marage", "marriage"), ("streat", "street"), ("elecshun", "election"),
        ("skedule", "schedule"), ("fone", "phone"), ("senter", "center"), ("naybor", "neighbor"), ("shuvel", "shovel"),
    ],
)  # fmt: skip
def test_words_that_sound_alike(written: str, meant: str) -> None:
    assert sound(written) == sound(meant)
    assert meant[0] in first_letters(written)


@pytest.mark.parametrize(
    ("one", "other"), [("park", "pork lane"), ("feces", "fees"), ("permit", "remit"), ("pool", "poll tax")]
)
def test_words_that_do_not(one: str, other: str) -> None:
    assert sound(one) != sound(other)
