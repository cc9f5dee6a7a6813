"""Whole runs over a loopback site: what is found, what is left out, and why."""

import gzip
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from crawler.extract.pool import ParsePool
from crawler.extracted import EXTRACTOR
from crawler.tables import pages
from tests.crawler.conftest import World, town
from tests.crawler.extract.files.test_office import paragraph, word, workbook
from tests.crawler.extract.pdf.test_extractor import made
from tests.crawler.site import Site, body, bomb, drip, first, hang_up, html, page, redirect, status, words
from townclerk import clock
from townclerk.database import writing


async def test_pages_are_found_stored_and_counted(world: World) -> None:
    town(world, "fees", "hours")
    report = await world.crawl(world.add())
    assert report.run.status == "succeeded"
    assert report.run.counts.as_dict() == {
        "found": 3,
        "added": 3,
        "changed": 0,
        "unchanged": 0,
        "gone": 0,
        "failed": 0,
        "skipped": 0,
    }
    stored = world.pages()["/fees"].page
    assert stored.title == "Fees"
    assert words("fees") in "\n".join(block.text for block in stored.blocks)
    assert stored.jurisdiction == "testville"


async def test_an_unchanged_page_is_not_read_again_and_keeps_its_revision(world: World) -> None:
    town(world, "fees", "hours")
    source = world.add()
    await world.crawl(source)
    before = world.pages()
    world.site.seen.clear()
    report = await world.crawl(source)
    after = world.pages()
    assert report.run.counts.unchanged == 3
    assert all("If-None-Match" in headers for path, headers in world.site.seen if path in after)
    assert {p: s.revision for p, s in after.items()} == {p: s.revision for p, s in before.items()}
    assert all(after[p].page.checked_at > before[p].page.checked_at for p in after)


@pytest.mark.parametrize("etags", [True, False])
async def test_a_second_crawl_of_an_unchanged_site_parses_nothing(world: World, etags: bool) -> None:
    world.site.etags = etags
    town(world, "fees", "copy")
    world.site.pages["/"] = html(
        "Town of Testville", words("town"), *world.site.pages, "/noindex", "/lost", "/old", "/go"
    )
    world.site.pages |= {
        "/copy": world.site.pages["/fees"],
        "/noindex": html("List", words("list"), "/listed", head='<meta name="robots" content="noindex">'),
        "/listed": html("Listed", words("listed")),
        "/lost": html("Page not found", "This page does not exist."),
        "/go": html("Moved", "This page has moved.", head='<meta http-equiv="refresh" content="0;url=/fees">'),
    }
    world.site.answers["/old"] = redirect("/fees")
    source = world.add()
    before = world.outcomes(await world.crawl(source))
    stored = world.pages()
    world.parsers = ParsePool()
    await world.parsers.close()  # whatever is parsed from now on fails
    report = await world.crawl(source)
    assert report.run.status == "succeeded"
    assert {
        path: reason
        for path, (_, reason) in world.outcomes(report).items()
        if path in before and before[path][0] == "skipped"
    } == {path: reason for path, (kind, reason) in before.items() if kind == "skipped"}
    assert report.run.counts.failed == sum(kind == "failed" for kind, _ in before.values())
    assert report.run.counts.unchanged == sum(kind == "added" for kind, _ in before.values())
    assert {path: page.revision for path, page in world.pages().items()} == {p: s.revision for p, s in stored.items()}


async def test_a_site_without_validators_is_compared_by_its_bytes(world: World) -> None:
    world.site.etags = False
    town(world, "fees")
    source = world.add()
    await world.crawl(source)
    assert (await world.crawl(source)).run.counts.unchanged == 2


async def test_a_page_read_by_older_rules_is_read_again(world: World) -> None:
    town(world, "fees")
    source = world.add()
    await world.crawl(source)
    revisions = {path: stored.revision for path, stored in world.pages().items()}
    with writing(world.engine) as connection:
        spoilt = {"blocks": [], "content_hash": "of a text that was read wrongly"}
        connection.execute(update(pages).where(pages.c.url.endswith("/fees")).values(spoilt))
    assert (await world.crawl(source)).run.counts.unchanged == 2
    with writing(world.engine) as connection:
        connection.execute(update(pages).values(extractor=EXTRACTOR - 1))
    world.site.seen.clear()
    report = await world.crawl(source)
    assert not any("If-None-Match" in headers for path, headers in world.site.seen)
    assert (report.run.counts.changed, report.run.counts.unchanged) == (1, 1)
    after = world.pages()
    assert words("fees") in after["/fees"].page.blocks[0].text
    assert after["/fees"].revision > revisions["/fees"]
    assert after["/"].revision == revisions["/"]
    assert (await world.crawl(source)).run.counts.unchanged == 2


