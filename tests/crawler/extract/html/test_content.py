"""What is read of a page, and what around it is not."""

import pytest

from tests.crawler.extract.reading import body, of_kind, said

PROSE = "<p>The permit office opens at nine on every working day and closes at four in the afternoon.</p>"
LONG = "<p>" + "Leaf bags are collected on the second Monday of the month from every street of the city. " * 5 + "</p>"


def test_content_of_an_aspnet_page_inside_its_form_is_kept() -> None:
    page = body(
        f'<form id="aspnetForm" method="post"><div id="nav" class="nav"><a href="/a">Home</a></div>{PROSE}</form>'
    )
    assert "permit office opens at nine" in said(page)
    assert "Home" not in said(page)


def test_heading_in_a_header_inside_main_is_kept() -> None:
    page = body(
        f"<header><p>City of Alder</p></header><main><article><header><h2>Permit office</h2></header>{PROSE}</article></main>"
    )
    assert page.blocks[0].heading == ("Permit office",)
    assert "City of Alder" not in said(page)


def test_content_that_a_site_wraps_in_its_header_is_not_lost() -> None:
    page = body(f"<header class=header>{LONG}</header><p>Short note.</p>")
    assert "Leaf bags are collected" in said(page)


def test_an_almost_empty_main_is_passed_over() -> None:
    page = body(f"<main>News</main><div>{LONG}</div>")
    assert "Leaf bags are collected" in said(page)


def test_introduction_above_main_with_the_h1_is_kept() -> None:
    page = body(f"<div class=hero><h1>Leaf bags</h1>{PROSE}</div><main>{LONG}</main>")
    assert said(page).index("permit office opens") < said(page).index("Leaf bags are collected")


@pytest.mark.parametrize(
    "around",
    [
        "<nav><ul><li><a href=/x>AROUND one</a></li></ul></nav>",
        "<div role=navigation><a href=/x>AROUND</a></div>",
        "<ul class='menu main-menu'><li><a href=/x>AROUND</a><li><a href=/y>AROUND too</a></ul>",
        "<ol class=breadcrumb><li><a href=/>AROUND</a><li>Permits</ol>",
        "<p>You are here: Home &gt; AROUND</p>",
        "<footer><p>AROUND: 1 Main Street. All rights reserved.</p></footer>",
        "<div id=footer><p>AROUND: 1 Main Street.</p></div>",
        "<div class=cookie-banner>AROUND cookies <button>Accept</button></div>",
        "<div class=x9><p>We use cookies to make AROUND better.</p><button>Accept all</button></div>",
        "<div id=onetrust-consent-sdk><p>AROUND</p></div>",
        "<a href='#content'>Skip to AROUND</a>",
        "<a href='#top'>Back to top AROUND</a>",
        "<div class=social-share><a href=/t>AROUND</a></div>",
        "<ul><li><a href=/f>Facebook</a><li><a href=/t>Twitter</a></ul>",
        "<form role=search><label for=q>AROUND</label><input id=q type=search><button>Search</button></form>",
        "<div class=search-form><span>AROUND this site</span></div>",
        "<aside><ul><li><a href=/x>AROUND</a><li><a href=/y>AROUND</a></ul></aside>",
        "<section id=comments><h2>Comments</h2><p>AROUND says a visitor.</p></section>",
        "<div data-swiftype-index=false><p>AROUND</p></div>",
        "<p>Prev 1 2 3 4 5 Next</p>",
        "<ul class=sideMenu><li><a href=/x>AROUND</a><li><a href=/y>AROUND us</a></ul>",
        "<div id=left_navigation><a href=/x>AROUND</a> <a href=/y>AROUND us</a></div>",
        "<div class='col sectionnav'><ul><li><a href=/x>AROUND</a></ul></div>",
        "<p><a href=/>Home</a> | <a href=/b>AROUND</a> | <a href=/c>Boards</a></p>",
        "<div><a href=/>Alder Home</a> &gt; <a href=/b>AROUND</a> &gt; Permits</div>",
        "<p><a href=/>Clerk home page</a> » <a href=/b>AROUND</a> » <a href=/c>Fees</a></p>",
        "<div><h3>AROUND by year</h3><table><tr><th>Years<tr><td><a href='board?year=2026'>2026</a><tr><td><a href='board?year=2025'>2025</a></table></div>",
        "<section><h4>AROUND</h4><ul><li><a href='?y=2026'>2026</a><li><a href='?y=2025'>2025</a></ul></section>",
        "<div><h2>AROUND: add to</h2><ul><li><a href=/o>Outlook</a><li><a href=/i>iCal</a></ul></div>",
        "<div class=foot><h3>AROUND</h3><ul><li><a href=/f>Facebook</a><li><a href=/e>Email</a></ul></div>",
        "<p>*****************</p>",
        "<noscript>AROUND needs JavaScript</noscript><template><p>AROUND</p></template>",
        "<select><option>AROUND</option></select><button>AROUND</button>",
    ],
)
@pytest.mark.parametrize("frame", ["<main>{}</main>", "{}"])
def test_what_surrounds_the_content_is_not_read(around: str, frame: str) -> None:
    words = said(body(frame.format(around + LONG + PROSE)))
    assert "permit office opens at nine" in words
    for gone in ("AROUND", "Facebook", "Next", "You are here", "***"):
        assert gone not in words


