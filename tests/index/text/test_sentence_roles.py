"""What the sentences, rows and items of a text are, whatever the question."""

import pytest

from index.text.sentence_roles import SentenceRoles
from index.text.sentences import lines


@pytest.mark.parametrize(
    ("text", "says_nothing"),
    [
        ("Area, Trash, Recycling\nMill Village, trash: Monday; recycling: Week A", True),
        ("Item, Fee\nMattress: $18\nSofa: $12", False),
        ("Item, Fee\nMattress, fee: $18", True),
        ("Sofa, chair, mattress\nThey are taken on Friday.", False),
        ("Page last updated May 2\nThe pool opens at noon.", True),
    ],
    ids=["heads of columns", "no row names them", "two columns", "a list", "a date of change"],
)
def test_lines_that_say_nothing(text: str, says_nothing: bool) -> None:
    roles = SentenceRoles(text, lines(text))
    assert roles.noise.tolist() == [float(says_nothing), *[0.0] * text.count("\n")]