async def test_a_changed_page_gets_a_new_revision(world: World) -> None:
    town(world, "fees", "hours")
    source = world.add()
    await world.crawl(source)
    before = world.pages()
    world.site.pages["/fees"] = html("Fees", words("licence"))
    report = await world.crawl(source)
    after = world.pages()
    assert (report.run.counts.changed, report.run.counts.unchanged) == (1, 2)
    assert after["/fees"].revision > max(s.revision for s in before.values())
    assert words("licence") in after["/fees"].page.blocks[0].text


async def test_markup_that_changes_around_the_text_is_no_change(world: World) -> None:
    town(world, "fees")
    source = world.add()
    await world.crawl(source)
    revision = world.pages()["/fees"].revision
    world.site.pages["/fees"] = html("Fees", words("fees"), head="<!-- built at 12:01 -->")
    assert (await world.crawl(source)).run.counts.unchanged == 2
    assert world.pages()["/fees"].revision == revision


async def test_depth_counts_links_from_the_start_page(world: World) -> None:
    world.site.pages = {
        "/": html("Town of Testville", words("home"), "/a"),
        "/a": html("A", words("a"), "/b"),
        "/b": html("B", words("b"), "/c"),
        "/c": html("C", words("c")),
    }
    report = await world.crawl(world.add(depth=2))
    assert world.live() == {"/", "/a", "/b"}
    assert world.outcomes(report)["/c"] == ("skipped", "deeper than 2 links")


async def test_the_page_limit_counts_pages_not_requests(world: World) -> None:
    names = [f"topic{n}" for n in range(20)]
    town(world, *names)
    world.site.pages["/"] = html("Town of Testville", words("home"), "/broken1", "/broken2", *(f"/{n}" for n in names))
    report = await world.crawl(world.add(max_pages=10))
    assert len(world.live()) == 10
    assert "page limit of 10" in report.run.reason


async def test_include_and_exclude_choose_and_exclude_wins(world: World) -> None:
    town(world, "news/a", "news/b", "news/private", "parks")
    report = await world.crawl(world.add(include="/news/", exclude="private"))
    assert world.live() == {"/", "/news/a", "/news/b"}
    outcomes = world.outcomes(report)
    assert outcomes["/parks"] == ("skipped", "not in the include pattern")
    assert outcomes["/news/private"] == ("skipped", "left out by the exclude pattern")


async def test_other_hosts_and_files_are_not_fetched(world: World) -> None:
    world.site.pages["/"] = html(
        "Town of Testville", words("home"), "http://other.example/", "/logo.png", "mailto:a@b.example"
    )
    report = await world.crawl(world.add())
    assert world.outcomes(report)["/logo.png"] == ("skipped", "not a page (.png)")
    assert report.run.counts.found == 2
    assert world.site.requested("/logo.png") == 0


async def test_robots_txt_is_obeyed(world: World) -> None:
    town(world, "fees", "secret")
    world.site.answers["/robots.txt"] = body(b"User-agent: TownclerkBot\nDisallow: /secret\n", "text/plain")
    report = await world.crawl(world.add())
    assert world.site.requested("/secret") == 0
    assert world.outcomes(report)["/secret"] == ("skipped", "robots.txt disallows it")


async def test_robots_txt_of_another_authority_is_followed(world: World) -> None:
    town(world, "fees", "secret")
    async with Site() as other:
        other.answers["/robots.txt"] = body(b"User-agent: *\nDisallow: /secret\n", "text/plain")
        world.settings = world.settings.model_copy(update={"crawl_private_hosts": f"127.0.0.1:{other.port}"})
        world.site.answers["/robots.txt"] = redirect(f"{other.url}robots.txt")
        report = await world.crawl(world.add())
    assert world.outcomes(report)["/secret"] == ("skipped", "robots.txt disallows it")
    assert world.live() == {"/", "/fees"}


