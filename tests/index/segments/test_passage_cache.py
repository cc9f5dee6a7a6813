"""What was read lately is kept, and nothing that is no longer served stays in use by it."""

import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answers.excerpt import Sought, excerpt
from index.passages.document import Passage
from index.segments.passage_cache import PassageCache
from index.segments.segment import Segment
from index.text.answer_types import Kind, holds
from index.text.sentence_roles import SentenceRoles
from index.text.sentences import Span, sentences
from index.text.tokenizer import stems
from tests.index.toy import LocalIndex, mark, open_engine, page

KINDS: tuple[Kind, ...] = ("amount", "time", "phone", "place", "count")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Positions of passages in the order in which they are read from their segment."""
    positions: list[int] = []
    whole = Segment.passage

    def counted(segment: Segment, position: int) -> tuple[Passage, tuple[Span, ...]]:
        positions.append(position)
        return whole(segment, position)

    monkeypatch.setattr(Segment, "passage", counted)
    return positions


def filled(home: Path, count: int = 6) -> LocalIndex:
    engine = open_engine(home)
    pages = [page(i, f"Crew{i} sweeps street{i}. It costs ${i}.") for i in range(count)]
    engine.apply(pages, marker=mark(1))
    return engine


def first(engine: LocalIndex, text: str) -> str:
    found = engine.search(text, jurisdictions=["oakton"], limit=1).candidates
    return found[0].passage.text


def test_a_passage_is_read_from_the_disk_once_for_different_questions(tmp_path: Path, read: list[int]) -> None:
    engine = filled(tmp_path)
    read.clear()
    for question in ("who sweeps street3", "what does crew3 do", "how much is street3 swept by crew3"):
        assert first(engine, question) == "Crew3 sweeps street3. It costs $3."
    assert len(read) == len(set(read))


def test_no_more_are_kept_than_there_is_room_for(tmp_path: Path, read: list[int]) -> None:
    engine = filled(tmp_path)
    (segment,) = engine.reader.segments
    kept = PassageCache(2)
    read.clear()
    for row in (0, 1, 0, 2, 0, 1):
        assert kept.of(row, segment, row).passage.document_key == f"page:{row}"
    assert read == [0, 1, 2, 1]  # 1 was the one not asked for longest


def test_a_changed_page_is_quoted_as_it_is_now(tmp_path: Path) -> None:
    engine = filled(tmp_path)
    assert "$3." in first(engine, "who sweeps street3")
    engine.apply([page(3, "Crew3 sweeps street3. It costs $30.")], marker=mark(2))
    assert "$30." in first(engine, "who sweeps street3")
    engine.rollback()
    assert "$3." in first(engine, "who sweeps street3")


def test_threads_are_answered_rightly_while_passages_come_and_go(tmp_path: Path) -> None:
    engine, ended, wrong = filled(tmp_path, 20), threading.Event(), list[str]()

    def ask(start: int) -> int:
        number = start
        while not ended.is_set():
            number = (number + 7) % 20
            found = first(engine, f"who sweeps street{number}")
            if not re.fullmatch(rf"Crew{number} sweeps street{number}\. It costs \${number}\d*\.", found):
                wrong.append(f"{number}: {found}")
        return number

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(3) as threads:
            asking = [threads.submit(ask, start) for start in range(3)]
            for turn in range(2, 14):
                number = turn % 20
                engine.apply(
                    [page(number, f"Crew{number} sweeps street{number}. It costs ${number}{turn}.")], marker=mark(turn)
                )
                assert f"${number}{turn}." in first(engine, f"who sweeps street{number}")
                if turn % 6 == 0:
                    engine.rollback()
            ended.set()
            assert len([each.result() for each in asking]) == 3
    finally:
        ended.set()
        sys.setswitchinterval(before)
    assert wrong == []


@given(
    st.lists(
        st.sampled_from(["Fee: $5.", "Open 9 a.m.", "Call 555-555-0100.", "Fees\n", "Dogs\n", "Read more"]), min_size=1
    ),
    st.lists(st.tuples(st.sets(st.sampled_from(KINDS)), st.sampled_from(["fee", "open call", "dog"])), min_size=2),
)
def test_an_outline_that_was_used_quotes_like_a_new_one(parts: list[str], asked: list[tuple[set[Kind], str]]) -> None:
    text = " ".join(parts)
    spans = sentences(text)
    kept = SentenceRoles(text, spans)
    vectors = np.linspace(0.1, 0.9, len(spans), dtype=np.float16)[:, None]
    for wanted, about in asked:
        sought = Sought(np.ones(1, np.float32), frozenset(stems(about)), tuple(sorted(wanted)))
        assert excerpt(kept, vectors, sought=sought) == excerpt(SentenceRoles(text, spans), vectors, sought=sought)
        held = [holds(text[a:b], sought.kinds) for a, b in spans]
        assert kept.fitting(sought.kinds).astype(bool).tolist() == held
