"""URLs as values: spelling, belonging, traps."""

import pytest

from crawler.fetching.urls import Rules, canonical, not_a_page, site, trap
from townclerk.errors import BadInput


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTP://Example.GOV:80/a b?b=2&a=1&utm_source=x#part", "http://example.gov/a%20b?a=1&b=2"),
        ("https://example.gov:443", "https://example.gov/"),
        ("https://example.gov/%7Eclerk/", "https://example.gov/~clerk/"),
        ("https://example.gov/a;jsessionid=12AB?x=", "https://example.gov/a?x="),
        ("https://example.gov/a?PHPSESSID=1&q=2&fbclid=3", "https://example.gov/a?q=2"),
        ("https://example.gov/a?utm_medium=x&Sessionid=1&id=2&sid=11", "https://example.gov/a?id=2&sid=11"),
        ("https://example.gov/a?sid=0c4f9a7781d2e5b0c4f9&NID=520", "https://example.gov/a?NID=520"),
        ("https://example.gov/A%2Fb/", "https://example.gov/A%2Fb/"),
        ("../c", "https://example.gov/a/c"),
        ("//other.gov/x", "https://other.gov/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("mailto:a@example.gov", None),
        ("javascript:alert(1)", None),
        ("http://example.gov:99999/", None),
        ("http://", None),
        ("http://[broken/", None),
    ],
)
def test_one_spelling(given: str, expected: str | None) -> None:
    assert canonical(given, base="https://example.gov/a/b/") == expected


def test_canonical_is_a_fixed_point() -> None:
    for url in ("http://h/a%20b?x=%C3%A9&y=a+b", "http://h/%E2%82%AC", "http://h/a%3Fb", "http://h/?q=a%26b"):
        once = canonical(url)
        assert once is not None
        assert canonical(once) == once


def test_www_and_scheme_do_not_part_a_site_but_ports_and_names_do() -> None:
    assert site("http://www.example.gov/a") == site("https://example.gov/b")
    rules = Rules("http://127.0.0.1:8101/")
    assert rules.same_site("http://127.0.0.1:8101/x")
    assert not rules.same_site("http://127.0.0.1:8102/x")
    assert not Rules("https://example.gov/").same_site("https://example.gov.evil.test/")
    assert not Rules("https://example.gov/").same_site("https://sub.example.gov/")


def test_a_wrong_pattern_is_named() -> None:
    with pytest.raises(BadInput, match=r"exclude pattern.*\(\["):
        Rules("https://example.gov/", exclude="([")


def test_a_pattern_that_takes_for_ever_is_refused() -> None:
    rules = Rules("https://oakton.example/", exclude="(?:a|b|ab)+/$")
    assert rules.why_not("https://oakton.example/abba/") == "left out by the exclude pattern"
    with pytest.raises(BadInput, match=r"takes longer than .*repetition"):
        rules.why_not("https://oakton.example/" + "ab" * 60 + "-")


def test_the_start_page_is_crawled_whatever_the_patterns_say() -> None:
    rules = Rules("https://example.gov/start", include="/news/", exclude="start")
    assert rules.why_not("https://example.gov/start") == ""
    assert rules.why_not("https://example.gov/other") == "not in the include pattern"


def test_files_are_told_from_pages_by_their_ending() -> None:
    assert not_a_page("https://example.gov/logo.PNG?v=2")
    assert not_a_page("https://example.gov/form.doc")
    assert not not_a_page("https://example.gov/form.pdf")
    assert not not_a_page("https://example.gov/FAQ.aspx?QID=3")


@pytest.mark.parametrize(
    "url",
    [
        "https://h/a/a/a/",
        "https://h/x/a/b/a/b/a/b/c",
        "https://h" + "/s" * 17,
        "https://h/?" + "&".join(f"p{n}=1" for n in range(11)),
    ],
)
def test_traps_are_seen(url: str) -> None:
    assert trap(url).startswith("trap")


def test_dates_and_years_in_a_path_are_no_trap() -> None:
    assert not trap("https://h/2020/20/20/")
    assert not trap("https://h/en/news/2024/05/05/a-b-a-b")


def test_a_sitemap_url_of_another_host_is_moved_onto_this_one() -> None:
    rules = Rules("http://127.0.0.1:8101/Help/")
    assert rules.onto_site("https://www.example.gov/a?b=1") == "http://127.0.0.1:8101/a?b=1"
    assert rules.onto_site("http://127.0.0.1:8101/a") == "http://127.0.0.1:8101/a"
