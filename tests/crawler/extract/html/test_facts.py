"""Title, language, date, links, robots and charset of a page."""

from datetime import date

import pytest

from crawler.extract.html.extractor import extract_html
from tests.crawler.extract.reading import URL, body, read, said

P = "<p>The permit office opens at nine.</p>"


@pytest.mark.parametrize(
    ("head", "content", "title"),
    [
        ("<title>Trash | City of Alder</title>", "", "Trash"),
        ("<title>City of Alder - Trash</title>", "", "Trash"),
        ("<title>Alder Help | Rating and ranking</title>", "<h1>Rating and ranking</h1>", "Rating and ranking"),
        ("<title>Farm stand - 2026 rules | Town of Alder</title>", "", "Farm stand - 2026 rules"),
        (
            "<title>Alder Portal</title><meta property=og:title content='Snow routes'><meta property=og:site_name content='Alder Portal'>",
            "",
            "Snow routes",
        ),
        ("<title>Untitled Document</title>", "<h1>Dog licences</h1>", "Dog licences"),
        ("", "<h1>Dog licences</h1>", "Dog licences"),
        ("", "", "Page"),
        ("<title>Parks &amp; pools — Alder.example</title>", "", "Parks & pools"),
        (
            "<title>Advisory committee | Alder Health Board</title>",
            "<header><h1>Alder Health Board</h1></header>",
            "Advisory committee",
        ),
    ],
)
def test_title_names_the_page_and_not_the_site(head: str, content: str, title: str) -> None:
    assert body(f"{content}<main>{P}</main>", head=head).title == title


def test_main_heading_equal_to_the_title_is_no_heading() -> None:
    page = body(f"<main><h1>Trash</h1>{P}</main>", head="<title>Trash | City of Alder</title>")
    assert page.blocks[0].heading == ()


SPANISH = (
    "<p>"
    + "La oficina de permisos está en el primer piso y los vecinos pueden pagar con tarjeta en la ventanilla. " * 6
    + "</p>"
)


@pytest.mark.parametrize(
    ("html", "language"),
    [
        (f"<html lang=en-US><body>{P}", "en"),
        (f"<html lang=es><body>{P}", "es"),
        (f"<html><head><meta http-equiv=content-language content=fr></head><body>{P}", "fr"),
        (f"<html lang=en><body>{SPANISH}", "es"),
        (f"<html><body>{P}", "en"),
    ],
)
def test_language(html: str, language: str) -> None:
    assert read(html).language == language


@pytest.mark.parametrize(
    ("head", "content", "when", "origin"),
    [
        (
            '<script type="application/ld+json">{"@type":"WebPage","dateModified":"2025-03-04T10:00:00Z"}</script>',
            "",
            date(2025, 3, 4),
            "json-ld",
        ),
        ("<meta property=article:modified_time content='2025-02-01T00:00:00+00:00'>", "", date(2025, 2, 1), "meta"),
        ("", "<time class=updated datetime=2025-01-09>January 9</time>", date(2025, 1, 9), "time"),
        ("", "<p>Page last updated: March 5, 2025</p>", date(2025, 3, 5), "text"),
        ("", "<p>Last reviewed on 03/05/2025</p>", date(2025, 3, 5), "text"),
        ("", "<div>Posted Tuesday March 4, 2025</div>", date(2025, 3, 4), "text"),
        ("", "<p>Last updated March 2025</p>", date(2025, 3, 1), "text"),
        ("", "<p>Rev. 3/2025</p>", date(2025, 3, 1), "text"),
        ("", "<p>Current as of March 5, 2025</p>", date(2025, 3, 5), "text"),
        ("", "<p>For Immediate Release: March 4, 2025</p>", date(2025, 3, 4), "text"),
        ("", "<p>Effective July 1, 2025. Dogs: $5.</p>", date(2025, 7, 1), "text"),
        ("", "<p>Fees effective as of July 2025</p>", date(2025, 7, 1), "text"),
        ("", "<p>Effective date: 07/01/2025 Dogs: $5.</p>", date(2025, 7, 1), "text"),
        ("", "<p>Effective June 1, 2019, the city allows hens.</p>", None, ""),
        ("", "<p>Effective July 1, 2999. Dogs: $5.</p>", None, ""),
        ("", "<p>Effective July 1, 2025.</p><p>Last updated 8/2/2025</p>", date(2025, 8, 2), "text"),
        ("", "<p>Última actualización: 5 de marzo de 2025</p>", date(2025, 3, 5), "text"),
        (
            "<meta property=article:published_time content=2024-01-01>",
            "<p>Last updated 2025-03-05</p>",
            date(2025, 3, 5),
            "text",
        ),
        ("", "<p>Last updated: 02/31/2025</p>", None, ""),
        ("<meta name=last-modified content=2999-01-01>", "<p>The fair is on May 3, 2019.</p>", None, ""),
    ],
)
def test_date_that_the_page_states(head: str, content: str, when: date | None, origin: str) -> None:
    page = body(f"<main>{P}{content}</main>", head=head)
    assert (page.page_date, page.page_date_origin) == (when, origin)


