"""Which of several pages with one text answers: the same whatever the order in which they came."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from sqlalchemy import Engine, delete, update

from crawler.extracted import Extracted
from crawler.fetching.fetcher import Fetched
from crawler.jobs.sources import Sources
from crawler.page import Block
from crawler.pages.store import PageStore
from crawler.pages.writer import FetchedPage, PageWriter
from crawler.source import Source
from crawler.tables import pages
from tests.crawler.conftest import with_testville
from townclerk import clock

SITE = "https://www.testville.example/"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def page(path: str, text: str, *, title: str = "A", canonical: str = "") -> FetchedPage:
    blocks = tuple(Block("text", (), line) for line in text.split("|"))
    extracted = Extracted(title, "en", blocks, (), None, None, "", False, False)
    fetched = Fetched(SITE + path, status=200, body=path.encode())
    return FetchedPage(SITE + path, fetched, extracted, (), clock.now(), SITE + canonical if canonical else "")


SETS = {
    "the start page": ([page("index.html", "same"), page("", "same"), page("home", "same")], {""}),
    "no parameters": ([page("a?print=1", "same"), page("about/a", "same"), page("a?x=2", "same")], {"about/a"}),
    "the shortest": ([page("long-name", "same"), page("b", "same"), page("c/d", "same")], {"b"}),
    "declared": ([page("a", "same"), page("x/long", "same"), page("b", "same", canonical="x/long")], {"x/long"}),
    "folded": ([page("a", "x|y", title="A"), page("b", "x|y", title="B", canonical="a"), page("c", "z")], {"a", "c"}),
    "another text": ([page("a", "x|y", title="A"), page("b", "x|z", title="B", canonical="a")], {"a", "b"}),
    "in a circle": ([page("a", "x", title="A", canonical="b"), page("b", "x", title="B", canonical="a")], {"b"}),
    "in a chain": (
        [page("a", "x", title="A", canonical="b"), page("b", "x", title="B", canonical="c"), page("c", "x", title="C")],
        {"c"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", SETS)
def test_the_order_does_not_matter(engine: Engine, kind: str) -> None:
    found, expected = SETS[kind]
    source = Sources(with_testville(engine)).add(Source(id="", city="testville", url=SITE))
    writer, store = PageWriter(engine, source_id=source.id, jurisdiction="testville"), PageStore(engine)
    for order in permutations(found):
        for each in order:
            writer.keep([(each, None)])
        writer.settle_copies(SITE, LONG_AGO)
        before = store.latest_revision()
        writer.settle_copies(SITE, LONG_AGO)
        assert store.latest_revision() == before
        assert {p.page.url.removeprefix(SITE) for p in store.changes_since(0) if not p.gone} == expected
        with engine.begin() as connection:
            connection.execute(update(pages).values(duplicate_of=None))
            connection.execute(delete(pages))


def test_a_page_that_answered_before_goes_on_to_answer(engine: Engine) -> None:
    source = Sources(with_testville(engine)).add(Source(id="", city="testville", url=SITE))
    writer = PageWriter(engine, source_id=source.id, jurisdiction="testville")
    writer.keep([(page("long-name", "same"), None)])
    writer.settle_copies(SITE, clock.now())
    since = clock.now()
    writer.keep([(page("b", "same"), None)])
    writer.settle_copies(SITE, since)
    assert [p.page.url for p in PageStore(engine).changes_since(0) if not p.gone] == [SITE + "long-name"]
