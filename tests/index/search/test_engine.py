"""The engine as a whole: what goes in is found, what is deleted is not, and where."""

import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.arrays import Vectors
from index.query.place_names import PlaceNames
from index.ranking.candidate import Contender
from index.ranking.features import gather
from index.search.retriever import SnapshotRetriever
from index.segments.sample import BackgroundSample
from index.text.tokenizer import subject
from tests.index.toy import LocalIndex, ToyEncoder, faq, mark, open_engine, page
from townclerk.errors import Broken, Conflict, NotFound

DOGS = page(1, "A dog license costs $12 a year. Bring proof of a rabies shot.", title="Dog licenses")
POOL = page(2, "The swimming pool opens on June 1. A day ticket costs $5.", title="Swimming pool")
OTHER = page(3, "A dog license costs $99 in this town.", title="Dog licenses", jurisdiction="elmville")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[LocalIndex]:
    made = open_engine(tmp_path)
    made.apply([DOGS, POOL, OTHER], marker=mark(1))
    yield made
    made.close()


def keys(
    engine: LocalIndex, text: str, city: str = "oakton", *, limit: int = 5, history: Sequence[str] = ()
) -> list[str]:
    found = engine.search(text, jurisdictions=[city], limit=limit, history=history)
    return [c.passage.document_key for c in found.candidates]


def test_finds_only_what_belongs_to_the_city(engine: LocalIndex) -> None:
    assert keys(engine, "dog license cost")[0] == "page:1"
    assert "page:3" not in keys(engine, "dog license cost", limit=50)
    assert keys(engine, "dog license cost", "elmville") == ["page:3"]
    assert keys(engine, "dog license cost", "nowhere") == []


def test_the_name_of_the_place_finds_nothing(engine: LocalIndex) -> None:
    home = page(4, "Welcome to Oakton. Oakton is a river town.", title="Oakton")
    engine.apply([home], marker=mark(2))
    assert keys(engine, "oakton pool oakton")[0] == "page:4"
    engine.searcher.questions.names = PlaceNames({"oakton": ("Oakton",), "elmville": ("Elmville",)})
    assert keys(engine, "oakton pool oakton")[0] == "page:2"
    assert keys(engine, "pool in oaktn")[0] == "page:2"
    assert keys(engine, "Oakton")[0] == "page:4"


def test_on_a_holiday_the_exception_is_quoted_and_tomorrow_may_be_one(engine: LocalIndex) -> None:
    weekly = faq(1, "When is my trash picked up?", "Trash is picked up every Thursday.")
    rule = "There is no collection on Thanksgiving. Carts are emptied a day later."
    engine.apply([weekly, page(4, rule, title="Collection", url="https://oakton.example/faq")], marker=mark(2))
    quoted = {
        text: engine.searcher.search(text, jurisdictions=["oakton"], day=date(2026, 11, 25)).candidates[0].excerpt
        for text in (
            "is my trash picked up on turkey day",
            "is my trash picked up tomorrow",
            "is my trash picked up today",
        )
    }
    assert [("no collection on Thanksgiving" in each) for each in quoted.values()] == [True, True, False]


def test_a_question_about_another_place_is_answered_by_what_names_it_only(engine: LocalIndex) -> None:
    engine.searcher.questions.names = PlaceNames({"oakton": ("Oakton",), "elmville": ("Elmville",)})
    asked = "swimming pool opens June 1 in Elmville"
    assert engine.search(asked, jurisdictions=["oakton"]).refused
    engine.apply([page(4, "The swimming pool in Elmville opens June 1.", title="Elmville pool")], marker=mark(2))
    found = engine.search(asked, jurisdictions=["oakton"])
    assert not found.refused
    assert found.candidates[0].passage.document_key == "page:4"


