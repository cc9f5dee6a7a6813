"""The chat and the plain page in the resident's language: words, `lang`, `dir`."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

from bot.widget.templates import AskPage, render_ask
from tests.bot.widget.conftest import opened
from tests.bot.widget.fake_gateway import CITIES, Script, answer, application, reply, serve
from tests.bot.widget.test_browser import PHONE, city_page
from tests.conftest import CHECKOUT
from tests.ports import free_ports
from townclerk.text.languages import LANGUAGES, nearest
from townclerk.text.translation import speaking


@pytest.mark.parametrize(
    ("wanted", "language"),
    [(["es-MX"], "es"), (["de", "fr-CA"], "fr"), (["zh-TW"], "zh-Hant"), (["zh"], "zh-Hans"), (["fil"], "tl"), (["de"], ""), ([""], "")],
)  # fmt: skip
def test_the_nearest_language_of_a_tag(wanted: list[str], language: str) -> None:
    assert nearest(wanted) == language


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [("lang=es", "fr", "es"), ("", "vi-VN,vi;q=0.9,en;q=0.8", "vi"), ("lang=de", "de", "en"), ("lang=ar", "", "ar")],
)
def test_a_page_is_in_the_language_it_is_asked_for_in(tmp_path: Path, query: str, accepted: str, language: str) -> None:
    client = TestClient(application(tmp_path, Script()))
    page = client.get(f"/widget/frame?city=alder-falls&{query}", headers={"accept-language": accepted}).text
    rtl = ' dir="rtl"' if language == "ar" else ""
    assert f'<html lang="{language}"{rtl}>' in page


def test_the_plain_page_says_in_which_language_a_quotation_is() -> None:
    city = next(place for place in CITIES if place.id == "alder-falls")
    page = AskPage(question="¿agua?", city=city, cities=[city], answers=[answer(lang="en")], places={city.id: city})
    with speaking("es"):
        shown = render_ask(page)
    assert '<html lang="es">' in shown
    assert "Esta página está en inglés." in shown
    assert re.search(r'<blockquote dir="auto" lang="en"', shown)
    assert "Revisado el 12 nov 2026" in shown
    assert 'name="lang" value="es"' in shown


def test_every_button_has_its_words_before_anything_is_loaded() -> None:
    script = (CHECKOUT / "bot" / "widget" / "static" / "widget.js").read_text(encoding="utf-8")
    labels = script.split("LABELS = {")[1].split("}")[0]
    assert set(re.findall(r'"?([\w-]+)"?: "', labels)) == set(LANGUAGES)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("tag", "label", "placeholder", "direction"),
    [("data-language=es-MX", "Haga una pregunta", "Escriba su pregunta", ""), ("data-language=ar", "اطرح سؤالاً", "اكتب سؤالك", "rtl"),
     ("", "Ask a question", "Type your question", "")],
)  # fmt: skip
def test_the_chat_speaks_the_language_of_its_tag_or_page(
    chromium: Browser, tmp_path: Path, script: Script, tag: str, label: str, placeholder: str, direction: str
) -> None:
    port = free_ports(1)[0]
    host = f"http://127.0.0.1:{port}"
    with serve(application(tmp_path, script, origins=host)) as site:
        body = f'<p>Hello<script async src="{site}/widget.js" {tag}></script>'
        with serve(city_page(body), port=port), opened(chromium, viewport=PHONE, locale="fr-FR") as page:
            page.goto(host)
            page.get_by_role("button", name=label).click()
            frame = page.frame_locator("iframe")
            expect(frame.get_by_role("textbox")).to_have_attribute("placeholder", placeholder)
            assert page.frames[-1].evaluate("document.documentElement.dir") == direction


@pytest.mark.browser
def test_an_answer_in_another_language_brings_its_words_with_it(chromium: Browser, site: str, script: Script) -> None:
    """The page is in English, the resident writes Spanish."""
    said = reply(answer(lang="en"), text="De Alder Falls, en inglés:") | {"lang": "es"}
    script.messages = [said]
    with opened(chromium, viewport=PHONE, locale="en-US") as page:
        page.goto(f"{site}/widget/frame?city=alder-falls&lang=en")
        page.get_by_role("textbox").fill("¿Cómo pago el agua?")
        page.get_by_role("textbox").press("Enter")
        turn = page.locator(".theirs:not(#welcome)")
        expect(turn).to_have_attribute("lang", "es")
        expect(turn.get_by_role("group")).to_have_attribute("aria-label", "¿Esto responde su pregunta?")
        expect(turn.locator("blockquote")).to_have_attribute("lang", "en")
        expect(turn.locator(".fresh")).to_contain_text("Revisado el 12 nov 2026")
        page.reload()
        expect(page.locator(".theirs:not(#welcome)").get_by_role("group")).to_have_attribute(
            "aria-label", "¿Esto responde su pregunta?"
        )
