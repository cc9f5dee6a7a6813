"""How documents are cut: headings, sentences, rows; inside the window; keys that last."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.page import Block
from index.passages.chunker import Cut, cut
from index.passages.document import Document
from tests.index.toy import ToyEncoder, faq

COUNT = ToyEncoder().tokens


def document(*blocks: Block, title: str = "Library") -> Document:
    return Document("page:1", "oakton", "page", "https://oakton.example/library#top", title, "en", blocks)


def cuts(*blocks: Block, window: int = 100) -> list[Cut]:
    return cut(document(*blocks), COUNT, window=window)


LONG = " ".join(f"Sentence number {i} says that rule {i} holds here." for i in range(40))


def test_sections_are_separate_and_know_their_headings() -> None:
    found = cuts(Block("text", ("Borrowing", "Books"), LONG), Block("text", ("Hours",), LONG))
    assert {c.passage.heading for c in found} == {"Borrowing > Books", "Hours"}
    assert all(c.body.startswith(f"Library > {c.passage.heading}\n") for c in found)
    assert {c.label for c in found} == {"Books", "Hours"}


def test_passages_fit_the_window_and_end_between_sentences() -> None:
    found = cuts(Block("text", ("Rules",), LONG))
    assert len(found) > 2
    assert all(COUNT([c.body])[0] <= 98 for c in found)
    assert all(c.passage.text.endswith("here.") and c.passage.text.startswith("Sentence") for c in found)
    assert " ".join(c.passage.text for c in found) == LONG


def test_table_rows_stay_whole_and_later_parts_know_the_caption() -> None:
    rows = ["Permit fees of the city"] + [f"Item: permit kind {i}; Fee: ${i}.50; Due: May {i}" for i in range(1, 30)]
    found = cuts(Block("table", ("Fees",), "\n".join(rows)))
    assert len(found) > 1
    assert [line for c in found for line in c.passage.text.splitlines()] == rows
    assert all("Permit fees of the city" in c.body for c in found)


def test_a_list_keeps_its_lead_in() -> None:
    items = "\n".join(f"document number {i} that you must bring along" for i in range(20))
    found = cuts(Block("text", ("Apply",), LONG + " Bring these:"), Block("list", ("Apply",), items))
    first = next(c for c in found if "document number 0" in c.passage.text)
    assert "Bring these:\ndocument number 0" in first.passage.text
    assert all("Bring these:" in c.body for c in found if "document number" in c.passage.text)


def test_small_sections_under_one_parent_join_and_read_as_on_the_page() -> None:
    found = cuts(Block("text", ("Visit", "Hours"), "Open daily."), Block("text", ("Visit", "Parking"), "Park behind."))
    assert [c.passage.text for c in found] == ["Open daily.\nParking\nPark behind."]


def test_parts_of_a_long_faq_answer_each_carry_the_question() -> None:
    found = cut(faq(1, "What are the rules?", LONG), COUNT, window=100)
    assert len(found) > 2
    assert all(
        c.passage.question == c.label == "What are the rules?" and "What are the rules?" in c.body for c in found
    )
    assert all(c.passage.kind == "faq" for c in found)


def test_a_title_that_repeats_the_text_is_no_heading() -> None:
    found = cut(document(Block("text", (), "Pay your bill at City Hall."), title="Pay your bill at City"), COUNT)
    assert found[0].label == ""
    assert found[0].body == "Pay your bill at City Hall."


def test_the_link_goes_to_the_section() -> None:
    found = cuts(Block("text", ("Hours",), "Open daily from noon.", anchor="hours"))
    assert found[0].passage.url == "https://oakton.example/library#hours"


def test_one_endless_line_is_divided_between_words() -> None:
    text = "word, " * 2000
    found = cuts(Block("text", (), text))
    assert all(COUNT([c.body])[0] <= 98 for c in found)
    assert "".join("".join(c.passage.text for c in found).split()) != ""
    assert all(c.passage.text.strip("word, ") == "" for c in found)


def test_the_key_depends_on_content_and_place_only() -> None:
    blocks = (Block("text", ("Hours",), "Open daily from noon."),)
    made = document(*blocks)
    key = cut(made, COUNT)[0].passage.key
    assert cut(replace(made, key="page:99"), COUNT)[0].passage.key == key
    for other in (
        replace(made, jurisdiction="elmville"),
        replace(made, url="https://other.example/"),
        document(Block("text", ("Hours",), "Open daily from one.")),
    ):
        assert cut(other, COUNT)[0].passage.key != key


def test_a_page_without_words_has_no_passages() -> None:
    assert cuts() == cuts(Block("text", (), " \n--- ")) == []


blocks = st.builds(
    Block,
    kind=st.sampled_from(["text", "list", "table"]),
    text=st.text(alphabet="ab. :\n$1", max_size=300),
    heading=st.lists(st.sampled_from(["A", "B"]), max_size=2).map(tuple),
)


@given(st.lists(blocks, max_size=6))
@settings(deadline=None)
def test_every_word_is_in_a_passage_and_spans_lie_inside(given_blocks: list[Block]) -> None:
    found = cuts(*given_blocks, window=40)
    words = {word for b in given_blocks if any(c.isalnum() for c in b.text) for word in b.text.split()}
    assert words <= {word for c in found for word in c.passage.text.split()}
    for c in found:
        assert c.spans
        assert all(0 <= a < b <= len(c.passage.text) for a, b in c.spans)
