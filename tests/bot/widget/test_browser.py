"""The chat, the plain page and the phone in a real browser."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect

from tests.bot.widget.conftest import opened
from tests.bot.widget.fake_gateway import HOSTILE, Script, answer, application, reply, serve
from tests.ports import free_ports

pytestmark = pytest.mark.browser
SMALL = {"width": 320, "height": 640}
PHONE = {"width": 390, "height": 844}
HOSTILE_CSS = "div, dialog, button, iframe, svg { all: unset !important; display: none !important; } div, button, iframe { font-size: 2px !important; position: static !important; opacity: 0 !important; }"


def chat(page: Page, site: str) -> FrameLocator:
    """Open the demo page and the chat on it."""
    page.goto(f"{site}/demo")
    page.get_by_role("button", name="Ask Alder Falls").click()
    return page.frame_locator("iframe")


def ask(frame: FrameLocator, text: str) -> None:
    """Type and send."""
    frame.get_by_role("textbox").fill(text)
    frame.get_by_role("textbox").press("Enter")


def focused(page: Page) -> str:
    """Id of what has the focus inside the chat, or its tag."""
    return str(page.frames[-1].evaluate("document.activeElement.id || document.activeElement.tagName"))


def city_page(body: str, policy: str = "") -> FastAPI:
    """A page of somebody else's, with its own policy."""
    app = FastAPI()

    @app.get("/")
    async def home() -> HTMLResponse:
        markup = f"<!doctype html><html lang=en><title>City</title>{body}"
        return HTMLResponse(markup, headers={"content-security-policy": policy} if policy else {})

    return app


