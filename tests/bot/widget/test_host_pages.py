"""The chat on pages of other people's making: each opens it, asks, reads the answer, and gets the focus back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, ViewportSize, expect

from tests.bot.widget.conftest import opened
from tests.bot.widget.fake_gateway import Script, answer, application, reply, serve
from tests.bot.widget.test_browser import faults
from tests.ports import free_ports

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 900}
LONG = "<p>Leaf bags are picked up in November.</p>" * 60
TAG = '<script async src="{site}/widget.js" data-city="alder-falls"></script>'
NEW_BODY = """<script>window.swap = () => {
    const body = document.createElement("body");
    body.innerHTML = "<h1>Next page</h1>";
    document.body.replaceWith(body);
};</script>"""
FROZEN = """<script>for (const one of [Object, Array, Function, String, Promise, Map, Element, HTMLElement, Node, EventTarget])
    Object.freeze(one.prototype);</script>"""


@dataclass(frozen=True)
class Host:
    """A page: what stands in it, how it is sent, what is done to it first, and on what screen. `{site}` is the gateway's address."""

    markup: str
    policy: str = ""
    before: str = ""
    size: dict[str, int] = field(default_factory=lambda: DESK)
    doctype: str = "<!doctype html>"


HOSTS = {
    "plain": Host(f"<h1>City</h1>{TAG}"),
    "module": Host(f"<h1>City</h1>{TAG.replace('async', 'type=module')}"),
    "in the head": Host(f"<head>{TAG.replace('async ', '')}</head><body><h1>City</h1>"),
    "injected late and taken away": Host(
        "<h1>City</h1><script>addEventListener('load', () => setTimeout(() => { const tag = document.createElement('script'); tag.src = '{site}/widget.js';"
        " tag.dataset.city = 'alder-falls'; document.head.append(tag); tag.onload = () => tag.remove(); }, 50));</script>"
    ),
    "injected twice": Host(f"<h1>City</h1>{TAG}{TAG}<script async src='{{site}}/widget.js?v=2' data-city=alder-falls></script>"),
    "another body (Turbo)": Host(f"{NEW_BODY}<h1>City</h1>{TAG}", before="swap()"),
    "another body while open (Turbo)": Host(
        f"{NEW_BODY}<h1>City</h1>{TAG}", before="Townclerk.open(); Townclerk.close(); swap()"
    ),
    "other content of the body (htmx)": Host(
        f"<h1>City</h1>{TAG}", before="document.body.innerHTML = '<h1>Next page</h1>'"
    ),
    "everything replaced (pjax)": Host(
        f"<h1>City</h1>{TAG}", before="document.documentElement.innerHTML = '<head></head><body><h1>Next page</h1></body>'"
    ),
    "transform and filter": Host(
        f"<style>html {{ transform: translateX(0); }} body {{ transform: scale(1); filter: grayscale(1); }}</style>{LONG}{TAG}"
    ),
    "right to left": Host(f"<html dir=rtl lang=en>{LONG}{TAG}"),
    "large text": Host(f"<style>html {{ font-size: 200%; }} p {{ font-size: 1.25rem; }}</style>{LONG}{TAG}"),
    "hostile styles": Host(
        "<style>* { all: unset !important; } button, div, dialog, iframe { display: none !important; } h1 { display: block !important; position: fixed !important;"
        f" inset: 0 !important; z-index: 2147483647 !important; background: #fff !important; }}</style><h1>City</h1>{TAG}"
    ),
    "strict policy": Host(
        f"<h1>City</h1>{TAG.replace('async', 'async nonce=n')}",
        policy="default-src 'none'; script-src 'nonce-n' 'strict-dynamic'; frame-src {site}; require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    "small screen": Host(f"{LONG}{TAG}", size={"width": 320, "height": 568}),
    "zoomed to 400 %": Host(f"{LONG}{TAG}", size={"width": 320, "height": 225}),
    "a page as high as the screen (iOS)": Host(
        "<meta name=viewport content='width=device-width'><style>html, body { height: 100vh; margin: 0; overflow: hidden; } main { height: 100vh; overflow: auto; }</style>"
        f"<main>{LONG}</main>{TAG}",
        size={"width": 390, "height": 664},
    ),
    "dark": Host(f"<style>body {{ background: #111; color: #eee; }}</style><h1>City</h1>{TAG}"),
    "quirks": Host(f"<h1>City</h1>{TAG}", doctype=""),
    "frozen prototypes": Host(f"{FROZEN}<h1>City</h1>{TAG}"),
}  # fmt: skip


@contextmanager
def hosted(tmp_path: Path, script: Script, host: Host, *, listed: bool = True) -> Iterator[str]:
    """The address of the page, beside a gateway that lists it or does not."""
    port = free_ports(1)[0]
    address = f"http://127.0.0.1:{port}"
    with serve(application(tmp_path, script, origins=address if listed else "https://www.example.gov")) as site:
        app = FastAPI()

        @app.get("/")
        async def page() -> HTMLResponse:
            headers = {"content-security-policy": host.policy.replace("{site}", site)} if host.policy else {}
            return HTMLResponse(host.doctype + host.markup.replace("{site}", site), headers=headers)

        with serve(app, port=port):
            yield address


def launcher(page: Page) -> Locator:
    """The button."""
    return page.get_by_role("button", name="Ask a question")


def asks(page: Page) -> None:
    """Ask in the open chat, and read the answer."""
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("textbox")).to_be_focused()
    frame.get_by_role("textbox").fill("How do I pay my water bill?")
    frame.get_by_role("textbox").press("Enter")
    expect(frame.get_by_role("article")).to_contain_text("You can also pay by phone")


