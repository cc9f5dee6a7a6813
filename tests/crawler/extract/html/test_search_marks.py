"""Marks by which a page tells searches what to find are read as they are meant."""

import pytest

from tests.crawler.extract.reading import body, said

FEE = "<h2>Fees</h2><p>KEPT: a garden plot costs twelve dollars a year, paid at the counter or by mail.</p>"
RULE = "<h2>Rules</h2><p>KEPT: water your plot before nine in the morning, and lock the gate behind you.</p>"
AROUND = "<p>AROUND: the weather in the county today.</p>"
MENU = "<div class=x1><a href=/a>AROUND one</a> <a href=/b>AROUND two</a></div>"


@pytest.mark.parametrize(
    "mark", ["data-swiftype-index=true", "data-swiftype-index='TRUE'", "data-elastic-include", "data-pagefind-body"]
)
@pytest.mark.parametrize(
    "page",
    [
        "<main {mark}>{fee}{rule}</main>",
        "{menu}{around}<div {mark}>{fee}{rule}</div>{around}",
        "<main>{around}<div {mark}>{fee}</div>{menu}<section {mark}>{rule}</section></main>",
        "<div class=sidebar {mark}>{fee}{rule}</div>{menu}",
        "<div data-swiftype-index=false>{around}<div {mark}>{fee}{rule}</div></div>",
    ],
)
def test_what_is_marked_to_be_found_is_read(mark: str, page: str) -> None:
    words = said(body(page.format(mark=mark, fee=FEE, rule=RULE, menu=MENU, around=AROUND)))
    assert words.count("KEPT") == 2
    assert "AROUND" not in words


@pytest.mark.parametrize(
    "mark",
    [
        "data-swiftype-index=false",
        "data-elastic-exclude",
        "data-pagefind-ignore",
        "data-pagefind-ignore=all",
        "data-nosnippet",
    ],
)
@pytest.mark.parametrize("tag", ["div", "span", "section"])
def test_what_is_marked_not_to_be_found_is_not_read(mark: str, tag: str) -> None:
    words = said(body(f"<main>{FEE}<{tag} {mark}>{AROUND}</{tag}>{RULE}</main>"))
    assert words.count("KEPT") == 2
    assert "AROUND" not in words


@pytest.mark.parametrize(
    ("off", "on"),
    [
        ("googleoff: index", "googleon: index"),
        ("googleoff: all ", "googleon: all "),
        ("googleoff:snippet", "googleon:snippet"),
        ("noindex", "/noindex"),
        (" noindex ", " endnoindex "),
        ("stopindex", "startindex"),
        ("htdig_noindex", "/htdig_noindex"),
        ("ZOOMSTOP", "ZOOMRESTART"),
    ],
)
@pytest.mark.parametrize("page", ["{off}{around}{on}{fee}{rule}", "{fee}<div>{off}{around}</div>{on}{rule}"])
def test_what_stands_between_closing_and_opening_comments_is_not_read(off: str, on: str, page: str) -> None:
    words = said(body(page.format(off=f"<!--{off}-->", on=f"<!--{on}-->", fee=FEE, rule=RULE, around=AROUND)))
    assert words.count("KEPT") == 2
    assert "AROUND" not in words


@pytest.mark.parametrize(
    "page",
    [
        "<!-- googleoff: anchor -->{fee}{rule}<!-- googleon: anchor -->",
        "<!--googleoff: all-->{fee}{rule}",
        "<!-- the index of this page -->{fee}{rule}",
        "<body data-elastic-exclude>{fee}{rule}</body>",
        "<main>{fee}{rule}<p data-swiftype-index=true>Top</p></main>",
        "<main data-pagefind-ignore=false>{fee}{rule}</main>",
    ],
)
def test_marks_never_empty_a_page(page: str) -> None:
    assert said(body(page.format(fee=FEE, rule=RULE))).count("KEPT") == 2
