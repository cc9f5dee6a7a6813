"""robots.txt and sitemaps as values."""

import gzip

import pytest

from crawler.fetching.fetcher import Fetched
from crawler.fetching.robots import judge, product_token
from crawler.fetching.sitemap import parse_sitemap

URL = "https://example.gov/robots.txt"


def test_rules_delay_and_sitemaps_are_read() -> None:
    text = b"\xef\xbb\xbfUser-agent: TownclerkBot\nDisallow: /a\nAllow: /a/b\nCrawl-delay: 7\nSitemap: /sitemap.xml\n"
    robots = judge(Fetched(URL, status=200, body=text), url=URL, product="TownclerkBot")
    assert not robots.allows("https://example.gov/a/x")
    assert robots.allows("https://example.gov/a/b/c")
    assert robots.delay == 7
    assert robots.sitemaps == ("https://example.gov/sitemap.xml",)


@pytest.mark.parametrize(
    ("code", "allowed"), [(404, True), (403, True), (401, True), (429, False), (500, False), (503, False), (0, False)]
)
def test_client_errors_allow_and_failures_forbid(code: int, allowed: bool) -> None:
    robots = judge(Fetched(URL, status=code, problem=f"HTTP {code}"), url=URL, product="TownclerkBot")
    assert robots.allows("https://example.gov/") is allowed
    assert bool(robots.unreadable) is not allowed


def test_the_product_is_the_name_of_the_user_agent() -> None:
    assert product_token("TownclerkBot/0.1 (+https://townclerk.example/bot)") == "TownclerkBot"


BASE = "https://example.gov/maps/sitemap.xml"


def test_an_xml_sitemap_gives_its_pages_only() -> None:
    text = (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:i="urn:image">'
        "<url><loc> https://example.gov/a </loc><i:image><i:loc>https://example.gov/a.png</i:loc></i:image></url>"
        "<url><loc>../b</loc></url></urlset>"
    )
    assert parse_sitemap(text.encode(), base=BASE).pages == ("https://example.gov/a", "https://example.gov/b")


def test_an_index_names_files() -> None:
    text = b"\n <sitemapindex><sitemap><loc>a.xml</loc></sitemap></sitemapindex>"
    assert parse_sitemap(text, base=BASE).files == ("https://example.gov/maps/a.xml",)


def test_plain_text_and_gzip_are_read() -> None:
    text = b"\xef\xbb\xbfhttps://example.gov/a\n/b\nnot a url\n"
    expected = ("https://example.gov/a", "https://example.gov/b")
    assert parse_sitemap(text, base=BASE).pages == expected
    assert parse_sitemap(gzip.compress(text), base=BASE).pages == expected


def test_broken_xml_gives_what_stands_before_the_break() -> None:
    text = b"<urlset><url><loc>https://example.gov/a</loc></url><url><loc>https://exam"
    assert parse_sitemap(text, base=BASE).pages == ("https://example.gov/a",)


ENTRIES = {
    "raw ampersand": "<url><loc>/p?a=1&b=2</loc></url>",
    "reference without its semicolon": "<url><loc>/p?copy=1&amp;b=2&lt=3</loc></url>",
    "lost end tag": "<url><loc>/p</url>",
    "broken end tag": "<url><loc>/p</loc</url>",
    "a control character": "<url><loc>/p</loc><lastmod>\x01</lastmod></url>",
    "an entity of HTML": "<url><loc>/p</loc><t>&nbsp;</t></url>",
    "a stray tag": "</url><url><loc>/p</loc></url>",
    "CDATA": "<url><loc><![CDATA[/p?a=1&b=2]]></loc></url>",
    "no address": "<url><loc></loc></url><url/><url><loc>http://[bad</loc></url><url><loc>/p</loc></url>",
    "a comment": "<!-- <url><loc>/old</loc></url> --><url><loc>/p</loc></url>",
}


@pytest.mark.parametrize("broken", ENTRIES)
def test_one_broken_entry_costs_that_entry_at_most(broken: str) -> None:
    text = f'<?xml version="1.0"?><urlset>{ENTRIES[broken]}<url><loc>/b</loc></url><url><loc>/c</loc></url></urlset>'
    pages = parse_sitemap(text.encode(), base=BASE).pages
    assert pages[-2:] == ("https://example.gov/b", "https://example.gov/c")
    assert pages[0].startswith("https://example.gov/p")
    assert len(pages) == 3


def test_a_raw_ampersand_parts_parameters() -> None:
    for entry in ("raw ampersand", "CDATA"):
        assert parse_sitemap(ENTRIES[entry].encode(), base=BASE).pages == ("https://example.gov/p?a=1&b=2",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1"])
@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="{}"?>'])
def test_sitemaps_of_any_encoding_are_read(encoding: str, declared: str) -> None:
    named = {"utf-8-sig": "UTF-16"}.get(encoding, encoding.upper())  # one that declares what it is not
    text = f"{declared.format(named)}<urlset><url><loc>/b</loc></url></urlset>"
    assert parse_sitemap(text.encode(encoding), base=BASE).pages == ("https://example.gov/b",)


def test_what_is_no_sitemap_names_nothing() -> None:
    for text in (b"", b"<urlset/>", b"<html><body>Not here</body></html>", b"\x00\xff"):
        assert parse_sitemap(text, base=BASE).pages == ()


def test_entities_and_bombs_do_nothing() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]><urlset><url><loc>https://example.gov/&a;&b;</loc></url></urlset>'
    assert "root:" not in repr(parse_sitemap(laughs, base=BASE))
    assert parse_sitemap(gzip.compress(bytes(100_000_000)), base=BASE).pages == ()
