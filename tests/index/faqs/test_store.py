from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Thread

import pytest
from sqlalchemy import Engine

from index.faqs import csv_file, history
from index.faqs.row import FaqRow, check_row
from index.faqs.store import FaqStore, todays
from tests.index.conftest import CITIES
from townclerk import clock
from townclerk.errors import Conflict, NotFound
from townclerk.jurisdictions import Jurisdiction, Jurisdictions


@pytest.fixture
def database(engine: Engine) -> Engine:
    """Each database that the stores must work on."""
    Jurisdictions(engine).put(CITIES)
    return engine


def row(question: str = "Q?", answer: str = "A.", *, city: str = "oakton", line: int = 2) -> FaqRow:
    return FaqRow(line, city, question, answer)


def test_importing_the_same_again_changes_nothing(database: Engine) -> None:
    store = FaqStore(database)
    first = store.put([row(), row("R?")])
    revision = store.latest_revision()
    again = store.put([row(), row("R?")])
    assert (first.imported, again.imported, again.updated, again.unchanged) == (2, 0, 0, 2)
    assert store.latest_revision() == revision


def test_a_changed_answer_updates_and_gets_a_new_revision(database: Engine) -> None:
    store = FaqStore(database)
    store.put([row(), row("R?")])
    before = store.latest_revision()
    assert store.put([row(" q? ", "New.")]).updated == 1
    assert [faq.answer for faq in store.changes_since(before)] == ["New."]
    assert len(store.all()) == 2


FULL = {
    "city": "oakton", "question": "Q?", "answer": "A.", "url": "https://a.example/", "language": "es", "owner": "Clerk",
    "valid_from": "2026-01-01", "valid_until": "2026-12-31", "review_by": "2026-06-01",
}  # fmt: skip


def faq_row(**cells: str) -> FaqRow:
    row = check_row(2, cells)
    assert isinstance(row, FaqRow)
    return row


def test_a_column_that_a_row_does_not_have_keeps_what_is_stored(database: Engine) -> None:
    store = FaqStore(database)
    first = store.save(faq_row(**FULL))
    csv_file.load(store, b"question,answer\nQ?,New.\n", city="oakton")
    (faq,) = store.all()
    assert faq == replace(first, answer="New.", revision=faq.revision, updated_at=faq.updated_at)
    csv_file.load(store, b"question,answer,owner,valid_until\nQ?,New.,,\n", city="oakton")
    (faq,) = store.all()
    assert (faq.owner, faq.valid_until, faq.url) == ("", None, "https://a.example/")


def test_a_faq_is_changed_by_its_number_its_question_too(database: Engine) -> None:
    store = FaqStore(database)
    first = store.save(faq_row(**FULL))
    faq = store.save(faq_row(city="elmville", question="Which?", answer="B."), id=first.id)
    assert (faq.id, faq.jurisdiction, faq.question, faq.owner) == (first.id, "elmville", "Which?", "Clerk")
    assert [faq.question for faq in store.all()] == ["Which?"]
    with pytest.raises(NotFound):
        store.save(faq_row(**FULL), id=99)


def test_a_faq_takes_the_question_of_a_removed_one_but_of_no_other(database: Engine) -> None:
    store = FaqStore(database)
    first, second = store.save(faq_row(**FULL)), store.save(faq_row(**FULL | {"question": "R?"}))
    with pytest.raises(Conflict, match=f"FAQ {first.id} answers"):
        store.save(faq_row(**FULL), id=second.id)
    store.remove(first.id)
    assert store.save(faq_row(**FULL), id=second.id).id == second.id
    assert [faq.id for faq in store.all()] == [second.id]


def test_importing_another_file_loses_nothing(database: Engine) -> None:
    store = FaqStore(database)
    store.put([row()])
    store.put([row("Another?")])
    assert {faq.question for faq in store.all("oakton")} == {"Q?", "Another?"}


def test_the_same_question_has_its_own_answer_in_each_city(database: Engine) -> None:
    store = FaqStore(database)
    store.put([row(answer="Monday."), row(answer="Friday.", city="elmville")])
    assert [faq.answer for faq in store.all("oakton")] == ["Monday."]
    assert [faq.answer for faq in store.all("elmville")] == ["Friday."]