@pytest.mark.parametrize(
    "content",
    [
        '<div class="navigator-program">KEPT text of the navigator program for new residents.</div>',
        '<section id="footers-and-foundations"><p>KEPT rules for footers and foundations of houses.</p></section>',
        '<section class="cookies"><p>KEPT: the bake sale sells cookies on Friday.</p></section>',
        "<aside><p>KEPT: office hours are nine to four, or call 555-0100.</p></aside>",
        '<ul><li><a href="/a.pdf">KEPT application form</a></li><li><a href="/b.pdf">Fee list</a></li></ul>',
        '<div><h3>KEPT budgets</h3><ul><li><a href="/b/2026.pdf">2026</a></li><li><a href="/b/2025.pdf">2025</a></li></ul></div>',
        '<p><a href="/a.pdf">KEPT agenda</a> | <a href="/m.pdf">Minutes</a> | <a href="/v">Video</a></p>',
        "<p>Home | KEPT hours 9 to 4 | Room 12</p>",
        '<div class="menu-of-services"><p>KEPT: the library lends fishing rods and telescopes.</p></div>',
    ],
)
def test_names_that_only_contain_a_mark_stay(content: str) -> None:
    assert "KEPT" in said(body(f"<main>{LONG}{content}</main>"))


def test_no_rule_takes_more_than_half_of_the_prose() -> None:
    page = body(f"<main><div class=footer>{LONG}</div>{PROSE}</main>")
    assert "Leaf bags are collected" in said(page)


def test_heading_paths_follow_the_levels() -> None:
    page = body(
        "<main><h1>Page</h1><h2>Trash</h2><p>One.</p><h3>Bags</h3><p>Two.</p><h2>Water</h2><p>Three.</p><div><strong>Leaks</strong></div><p>Four.</p></main>"
    )
    assert [(b.heading, b.text) for b in page.blocks] == [
        (("Trash",), "One."),
        (("Trash", "Bags"), "Two."),
        (("Water",), "Three."),
        (("Water", "Leaks"), "Four."),
    ]


@pytest.mark.parametrize(
    "box",
    [
        "<div class=note><p><b>Pay by check</b></p><p>Make it out to the city.</p></div>",
        "<section-note><strong>Pay by check</strong><p>Make it out to the city.</p></section-note>",
        "<form><p><strong>Pay by check</strong></p><ul><li>Make it out to the city.</li></ul></form>",
    ],
)
def test_a_line_in_bold_heads_nothing_outside_its_box(box: str) -> None:
    page = body(f"<main><h2>Permits</h2><div>{PROSE}{box}</div><p>Posted May 3.</p></main>")
    assert [(block.heading, block.text) for block in page.blocks[1:]] == [
        (("Permits", "Pay by check"), "Make it out to the city."),
        (("Permits",), "Posted May 3."),
    ]


def test_a_heading_with_nothing_under_it_is_still_read() -> None:
    page = body("<main><h2>City Hall is closed on Friday</h2><h2>Open again on Monday</h2><p>From nine.</p></main>")
    assert page.blocks[0].text == "City Hall is closed on Friday"


def test_inline_marks_do_not_break_words_and_blocks_do() -> None:
    page = body(
        "<main><div>Per<b>mit</b>s cost <a href=/f>$40</a>.<div>Pay at the desk.</div>Or<br>online.</div></main>"
    )
    assert [b.text for b in page.blocks] == ["Permits cost $40.", "Pay at the desk.", "Or\nonline."]