def on_top(page: Page, what: Locator) -> bool:
    """Whether it lies on the screen, and nothing over its middle."""
    box = what.bounding_box()
    assert box is not None
    return bool(
        page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y)?.hasAttribute('data-townclerk') ?? false",
            [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
        )
    )


@pytest.mark.parametrize("name", HOSTS)
def test_opens_asks_answers_and_gives_the_focus_back(
    chromium: Browser, tmp_path: Path, script: Script, name: str
) -> None:
    host = HOSTS[name]
    with hosted(tmp_path, script, host) as address, opened(chromium, viewport=host.size) as page:
        page.goto(address)
        expect(launcher(page)).to_have_count(1)
        if host.before:
            page.evaluate(host.before)
        expect(launcher(page)).to_have_count(1)
        assert on_top(page, launcher(page))
        launcher(page).click()
        assert on_top(page, page.locator("iframe"))
        asks(page)
        page.frame_locator("iframe").get_by_role("textbox").press("Escape")
        expect(launcher(page)).to_be_focused()
        expect(launcher(page)).to_have_attribute("aria-expanded", "false")
        assert [one["city"] for one in script.asked] == ["alder-falls"]


def test_stays_open_and_keeps_the_talk_when_the_page_is_replaced(
    chromium: Browser, tmp_path: Path, script: Script
) -> None:
    with hosted(tmp_path, script, HOSTS["everything replaced (pjax)"]) as address, opened(chromium) as page:
        page.goto(address)
        launcher(page).click()
        asks(page)
        page.evaluate(HOSTS["everything replaced (pjax)"].before)
        expect(page.frame_locator("iframe").get_by_role("article")).to_be_visible()
        expect(launcher(page)).to_have_attribute("aria-expanded", "true")


