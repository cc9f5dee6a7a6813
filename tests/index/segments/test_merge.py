"""Segments rewritten as one: the same documents, place by place, without those that are gone."""

from pathlib import Path

import numpy as np
import pytest

from crawler.page import Block
from index.passages.document import Document
from tests.index.toy import LocalIndex, mark, open_engine, page


def found(engine: LocalIndex, word: str) -> list[str]:
    return [c.passage.document_key for c in engine.search(word, jurisdictions=["oakton"], limit=1).candidates]


def sections(number: int, city: str) -> Document:
    """A page of three passages, of which two have a heading."""
    texts = (f"Street {number} is swept by crew{number}.", "It is done on Monday. Move your car.", "Ask at the desk.")
    blocks = tuple(Block("text", (f"Part {n}",) * bool(n), f"{t} {'More of it. ' * 12}") for n, t in enumerate(texts))
    return Document(f"page:{number}", city, "page", f"https://{city}.example/{number}", "Sweeping", "en", blocks)


def test_what_was_merged_lies_place_by_place_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, cities = open_engine(tmp_path), ("elmwick", "oakton", "ashby")
    for number in range(3):
        pages = [sections(i, cities[i % 3]) for i in (*range(number, 9, 3), 20 + number)]
        engine.apply(pages, [f"page:{19 + number}"], marker=mark(number + 1))
    engine.apply([sections(4, "ashby")], marker=mark(4))
    assert len(engine.loaded.reader.segments) == 4
    keys = [f"page:{i}" for i in (*range(9), 22)]
    before = [engine.loaded.reader.entries(key) for key in keys]
    monkeypatch.setattr("index.indexing.snapshot_builder.to_merge", lambda reader: list(range(len(reader.segments))))
    engine.apply([], marker=mark(5))
    reader = engine.loaded.reader
    (segment,) = reader.segments
    there = [document_row.jurisdiction for document_row in segment.documents]
    assert there == sorted(there)
    assert sorted(segment.documents.keys) == sorted(keys)
    for old, new in zip(before, map(reader.entries, keys), strict=True):
        assert len(old) == len(new) > 2
        for one, other in zip(old, new, strict=True):
            assert (one.row, one.passage, one.spans, one.embedded) == (
                other.row,
                other.passage,
                other.spans,
                other.embedded,
            )
            np.testing.assert_array_equal(one.vector, other.vector)
            np.testing.assert_array_equal(one.sentences, other.sentences)
            np.testing.assert_array_equal(one.tokens, other.tokens)
            assert len(one.tokens) > 2
            assert (one.label is None) == (other.label is None)
            np.testing.assert_array_equal(
                one.label if one.label is not None else 0, other.label if other.label is not None else 0
            )
    assert engine.wrong()[engine.loaded.snapshot.name] == []
    for number in range(9):
        city = "ashby" if number == 4 else cities[number % 3]
        best = engine.search(f"crew{number}", jurisdictions=[city], limit=1).candidates[0]
        assert best.passage.document_key == f"page:{number}"
    engine.close()


def test_a_segment_whose_documents_are_all_gone_hinders_no_merge(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    for number, (first, last) in enumerate(((0, 20), (20, 25), (25, 26)), start=1):
        engine.apply([page(i, f"Street {i} is swept by crew{i}.") for i in range(first, last)], marker=mark(number))
    engine.apply([page(i, f"Street {i} is swept by nobody{i}.") for i in (20, 21, 22, 25)], marker=mark(4))
    left = [len(s.documents) - len(engine.loaded.reader.dead[s.name]) for s in engine.loaded.reader.segments]
    assert sorted(left) == [2, 4, 20], "one of those half deleted and wholly deleted"
    assert (found(engine, "nobody25"), found(engine, "crew24")) == (["page:25"], ["page:24"])
    engine.close()