def test_links_are_absolute_and_only_those_to_follow() -> None:
    page = body(
        "<nav><a href=/a#top>A</a></nav><main><a href='b.html'>B</a><a href='b.html#x'>again</a><a href='//other.example/c'>C</a>"
        "<a href=mailto:x@alder.example>m</a><a href='javascript:void(0)'>j</a><a rel=nofollow href=/no>n</a><a href='http://[bad'>x</a>"
        "<a href='https://alder.example:port/'>x</a></main>"
    )
    assert page.links == (
        "https://www.alder.example/a",
        "https://www.alder.example/services/b.html",
        "https://other.example/c",
    )


def test_base_canonical_and_robots() -> None:
    head = "<base href='https://www.alder.example/new/'><link rel=canonical href='/true'><meta name=robots content='noindex, NOFOLLOW'>"
    page = body("<a href=x>x</a>", head=head)
    assert page.links == ("https://www.alder.example/new/x",)
    assert page.canonical == "https://www.alder.example/true"
    assert (page.noindex, page.nofollow) == (True, True)
    assert body(P).noindex is False


WORDS = "El año pasado la oficina cobró más: niños y jóvenes pagarán diez dólares según el señor alcalde."


@pytest.mark.parametrize(
    ("body_charset", "meta", "http"),
    [
        ("utf-8", "", "text/html; charset=utf-8"),
        ("utf-8", "", None),
        ("utf-8-sig", "iso-8859-1", "text/html; charset=iso-8859-1"),
        ("utf-16", "", None),
        ("utf-8", "iso-8859-1", "text/html; charset=iso-8859-1"),
        ("cp1252", "", "text/html; charset=iso-8859-1"),
        ("cp1252", "windows-1252", None),
        ("cp1252", "utf-8", "text/html; charset=utf-8"),
        ("utf-8", "utf-16", None),
        ("utf-8", "no-such-charset", "text/html; charset=idna"),
    ],
)
def test_charset_is_found_though_pages_lie(body_charset: str, meta: str, http: str | None) -> None:
    html = f"<html><head>{f'<meta charset={meta}>' if meta else ''}<title>Año</title></head><body><main><p>{WORDS}</p></main></body></html>"
    page = extract_html(html.encode(body_charset), url=URL, content_type=http)
    assert WORDS in said(page)
    assert page.title == "Año"


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        ("<time datetime=2025-03-08>March 8</time>, 8 a.m.", "March 8, 2025, 8 a.m."),
        ("<time datetime=2025-03-08T08:00>Sat, Mar. 8 @ 8 am</time>", "Sat, Mar. 8, 2025 @ 8 am"),
        ("<time datetime=2025-03-08><span class=m>Mar</span> <span class=d>8</span></time> Fair", "Mar 8, 2025 Fair"),
        ("<time datetime=2025-03-08>March 8, 2025</time>", "March 8, 2025"),
        ("<time datetime=2025-03-08>last Saturday</time>", "last Saturday"),
        ("<time datetime=2025-03-08>From March 1</time>", "From March 1"),
        ("<time datetime=08:30>8:30</time> on March 8", "8:30 on March 8"),
    ],
)
def test_an_event_keeps_the_year_that_only_its_mark_up_tells(markup: str, read: str) -> None:
    assert [b.text for b in body(f"<main><p>{markup}</p></main>").blocks] == [read]