def test_function_words_tell_questions_on_one_subject_apart(tmp_path: Path) -> None:
    class SubjectOnly(ToyEncoder):
        def query(self, text: str) -> Vectors:
            return super().query(" ".join(subject(text)))

    engine = open_engine(tmp_path, encoder=SubjectOnly())
    asked = ["Who here can get a dog license?", "How do I get a dog license?", "Where can I get a dog license?"]
    engine.apply(
        [faq(i, q, "See the clerk about a dog license.") for i, q in enumerate(asked, start=1)], marker=mark(1)
    )
    found = {
        i: keys(engine, text)[0]
        for i, text in enumerate(("dog license: who", "dog license: how", "dog license: where"))
    }
    assert found == {0: "faq:1", 1: "faq:2", 2: "faq:3"}
    engine.close()


def test_a_passage_below_the_cut_of_the_keyword_search_counts_like_the_last_above_it(engine: LocalIndex) -> None:
    reader = engine.loaded.reader
    rows = np.array(sorted(reader.rows_of(["page:1", "page:2", "page:3"])), np.int64)
    hits = (rows[:2], np.array([5.0, 3.0], np.float32))
    vector = engine.searcher.encode(["dog"])[0]
    every = [(rows, np.ones(3, np.float32))]
    cut = gather(reader, vector, dense=every, keyword={"bm25": hits}, depth=2)
    whole = gather(reader, vector, dense=every, keyword={"bm25": hits}, depth=3)
    assert cut.values["bm25"].tolist() == [5.0, 3.0, 3.0]
    assert whole.values["bm25"].tolist() == [5.0, 3.0, 0.0]


def test_sentences_are_compared_of_the_candidates_in_front_only(engine: LocalIndex) -> None:
    texts = [f"Bring a leash to park {n}. Dog owners pay ${n}. The park opens at {n}." for n in range(4, 10)]
    engine.apply([page(n, text) for n, text in enumerate(texts, start=4)], marker=mark(9))
    asked, (vector,) = engine.read("dog license"), engine.searcher.encode(["dog license"])
    whole = SnapshotRetriever(engine.loaded).candidates(asked, vector, ["oakton"])
    pinned = int(whole.found.rows[np.argmin(whole.values["dense"])])
    cut = SnapshotRetriever(engine.loaded, front=2, worded=0).candidates(asked, vector, ["oakton"], also=[pinned])
    assert cut.found.rows.tolist() == whole.found.rows.tolist()
    chosen = cut.values["sentence"] != cut.values["dense"]
    assert cut.found.rows[chosen].tolist() == sorted({1, pinned} | set(cut.found.rows[chosen].tolist()))
    assert np.allclose(cut.values["sentence"][chosen], whole.values["sentence"][chosen], atol=1e-6)
    assert 2 <= chosen.sum() <= 3 < (whole.values["sentence"] != whole.values["dense"]).sum()


def test_sentences_are_compared_of_what_alone_holds_a_word(engine: LocalIndex) -> None:
    engine.apply([page(n, f"Dog {n} sits. A dog license is {n}. Dogs bark.") for n in range(4, 12)], marker=mark(11))
    engine.apply([page(12, "Ask for form zx1095. It has two sides. Sign both.")], marker=mark(12))
    asked, (vector,) = engine.read("dog license zx1095"), engine.searcher.encode(["dog license"])
    (row,) = engine.reader.rows_of(["page:12"])
    for worded, compared in ((0, False), (1, True)):
        found = SnapshotRetriever(engine.loaded, front=2, worded=worded).candidates(asked, vector, ["oakton"])
        at = int(np.flatnonzero(found.found.rows == row)[0])
        assert (found.values["sentence"][at] != found.values["dense"][at]) == compared


def test_what_could_not_be_served_leaves_no_vector_behind(engine: LocalIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_background: BackgroundSample) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(BackgroundSample, "warm", broken)
        with pytest.raises(MemoryError):
            engine.apply([faq(9, "How do I get a dog license?", "At the shelter.")], marker=mark(4))
    assert len(engine.loaded.bodies) == len(engine.reader)
    engine.apply([page(10, "The shelter is closed.", jurisdiction="elmville")], marker=mark(5))
    assert len(engine.loaded.bodies) == len(engine.reader)
    assert keys(engine, "How do I get a dog license?", limit=50) == keys(engine, "dog license", limit=50)


