"""Files and pages over HTTP: headers, caching, who may embed, what a city's page needs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.widget.assets import STATIC
from tests.bot.widget.fake_gateway import Script, application

CITY_SITE = "https://www.alder-falls.example"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(application(tmp_path, Script(), origins=f"{CITY_SITE}, https://other.example/")) as made:
        yield made


@pytest.mark.parametrize(
    "path", ["/demo", "/demo?city=port-maren", "/widget/frame?city=alder-falls", "/ask", "/ask?q=water", "/phone"]
)
def test_pages_run_own_scripts_only_and_hold_none_inline(client: TestClient, path: str) -> None:
    page = client.get(path)
    policy = page.headers["content-security-policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    ):
        assert part in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page.text)
    assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/demo", "/widget/frame?city=alder-falls", "/ask?q=water", "/phone"])
def test_every_file_a_page_loads_is_there_and_its_own(client: TestClient, path: str) -> None:
    text = client.get(path).text
    loaded = re.findall(r'(?:<script[^>]*src|<link[^>]*href)="([^"]+)"', text)
    assert loaded
    for address in loaded:
        assert address.startswith("/widget")
        assert client.get(address).status_code == 200


def test_only_configured_origins_may_embed_the_chat(client: TestClient) -> None:
    policy = client.get("/widget/frame?city=alder-falls").headers["content-security-policy"]
    assert f"frame-ancestors 'self' {CITY_SITE} https://other.example;" in policy
    assert "frame-ancestors 'none'" in client.get("/demo").headers["content-security-policy"]


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        (CITY_SITE, CITY_SITE),
        ("http://testserver", "http://testserver"),
        ("https://evil.example", ""),
        ('"><script>', ""),
    ],
)
def test_the_frame_talks_to_known_pages_only(client: TestClient, origin: str, told: str) -> None:
    page = client.get("/widget/frame", params={"city": "alder-falls", "origin": origin})
    assert f'data-parent="{told}"' in page.text


def test_a_mistyped_city_still_chats(client: TestClient) -> None:
    page = client.get("/widget/frame?city=alder-fall")
    assert page.status_code == 200
    assert 'data-city=""' in page.text


def test_an_unknown_city_has_no_demo_page(tmp_path: Path) -> None:
    from townclerk.errors import NotFound

    with TestClient(application(tmp_path, Script())) as client, pytest.raises(NotFound):
        client.get("/demo?city=nowhere")


def test_the_widget_may_be_loaded_from_anywhere_and_is_corrected_within_minutes(client: TestClient) -> None:
    widget = client.get("/widget.js")
    assert widget.headers["content-type"].startswith("text/javascript")
    assert widget.headers["access-control-allow-origin"] == "*"
    assert widget.headers["cache-control"] == "public, max-age=300, must-revalidate"
    again = client.get("/widget.js", headers={"if-none-match": widget.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_file_with_its_version_is_kept_for_a_year_and_one_with_another_is_not(client: TestClient) -> None:
    assert "immutable" in client.get(STATIC.url("town.css")).headers["cache-control"]
    assert "immutable" not in client.get("/widget/assets/town.css?v=old").headers["cache-control"]


@pytest.mark.parametrize("name", ["..%2froutes.py", "%2e%2e%2f%2e%2e%2fadmin%2faccounts.py", "missing.js"])
def test_nothing_but_the_folder_is_served(tmp_path: Path, name: str) -> None:
    app = application(tmp_path, Script())
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get(f"/widget/assets/{name}").status_code >= 400


def test_places_gives_names_of_what_is_known(client: TestClient) -> None:
    found = client.get("/widget/places?id=tamarack-county&id=nowhere").json()
    assert found == {"tamarack-county": {"name": "Tamarack County", "level": "county"}}


def test_the_demo_page_switches_cities_and_works_without_javascript(client: TestClient) -> None:
    text = client.get("/demo?city=port-maren").text
    assert 'href="/demo?city=alder-falls"' in text
    assert "Port Maren is an invented city" in text
    assert 'action="/ask"' in text
    assert re.search(
        r'href="/ask\?q=How\+do\+I\+pay\+my\+water\+bill%3F&amp;city=port-maren"|href="/ask\?q=How%20do%20I%20pay%20my%20water%20bill%3F&amp;city=port-maren"',
        text,
    )
    assert 'href="/admin/"' in text


def test_the_scripts_never_turn_text_into_markup() -> None:
    folder = Path(__file__).parents[3] / "bot" / "widget" / "static"
    for script in folder.glob("*.js"):
        found = re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser",
            script.read_text(encoding="utf-8"),
        )
        assert found is None, f"{script.name}: {found}"


def test_no_page_asks_another_host_for_anything() -> None:
    folder = Path(__file__).parents[3] / "bot"
    for file in [*folder.glob("*/static/*"), *folder.glob("*/templates/*")]:
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).replace("http://www.w3.org/", "")
        assert not re.search(r'(?:src|href|url)\s*[=(]\s*["\']?https?://', text), file
