"""The address behind a link is kept where the words alone do not tell it, and coded addresses are decoded."""

import pytest

from tests.crawler.extract.reading import body, faqs


def coded(address: str, key: int = 0x5B) -> str:
    """As Cloudflare codes it: the key, then each byte XORed with it, in hexadecimal."""
    return bytes([key, *(byte ^ key for byte in address.encode())]).hex()


CODED = coded("clerk@alder.example")


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        ("<a href='mailto:clerk@alder.example'>Email the clerk</a>.", "Email the clerk (clerk@alder.example)."),
        ("<a href='MAILTO:clerk@alder.example?subject=Hi%20there'>Email us</a>.", "Email us (clerk@alder.example)."),
        ("<a href='mailto:a@alder.example,b@alder.example'>Write</a>.", "Write (a@alder.example, b@alder.example)."),
        ("<a href='mailto:clerk%40alder.example'>clerk@alder.example</a>", "clerk@alder.example"),
        ("<a href='tel:+15555550143'>Call us</a> now.", "Call us (+1 555-555-0143) now."),
        ("<a href='tel:555-0143'>Call us</a> now.", "Call us (555-0143) now."),
        ("<a href='tel:555.555.0143,2'>Call us</a> now.", "Call us (555-555-0143, extension 2) now."),
        ("<a href='sms:5555550143'>Text us</a> now.", "Text us (555-555-0143) now."),
        ("Dial <a href='tel:+1-555-555-0143'>(555) 555-0143</a>.", "Dial (555) 555-0143."),
        ("<a href='tel:5555550143'>555-555-0143 ext. 4</a>", "555-555-0143 ext. 4"),
        (
            "Pay <a href='https://pay.example/fines?id=7&amp;x=1'>online here</a>.",
            "Pay online here (https://pay.example/fines?id=7&x=1).",
        ),
        ("<a href='https://pay.example/'>Pay here</a>", "Pay here (https://pay.example/)"),
        (
            "Forms: <a href='/docs/records.pdf#page=2'>request form</a>.",
            "Forms: request form (https://www.alder.example/docs/records.pdf).",
        ),
        (
            "Use the <a href='portal'>online portal</a> first.",
            "Use the online portal (https://www.alder.example/services/portal) first.",
        ),
        ("See <a href='https://pay.example/'>pay.example</a> online.", "See pay.example online."),
        ("Ask the <a href='/clerk'>city clerk</a> first.", "Ask the city clerk first."),
        ("Go to <a href='#fees'>the fees here</a> below.", "Go to the fees here below."),
        ("Press <a href='javascript:pay()'>pay here</a> twice.", "Press pay here twice."),
        (
            f"<a href='/cdn-cgi/l/email-protection' class='__cf_email__' data-cfemail='{CODED}'>[email&#160;protected]</a>",
            "clerk@alder.example",
        ),
        (
            f"Write to <span class='__cf_email__' data-cfemail='{CODED}'>[email protected]</span>.",
            "Write to clerk@alder.example.",
        ),
        (
            f"<a href='/cdn-cgi/l/email-protection#{CODED}'>Email the clerk</a>.",
            "Email the clerk (clerk@alder.example).",
        ),
        (
            f"<a href='/cdn-cgi/l/email-protection#{CODED}'><span class='__cf_email__' data-cfemail='{CODED}'>[email protected]</span></a>.",
            "clerk@alder.example.",
        ),
        ("<a href='mailto:clerk@alder.example'><i class=icon></i></a> Ann Lee", "clerk@alder.example Ann Lee"),
        ("Clerk <a href='tel:5555550143' aria-label=Call><svg></svg></a>", "Clerk 555-555-0143"),
        ("<a href='tel:5555550143'><img src=p.png alt=Phone></a> (555) 555-0143", "(555) 555-0143"),
        ("<a href='mailto:clerk@alder.example'><i></i></a> clerk@alder.example", "clerk@alder.example"),
        ("<a href='mailto:?subject=Page'><i class=icon></i></a> Nine to four", "Nine to four"),
        ("<a href='https://www.alder.example/map'><i></i></a> Nine to four", "Nine to four"),
        ("Write to <span data-cfemail='zz'>[email protected]</span>.", "Write to [email protected]."),
    ],
)
def test_the_address_behind_words_is_kept_with_them(markup: str, read: str) -> None:
    assert [b.text for b in body(f"<main><p>{markup}</p></main>").blocks] == [read]


def test_addresses_are_kept_in_answers_lists_and_cells_and_not_in_headings() -> None:
    link = "<a href='mailto:clerk@alder.example'>email us</a>"
    page = body(
        f"<main><h2>Please {link}</h2><ul><li>First {link}<li>Then wait</ul><table><tr><td>Ask<td>{link} by 5<tr><td>Then<td>wait 2 days</table>"
        f"<details><summary>How do I ask?</summary><p>Just {link}.</p></details></main>"
    )
    assert [b.text for b in page.blocks if b.kind != "faq"] == [
        "First email us (clerk@alder.example)\nThen wait",
        "Ask: email us (clerk@alder.example) by 5\nThen: wait 2 days",
    ]
    assert faqs(page) == {"How do I ask?": "Just email us (clerk@alder.example)."}
    assert page.blocks[0].heading == ("Please email us",)


def test_lists_of_links_to_pages_stay_short() -> None:
    page = body(
        "<main><ul><li><a href=/deck>Apply for a deck</a><li><a href=/roof>Apply for a roof</a></ul><p>See all.</p></main>"
    )
    assert page.blocks[0].text == "Apply for a deck\nApply for a roof"


FACT = "Fireworks are on July 3 at 9:20 p.m. over Otter Pond; parking is $5 at the school."


@pytest.mark.parametrize(
    "image",
    [
        "<p><img src=/f.jpg alt='{}'></p>",
        "<a href=/f.jpg><img src=/f.jpg alt='{}'></a>",
        "<div role=img aria-label='{}'></div>",
    ],
)
def test_a_fact_that_only_an_image_shows_is_said_to_be_one(image: str) -> None:
    page = body(f"<main><p>See the flyer.</p>{image.format(FACT)}</main>")
    assert [b.text for b in page.blocks] == ["See the flyer.", f"Image: {FACT}"]


@pytest.mark.parametrize(
    "alt",
    ["A crowd of people at the pond", "IMG_2044.jpg", "Logo of the city, since 1871", "", "fireworks-2026-07-03.png"],
)
def test_a_picture_that_states_nothing_is_passed_over(alt: str) -> None:
    page = body(f"<main><p>See the flyer.</p><p><img src=/f.jpg alt='{alt}'></p></main>")
    assert [b.text for b in page.blocks] == ["See the flyer."]


def test_a_fact_that_the_page_writes_out_is_not_read_from_its_picture_again() -> None:
    page = body(f"<main><p>{FACT}</p><p><img src=/f.jpg alt='{FACT}'></p></main>")
    assert [b.text for b in page.blocks] == [FACT]