def test_nothing_indexed_is_an_honest_refusal(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    found = engine.search("dog license", jurisdictions=["oakton"])
    assert (found.candidates, found.refused, found.confidence) == ([], True, "low")
    engine.close()


@pytest.mark.parametrize(
    "text", ["", "???", "AND OR (", 'title:"x" AND *', "a" * 5000, "dog " * 3000, "\x00\ud7ff漢字"]
)
def test_no_text_breaks_a_search(engine: LocalIndex, text: str) -> None:
    engine.search(text, jurisdictions=["oakton"], history=[text])


def test_a_changed_document_replaces_the_old_and_a_deleted_one_is_gone(engine: LocalIndex) -> None:
    engine.apply([page(1, "A dog license costs $15 a year.")], ["page:2"], marker=mark(2))
    found = engine.search("dog license swimming pool", jurisdictions=["oakton"], limit=10).candidates
    assert [c.passage.text for c in found] == ["A dog license costs $15 a year."]
    stats = engine.stats()
    assert (stats.pages, stats.passages, stats.marker) == (2, 2, mark(2))


def test_only_new_text_is_embedded(tmp_path: Path) -> None:
    encoder = ToyEncoder()
    engine = open_engine(tmp_path, encoder=encoder)
    long = "The fee for item {} is set each year by the council of the city and may change. " * 3
    text = "\n".join(long.format(i, i, i) for i in range(12))
    engine.apply([page(1, text)], marker=mark(1))
    before = len(encoder.encoded)
    engine.apply([page(1, text)], marker=mark(2))
    assert len(encoder.encoded) == before
    engine.apply([page(1, text + "\nOne more line about parking at the station.")], marker=mark(3))
    assert 0 < len(encoder.encoded) - before < before / 3
    engine.close()


def test_excerpts_are_quotations_and_highlights_are_words_asked_for(engine: LocalIndex) -> None:
    best = engine.search("How much are dog licenses?", jurisdictions=["oakton"]).candidates[0]
    assert best.excerpt in best.passage.text
    assert best.excerpt.startswith("A dog license costs $12 a year.")
    assert {best.excerpt[a:b] for a, b in best.highlights} == {"dog", "license"}


def test_votes_reorder_and_show_in_the_parts(engine: LocalIndex) -> None:
    engine.apply([page(4, "A dog license for a puppy costs $3.", title="Dog licenses")], marker=mark(2))
    first, second, *_ = engine.search("dog license cost", jurisdictions=["oakton"]).candidates

    def against(vector: np.ndarray, contenders: Sequence[Contender]) -> dict[str, float]:
        assert np.isclose(np.linalg.norm(vector), 1)
        assert [c.score for c in contenders] == sorted((c.score for c in contenders), reverse=True)
        return {first.passage.key: -5.0}

    after = engine.search("dog license cost", jurisdictions=["oakton"], adjust=against).candidates
    assert after[0].passage.key == second.passage.key
    moved = next(c for c in after if c.passage.key == first.passage.key)
    assert moved.parts["vote"] == -5.0
    assert moved.score == pytest.approx(first.score - 5.0)


def test_votes_cannot_make_an_answer_of_what_does_not_fit(engine: LocalIndex) -> None:
    def praise(_vector: np.ndarray, contenders: Sequence[Contender]) -> dict[str, float]:
        return {c.key: 9.0 for c in contenders}

    found = engine.search("quantum chromodynamics lecture", jurisdictions=["oakton"], adjust=praise)
    assert found.refused
    assert all(c.confidence == "low" for c in found.candidates)


def test_the_nearer_layer_wins_between_equals_and_copies_are_shown_once(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    text = "Renew a driver license at the office with your old card."
    engine.apply(
        [page(1, text, jurisdiction="us"), page(2, text, jurisdiction="oakton"), page(3, text, jurisdiction="ohio")],
        marker=mark(1),
    )
    found = engine.search("renew driver license", jurisdictions=["oakton", "ohio", "us"]).candidates
    assert [c.passage.jurisdiction for c in found] == ["oakton"]
    engine.close()


def test_fee_tables_of_two_years_are_not_copies(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    text = "The fee schedule for building permits in {} is {} dollars for a deck and {} dollars for a shed."
    engine.apply([page(1, text.format(2025, 80, 40)), page(2, text.format(2026, 90, 45))], marker=mark(1))
    assert len(keys(engine, "building permit fee deck")) == 2
    engine.close()


def test_one_faq_is_one_answer_however_long(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    answer = " ".join(f"Rule {i} about the fence height is in part {i} of the code." for i in range(40))
    engine.apply([faq(1, "How high may a fence be?", answer)], marker=mark(1))
    assert engine.stats().passages > 2
    assert keys(engine, "how high may a fence be") == ["faq:1"]
    engine.close()


def test_a_follow_up_is_about_the_question_before(engine: LocalIndex) -> None:
    assert keys(engine, "How much is it?", history=["When does the swimming pool open?"])[0] == "page:2"
    assert keys(engine, "How much is a dog license?", history=["When does the swimming pool open?"])[0] == "page:1"


def test_an_index_of_another_model_is_refused_with_what_to_do(tmp_path: Path) -> None:
    open_engine(tmp_path).close()
    with pytest.raises(Broken, match="TOWNCLERK_MODEL"):
        open_engine(tmp_path, encoder=ToyEncoder("other"))
    open_engine(tmp_path).close()


def test_two_processes_cannot_hold_one_index(tmp_path: Path, engine: LocalIndex) -> None:
    with pytest.raises(Conflict, match="Another process"):
        open_engine(tmp_path)


def test_what_was_indexed_is_there_after_a_restart(tmp_path: Path, engine: LocalIndex) -> None:
    before = keys(engine, "dog license cost")
    engine.close()
    again = open_engine(tmp_path)
    assert keys(again, "dog license cost") == before
    assert again.marker == mark(1)
    assert again.documents("page") == {d.key: d.fingerprint for d in (DOGS, POOL, OTHER)}
    again.close()


def test_many_small_publishes_keep_few_segments_and_every_passage(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    for i in range(30):
        engine.apply(
            [page(i, f"Street number {i} is swept on day {i} by crew{i}.")], [f"page:{i - 20}"], marker=mark(i)
        )
    snapshot = tmp_path / "index" / engine.stats().snapshot
    assert len(list(snapshot.glob("seg-*"))) <= 9
    assert engine.stats().pages == 20
    engine.close()
    again = open_engine(tmp_path)
    for i in range(10, 30):
        assert f"page:{i}" in keys(again, f"crew{i}")
    assert sorted(keys(again, "street", limit=50)) == sorted(f"page:{i}" for i in range(10, 30))
    again.close()


def test_searches_go_on_while_snapshots_are_published(engine: LocalIndex) -> None:
    stop, failures, asked = threading.Event(), [], [0]

    def ask() -> None:
        while not stop.is_set():
            found = keys(engine, "dog license cost")
            asked[0] += 1
            if "page:1" not in found:
                failures.append(found)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for i in range(6):
        engine.apply(
            [page(1, f"A dog license costs ${i} a year."), page(50 + i, "Benches are green.")], marker=mark(10 + i)
        )
    stop.set()
    for thread in threads:
        thread.join()
    assert asked[0] > 5
    assert failures == []


def test_rollback_serves_the_content_before(tmp_path: Path, engine: LocalIndex) -> None:
    engine.apply([], ["page:1"], marker=mark(2))
    assert keys(engine, "dog license cost") != ["page:1"]
    engine.rollback()
    assert keys(engine, "dog license cost")[0] == "page:1"
    assert engine.marker == mark(1)
    engine.apply([page(9, "Parking is free on Sunday.")], marker=mark(3))
    assert keys(engine, "free parking Sunday")[0] == "page:9"
    engine.close()
    again = open_engine(tmp_path)
    assert keys(again, "dog license cost")[0] == "page:1"
    again.close()


def test_rolling_back_twice_goes_further_back_and_a_name_goes_anywhere(tmp_path: Path) -> None:
    engine = open_engine(tmp_path, kept=9)
    costs = [page(1, f"A dog license costs ${i} a year.") for i in range(4)]
    names = [engine.apply([each], marker=mark(i)).snapshot for i, each in enumerate(costs)]

    def cost() -> str:
        return engine.search("dog license cost", jurisdictions=["oakton"]).candidates[0].passage.text

    for expected in ("$2", "$1", "$0"):
        engine.rollback(marker=mark(9))
        assert expected in cost()
        assert engine.marker.pages == 9
        assert engine.marker.rolled_back.startswith("to snap-")
    engine.rollback(names[3])
    assert "$3" in cost()
    with pytest.raises(NotFound, match="index snapshots"):
        engine.rollback("snap-00000077")
    engine.close()


def test_merging_keeps_every_vector_and_sentence(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    documents = {
        i: faq(i, f"What is rule {i}?", f"Rule {i} is about fence{i}. It has {i} parts.")
        if i % 3
        else page(i, f"Street {i}.")
        for i in range(25)
    }
    for i, document in documents.items():
        engine.apply([document], [f"faq:{i - 9}"], marker=mark(i))
    live = [d for i, d in documents.items() if i % 3 == 0 or i > 15]
    whole = open_engine(tmp_path / "at once")
    whole.apply(live, marker=mark(1))
    for document in live:
        one, other = (e.loaded.reader.entries(document.key)[0] for e in (engine, whole))
        assert (one.passage, one.spans, one.embedded) == (other.passage, other.spans, other.embedded)
        assert np.array_equal(one.vector, other.vector)
        assert np.array_equal(one.sentences, other.sentences)
        assert (one.label is None) == (other.label is None)
        assert one.label is None or other.label is None or np.array_equal(one.label, other.label)
    assert engine.stats().pages == whole.stats().pages
    assert engine.stats().faqs == whole.stats().faqs
    engine.close()
    whole.close()


def test_when_all_is_deleted_no_segment_is_left(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.apply([DOGS, POOL], marker=mark(1))
    engine.apply([], [DOGS.key, POOL.key], marker=mark(2))
    assert engine.stats().passages == 0
    assert list((tmp_path / "index" / engine.stats().snapshot).glob("seg-*")) == []
    engine.close()


def test_pruning_leaves_the_served_snapshot_only(tmp_path: Path, engine: LocalIndex) -> None:
    engine.apply([], ["page:1"], marker=mark(2))
    removed, _ = engine.prune(embeddings=True)
    assert removed == 2
    assert [each.name for each in engine.snapshots()] == [engine.stats().snapshot]
    assert engine.wrong() == {engine.stats().snapshot: []}
    assert keys(engine, "swimming pool") == ["page:2"]


def test_a_merge_that_fails_does_not_fail_the_change(engine: LocalIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("index.indexing.snapshot_builder.merge", full)
        for i in range(12):
            engine.apply([page(100 + i, f"Bench {i} is green{i}.")], marker=mark(10 + i))
    assert engine.marker == mark(21)
    assert keys(engine, "green11")[0] == "page:111"
    engine.apply([page(200, "Bench 200 is red.")], marker=mark(30))
    assert len(engine.loaded.reader.segments) <= 9
    assert keys(engine, "green3")[0] == "page:103"
