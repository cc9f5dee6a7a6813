"""What kind of thing a question asks for, and whether a text holds it."""

import pytest

from index.text.answer_types import Kind, holds, kinds


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("how much is a dog license", ("amount",)),
        ("price for my 10yo to get in the pool", ("amount",)),
        ("how many bucks for a street parking pass", ("amount", "count")),
        ("cuánto cuesta la licencia", ("amount",)),
        ("when is the tax sale?", ("time",)),
        ("what day is garbage pick up", ("day",)),
        ("is the library open on sundays", ("time",)),
        ("qué día pasa la basura", ("day",)),
        ("trash pickup", ("day",)),
        ("what day is the parade", ("time",)),
        ("bulky pickup couch", ()),
        ("phone number of the police department", ("phone",)),
        ("who do i call about a dead deer", ("phone",)),
        ("police non emergency number", ("phone",)),
        ("where is borough hall", ("place",)),
        ("how many hens may I keep", ("count",)),
        ("how much do I have to weigh to give blood", ("count",)),
        ("how much notice does a block party need", ("count",)),
        ("court hours and phone", ("time", "phone")),
        ("can I burn wood in the yard", ()),
        ("where do I apply for a marriage license", ()),
        ("when I move, must I tell you?", ("time",)),
        ("do u take jars", ()),
        ("whos the fire marshal", ("person",)),
        ("who are the council members", ("person",)),
        ("who is eligible for a discount", ()),
        ("who picks up leaves", ()),
        ("town hall main office #", ("phone",)),
        ("what email address takes records requests", ("email",)),
        ("can i email my application", ()),
        ("which room is the hearing in", ("place",)),
        ("planning board nights", ("time",)),
        ("nights in the museum", ()),
    ],
)
def test_questions_ask_for_kinds(question: str, wanted: tuple[Kind, ...]) -> None:
    assert kinds(question) == wanted


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (
            "amount",
            ["Adults pay $4.", "A copy is 15 cents.", "Parking is free.", "10 percent off", "There is no charge."],
        ),
        (
            "time",
            ["Open 9 a.m. to 5 p.m.", "Every Tuesday.", "Due on April 30.", "Closes at noon.", "el lunes", "8:30–4:30"],
        ),
        ("day", ["Every Tuesday.", "el lunes", "weekdays"]),
        ("phone", ["Call 555-555-0130.", "(555) 555-0130", "555.555.0130 ext. 2", "555 555 0130"]),
        ("place", ["176 Park Avenue", "12 N. Main St.", "room 104 of the courthouse", "PO Box 210"]),
        ("email", ["Write to clerk@oakton.example.", "records-desk@mail.oakton.example"]),
        (
            "person",
            ["Department Head: Ann T. Birch", "Mayor Ana Lopez", "Rosa Bell, Deputy Clerk", "Rosa Bell, title: Chief"],
        ),
        ("count", ["up to six hens", "once a month", "every 10 days", "within 24 hours"]),
    ],
)
def test_texts_hold_kinds(kind: Kind, texts: list[str]) -> None:
    assert [text for text in texts if not holds(text, (kind,))] == []


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("amount", ["Ask at the counter.", "Open 9 to 5", "Freedom Square"]),
        ("time", ["Bring 2 photos.", "You may apply.", "March in the parade", "It costs $12."]),
        ("day", ["Open 9 a.m. to 5 p.m.", "Set carts out by 7 a.m.", "Last revised 5/4/2026."]),
        ("phone", ["Dial 911.", "ZIP 99990-1234", "2026-11-20", "$1,000"]),
        ("place", ["Street parking is free.", "We have 12 rooms"]),
        ("email", ["Write to the clerk.", "@oakton on social media"]),
        ("person", ["Fire Department Headquarters", "City Hall, Room 3", "Public Works, Monday", "the mayor's office"]),
        ("count", ["Bring a photo ID."]),
    ],
)
def test_texts_do_not_hold_kinds(kind: Kind, texts: list[str]) -> None:
    assert [text for text in texts if holds(text, (kind,))] == []


def test_no_kind_is_held_by_nothing() -> None:
    assert not holds("It costs $5 on Monday.", ())