def test_a_list_keeps_its_lead_in_and_nested_items() -> None:
    page = body(
        "<main><p>Bring with you:</p><ul><li>Proof of address<ul><li>a lease</li><li>a bill</li></ul></li><li>Photo ID</li></ul></main>"
    )
    (block,) = page.blocks
    assert block.kind == "list"
    assert block.text.split("\n") == ["Bring with you:", "Proof of address", "a lease", "a bill", "Photo ID"]


def test_definition_list_reads_term_and_definition_together() -> None:
    page = body("<main><dl><dt>Phone</dt><dd>555-0100</dd><dt>Hours</dt><dd>9 to 4</dd></dl></main>")
    assert page.blocks[0].text == "Phone: 555-0100\nHours: 9 to 4"


def test_anchor_is_the_nearest_id() -> None:
    page = body(
        '<main><section id="fees"><h2>Fees</h2><p>Forty.</p></section><h2 id="hours">Hours</h2><p>Nine.</p><a name="pay"></a><h2>Pay</h2><p>Cash.</p></main>'
    )
    assert [b.anchor for b in page.blocks] == ["fees", "hours", "pay"]


def test_text_below_the_depth_followed_is_kept() -> None:
    page = body(
        "<main>"
        + "<div>a<span>" * 400
        + "the innermost words of the page"
        + "</span></div>" * 400
        + "<p>After.</p></main>"
    )
    assert "the innermost words of the page" in said(page)
    assert page.blocks[-1].text == "After."


def test_a_page_without_text_says_so() -> None:
    page = body("<main><img src=/a.png></main>")
    assert page.blocks == ()
    assert page.problem == "no text to read on the page"


def test_kinds_are_told_apart() -> None:
    page = body(f"<main>{PROSE}<ul><li>One<li>Two</ul><table><tr><th>Bag<th>Fee<tr><td>Small<td>$1</table></main>")
    assert len(of_kind(page, "table")) == 1
    assert of_kind(page, "table")[0].text == "Bag, Fee\nSmall: $1"


def test_elements_that_style_sheets_part_are_not_run_together() -> None:
    page = body(
        "<main><p><span class=month>March</span><span class=day>19</span></p><p><a href=/a>Agenda</a><a href=/m>Minutes</a></p>"
        "<p><span lang=EN>Depart</span><span lang=EN>ment</span></p></main>"
    )
    assert [b.text for b in page.blocks] == ["March 19", "Agenda Minutes", "Department"]


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        ("<span class=day>4</span><a href=/e>Tree lighting</a>", "4 Tree lighting"),
        ("Child<span class=price>$3</span>", "Child $3"),
        ("<b>Fee:</b> $40<b>Term:</b> a year", "Fee: $40 Term: a year"),
        ("Monday<time>9 to 4</time>", "Monday 9 to 4"),
        (
            "<span itemprop=streetAddress>12 Mill Lane</span><span itemprop=addressLocality>Alder</span>",
            "12 Mill Lane Alder",
        ),
        ("<span itemprop=priceCurrency>$</span><span itemprop=price>5</span>", "$5"),
        ("<span>$1</span><span>,250</span>", "$1,250"),
        ("Depart<span>ment</span> of H<b>2</b>O", "Department of H2O"),
        ("the 4<span class=o>th</span>, mp<b>3</b>, page<span>2</span>", "the 4th, mp3, page2"),
    ],
)
def test_numbers_and_words_of_two_elements_stay_apart(markup: str, read: str) -> None:
    assert [block.text for block in body(f"<main><p>{markup}</p></main>").blocks] == [read]


def test_a_card_keeps_its_date_and_ends_its_heading() -> None:
    page = body(
        "<main><h2>Events</h2><div class=card><p>May 3</p><h3>Plant sale</h3><p>In the park.</p></div>"
        "<div class=card><p>May 9</p><h3>Book fair</h3><p>In the library.</p></div><p>Call 555-0100.</p></main>"
    )
    assert [(b.heading[-1], b.text) for b in page.blocks] == [
        ("Plant sale", "May 3"),
        ("Plant sale", "In the park."),
        ("Book fair", "May 9"),
        ("Book fair", "In the library."),
        ("Events", "Call 555-0100."),
    ]


def test_a_link_back_heads_nothing_however_short_the_page() -> None:
    page = body("<div><h3><a href=../>Return to\n Department Homepage</a></h3><p>The flyer is here.</p></div>")
    assert [(block.heading, block.text) for block in page.blocks] == [((), "The flyer is here.")]
