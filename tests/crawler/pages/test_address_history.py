"""What is told of one address: why it is answered from, or why it is not."""

import pytest

from crawler.jobs.sources import Sources
from crawler.page_schemas import SeenPage
from crawler.pages.address_history import seen
from crawler.source import Source
from tests.crawler.conftest import World
from tests.crawler.site import html, words
from townclerk.errors import NotFound


def one(world: World, path: str) -> SeenPage:
    [(entry, _)] = seen(world.engine, world.site.url.rstrip("/") + path)
    return entry


@pytest.fixture
def town(world: World) -> World:
    world.site.pages = {
        "/": html("Town of Testville", words("town"), "/permits", "/twin", "/closed", "/missing", "/form.pptx"),
        "/permits": html("Permits", words("permits")),
        "/closed": html("Closed", words("closed")).replace("<head>", "<head><meta name=robots content=noindex>"),
    }
    return world


async def with_twin(town: World) -> Source:
    """Crawled twice: the second page with the same text came later."""
    source = town.add()
    await town.crawl(source)
    town.site.pages["/twin"] = town.site.pages["/permits"]
    await town.crawl(source)
    return source


async def test_each_address_says_why_it_is_answered_from_or_not(town: World) -> None:
    await with_twin(town)
    permits = one(town, "/permits")
    assert permits.answered
    assert permits.title == "Permits"
    assert [block.text for block in permits.blocks]
    assert permits.checked_at is not None
    assert [run.outcome for run in permits.runs] == ["unchanged", "added"]
    assert one(town, "/twin").why == f"the same text as {permits.url}, which is answered from instead"
    assert not one(town, "/twin").answered
    for path, why in (("/closed", "skipped: noindex"), ("/missing", "404"), ("/form.pptx", "skipped: not a page")):
        entry = one(town, path)
        assert not entry.answered
        assert why in entry.why


async def test_a_page_that_goes_says_so_step_by_step(town: World) -> None:
    source = await with_twin(town)
    del town.site.pages["/permits"]
    await town.crawl(source, allow_removals=True)
    kept = one(town, "/permits")
    assert kept.answered
    assert "the last run did not find it" in kept.why
    await town.crawl(source, allow_removals=True)
    gone = one(town, "/permits")
    assert not gone.answered
    assert gone.why.startswith("gone: ")
    assert [run.outcome for run in gone.runs] == ["gone", "failed", "unchanged", "added"]
    assert one(town, "/twin").answered, "the copy took its place"
    Sources(town.engine).remove(source.id)
    assert one(town, "/twin").why == "its source was removed"


async def test_an_address_is_found_without_scheme_and_with_another_last_slash(town: World) -> None:
    await town.crawl(town.add())
    bare = town.site.url.rstrip("/").removeprefix("http://")
    for url in (f"{bare}/permits", f"{bare}/permits/", f"{town.site.url}permits#fees"):
        assert [entry.title for entry, _ in seen(town.engine, url)] == ["Permits"]


async def test_an_unknown_address_is_told_with_those_like_it(town: World) -> None:
    source = town.add()
    await town.crawl(source)
    with pytest.raises(NotFound, match=f"source {source.id} .* met no link to it") as unknown:
        seen(town.engine, f"{town.site.url}permit")
    assert f"{town.site.url}permits" in unknown.value.message
    with pytest.raises(NotFound, match="no source is on elsewhere"):
        seen(town.engine, "elsewhere.example/permits")
    with pytest.raises(NotFound, match="is not known"):
        seen(town.engine, "not an address")