def test_a_row_of_an_unknown_city_is_rejected_with_the_next_step(database: Engine) -> None:
    done = FaqStore(database).put([row(), row(city="atlantis", line=3)])
    assert (done.imported, done.rejected[0].line) == (1, 3)
    assert "no city 'atlantis'" in done.rejected[0].reason


def test_a_removed_faq_is_gone_and_comes_back_when_imported(database: Engine) -> None:
    store = FaqStore(database)
    store.put([row()])
    id = store.all()[0].id
    before = store.latest_revision()
    store.remove(id)
    assert store.all() == []
    assert [(faq.id, faq.gone) for faq in store.changes_since(before)] == [(id, True)]
    with pytest.raises(NotFound):
        store.remove(id)
    assert store.put([row()]).updated == 1
    assert [faq.id for faq in store.all()] == [id]


def test_every_change_is_seen_once_whatever_the_page_size(database: Engine) -> None:
    store = FaqStore(database)
    store.put([row(f"Q{i}?") for i in range(25)])
    seen, revision = [], 0
    while part := store.changes_since(revision, limit=4):
        seen += [faq.question for faq in part]
        revision = part[-1].revision
    assert sorted(seen) == sorted(f"Q{i}?" for i in range(25))
    assert revision == store.latest_revision()


def test_two_imports_at_once_do_not_add_a_question_twice(database: Engine) -> None:
    rows = [row(f"Q{i}?") for i in range(50)]
    threads = [Thread(target=FaqStore(database).put, args=(rows,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(FaqStore(database).all()) == 50


def test_dates_include_both_ends(database: Engine) -> None:
    text = "question,answer,valid_from,valid_until\nQ?,A.,2026-03-01,2026-03-31\n"
    store = FaqStore(database)
    csv_file.load(store, text.encode(), city="oakton")
    faq = store.all()[0]
    held = [faq.holds(date(2026, month, day)) for month, day in ((2, 28), (3, 1), (3, 31), (4, 1))]
    assert held == [False, True, True, False]
    assert store.dated() == [faq]


def test_the_day_is_that_of_the_city(database: Engine) -> None:
    Jurisdictions(database).put(
        [
            Jurisdiction("far-east", "Far East", timezone="Pacific/Kiritimati"),
            Jurisdiction("far-west", "Far West", timezone="Pacific/Pago_Pago"),
        ]
    )
    with clock.stopped(datetime(2026, 3, 1, 10, 30, tzinfo=UTC)):
        days = todays(database)
    assert (days["far-west"], days["far-east"]) == (date(2026, 2, 28), date(2026, 3, 2))


@pytest.mark.parametrize(
    ("question", "answer", "given", "language"),
    [("¿Cómo pago el agua?", "Puede pagar en línea o por teléfono.", "", "es"), ("How do I pay for water?", "Online or by phone.", "", "en"),
     ("Comment payer l'eau ?", "Vous pouvez payer en ligne ou par téléphone.", "", "fr"), ("How do I pay?", "Online.", "es-US", "es-US"),
     ("Kilè patinwa a louvri?", "Li louvri a nèf è nan maten pou tout moun.", "", "ht"), ("溜冰场什么时候开门？", "早上九点。", "", "zh"),
     ("Sân trượt băng mở cửa khi nào?", "Lúc chín giờ sáng.", "", "vi")],
)  # fmt: skip
def test_the_language_is_told_from_the_words_where_no_column_says_it(
    question: str, answer: str, given: str, language: str
) -> None:
    row = check_row(2, {"city": "falls", "question": question, "answer": answer, "language": given})
    assert isinstance(row, FaqRow)
    assert row.language == language


def test_an_answer_by_a_two_column_file_keeps_every_other_field(database: Engine) -> None:
    store = FaqStore(database)
    before = store.save(faq_row(**FULL))
    csv_file.load(store, b"question,answer\nq?,New.\n", city="oakton", by="ada")
    (after,) = store.all()
    changed = {"answer": "New.", "question": "q?", "revision": after.revision, "updated_at": after.updated_at}
    assert vars(after) == vars(before) | changed


def test_every_change_stands_in_the_history_with_who_from_and_to(database: Engine) -> None:
    store = FaqStore(database)
    first = store.save(faq_row(**FULL), by="ada")
    store.save(faq_row(**FULL | {"answer": "B.", "owner": ""}), id=first.id, by="ben", revision=first.revision)
    csv_file.load(store, b"question,answer\nQ?,C.\n", city="oakton", by="cleo")
    store.remove(first.id, by="dan")
    removed, loaded, changed, added = history.latest(database, limit=9)
    assert [change.by for change in (added, changed, loaded, removed)] == ["ada", "ben", "cleo", "dan"]
    assert (added.before.gone, added.after.answer) == (True, "A.")
    assert (changed.fields, changed.before.owner, changed.after.answer) == (["answer", "owner"], "Clerk", "B.")
    assert (loaded.before.answer, loaded.after.answer, loaded.after.url) == ("B.", "C.", "https://a.example/")
    assert (removed.before.gone, removed.after.gone) == (False, True)
    assert history.latest(database, faq=first.id, city="oakton", before=removed.revision, limit=1) == [loaded]
    assert history.latest(database, city="elmville", limit=9) == []


def test_saving_what_is_stored_already_is_no_change(database: Engine) -> None:
    store = FaqStore(database)
    first = store.save(faq_row(**FULL))
    assert store.save(faq_row(**FULL), id=first.id) == first
    assert len(history.latest(database, limit=9)) == 1


def test_undo_puts_back_what_that_change_replaced_and_nothing_else(database: Engine) -> None:
    store = FaqStore(database)
    first = store.save(faq_row(**FULL))
    second = store.save(faq_row(**FULL | {"answer": "B.", "valid_until": "2027-01-31"}), id=first.id, by="ada")
    store.save(faq_row(city="oakton", question="Q?", answer="B.", owner="Mayor"), id=first.id, by="ben")
    after = store.undo(second.revision, by="cleo")
    assert (after.answer, after.valid_until, after.owner) == ("A.", first.valid_until, "Mayor")
    with pytest.raises(Conflict, match="cleo changed it again"):
        store.undo(second.revision)
    assert store.undo(after.revision).answer == "B."
    with pytest.raises(NotFound):
        store.undo(99)


def test_undo_of_removing_and_of_adding(database: Engine) -> None:
    store = FaqStore(database)
    first = store.save(faq_row(**FULL))
    store.remove(first.id)
    back = store.undo(history.latest(database, limit=1)[0].revision)
    assert replace(back, revision=0, updated_at=first.updated_at) == replace(first, revision=0)
    store.remove(first.id)
    removal = history.latest(database, limit=1)[0]
    other = store.save(faq_row(**FULL | {"question": "R?"}))
    store.save(faq_row(**FULL), id=other.id)
    with pytest.raises(Conflict, match=f"FAQ {other.id} answers"):
        store.undo(removal.revision)
    adding = history.latest(database, faq=other.id, limit=9)[-1]
    with pytest.raises(Conflict, match="changed it again"):
        store.undo(adding.revision)


def test_a_change_of_another_revision_is_refused_and_says_who_was_faster(database: Engine) -> None:
    store = FaqStore(database)
    first = store.save(faq_row(**FULL), revision=0)
    store.save(faq_row(**FULL | {"answer": "B."}), id=first.id, by="ada", revision=first.revision)
    with pytest.raises(Conflict, match="ada changed it"):
        store.save(faq_row(**FULL | {"answer": "C."}), id=first.id, revision=first.revision)
    with pytest.raises(Conflict, match="ada answered this question"):
        store.save(faq_row(**FULL | {"answer": "C."}), revision=0)
    assert [faq.answer for faq in store.all()] == ["B."]
    store.remove(first.id, by="ben")
    with pytest.raises(Conflict, match="ben removed it"):
        store.save(faq_row(**FULL), id=first.id, revision=first.revision)
    assert store.save(faq_row(**FULL), revision=0).id == first.id
