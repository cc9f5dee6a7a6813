"""A text is nearest to what was written most like it."""

from townclerk.text.likeness import Likeness

LIKENESS = Likeness(
    {"boat": ["the boat is sinking", "our boat sank"], "bird": ["a bird hit the window", "the birds are ill"]},
    ["when is the pool open", "the window is open", "what is the fee"],
)


def test_more_like_the_examples_than_the_counter_examples() -> None:
    assert LIKENESS.score("my boat sank") > 0 > LIKENESS.score("when is the window open")
    assert abs(LIKENESS.score("zzz")) < 1


def test_the_nearest_label() -> None:
    assert [LIKENESS.nearest(text) for text in ("boats are sinking", "an ill bird")] == ["boat", "bird"]
