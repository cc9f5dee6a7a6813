"""Facts that only the declarations of a page tell."""

import json

import pytest

from tests.crawler.extract.reading import body, said

TEXT = "<p>The clerk keeps the records of the city and helps with copies of them.</p>"


def declared(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **fields})}</script>'


OFFICE = {
    "@type": "GovernmentOffice",
    "name": "Clerk of Alder Falls",
    "telephone": "+1-555-555-0143",
    "email": "mailto:clerk@alder.example",
    "address": {
        "streetAddress": "12 Mill Lane",
        "addressLocality": "Alder Falls",
        "addressRegion": "OH",
        "postalCode": "44000",
    },
}


def contacts(head: str, content: str = TEXT) -> list[str]:
    return [block.text for block in body(f"<main>{content}</main>", head=head).contacts]


def test_an_office_is_read_with_its_fields() -> None:
    assert contacts(declared(**OFFICE, openingHours="Mo-Fr 08:00-17:00")) == [
        "Clerk of Alder Falls\nPhone: +1-555-555-0143\nEmail: clerk@alder.example\nAddress: 12 Mill Lane, Alder Falls, OH 44000\n"
        "Hours: Monday to Friday 8:00 a.m. to 5:00 p.m."
    ]


@pytest.mark.parametrize(
    ("fields", "hours"),
    [
        ({"openingHours": ["Mo,We 09:00-12:30", "Sa 10:00-14:00"]}, ["Monday, Wednesday 9:00 a.m. to 12:30 p.m.", "Saturday 10:00 a.m. to 2:00 p.m."]),
        (
            {"openingHoursSpecification": {"dayOfWeek": ["Monday", "Tuesday", "Wednesday"], "opens": "08:30", "closes": "16:00:00"}},
            ["Monday to Wednesday 8:30 a.m. to 4:00 p.m."],
        ),
        (
            {"openingHoursSpecification": [{"dayOfWeek": "https://schema.org/Friday", "opens": "12:00", "closes": "18:00"}]},
            ["Friday 12:00 p.m. to 6:00 p.m."],
        ),
        ({"openingHours": "by appointment", "openingHoursSpecification": [{"opens": "late"}, "x", None]}, []),
    ],
)  # fmt: skip
def test_hours_read_as_a_person_says_them(fields: dict[str, object], hours: list[str]) -> None:
    found = contacts(declared(**{"@type": "LocalBusiness"}, name="Pool", **fields))
    assert found == (["\n".join(["Pool", *(f"Hours: {line}" for line in hours)])] if hours else [])


def test_what_the_page_writes_out_is_quoted_from_there() -> None:
    shown = "<p>Call (555) 555-0143 or write to clerk@alder.example. Come to 12 Mill Lane, 9 a.m. to 4 p.m.</p>"
    assert contacts(declared(**OFFICE, openingHours="Mo-Fr 08:00-17:00"), TEXT + shown) == []


def test_open_graph_tells_how_to_reach_an_office() -> None:
    head = (
        "<meta property=og:site_name content='Alder Library'><meta property=business:contact_data:phone_number content='555-555-0150'>"
        "<meta property=og:street-address content='3 Weir Street'>"
    )
    assert contacts(head) == ["Alder Library\nPhone: 555-555-0150\nAddress: 3 Weir Street"]


EVENT = {
    "@type": "FoodEvent",
    "name": "Pancake breakfast",
    "startDate": "2026-12-12T08:00:00-05:00",
    "endDate": "2026-12-12T10:30:00-05:00",
    "location": {"@type": "Place", "name": "Fire house", "address": {"streetAddress": "1 Ferry Road"}},
}


def test_an_event_that_scripts_draw_is_read_with_its_day_and_place() -> None:
    page = body(f"<main>{TEXT}</main>", head=declared(**EVENT))
    assert page.blocks[-1].heading == ("Pancake breakfast",)
    assert page.blocks[-1].text == "December 12, 2026, 8:00 a.m. to 10:30 a.m.\nFire house, 1 Ferry Road"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"startDate": "2026-12-12", "endDate": "2026-12-14", "location": "Town green"},
            "December 12, 2026 to December 14, 2026\nTown green",
        ),
        (
            {"startDate": "2026-12-12", "eventStatus": "https://schema.org/EventCancelled"},
            "Cancelled\nDecember 12, 2026",
        ),
    ],
)
def test_days_and_status_of_an_event(fields: dict[str, object], text: str) -> None:
    page = body(f"<main>{TEXT}</main>", head=declared(**{"@type": "Event"}, name="Fair", **fields))
    assert page.blocks[-1].text == text


@pytest.mark.parametrize("start", ["soon", "", None, 7])
def test_an_event_without_a_day_is_none(start: object) -> None:
    assert (
        said(body(f"<main>{TEXT}</main>", head=declared(**{"@type": "Event"}, name="Fair", startDate=start))).count(
            "Fair"
        )
        == 0
    )


def test_an_event_that_the_page_shows_is_read_once() -> None:
    shown = "<h2>Pancake Breakfast</h2><p>Saturday, December 12, 8 a.m., $9.</p>"
    assert said(body(f"<main>{TEXT}{shown}</main>", head=declared(**EVENT))).count("reakfast") == 1


@pytest.mark.parametrize(
    "shown", ["Hearings are in 7 Weir Lane, Alder Falls, NH 03999.", "Mail it to P.O. Box 9, Alder Falls, NH 03999."]
)
def test_an_office_with_the_postcode_of_another_address_is_kept(shown: str) -> None:
    footer = "<footer><p>City Hall<br>41 Market Street<br>Alder Falls, NH 03999</p></footer>"
    page = body(f"<main><p>{shown}</p>{TEXT}</main>{footer}")
    assert [block.text for block in page.contacts] == ["City Hall\n41 Market Street\nAlder Falls, NH 03999"]
    assert body(f"<main><p>41 Market Street, Alder Falls, NH 03999</p>{TEXT}</main>{footer}").contacts == ()
