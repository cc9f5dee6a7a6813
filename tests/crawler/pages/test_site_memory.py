"""What many pages of one source share is left out of them, and what says something of it is kept once."""

import pytest

from crawler.pages.address_history import seen
from tests.crawler.conftest import World

NAMES = ("plots", "parking", "burials", "leaves", "marriage", "water", "dogs", "noise")
MENU = "".join(f"<div><a href='/{name}'>{name.title()} of the town</a></div>" for name in NAMES)
COOKIES = "<div><p>This site keeps small files, called cookies, to remember what you looked at before.</p></div>"
FOOTER = "<div class=x9><p>Town Hall<br>12 Elm Street, Alder, NH 03801<br>Call 603-555-0110</p><p>© 2026 Town</p></div>"
MOTTO = "<p>A town that has looked after its orchards and its people since the old days.</p>"


def soup(name: str, text: str = "", *, around: str = f"{MENU}{COOKIES}", below: str = FOOTER) -> str:
    text = text or f"A permit for {name} costs {len(name)} dollars. Ask for the {name} desk."
    return f"<html lang=en><head><title>{name.title()}</title></head><body>{around}<div><h1>{name.title()}</h1><p>{text}</p></div>{below}</body></html>"


def town(world: World, **options: str) -> None:
    world.site.pages = {f"/{name}": soup(name, **options) for name in NAMES}
    world.site.pages["/"] = soup("welcome", "The town has four seasons and one clerk.", **options)


def said(world: World, path: str) -> str:
    return "\n".join(block.text for block in world.pages()[path].page.blocks)


async def test_the_frame_is_left_out_and_its_contact_is_kept_once(world: World) -> None:
    town(world)
    report = await world.crawl(world.add())
    assert report.run.status == "succeeded"
    assert "nothing but" not in report.run.reason
    for name in NAMES:
        assert said(world, f"/{name}") == f"A permit for {name} costs {len(name)} dollars. Ask for the {name} desk."
    home = said(world, "/")
    assert home.startswith("The town has four seasons")
    assert "603-555-0110" in home
    assert "12 Elm Street" in home
    for around in ("Plots of the town", "cookies", "©"):
        assert around not in home


@pytest.mark.parametrize(
    "below",
    [
        f"<footer>{FOOTER}</footer>",
        f"<aside class=sidebar>{FOOTER}</aside>",
        f"<div id=colophon class=site-footer>{FOOTER}</div>",
    ],
)
async def test_a_contact_that_stands_around_the_content_is_kept_once(world: World, below: str) -> None:
    world.site.pages = {
        "/": f"<main><h1>Alder</h1><p>Two pages are all there is.</p><a href=/two>Two</a></main>{below}"
    }
    world.site.pages["/two"] = f"<main><h1>Two</h1><p>The second page tells of the library.</p></main>{below}"
    await world.crawl(world.add())
    assert said(world, "/").count("603-555-0110") == 1
    assert "12 Elm Street" in said(world, "/")
    assert "603-555-0110" not in said(world, "/two")


async def test_a_contact_that_the_page_tells_itself_is_not_told_twice(world: World) -> None:
    world.site.pages = {
        "/": f"<main><h1>Alder</h1><p>Call 603-555-0110 about trees.</p></main><footer>{FOOTER}</footer>"
    }
    await world.crawl(world.add())
    assert said(world, "/") == "Call 603-555-0110 about trees."


async def test_a_sentence_of_the_frame_can_still_be_found_once(world: World) -> None:
    town(world, below=MOTTO)
    await world.crawl(world.add())
    assert sum("orchards" in said(world, path) for path in world.live()) == 1


async def test_numbers_that_some_pages_share_stay_on_each_of_them(world: World) -> None:
    town(world)
    for name in NAMES[:5]:
        world.site.pages[f"/{name}"] = soup(name, f"About {name}.</p><h2>Hours</h2><p>Monday to Friday, 8:00 to 4:30")
    await world.crawl(world.add())
    assert all("8:00 to 4:30" in said(world, f"/{name}") for name in NAMES[:5])


async def test_an_unchanged_site_changes_nothing(world: World) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    before = {path: stored.revision for path, stored in world.pages().items()}
    await world.crawl(source)
    assert {path: stored.revision for path, stored in world.pages().items()} == before


async def test_a_new_menu_changes_no_page_that_is_answered_from(world: World) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    text = {path: said(world, path) for path in world.live()}
    town(world, around=f"{MENU}<div><a href=/leaves>Leaf piles and where they go</a></div>{COOKIES}")
    await world.crawl(source)
    assert {path: said(world, path) for path in world.live()} == text


async def test_a_small_source_has_no_frame(world: World) -> None:
    world.site.pages = {"/": soup("welcome", around="<p>The river festival is in June.</p><a href=/plots>Plots</a>")}
    world.site.pages["/plots"] = soup("plots", around="<p>The river festival is in June.</p>")
    await world.crawl(world.add())
    assert all("river festival" in said(world, path) for path in world.live())


async def test_a_page_that_holds_nothing_but_frame_is_told(world: World) -> None:
    town(world)
    world.site.pages["/plots"] = soup("plots", " ")
    report = await world.crawl(world.add())
    assert report.run.status == "succeeded"
    assert (
        f"1 page holds nothing but what many pages of the site share, e.g. {world.site.url}plots" in report.run.reason
    )
    [(entry, _)] = seen(world.engine, f"{world.site.url}plots")
    assert {block.part for block in entry.blocks if "of the town" in block.text} == {"frame"}
    assert "of the town" not in said(world, "/plots")


async def test_pages_of_one_text_under_many_names_keep_it(world: World) -> None:
    town(world, around="<a href='/" + "'>More</a><a href='/".join(NAMES) + "'>More</a>", below="")
    for name in NAMES:
        world.site.pages[f"/{name}"] = soup(
            name, "The agenda is posted in the hall the day before.", around="", below=""
        )
    report = await world.crawl(world.add())
    assert "8 pages hold nothing but" in report.run.reason
    assert all("agenda is posted" in said(world, f"/{name}") for name in NAMES)