async def test_robots_txt_of_any_length_is_read_as_far_as_its_limit(world: World) -> None:
    town(world, "fees", "secret", "late")
    long = b"User-agent: *\nDisallow: /secret\n" + b"# filler\n" * 70_000 + b"Disallow: /late\n"
    world.site.answers["/robots.txt"] = body(long, "text/plain")
    await world.crawl(world.add())
    assert world.live() == {"/", "/fees", "/late"}


async def test_a_page_goes_on_the_day_that_it_names(world: World) -> None:
    town(world, "fair", "fees", "hours", "parks")
    world.site.answers["/fair"] = page(html("Fair", words("fair")), X_Robots_Tag="unavailable_after: 2030-06-02")
    source = world.add()
    with clock.stopped(datetime(2030, 6, 1, tzinfo=UTC)):
        await world.crawl(source)
    assert "/fair" in world.live()
    with clock.stopped(datetime(2030, 6, 3, tzinfo=UTC)):
        report = await world.crawl(source)
    assert world.outcomes(report)["/fair"] == ("gone", "noindex (X-Robots-Tag)")
    assert "/fair" not in world.live()


async def test_a_host_that_asks_for_hours_of_peace_is_left_alone(world: World) -> None:
    town(world, "fees", *(f"topic{n}" for n in range(8)))
    source = world.add()
    await world.crawl(source)
    world.site.answers |= {path: status(429, Retry_After="7200") for path in world.site.pages if path != "/"}
    world.site.seen.clear()
    report = await world.crawl(source)
    assert report.run.status == "held"
    assert "left alone for 7200 s" in report.run.reason
    assert len(world.site.seen) <= 3 + world.settings.crawl_connections


async def test_many_sitemap_files_are_read_in_their_order(world: World) -> None:
    town(world)
    names = [f"/topic{n}" for n in range(70)]
    files = "".join(f"<sitemap><loc>/maps{name}.xml</loc></sitemap>" for name in names)
    world.site.answers["/sitemap.xml"] = body(f"<sitemapindex>{files}</sitemapindex>".encode(), "application/xml")
    for name in names:
        world.site.pages[name] = html(name, words(name.strip("/")))
        one = f"<urlset><url><loc>{name}</loc></url></urlset>"
        world.site.answers[f"/maps{name}.xml"] = body(one.encode(), "application/xml")
    await world.crawl(world.add())
    assert world.live() == {"/", *names}
    assert [path for path, _ in world.site.seen if path.startswith("/maps")] == [f"/maps{name}.xml" for name in names]


async def test_robots_txt_that_cannot_be_read_forbids_all_and_removes_nothing(world: World) -> None:
    town(world, "fees")
    source = world.add()
    await world.crawl(source)
    world.site.answers["/robots.txt"] = status(500)
    world.site.seen.clear()
    report = await world.crawl(source)
    assert report.run.status == "held"
    assert "robots.txt" in report.run.reason
    assert {path for path, _ in world.site.seen} == {"/robots.txt"}
    assert world.live() == {"/", "/fees"}


async def test_noindex_and_nofollow_of_page_and_header(world: World) -> None:
    town(world, "hidden", "closed", "header", "open")
    world.site.pages["/hidden"] = html(
        "Hidden", words("hidden"), "/behind", head='<meta name="robots" content="noindex">'
    )
    world.site.pages["/closed"] = html(
        "Closed", words("closed"), "/unfollowed", head='<meta name="robots" content="nofollow">'
    )
    world.site.answers["/header"] = page(html("Header", words("header")), X_Robots_Tag="noindex")
    world.site.answers["/open"] = page(html("Open", words("open")), X_Robots_Tag="otherbot: noindex")
    world.site.pages["/behind"] = html("Behind", words("behind"))
    world.site.pages["/unfollowed"] = html("Unfollowed", words("unfollowed"))
    report = await world.crawl(world.add())
    assert world.live() == {"/", "/closed", "/open", "/behind"}
    assert world.outcomes(report)["/hidden"] == ("skipped", "noindex")


