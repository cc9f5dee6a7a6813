"""Pages, sources and runs in the database, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, select, update

from crawler.extract.pool import ParsePool
from crawler.extracted import Extracted
from crawler.fetching.fetcher import Fetched, Validators
from crawler.jobs.outcomes import OUTCOMES_KEPT, reasons
from crawler.jobs.runs import Runs
from crawler.jobs.scheduler import Scheduler
from crawler.jobs.source_editor import SourceEditor
from crawler.jobs.sources import Sources
from crawler.outcome import Counts, UrlOutcome
from crawler.page import Block, blocks_from_json, blocks_to_json, content_hash
from crawler.pages.page_browser import PageBrowser
from crawler.pages.store import PageStore
from crawler.pages.writer import FetchedPage, PageWriter
from crawler.schemas import SourceChange
from crawler.source import Source
from crawler.tables import crawl_runs, sources
from tests.crawler.conftest import with_testville
from townclerk import clock
from townclerk.errors import BadInput, Conflict, NotFound, Refused
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.settings import Settings

SITE = "https://www.testville.example/"


def found(path: str, text: str, *, title: str = "A page") -> FetchedPage:
    extracted = Extracted(title, "en", (Block("text", ("Top",), text, anchor="top"),), (), None, None, "", False, False)
    return FetchedPage(
        SITE + path,
        Fetched(SITE + path, status=200, body=f"{path}{text}".encode()),
        extracted,
        (SITE + "next",),
        clock.now(),
    )


def source_in(engine: Engine) -> Source:
    return Sources(with_testville(engine)).add(Source(id="", city="testville", url=SITE))


def writer_in(engine: Engine) -> PageWriter:
    return PageWriter(engine, source_id=source_in(engine).id, jurisdiction="testville")


def test_pages_are_followed_by_revision(engine: Engine) -> None:
    writer, store = writer_in(engine), PageStore(engine)
    assert store.latest_revision() == 0
    for name in ("a", "b", "c"):
        writer.keep([(found(name, f"text {name}"), None)])
    first = store.changes_since(0, limit=2)
    assert [p.page.url[-1] for p in first] == ["a", "b"]
    assert [p.page.url[-1] for p in store.changes_since(first[-1].revision)] == ["c"]
    writer.keep([(found("a", "new text"), writer.known()[SITE + "a"])])
    changed = store.changes_since(first[-1].revision)
    assert [p.page.url[-1] for p in changed] == ["c", "a"]
    assert changed[-1].revision == store.latest_revision()
    assert changed[-1].page.blocks == (Block("text", ("Top",), "new text", anchor="top"),)
    assert store.count() == 3


def test_an_address_leads_to_the_page_that_answers_for_it(engine: Engine) -> None:
    writer, store = writer_in(engine), PageStore(engine)
    for name in ("a", "b/", "c"):
        writer.keep([(found(name, "the same text" if name != "c" else "other text"), None)])
    ids = {known.url.removeprefix(SITE): known.id for known in writer.known().values()}
    assert store.at(SITE + "a/") == store.at(SITE + "a") == [ids["a"]]
    assert store.at(SITE + "b") == [ids["a"]]
    writer.remove([ids["c"]])
    assert store.at(SITE + "c") == store.at(SITE + "nothing") == []


def test_a_check_moves_the_time_and_nothing_else(engine: Engine) -> None:
    writer, store = writer_in(engine), PageStore(engine)
    writer.keep([(found("a", "text"), None)])
    before = store.changes_since(0)[0]
    later = before.page.checked_at + timedelta(hours=1)
    known = writer.known()[SITE + "a"]
    assert writer.touch([(known, Validators())], at=later) == {before.id: (SITE + "next",)}
    assert list(store.checked_since(None)) == [(before.id, later)]
    assert list(store.checked_since(later)) == [(before.id, later)]
    assert not list(store.checked_since(later + timedelta(microseconds=1)))
    assert store.latest_revision() == before.revision
    assert writer.links(known) == (SITE + "next",)


def test_pages_checked_together_keep_links_and_validators_and_come_back(engine: Engine) -> None:
    writer, store = writer_in(engine), PageStore(engine)
    for name in ("a", "b", "c"):
        writer.keep([(found(name, f"text {name}"), None)])
    a, b, c = writer.known().values()
    writer.touch([(a, Validators(etag="first")), (b, Validators(etag="old"))], at=clock.now())
    writer.remove([b.id, c.id])
    checked = zip(writer.known().values(), (Validators(), Validators(etag="new")), strict=False)
    assert writer.touch(list(checked), at=clock.now()) == {known.id: (SITE + "next",) for known in (a, b)}
    assert [(known.validators.etag, known.gone) for known in writer.known().values()] == [
        ("first", False),
        ("new", False),
        ("", True),
    ]
    assert store.changes_since(0)[-1].id == b.id  # the index learns that it is back


def test_the_hash_ignores_layout_and_sees_words() -> None:
    base = content_hash("A  title", [Block("text", ("H",), "one\ntwo")])
    assert base == content_hash("A title", [Block("text", ("H",), "one two", anchor="x")])
    assert base != content_hash("A title", [Block("text", ("H",), "one three")])
    assert base != content_hash("A title", [Block("list", ("H",), "one two")])
    assert content_hash("", [Block("text", ("H", "x"), "")]) != content_hash("", [Block("text", ("H",), "x")])


def test_blocks_survive_storage() -> None:
    blocks = (Block("faq", ("A", "B"), "answer\nline", "Why?", "why"), Block("table", (), "é | ß"))
    assert blocks_from_json(blocks_to_json(blocks)) == blocks


def test_copies_are_told_as_gone_and_come_back(engine: Engine) -> None:
    writer, store = writer_in(engine), PageStore(engine)
    writer.keep([(found("a", "same"), None)])
    [kept] = writer.keep([(found("b", "same"), None)])
    assert kept == UrlOutcome(SITE + "b", "added", f"same text as {SITE}a")
    assert {p.page.url[-1]: p.gone for p in store.changes_since(0)} == {"a": False, "b": True}
    before = store.latest_revision()
    writer.remove([writer.known()[SITE + "a"].id])
    assert {p.page.url[-1]: p.gone for p in store.changes_since(before)} == {"a": True, "b": False}


def test_sources_are_named_by_city_and_refused_when_wrong(engine: Engine) -> None:
    store = Sources(with_testville(engine))
    good = Source(id="", city="testville", url="https://testville.example", schedule="0 3 * * *")
    made = store.add(good)
    assert (made.id, made.url) == ("testville-1", "https://testville.example/")
    assert made.next_due_at is not None
    assert store.add(replace(good, url="https://parks.testville.example/")).id == "testville-2"
    with pytest.raises(Conflict, match="testville-1"):
        store.add(good)
    with pytest.raises(NotFound, match="city add nowhere"):
        store.add(replace(good, city="nowhere"))
    for wrong in (
        replace(good, url="testville"),
        replace(good, url="ftp://a.example/"),
        replace(good, schedule="daily"),
    ):
        with pytest.raises(BadInput):
            store.add(wrong)
    for private in ("http://127.0.0.1:80/", "http://10.0.0.1/", "http://localhost/", "http://[::1]/"):
        with pytest.raises(Refused):
            store.add(replace(good, url=private))
    with pytest.raises(BadInput, match="include pattern"):
        replace(good, include="([")
    with pytest.raises(BadInput, match="depth"):
        replace(good, depth=-1)
    with pytest.raises(BadInput, match="limit of pages"):
        replace(good, max_pages=0)


def test_a_removed_source_takes_its_pages_along_and_may_come_back(engine: Engine) -> None:
    writer, store = writer_in(engine), Sources(engine)
    writer.keep([(found("a", "text"), None)])
    assert store.remove("testville-1") == 1
    assert PageStore(engine).changes_since(1)[0].gone
    assert store.all() == []
    with pytest.raises(NotFound):
        store.remove("testville-1")
    assert store.add(Source(id="", city="testville", url=SITE)).id == "testville-1"
    writer.keep([(found("a", "text"), writer.known()[SITE + "a"])])
    assert PageStore(engine).count() == 1


def test_one_source_has_one_run_at_a_time(engine: Engine) -> None:
    source, runs = source_in(engine), Runs(engine)
    run = runs.start(runs.queue(source.id).id)
    with pytest.raises(Conflict, match="running already"):
        runs.queue(source.id)
    with pytest.raises(Conflict, match="being crawled"):
        Sources(engine).remove(source.id)
    # Even a run that got into the queue past that check is refused by the database.
    with engine.begin() as connection:
        connection.execute(
            insert(crawl_runs).values(source_id=source.id, status="queued", queued_at=clock.now(), counts={})
        )
    with pytest.raises(Conflict, match="under way"):
        runs.start(runs.queued()[0].id)
    runs.finish(run.id, "succeeded", reason="", counts=Counts(), outcomes=[])
    assert runs.start(runs.queued()[0].id).status == "running"


def test_a_run_of_a_dead_process_is_interrupted_and_gives_its_lease_back(engine: Engine) -> None:
    source, runs = source_in(engine), Runs(engine)
    run = runs.start(runs.queue(source.id).id)
    assert runs.end_dead() == 0
    with engine.begin() as connection:
        connection.execute(
            update(crawl_runs).values(owner="elsewhere:1:1", alive_at=clock.now() - timedelta(minutes=2))
        )
    assert runs.end_dead() == 1
    assert runs.get(run.id).status == "interrupted"
    assert not runs.alive(run.id, Counts(), [])
    again = runs.queued()
    assert [(each.source_id, each.since) for each in again] == [(source.id, run.since)]
    runs.start(again[0].id)


def test_outcomes_are_paged_chosen_and_forgotten_with_old_runs(engine: Engine) -> None:
    source, runs = source_in(engine), Runs(engine)
    ids = []
    for _ in range(OUTCOMES_KEPT + 1):
        run = runs.start(runs.queue(source.id).id)
        outcomes = [
            UrlOutcome(f"{SITE}{n}", "failed" if n % 2 else "added", "HTTP 500" if n % 2 else "") for n in range(6)
        ]
        runs.finish(run.id, "succeeded", reason="", counts=Counts(found=6), outcomes=outcomes)
        ids.append(run.id)
    assert runs.outcomes(ids[0]) == []
    assert [o.url[-1] for o in runs.outcomes(ids[-1], offset=2, limit=2)] == ["2", "3"]
    assert [o.url[-1] for o in runs.outcomes(ids[-1], kind="failed")] == ["1", "3", "5"]


async def test_due_sources_are_queued_once(engine: Engine, settings: Settings) -> None:
    Jurisdictions(with_testville(engine)).put([Jurisdiction("othertown", "Othertown")])
    store = Sources(engine)
    due = store.add(Source(id="", city="testville", url=SITE, schedule="0 3 * * *"))
    store.add(Source(id="", city="othertown", url=SITE))
    with engine.begin() as connection:
        connection.execute(
            update(sources).where(sources.c.id == due.id).values(next_due_at=clock.now() - timedelta(days=3))
        )
    async with ParsePool() as parsers:
        scheduler = Scheduler(engine, settings, parsers)
        scheduler.queue_due()
        scheduler.queue_due()
    assert [run.source_id for run in Runs(engine).queued()] == [due.id]
    with engine.begin() as connection:
        assert (
            connection.execute(select(sources.c.next_due_at).where(sources.c.id == due.id)).scalar_one() > clock.now()
        )


def test_pages_are_listed_hidden_and_dropped_on_both_databases(engine: Engine) -> None:
    writer, store, browser = writer_in(engine), PageStore(engine), PageBrowser(engine)
    writer.keep([(found(name, f"text {name}"), None) for name in ("a", "b", "c")])
    runs = Runs(engine)
    run = runs.start(runs.queue("testville-1").id)
    outcomes = [UrlOutcome(f"{SITE}lost", "failed", "HTTP 404"), UrlOutcome(f"{SITE}lost/2", "failed", "HTTP 404")]
    runs.alive(run.id, Counts(), outcomes)
    assert [one.url.removeprefix(SITE) for one in browser.listed("testville-1")] == ["a", "b", "c", "lost", "lost/2"]
    assert [one.reason for one in browser.listed("testville-1", state="unread", text="LOST/")] == ["HTTP 404"]
    assert [(one.reason, one.count) for one in reasons(engine, run.id)] == [("HTTP 404", 2)]
    assert len(runs.outcomes(run.id, text="lost/")) == 1
    browser.hide("testville-1", f"{SITE}a", hidden=True)
    assert store.count("testville-1") == 2
    runs.stop(run.id, "clerk")
    assert not runs.alive(run.id, Counts(), [])
    ended = runs.finish(run.id, "interrupted", reason="", counts=Counts(), outcomes=[])
    assert (ended.status, runs.queued()) == ("stopped", [])
    _, dropped = SourceEditor(engine).change("testville-1", SourceChange(exclude="/[bc]$"))
    assert (len(dropped), store.count("testville-1")) == (2, 0)
