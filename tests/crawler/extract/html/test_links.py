"""What a page asks of robots in its own head."""

import pytest

from crawler.extract.html.extractor import extract_html
from tests.crawler.site import html


@pytest.mark.parametrize(
    ("tag", "noindex", "nofollow", "expires"),
    [
        ('<meta name="ROBOTS" content="noindex,nofollow">', True, True, False),
        ('<meta name="TownclerkBot" content="none">', True, True, False),
        ('<meta name="googlebot" content="noindex">', False, False, False),
        ('<meta name="robots" content="unavailable_after: Friday, 25-Jun-10 15:00:00 GMT">', True, False, True),
        ('<meta name="robots" content="nofollow, unavailable_after: 2999-06-25">', False, True, True),
    ],
)
def test_robots_meta_tags(tag: str, noindex: bool, nofollow: bool, expires: bool) -> None:
    page = extract_html(html("A", "b", head=tag).encode(), url="https://alderfalls.example/a")
    assert (page.noindex, page.nofollow, page.expires) == (noindex, nofollow, expires)