async def test_sitemaps_add_pages_that_nothing_links_to(world: World) -> None:
    town(world, "fees")
    world.site.pages["/orphan"] = html("Orphan", words("orphan"))
    world.site.pages["/deep"] = html("Deep", words("deep"))
    index = "<sitemapindex><sitemap><loc>/maps/pages.xml.gz</loc></sitemap></sitemapindex>"
    pages = "<urlset><url><loc>https://production.example/orphan</loc></url><url><loc>/deep</loc></url><url><loc>https://production.example/nowhere</loc></url></urlset>"
    world.site.answers["/robots.txt"] = body(b"Sitemap: maps/index.xml\n", "text/plain")
    world.site.answers["/maps/index.xml"] = body(index.encode(), "application/xml")
    world.site.answers["/maps/pages.xml.gz"] = body(gzip.compress(pages.encode()), "application/gzip")
    report = await world.crawl(world.add())
    assert world.live() == {"/", "/fees", "/orphan", "/deep"}
    assert world.outcomes(report)["/nowhere"][0] == "skipped"
    assert report.run.counts.failed == 0


async def test_redirects_and_copies_count_with_the_page_but_answer_once(world: World) -> None:
    town(world, "fees")
    world.site.pages["/"] = html("Town of Testville", words("home"), "/old", "/index.html", "/fees", "/hop")
    world.site.pages["/index.html"] = world.site.pages["/"]
    world.site.answers["/old"] = redirect("/fees")
    world.site.pages["/hop"] = (
        "<html><head><title>x</title></head><body><script>window.location='/fees'</script></body></html>"
    )
    report = await world.crawl(world.add())
    outcomes = world.outcomes(report)
    assert world.live() == {"/", "/fees"}
    assert outcomes["/old"] == ("added", f"redirects to {world.site.url}fees")
    assert outcomes["/hop"] == outcomes["/old"]
    assert outcomes["/index.html"] == ("added", f"same text as {world.site.url}")


async def test_a_copy_takes_over_when_its_original_goes(world: World) -> None:
    town(world, "one", "fees", "hours", "parks", "roads", "water", "trash")
    world.site.pages["/"] = html("Town of Testville", words("home"), *world.site.pages, "/two")
    world.site.pages["/two"] = world.site.pages["/one"]
    source = world.add()
    await world.crawl(source)
    first_one = "/one" if "/one" in world.live() else "/two"
    other = {"/one": "/two", "/two": "/one"}[first_one]
    assert other not in world.live()
    world.site.answers[first_one] = status(404)
    await world.crawl(source)
    await world.crawl(source)
    assert other in world.live()
    assert first_one not in world.live()


async def test_a_canonical_address_is_honoured_when_it_holds_the_same_text(world: World) -> None:
    link = f'<link rel="canonical" href="{world.site.url}fees">'
    town(world, "fees", "parks")
    world.site.pages["/"] = html("Town of Testville", words("home"), "/fees?print=1", "/parks", head=link)
    world.site.pages["/fees?print=1"] = html("Fees, printed", words("fees"), head=link)
    await world.crawl(world.add())
    assert world.live() == {"/", "/fees", "/parks"}


async def test_faults_of_a_page_cost_that_page_only(world: World) -> None:
    good = [f"good{n}" for n in range(20)]
    town(world, *good, "bomb", "drip", "reset", "empty", "huge", "waf", "login", "denied", "loop", "pdf", "busy")
    faults = {
        "/bomb": bomb(60),
        "/drip": drip(0.05),
        "/reset": hang_up(),
        "/empty": page(""),
        "/huge": page("x" * 5_100_000),
        "/waf": page(html("Please wait", words("wait")), x_amzn_waf_action="challenge"),
        "/login": redirect("/account/login?next=/login"),
        "/denied": page(html("Access Denied", "Reference 18.2f3.99")),
        "/loop": redirect("/loop"),
        "/pdf": body(b"%PDF-1.7 nonsense", "application/pdf"),
        "/busy": first(status(503, Retry_After="0"), page(html("Busy", words("busy")))),
    }
    world.site.answers.update(faults)
    report = await world.crawl(world.add())
    assert world.live() == {"/", "/busy", *(f"/{name}" for name in good)}
    outcomes = world.outcomes(report)
    reasons = {path: reason for path, (kind, reason) in outcomes.items() if kind == "failed"}
    assert set(reasons) == set(faults) - {"/busy"}
    assert "100 times its size" in reasons["/bomb"] or "over 5000000 bytes" in reasons["/bomb"]
    assert "no whole answer within" in reasons["/drip"]
    assert "firewall" in reasons["/waf"]
    assert "log-in" in reasons["/login"]
    assert report.run.status == "succeeded"


