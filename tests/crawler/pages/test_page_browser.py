"""Addresses of a source as staff look through them, and pages that they hide."""

import pytest

from crawler.jobs.sources import Sources
from crawler.pages.page_browser import PageBrowser
from crawler.pages.store import PageStore
from tests.crawler.conftest import World, town
from tests.crawler.site import html, status, words
from townclerk.errors import NotFound


async def test_addresses_are_found_by_themselves_their_title_and_where_they_stand(world: World) -> None:
    town(world, "fees", "hours")
    world.site.pages["/copy/of/fees"] = world.site.pages["/fees"]
    world.site.pages["/"] = html(
        "Town of Testville", words("town"), "/fees", "/hours", "/copy/of/fees", "/lost", "/a.png"
    )
    source = world.add()
    await world.crawl(source)
    browser = PageBrowser(world.engine)

    def listed(**query: object) -> dict[str, str]:
        found = browser.listed(source.id, **query)  # type: ignore[arg-type]  # what is asked for
        return {"/" + one.url.removeprefix(world.site.url): one.state for one in found}

    everything = {
        "/": "answered",
        "/a.png": "unread",
        "/copy/of/fees": "copy",
        "/fees": "answered",
        "/hours": "answered",
        "/lost": "unread",
    }
    assert listed() == everything
    assert list(listed(offset=1, limit=2)) == ["/a.png", "/copy/of/fees"]
    assert listed(text="FEES") == {"/copy/of/fees": "copy", "/fees": "answered"}
    assert list(listed(text="town of")) == ["/"]
    assert listed(text="%") == {}
    assert list(listed(state="unread")) == ["/a.png", "/lost"]
    (lost,) = browser.listed(source.id, text="/lost")
    assert lost.reason == "HTTP 404"


async def test_a_hidden_page_leaves_the_answers_with_its_copies_until_it_is_shown(world: World) -> None:
    town(world, "fees")
    source = world.add()
    await world.crawl(source)
    browser, url = PageBrowser(world.engine), f"{world.site.url}fees"
    before = PageStore(world.engine).latest_revision()
    hidden = browser.hide(source.id, url, hidden=True)
    assert (hidden.answered, hidden.hidden, hidden.why) == (False, True, "hidden by staff")
    assert world.live() == {"/"}
    assert [page.gone for page in PageStore(world.engine).changes_since(before)] == [True]
    assert (PageStore(world.engine).count(source.id), PageStore(world.engine).at(url)) == (1, [])
    # It is read on, a copy of it at a shorter address brings its text back neither now nor later.
    world.site.pages |= {"/f": world.site.pages["/fees"], "/": html("Town", words("town"), "/fees", "/f")}
    for _ in range(2):
        await world.crawl(Sources(world.engine).get(source.id))
        assert world.live() == {"/"}
    assert browser.hide(source.id, url, hidden=False).answered
    assert world.live() == {"/", "/fees"}


async def test_an_address_that_was_never_met_is_named(world: World) -> None:
    town(world, "fees")
    world.site.answers["/fees"] = status(404)
    source = world.add()
    await world.crawl(source)
    browser = PageBrowser(world.engine)
    assert not browser.seen(source.id, f"{world.site.url}fees").answered
    for url in (f"{world.site.url}fees", "https://elsewhere.example/"):
        with pytest.raises(NotFound, match="no page at"):
            browser.hide(source.id, url, hidden=True)
