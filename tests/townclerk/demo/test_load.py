"""Loading the demo into a database, and serving its sites."""

from datetime import date

import pytest
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from crawler.jobs.sources import Sources
from index.faqs.store import FaqStore
from tests.ports import free_ports
from townclerk.demo import load
from townclerk.demo.sites import SITES, sites_app
from townclerk.jurisdictions import Jurisdictions
from townclerk.settings import Settings


@pytest.fixture
def sites(settings: Settings) -> TestClient:
    return TestClient(sites_app(settings), base_url=settings.url("demo_sites"))


def test_load_adds_cities_sources_and_faqs(settings: Settings, engine: Engine) -> None:
    load.load(settings, engine)
    layers = [j.id for j in Jurisdictions(engine).layers("alder-falls")]
    assert layers == ["alder-falls", "tamarack-county", "cascadia", "us"]
    base = settings.url("demo_sites")
    assert {(s.city, s.url, s.private_ok) for s in Sources(engine).all()} == {(s, f"{base}/{s}/", True) for s in SITES}
    faqs = FaqStore(engine).all()
    assert {f.jurisdiction for f in faqs} == {"alder-falls", "port-maren", "cascadia"}
    assert len(faqs) >= 55
    assert all(f.url.startswith(base) for f in faqs if f.url)


def test_a_source_stays_within_its_own_site(settings: Settings, engine: Engine) -> None:
    load.load(settings, engine)
    base = settings.url("demo_sites")
    city = next(s for s in Sources(engine).all() if s.city == "alder-falls")
    assert city.rules.why_not(f"{base}/alder-falls/library.html") == ""
    assert city.rules.why_not(f"{base}/tamarack-county/voting.html") == "not in the include pattern"
    assert city.rules.why_not(f"{base}/port-maren/from/alder-falls/") == "not in the include pattern"


def test_the_second_load_changes_nothing_and_does_little(settings: Settings, engine: Engine) -> None:
    ran: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: ran.append(given[2]))
    load.load(settings, engine)
    first = len(ran)
    before = (Sources(engine).all(), FaqStore(engine).all(), FaqStore(engine).latest_revision())
    ran.clear()
    load.load(settings, engine)
    assert 0 < len(ran) < first / 2
    assert (Sources(engine).all(), FaqStore(engine).all(), FaqStore(engine).latest_revision()) == before


def test_after_a_change_of_port_only_the_new_address_is_crawled(settings: Settings, engine: Engine) -> None:
    load.load(settings, engine)
    moved = settings.model_copy(update={"demo_sites_port": free_ports(1)[0]})
    load.load(moved, engine)
    assert {s.url for s in Sources(engine).all()} == {f"{moved.url('demo_sites')}/{site}/" for site in SITES}


def test_seasonal_and_spanish_faqs_are_there(settings: Settings, engine: Engine) -> None:
    load.load(settings, engine)
    for city in ("alder-falls", "port-maren"):
        faqs = FaqStore(engine).all(city)
        assert sum(f.language == "es" for f in faqs) >= 2
        assert any(not f.holds(date(2026, 8, 1)) and f.holds(date(2026, 12, 1)) for f in faqs)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/alder-falls/", "text/html"),
        ("/port-maren/help/", "text/html"),
        ("/tamarack-county/voting.html", "text/html"),
        ("/alder-falls/style.css", "text/css"),
        ("/alder-falls/documents/utility-rates-2026.pdf", "application/pdf"),
        ("/port-maren/sitemap.xml", "application/xml"),
        ("/robots.txt", "text/plain"),
    ],
)
def test_files_are_served_with_their_type(sites: TestClient, path: str, kind: str) -> None:
    answer = sites.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == kind


@pytest.mark.parametrize("path", ["/robots.txt", "/alder-falls/sitemap.xml", "/port-maren/sitemap.xml"])
def test_absolute_addresses_name_the_port_in_force(sites: TestClient, settings: Settings, path: str) -> None:
    text = sites.get(path).text
    assert settings.url("demo_sites") in text
    assert ":8091" not in text


def test_an_unchanged_page_costs_no_body(sites: TestClient) -> None:
    first = sites.get("/alder-falls/library.html")
    again = sites.get("/alder-falls/library.html", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/alder-falls/documents/annual-report-2019.pdf", "/nowhere/", "/alder-falls/../cities.toml"]
)
def test_what_is_not_there_is_not_found(sites: TestClient, path: str) -> None:
    assert sites.get(path).status_code == 404