def faults(page: Page) -> list[str]:
    """What axe finds, in short."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


def test_keyboard_alone_asks_reads_votes_and_leaves(page: Page, site: str, script: Script) -> None:
    page.goto(f"{site}/demo")
    launcher = page.get_by_role("button", name="Ask Alder Falls")
    expect(launcher).to_have_attribute("aria-expanded", "false")
    launcher.focus()
    page.keyboard.press("Enter")
    expect(launcher).to_have_attribute("aria-expanded", "true")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("How do I pay my water bill?")
    page.keyboard.press("Enter")
    expect(frame.get_by_role("article")).to_contain_text("You can also pay by phone at 555-555-0104")
    expect(frame.locator("mark")).to_have_text("Pay online at bills.alder-falls.example at any hour.")
    expect(frame.get_by_text("Checked 12 Nov 2026 · page dated 14 Sep 2026")).to_be_visible()
    assert focused(page) == "question"
    for _ in range(3):
        page.keyboard.press("Shift+Tab")  # back over More, No, to Yes
    script.messages = [reply(text="Thank you.")]
    page.keyboard.press("Enter")
    expect(frame.get_by_text("Thank you.")).to_be_visible()
    assert script.asked[-1] == {"text": "Yes", "session": "signed.session", "city": "alder-falls", "lang": "en"}
    assert focused(page) == "log"  # the button is gone; focus is not
    page.keyboard.press("Escape")
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")


def test_one_vote_is_one_message(page: Page, site: str, script: Script) -> None:
    frame = chat(page, site)
    ask(frame, "water?")
    frame.get_by_role("button", name="No", exact=True).dblclick()
    expect(frame.get_by_role("article")).to_have_count(2)
    assert [a["text"] for a in script.asked] == ["water?", "No"]
    expect(frame.get_by_role("button", name="No", exact=True)).to_have_count(1)  # only under the newest answer


def test_hostile_text_is_shown_as_text(page: Page, site: str, script: Script) -> None:
    hostile = answer(
        title=HOSTILE,
        heading=HOSTILE,
        excerpt=HOSTILE,
        highlights=[(0, 30)],
        url="javascript:document.title='owned'",
        kind="faq",
        question=HOSTILE,
    )
    script.messages = [reply(hostile, text=HOSTILE) | {"choices": [{"label": HOSTILE, "text": "x"}]}]
    frame = chat(page, site)
    ask(frame, HOSTILE)
    expect(frame.locator("blockquote")).to_contain_text("<img src=x onerror=")
    expect(frame.locator("article a")).to_have_count(0)
    assert frame.locator("img, script:not([src])").count() == 0
    assert page.title() != "owned"
    assert page.frames[-1].title() != "owned"


def test_marks_count_code_points(page: Page, site: str, script: Script) -> None:
    script.messages = [reply(answer(excerpt="🌊🌊 pay here", highlights=[(3, 6)]))]
    frame = chat(page, site)
    ask(frame, "x")
    expect(frame.locator("mark")).to_have_text("pay")


def test_a_faq_does_not_repeat_its_question_as_the_source(page: Page, site: str, script: Script) -> None:
    script.messages = [reply(answer(kind="faq", question="How do I pay?", title="How do I pay?"))]
    frame = chat(page, site)
    ask(frame, "x")
    expect(frame.get_by_role("article").get_by_text("How do I pay?")).to_have_count(1)
    expect(frame.get_by_role("link", name="More on the official page")).to_be_visible()


def test_another_layer_is_named_once_and_doubt_is_said(page: Page, site: str, script: Script) -> None:
    script.messages = [reply(answer(jurisdiction="tamarack-county", confidence="low"), text="I found this:")]
    frame = chat(page, site)
    ask(frame, "dogs")
    expect(frame.get_by_text("From Tamarack County")).to_have_count(1)
    expect(frame.get_by_text("I am not sure that this answers your question.")).to_be_visible()
    script.messages = [reply(answer(jurisdiction="tamarack-county"), text="From Tamarack County:")]
    ask(frame, "dogs again")
    expect(frame.get_by_text("From Tamarack County")).to_have_count(2)


def test_phone_numbers_and_addresses_in_our_own_words_are_links(page: Page, site: str, script: Script) -> None:
    script.messages = [
        reply(text="I could not find that. You can call 555-555-0100 or visit https://alder-falls.example/contact.")
    ]
    frame = chat(page, site)
    ask(frame, "bees")
    expect(frame.get_by_role("link", name="555-555-0100")).to_have_attribute("href", "tel:5555550100")
    link = frame.locator(".theirs a[href^=https]")
    expect(link).to_have_attribute("href", "https://alder-falls.example/contact")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize(("status", "words"), [(429, "Please wait 7 seconds"), (503, "busy or being restarted")])
def test_a_failure_says_why_and_trying_again_asks_the_same_once(
    page: Page, site: str, script: Script, status: int, words: str
) -> None:
    script.status = status
    frame = chat(page, site)
    ask(frame, "water?")
    expect(frame.get_by_text(words)).to_be_visible()
    script.status = 200
    frame.get_by_role("button", name="Try again").click()
    expect(frame.get_by_role("article")).to_be_visible()
    expect(frame.get_by_text(words)).to_have_count(0)
    assert [a["text"] for a in script.asked] == ["water?", "water?"]
    expect(frame.locator(".mine")).to_have_count(1)


def test_a_lost_connection_is_told_and_nothing_typed_is_lost(page: Page, site: str) -> None:
    frame = chat(page, site)
    page.route("**/chat", lambda route: route.abort())
    ask(frame, "water?")
    expect(frame.get_by_text("The connection was lost.")).to_be_visible()
    page.unroute("**/chat")
    frame.get_by_role("button", name="Try again").click()
    expect(frame.get_by_role("article")).to_be_visible()


def test_an_expired_session_is_replaced_without_a_word(page: Page, site: str, script: Script) -> None:
    frame = chat(page, site)
    ask(frame, "first")
    expect(frame.get_by_role("article")).to_have_count(1)
    seen: list[dict[str, str]] = []

    def expired_once(route: object) -> None:
        body = json.loads(route.request.post_data)  # type: ignore[attr-defined]
        seen.append(body)
        if "session" in body:
            route.fulfill(status=401, json={"error": {"code": "unauthenticated", "message": "x"}})  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/chat", expired_once)
    ask(frame, "second")
    expect(frame.get_by_role("article")).to_have_count(2)
    assert ["session" in body for body in seen] == [True, False]


def test_while_waiting_a_status_says_so_and_the_log_is_live(page: Page, site: str, script: Script) -> None:
    script.delay = 0.6
    frame = chat(page, site)
    ask(frame, "water?")
    expect(frame.get_by_role("status")).to_have_text("Looking for an answer…")
    expect(frame.get_by_role("log")).to_have_attribute("aria-label", "Conversation")
    expect(frame.get_by_role("article")).to_be_visible()
    expect(frame.get_by_role("status")).to_have_text("")


def test_what_is_typed_and_sent_before_the_script_has_come_is_asked(page: Page, site: str, script: Script) -> None:
    held: list[Route] = []
    page.route("**/frame*.js*", lambda route: held.append(route))
    frame = chat(page, site)
    expect(frame.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    ask(frame, "water?")
    assert len(held) == 1
    assert script.asked == []
    held[0].continue_()
    expect(frame.get_by_role("article")).to_be_visible()
    expect(frame.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    assert [a["text"] for a in script.asked] == ["water?"]


def test_the_talk_survives_another_page_of_the_site_but_not_start_over(page: Page, site: str) -> None:
    frame = chat(page, site)
    ask(frame, "water?")
    expect(frame.get_by_role("article")).to_be_visible()
    frame = chat(page, site)
    expect(frame.get_by_role("article")).to_be_visible()
    frame.get_by_role("button", name="Start over").click()
    expect(frame.get_by_role("article")).to_have_count(0)
    assert page.frames[-1].evaluate("sessionStorage.length") == 0


def test_a_long_text_is_counted_and_stopped_at_the_limit(page: Page, site: str) -> None:
    frame = chat(page, site)
    box = frame.get_by_role("textbox")
    box.fill("x" * 1990)
    expect(frame.get_by_text("Characters left: 10")).to_be_visible()
    box.press("End")
    page.keyboard.type("y" * 15)
    assert len(box.input_value()) == 2000


def test_suggested_questions_and_the_pages_own_form_open_the_chat(page: Page, site: str, script: Script) -> None:
    page.goto(f"{site}/demo")
    page.wait_for_function("window.Townclerk")
    page.get_by_placeholder("Ask in your own words").fill("When is trash picked up?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.frame_locator("iframe").get_by_role("article")).to_be_visible()
    page.get_by_role("link", name="What does a dog license cost?").click()
    expect(page.frame_locator("iframe").get_by_role("article")).to_have_count(2)
    assert [a["text"] for a in script.asked] == ["When is trash picked up?", "What does a dog license cost?"]


def test_hostile_styles_two_tags_and_a_strict_policy_of_the_host_page_change_nothing(
    chromium: Browser, tmp_path: Path, script: Script
) -> None:
    port = free_ports(1)[0]
    host = f"http://127.0.0.1:{port}"
    with serve(application(tmp_path, script, origins=host)) as site:
        tag = f'<script async src="{site}/widget.js"></script>'
        settings = "<script nonce=n>window.townclerkSettings = {city: 'alder-falls', position: 'left'}</script>"
        policy = f"default-src 'none'; script-src 'nonce-n' {site}; style-src 'nonce-n'; frame-src {site}; require-trusted-types-for 'script'"
        body = f"<style nonce=n>{HOSTILE_CSS}</style><p>Hello{settings}{tag}{tag}"
        with serve(city_page(body, policy), port=port), opened(chromium) as page:
            page.goto(host)
            launcher = page.get_by_role("button", name="Ask a question")
            expect(launcher).to_have_count(1)
            box = launcher.bounding_box()
            assert box is not None
            assert box["height"] >= 44
            assert box["x"] < 100
            launcher.click()
            frame = page.frame_locator("iframe")
            ask(frame, "water?")
            expect(frame.get_by_role("article")).to_be_visible()
            frame.get_by_role("textbox").press("Escape")
            expect(launcher).to_be_focused()


def test_a_page_that_is_not_allowed_cannot_embed_the_chat(chromium: Browser, site: str) -> None:
    frame = f"<iframe src='{site}/widget/frame?city=alder-falls'></iframe>"
    with serve(city_page(frame)) as host, opened(chromium) as page:
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(host)
        page.wait_for_function("document.querySelector('iframe').contentDocument === null")
        page.wait_for_timeout(200)
        assert any("frame-ancestors" in text for text in refused)
        assert page.frames[-1].url.startswith("chrome-error:")


def test_a_message_from_elsewhere_is_ignored(page: Page, site: str, script: Script) -> None:
    chat(page, site)
    page.frames[-1].evaluate("window.postMessage({townclerk: 'ask', text: 'forged'}, '*')")
    page.evaluate("window.postMessage({townclerk: 'close'}, '*')")
    page.wait_for_timeout(200)
    assert script.asked == []
    expect(page.get_by_role("button", name="Ask Alder Falls")).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("size", [SMALL, PHONE, {"width": 320, "height": 256}])
def test_small_screens_show_the_chat_alone_and_never_scroll_sideways(
    chromium: Browser, site: str, size: dict[str, int]
) -> None:
    with opened(chromium, viewport=size, reduced_motion="reduce") as page:
        frame = chat(page, site)
        box = page.locator("dialog").bounding_box()
        assert box is not None
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, size["width"], size["height"])
        ask(frame, "How do I pay my water bill, and where is the office for people who pay in cash?")
        expect(frame.get_by_role("article")).to_be_visible()
        for one in page.frames:
            assert one.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert (
            float(
                page.frames[-1].evaluate("parseFloat(getComputedStyle(document.getElementById('question')).fontSize)")
            )
            >= 16
        )
        frame.get_by_role("button", name="Close the chat").click()
        expect(page.get_by_role("button", name="Ask Alder Falls")).to_be_focused()


@pytest.mark.parametrize(
    "path", ["/demo", "/demo?city=port-maren", "/ask", "/ask?q=How do I pay?", "/ask?q=refuse", "/ask?q=fail", "/phone"]
)
@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, SMALL])
def test_pages_have_no_accessibility_fault_and_fit(
    chromium: Browser, site: str, path: str, size: dict[str, int]
) -> None:
    with opened(chromium, viewport=size) as page:
        page.goto(site + path)
        page.wait_for_load_state()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("options", [{}, {"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_the_open_chat_has_no_accessibility_fault(
    chromium: Browser, site: str, script: Script, options: dict[str, object]
) -> None:
    script.messages = [
        reply(
            answer(jurisdiction="tamarack-county", confidence="low", kind="faq", question="Dogs?"), text="I found this:"
        )
    ]
    with opened(chromium, viewport={"width": 1280, "height": 900}, **options) as page:
        frame = chat(page, site)
        ask(frame, "dogs")
        expect(frame.get_by_role("article")).to_be_visible()
        assert faults(page) == []  # axe looks into frames, too
        script.status = 503
        ask(frame, "again")
        expect(frame.get_by_role("button", name="Try again")).to_be_visible()
        assert faults(page) == []
        if options.get("reduced_motion"):
            assert page.frames[-1].evaluate("document.getAnimations().length") == 0


def test_without_javascript_the_same_question_is_answered(chromium: Browser, site: str) -> None:
    with opened(chromium, java_script_enabled=False) as page:
        page.goto(f"{site}/demo")
        page.get_by_placeholder("Ask in your own words").fill("How do I pay my water bill?")
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.get_by_role("article").first).to_contain_text("555-555-0104")


def test_the_phone_sends_receives_and_counts_segments(page: Page, site: str, script: Script) -> None:
    page.goto(f"{site}/phone")
    page.get_by_role("textbox", name="Text message").fill("When is trash picked up?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You wrote: When is trash picked up?")).to_be_visible()
    expect(page.get_by_text("delivered · 2 segments")).to_be_visible()
    page.get_by_role("button", name="STOP").click()
    expect(page.get_by_text("You wrote: STOP")).to_be_visible()
    page.get_by_label("Text to").select_option(index=1)
    expect(page.get_by_text("No messages yet.")).to_be_visible()
    assert [t["body"] for t in script.texts if t["direction"] == "out"] == ["When is trash picked up?", "STOP"]
