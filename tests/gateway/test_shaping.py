"""Replies as text messages, for every length and alphabet."""

from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.replies import Reply
from bot.gateway.sms.segments import fits, measure
from bot.gateway.sms.shaping import shape
from tests.gateway.fakes import answer

WORDS = st.lists(st.text(alphabet="abcdeñáü€{}!😀", min_size=1, max_size=12), min_size=1, max_size=120)


@given(WORDS, st.integers(1, 4), st.integers(1, 400))
def test_no_part_is_too_long_and_the_link_stays_whole(words: list[str], segments: int, length: int) -> None:
    url = "https://www.alder-falls.example/" + "x" * length
    shaped = shape(
        [Reply(text="From Alder Falls:", answers=(answer(excerpt=" ".join(words), url=url),))], segments=segments
    )
    assert sum(url in part.split("\n") for part in shaped.parts) == 1
    assert all(fits(part, segments) for part in shaped.parts if part != url)
    told = " ".join(shaped.parts).replace(" ...", "") + " " + shaped.rest
    assert all(word in told for word in words)


@given(WORDS, st.integers(1, 3))
def test_plain_words_fit_and_the_rest_is_kept(words: list[str], segments: int) -> None:
    text = " ".join(words)
    shaped = shape([Reply(text=text)], segments=segments)
    (part,) = shaped.parts
    assert fits(part, segments)
    assert bool(shaped.rest) is not fits(text, segments)


def test_our_own_words_give_way_to_the_quotation() -> None:
    excerpt = "Carts go to the curb by seven in the morning, and are taken back in by the evening of that day. " * 2
    reply = Reply(
        text="Thank you, I noted that. Here is another answer. From Alder Falls:",
        answers=(answer(excerpt=excerpt.strip()),),
    )
    shaped = shape([reply], segments=2)
    assert shaped.parts[0].startswith("Carts go")
    assert measure(shaped.parts[0]).segments == 2
    kept = shape([reply], segments=2, keep_intro=True)
    assert kept.parts[0].startswith("Thank you")
