"""What is found while a publish is taken in, and after the index is opened again."""

from pathlib import Path

import numpy as np
import pytest

from index.snapshots.loaded import LoadedSnapshot
from tests.index.toy import LocalIndex, faq, mark, open_engine


def found(engine: LocalIndex, text: str) -> str:
    return engine.search(text, jurisdictions=["oakton"]).candidates[0].passage.document_key


def test_an_index_whose_newest_documents_are_gone_opens_again(tmp_path: Path) -> None:
    made = open_engine(tmp_path)
    made.apply([faq(n, f"Question {n}?", f"Answer {n}.") for n in range(1, 21)], marker=mark(1))
    made.apply([], [f"faq:{n}" for n in range(15, 21)], marker=mark(2))
    without = made.stats().snapshot
    made.apply([faq(30, "Another question?", "Another answer.")], marker=mark(3))
    made.rollback(without)
    assert found(made, "question 14") == "faq:14"
    made.close()
    again = open_engine(tmp_path)
    assert again.stats().passages == 14
    assert found(again, "question 14") == "faq:14"
    again.close()


def test_an_index_that_lost_all_documents_opens_again(tmp_path: Path) -> None:
    made = open_engine(tmp_path)
    made.apply([faq(1, "A question?", "An answer.")], marker=mark(1))
    made.apply([], ["faq:1"], marker=mark(2))
    made.close()
    again = open_engine(tmp_path)
    assert again.stats().passages == 0
    assert again.search("a question", jurisdictions=["oakton"]).refused
    again.close()


def test_old_vectors_that_wait_to_be_taken_out_hide_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = open_engine(tmp_path)
    made.apply([faq(n, "trash cart", f"Trash cart number {n}.") for n in range(1, 301)], marker=mark(1))
    vector = made.searcher.encode(["trash cart number"])[0]
    monkeypatch.setattr(LoadedSnapshot, "drop", lambda *_: None)
    made.apply([faq(n, "trash cart", f"Trash cart number {n} again.") for n in range(1, 301)], marker=mark(2))
    assert len(made.loaded.bodies.search(vector, ["oakton"], limit=900)[0]) == 600
    for rows, cosines in made.loaded.nearest(vector, ["oakton"], limit=40):
        assert len(rows) == len(cosines) == 40
        assert made.reader.serves(rows).all()
        assert (np.diff(cosines) <= 0).all()
    made.close()