def test_two_cities_stand_above_each_other_and_one_is_open(chromium: Browser, tmp_path: Path, script: Script) -> None:
    tags = TAG.replace("async", "async data-label=Alder") + TAG.replace("alder-falls", "port-maren").replace(
        "async", "async data-label=Port"
    )
    with hosted(tmp_path, script, Host(f"<h1>County</h1>{tags}")) as address, opened(chromium) as page:
        page.goto(address)
        alder, port = page.get_by_role("button", name="Alder"), page.get_by_role("button", name="Port")
        port.click()
        asks(page)
        page.keyboard.press("Escape")
        expect(port).to_be_focused()
        assert on_top(page, alder)
        assert on_top(page, port)
        alder.click()
        expect(port).to_have_attribute("aria-expanded", "false")
        expect(page.frame_locator("iframe").last.get_by_role("heading", name="Ask Alder Falls")).to_be_visible()
        assert [one["city"] for one in script.asked] == ["port-maren"]


def test_in_the_page_itself_it_follows_its_tag(chromium: Browser, tmp_path: Path, script: Script) -> None:
    tag = TAG.replace("async", "async data-position=inline")
    swap = "const tag = document.createElement('script'); tag.src = document.scripts[0].src; Object.assign(tag.dataset, {city: 'port-maren', position: 'inline'});"
    host = Host(f"<h1>City</h1><main>{tag}</main><p>Below</p>")
    with hosted(tmp_path, script, host) as address, opened(chromium, viewport=DESK) as page:
        page.goto(address)
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("heading", name="Ask Alder Falls")).to_be_visible()
        expect(page.locator("button.launcher")).to_have_count(0)
        expect(frame.get_by_role("button", name="Close the chat")).to_have_count(0)
        assert page.evaluate("document.activeElement === document.body")
        above, below = page.get_by_role("heading").bounding_box(), page.get_by_text("Below").bounding_box()
        box = page.locator("iframe").bounding_box()
        assert above
        assert below
        assert box
        assert above["y"] < box["y"] < below["y"]
        frame.get_by_role("textbox").click()
        asks(page)
        page.evaluate(f"{swap} document.querySelector('main').replaceChildren(tag)")
        expect(page.frame_locator("iframe").get_by_role("heading", name="Ask Port Maren")).to_be_visible()
        expect(page.locator("iframe")).to_have_count(1)


def refused(page: Page) -> list[str]:
    """What the console says of it."""
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.text.startswith("Townclerk:"):
            said.append(message.text)

    page.on("console", note)
    return said


@pytest.mark.parametrize("size", [DESK, {"width": 320, "height": 568}])
@pytest.mark.parametrize(
    ("policy", "why"),
    [("", "add it to TOWNCLERK_WIDGET_ORIGINS"), ("script-src 'unsafe-inline' {site}; frame-src 'self'", "to frame-src")],
)  # fmt: skip
def test_a_page_that_may_not_show_it_shows_the_telephone_number_and_a_link(
    chromium: Browser, tmp_path: Path, script: Script, policy: str, why: str, size: ViewportSize
) -> None:
    host = Host(f"<h1>City</h1>{TAG}", policy=policy)
    context = chromium.new_context(viewport=size)
    with hosted(tmp_path, script, host, listed=False) as address:
        page = context.new_page()
        said = refused(page)
        page.goto(address)
        launcher(page).click()
        expect(page.get_by_role("alert")).to_contain_text("The chat cannot open right now.")
        expect(page.get_by_role("link", name="555-555-0100")).to_have_attribute("href", "tel:5555550100")
        expect(page.get_by_role("link", name="555-555-0100")).to_be_focused()
        expect(page.get_by_role("link", name="Ask a question")).to_have_attribute("href", re_ask())
        assert page.locator("iframe").is_hidden()
        assert [why in text for text in said] == [True]
        page.keyboard.press("Escape")
        expect(launcher(page)).to_be_focused()
    context.close()


def re_ask() -> "re.Pattern[str]":
    """The address of the page without JavaScript."""
    return re.compile(r"/ask\?city=alder-falls&lang=en")