async def test_a_pdf_is_known_by_its_first_bytes_or_its_name(world: World) -> None:
    town(world, "View/12", "budget.pdf?v=2", "tool", "photo")
    pdf = made(title="Fee schedule")
    world.site.answers |= {
        "/View/12": body(pdf, "application/octet-stream"),
        "/budget.pdf?v=2": body(pdf + b"\n", "binary/octet-stream"),
        "/tool": body(b"MZ" + bytes(400), "application/octet-stream"),
        "/photo": body(b"%PDF-", "image/jpeg"),
    }
    report = await world.crawl(world.add())
    assert world.pages()["/View/12"].page.title == world.pages()["/budget.pdf?v=2"].page.title == "Fee schedule"
    outcomes = world.outcomes(report)
    assert outcomes["/tool"] == ("skipped", "not a page (application/octet-stream)")
    assert outcomes["/photo"] == ("skipped", "not a page (image/jpeg)")


async def test_office_csv_and_text_files_are_pages(world: World) -> None:
    town(world, "rules.docx", "View/7", "dogs.csv", "compost.txt", "old.doc")
    world.site.answers |= {
        "/rules.docx": body(word(paragraph("A shelter costs $45 a day."), title="Park rules"), "application/zip"),
        "/View/7": body(workbook(), "application/octet-stream"),
        "/dogs.csv": body(b"Animal,Fee\nDog,$15\nCat,$9\n", "text/csv"),
        "/compost.txt": body(b"COMPOST\n\nCompost is free on weekdays.\n", "text/plain"),
    }
    report = await world.crawl(world.add())
    pages = world.pages()
    read = {path: pages[path].page.blocks[-1].text for path in ("/rules.docx", "/dogs.csv", "/compost.txt")}
    assert read == {
        "/rules.docx": "A shelter costs $45 a day.",
        "/dogs.csv": "Animal, Fee\nDog: $15\nCat: $9",
        "/compost.txt": "Compost is free on weekdays.",
    }
    assert pages["/View/7"].page.blocks[-1].heading == ("Hours",)
    assert world.outcomes(report)["/old.doc"] == ("skipped", "not a page (.doc)")


async def test_copies_of_the_same_bytes_are_one_page(world: World) -> None:
    """Links are followed from where they stand: a copy in another folder leads elsewhere by its relative link."""
    copies = [f"fees?year={year}" for year in range(20)]
    town(world, *copies, "b/fees")
    same = html("Fees", words("fees")) + "<a href=more>more</a>"
    world.site.pages |= {f"/{copy}": same for copy in [*copies, "b/fees"]}
    world.site.pages |= {"/more": html("More", words("more")), "/b/more": html("Others", words("others"))}
    await world.crawl(world.add())
    fees = world.live() & {f"/{copy}" for copy in [*copies, "b/fees"]}
    assert len(fees) == 1
    assert world.live() == {"/", "/more", "/b/more"} | fees


async def test_a_link_to_a_private_address_is_not_followed_by_redirect(world: World) -> None:
    town(world, "out")
    world.site.answers["/out"] = redirect("http://169.254.169.254/latest/meta-data/")
    report = await world.crawl(world.add())
    assert world.outcomes(report)["/out"][1].startswith("redirects to another site")


async def test_an_error_sent_as_a_page_is_never_stored_and_replaces_only_when_found_twice(world: World) -> None:
    town(world, "fees", "hours", "parks", "roads", "water")
    excuse = html("Page Not Found - Town of Testville", "We are sorry, this page is not here.")
    world.site.pages["/"] = html("Town of Testville", words("town"), "/lost", *world.site.pages)
    world.site.pages["/lost"] = excuse
    source = world.add()
    report = await world.crawl(source)
    assert "/lost" not in world.pages()
    assert world.outcomes(report)["/lost"][0] == "failed"
    world.site.pages["/fees"] = excuse
    await world.crawl(source)
    assert words("fees") in world.pages()["/fees"].page.blocks[0].text
    assert "/fees" in world.live()
    await world.crawl(source)
    assert "/fees" not in world.live()
    assert words("fees") in world.pages()["/fees"].page.blocks[0].text
