"""The demo websites hold what the demo promises and no accidents."""

import json
import re
from collections import Counter
from itertools import pairwise

import pypdfium2
import pytest
from protego import Protego

from scripts.make_demo_pdfs import DOCUMENTS
from tests.townclerk.demo.conftest import DEAD, SitePage, file_of
from townclerk.demo.sites import DEMO, WRITTEN_FOR

CITIES = ("alder-falls", "port-maren")


@pytest.mark.parametrize(("site", "least"), [("alder-falls", 25), ("port-maren", 25), ("tamarack-county", 7)])
def test_each_site_has_enough_pages(site_pages: list[SitePage], site: str, least: int) -> None:
    assert sum(page.site == site for page in site_pages) >= least


def test_every_link_leads_to_a_file_but_the_dead_ones(site_pages: list[SitePage]) -> None:
    broken = {link for page in site_pages for link in page.links if not file_of(link).is_file()}
    assert broken == DEAD


def test_links_inside_a_site_are_relative(site_pages: list[SitePage]) -> None:
    absolute = [
        str(tag["href"]) for page in site_pages for tag in page.soup.find_all(href=re.compile(r"^(?:https?:|/)"))
    ]
    assert absolute == []


def test_titles_are_there_and_unique(site_pages: list[SitePage]) -> None:
    titles = Counter(page.soup.title.get_text() if page.soup.title else "" for page in site_pages)
    assert "" not in titles
    assert [title for title, times in titles.items() if times > 1] == []


def test_every_page_has_one_heading_of_level_one_and_no_level_is_left_out(site_pages: list[SitePage]) -> None:
    for page in site_pages:
        body = page.soup.select_one("main, .region-content, #content")
        assert body is not None, page.path
        levels = [int(tag.name[1]) for tag in body.find_all(re.compile("^h[1-6]$"))]
        assert levels.count(1) == 1, page.path
        assert all(after - before <= 1 for before, after in pairwise(levels)), page.path


def test_telephone_numbers_are_of_the_range_for_fiction(site_pages: list[SitePage]) -> None:
    texts = [page.soup.get_text(" ") for page in site_pages] + [f.read_text() for f in DEMO.glob("*/faq.csv")]
    numbers = {n for text in texts for n in re.findall(r"\b\d{3}-\d{3}-\d{4}\b", text)}
    assert numbers
    assert all(re.fullmatch(r"555-555-01\d\d", number) for number in numbers)


def test_forbidden_pages_are_linked_but_kept_out_of_the_sitemap(site_pages: list[SitePage]) -> None:
    robots = Protego.parse((DEMO / "robots.txt").read_text())
    linked = {link for page in site_pages for link in page.links}
    forbidden = [p.path for p in site_pages if not robots.can_fetch(WRITTEN_FOR + p.path, "TownclerkBot")]
    assert {path.split("/")[1] for path in forbidden} == set(CITIES)
    assert set(forbidden) <= linked
    assert not {path for city in CITIES for path in sitemap_paths(city)} & set(forbidden)


@pytest.mark.parametrize("city", CITIES)
def test_sitemaps_name_every_open_page_and_one_that_nothing_links(site_pages: list[SitePage], city: str) -> None:
    robots = Protego.parse((DEMO / "robots.txt").read_text())
    assert f"{WRITTEN_FOR}/{city}/sitemap.xml" in list(robots.sitemaps)
    allowed = {p.path for p in site_pages if p.site == city and robots.can_fetch(WRITTEN_FOR + p.path, "TownclerkBot")}
    assert set(sitemap_paths(city)) == allowed
    linked = {link for page in site_pages for link in page.links}
    assert len(allowed - linked) == 1


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.title)
def test_pdfs_hold_the_text_of_their_maker(document: object) -> None:
    wanted = next(d for d in DOCUMENTS if d is document)
    pdf = pypdfium2.PdfDocument(DEMO / wanted.path)
    text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    for part in wanted.body:
        for cell in [part.removeprefix("# ")] if isinstance(part, str) else [c for row in part for c in row]:
            assert cell in text


def test_cities_answer_the_same_question_differently(site_pages: list[SitePage]) -> None:
    text = {page.path: " ".join(page.soup.get_text(" ").split()) for page in site_pages}
    assert "every second week" in text["/alder-falls/services/trash-recycling.html"]
    assert "collected every week on the same day" in text["/port-maren/utilities/garbage-recycling/"]
    assert "Glass is not collected" in text["/alder-falls/services/trash-recycling.html"]
    assert "Glass bottles and jars" in text["/port-maren/utilities/garbage-recycling/"]


def test_an_old_page_contradicts_a_newer_one(site_pages: list[SitePage]) -> None:
    by_path = {page.path: page.soup for page in site_pages}
    old = by_path["/alder-falls/news/2022-recycling-guide.html"]
    new = by_path["/alder-falls/services/trash-recycling.html"]
    assert "every Friday" in old.get_text(" ")
    assert "Friday" not in new.select_one("main").get_text(" ")  # type: ignore[union-attr]
    assert old.select_one(".updated time")["datetime"] < new.select_one(".updated time")["datetime"]  # type: ignore[index,operator]


def test_faq_page_carries_its_questions_as_data_too(site_pages: list[SitePage]) -> None:
    soup = next(page.soup for page in site_pages if page.path == "/alder-falls/services/faq.html")
    data = json.loads(soup.find("script", type="application/ld+json").string)  # type: ignore[union-attr,arg-type]
    assert data["@type"] == "FAQPage"
    assert [q["name"] for q in data["mainEntity"]] == [s.get_text() for s in soup.find_all("summary")]


def test_unfolding_answers_name_a_panel_that_is_there(site_pages: list[SitePage]) -> None:
    soup = next(page.soup for page in site_pages if page.path == "/port-maren/help/")
    buttons = soup.find_all("button", attrs={"aria-controls": True})
    assert len(buttons) >= 5
    assert all(soup.find(id=str(button["aria-controls"])) for button in buttons)


def sitemap_paths(city: str) -> list[str]:
    """URL paths of a city's sitemap."""
    return re.findall(r"<loc>http://127\.0\.0\.1:8091([^<]+)</loc>", (DEMO / city / "site" / "sitemap.xml").read_text())