def test_when_the_server_is_away_it_says_so_and_comes_back_with_it(
    chromium: Browser, tmp_path: Path, script: Script
) -> None:
    port, home = free_ports(1)[0], tmp_path / "home"
    with hosted(tmp_path, script, Host("<h1>City</h1>")) as address:
        context = chromium.new_context()
        page = context.new_page()
        said = refused(page)
        home.mkdir()
        app = application(home, script, origins=address)
        with serve(app, port=port) as site:
            page.goto(address)
            page.add_script_tag(url=f"{site}/widget.js")
            expect(launcher(page)).to_be_visible()
        page.evaluate("Townclerk.open()")
        expect(page.get_by_role("alert")).to_be_visible()
        assert said == [f"Townclerk: the chat could not be opened, as {site} does not answer."]
        page.evaluate("Townclerk.close()")
        with serve(app, port=port):
            launcher(page).click()
            frame = page.frame_locator("iframe")
            expect(frame.get_by_role("textbox")).to_be_visible()
            expect(page.get_by_role("alert")).to_be_hidden()
        context.close()


def test_on_paper_there_is_no_chat(chromium: Browser, tmp_path: Path, script: Script) -> None:
    with hosted(tmp_path, script, HOSTS["plain"]) as address, opened(chromium) as page:
        page.goto(address)
        launcher(page).click()
        page.emulate_media(media="print")
        expect(page.locator("iframe")).to_be_hidden()
        expect(page.locator("button.launcher")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "size", [{"width": 320, "height": 568}, {"width": 390, "height": 844}, DESK, {"width": 320, "height": 225}]
)
def test_in_the_citys_color_it_has_no_accessibility_fault_by_day_and_night(
    chromium: Browser, tmp_path: Path, script: Script, size: dict[str, int], scheme: str
) -> None:
    """The last screen is 1280 x 900 at 400 %. The color is one that white cannot be read on."""
    county = answer(jurisdiction="tamarack-county", confidence="low", kind="faq", question="Dogs?")
    script.messages = [reply(county, text="I found this:")]
    tag = TAG.replace(
        "async", 'async data-color="#e8a33d" data-greeting="Good day from Alder Falls!" data-logo="/seal.svg"'
    )
    host = Host(f"<title>City</title><html lang=en><main><h1>City</h1>{tag}</main>")
    with hosted(tmp_path, script, host) as address, opened(chromium, viewport=size, color_scheme=scheme) as page:
        page.goto(address)
        launcher(page).click()
        asks(page)
        frame = page.frame_locator("iframe")
        expect(frame.get_by_text("Good day from Alder Falls!")).to_have_count(1)
        assert page.frames[-1].evaluate("getComputedStyle(document.documentElement).colorScheme") == scheme
        assert page.frames[-1].evaluate("getComputedStyle(document.querySelector('.bar')).color") == "rgb(0, 0, 0)"
        assert faults(page) == []


@pytest.mark.parametrize("path", ["/ask", "/ask?q=How do I pay?", "/ask?q=refuse", "/ask?q=fail"])
def test_the_plain_page_has_no_accessibility_fault_at_night(chromium: Browser, site: str, path: str) -> None:
    with opened(chromium, viewport={"width": 390, "height": 844}, color_scheme="dark") as page:
        page.goto(site + path)
        assert faults(page) == []


@pytest.mark.parametrize(("more", "side"), [("", "right"), ("data-position=left", "left")])
def test_the_panel_opens_above_its_button(
    chromium: Browser, tmp_path: Path, script: Script, more: str, side: str
) -> None:
    host = Host(f"<h1>City</h1>{TAG.replace('async', f'async {more}')}")
    with hosted(tmp_path, script, host) as address, opened(chromium, viewport=DESK) as page:
        page.goto(address)
        launcher(page).click()
        panel, button = page.get_by_role("dialog").bounding_box(), launcher(page).bounding_box()
        assert panel
        assert button
        assert panel["y"] + panel["height"] <= button["y"]
        if side == "right":
            assert panel["x"] + panel["width"] == button["x"] + button["width"] == 1260
        else:
            assert panel["x"] == button["x"] == 20
