"""Content that a page puts beside its declared main content is read, in the order of the page."""

import pytest

from tests.crawler.extract.reading import body, said

MAIN = "<main><h1>Compost</h1><p>Yard waste becomes compost at the transfer station, and residents fetch it.</p></main>"
PRICES = (
    "<p>KEPT: a load of compost is nine dollars for residents of the town, and fifteen dollars for everybody else.</p>"
)
HOURS = "<p>KEPT: the scale is open from eight to three on Tuesday and Saturday, and closed on holidays.</p>"


@pytest.mark.parametrize(
    "beside",
    [
        f"<section><h2>Prices</h2>{PRICES}{HOURS}</section>",
        f"<div><div class=x7><h3>Prices</h3>{PRICES}{HOURS}</div></div>",
        "<table><tr><th>Load</th><th>Price</th></tr>"
        + "".join(f"<tr><td>KEPT: {size} of leaf compost</td><td>${size}0</td></tr>" for size in range(2, 9))
        + "</table>",
        f"<dl><dt>Prices</dt><dd>{PRICES}</dd><dt>Hours</dt><dd>{HOURS}</dd></dl>",
        f"<h2>Prices</h2>{PRICES}<hr>{HOURS}",
    ],
)
@pytest.mark.parametrize(
    "page", ["{main}{beside}", "<div>{main}</div>{beside}", "{beside}<div><div>{main}</div></div>"]
)
def test_content_beside_main_is_read(beside: str, page: str) -> None:
    words = said(body(page.format(main=MAIN, beside=beside)))
    assert "fetch it" in words
    assert "KEPT" in words
    assert (words.index("KEPT") > words.index("fetch it")) == page.startswith(("{main}", "<div>{main}"))


@pytest.mark.parametrize(
    "beside",
    [
        "<div class=x1><h2>Stay in touch</h2><form><p>AROUND: " + "write to us on any day. " * 12 + "</p></form></div>",
        "<footer><h2>Town hall</h2><p>AROUND: " + "The hall is open on every weekday. " * 8 + "</p></footer>",
        "<div role=complementary><h2>News</h2><p>AROUND: " + "The fair comes to town again. " * 8 + "</p></div>",
        "<div class=x2><h2>AROUND</h2><p>Copyright 2026 Town of Alder. "
        + "The hall is open on weekdays. " * 8
        + "</p></div>",
        "<div class=x3><h2>AROUND</h2><ul>" + "<li><a href=/a>Another page of this town</a>" * 12 + "</ul></div>",
        "<div class=x4><p>AROUND: a line.</p></div>",
        "<div class=sidebar><h3>AROUND</h3><p>Call us.</p></div>",
    ],
)
def test_what_is_of_the_site_is_not_read(beside: str) -> None:
    assert "AROUND" not in said(body(MAIN + beside))
