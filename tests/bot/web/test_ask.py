"""The page without JavaScript."""

import re
from html import unescape

from tests.bot.fakes import answer
from tests.bot.town import Town


async def ask(town: Town, **query: str) -> tuple[int, str]:
    async with town.http.get(town.url + "/ask", params=query) as reply:
        assert "script-src" in reply.headers["Content-Security-Policy"]
        return reply.status, await reply.text()


async def test_answers_are_shown_with_their_links(town: Town) -> None:
    status, page = await ask(town, q="When is trash day?", city="alder-falls")
    assert status == 200
    assert "is picked up on Tuesdays" in page
    assert 'href="https://www.alder-falls.example/trash"' in page
    assert town.rasa.heard == []


async def test_empty_form_and_unknown_city(town: Town) -> None:
    assert (await ask(town))[0] == 200
    async with town.http.get(town.url + "/ask", params={"q": "x", "city": "nowhere"}) as reply:
        assert reply.status == 404


async def test_hostile_question_and_answer_are_text(town: Town) -> None:
    town.index.answers = [
        answer(excerpt="<script>alert(1)</script>", title="<svg onload=x>", url="javascript:alert(1)", highlights=[])
    ]
    _status, page = await ask(town, q="<img src=x onerror=alert(1)></title><script>", city="alder-falls")
    for tag in ("<img src=x", "<svg onload", "<script>alert", 'href="javascript:'):
        assert tag not in page


async def test_commands_are_plain_words(town: Town) -> None:
    await ask(town, q=" /restart", city="alder-falls")
    assert town.index.searched[-1].text == "restart"


async def test_refusal_and_failure_give_the_contact(town: Town) -> None:
    town.index.fault = "refuse"
    status, page = await ask(town, q="Who is the king of Mars?", city="alder-falls")
    assert (status, "555-010-0100" in page, "Tuesdays" in page) == (200, True, False)
    await town.index_server.stop()
    status, page = await ask(town, q="When is trash day?", city="alder-falls")
    assert (status, "555-010-0100" in page) == (503, True)


async def sent(town: Town, path: str, **form: str) -> tuple[int, str]:
    async with town.http.post(town.url + path, data=form) as reply:
        assert "content-encoding" not in reply.headers
        return reply.status, await reply.text()


def field(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


async def test_a_question_without_a_city_stays_in_the_form(town: Town) -> None:
    status, page = await ask(town, q="When is trash day?")
    assert (status, town.index.searched) == (200, [])
    assert 'value="When is trash day?"' in page
    assert '<option value="">Please choose your city.</option>' in page
    assert "selected" not in page


async def test_a_follow_up_is_read_with_what_was_asked_and_shown(town: Town) -> None:
    _status, page = await ask(town, q="When is trash day? My number is 603-555-0123", city="alder-falls")
    talk = field(page, "talk")
    assert "0123" not in talk
    status, page = await sent(town, "/ask", q="and for carts?", city="alder-falls", talk=talk)
    assert (status, "is picked up on Tuesdays" in page) == (200, True)
    asked = town.index.searched[-1]
    assert asked.history == ["When is trash day? My number is [phone]"]
    assert [one.url for one in asked.shown] == ["https://www.alder-falls.example/trash"]
    await sent(town, "/ask", q="and here?", city="birch-bay", talk=field(page, "talk"))
    assert (town.index.searched[-1].history, town.index.searched[-1].shown) == ([], [])


async def test_a_forged_talk_begins_a_new_one(town: Town) -> None:
    _status, page = await ask(town, q="When is trash day?", city="alder-falls")
    for forged in ("x", field(page, "talk")[:-2] + "AA", ""):
        status, _page = await sent(town, "/ask", q="and for carts?", city="alder-falls", talk=forged)
        assert (status, town.index.searched[-1].history) == (200, [])


async def test_an_answer_that_was_shown_can_be_voted_on_and_no_other(town: Town) -> None:
    _status, page = await ask(town, q="When is trash day?", city="alder-falls")
    form = {"talk": field(page, "talk"), "city": "alder-falls", "answer_id": field(page, "answer_id")}
    status, thanks = await sent(town, "/ask/vote", **form, vote="up")
    assert (status, "I am glad it helped" in thanks) == (200, True)
    assert field(thanks, "talk") == form["talk"]
    await sent(town, "/ask/vote", **form, vote="down")
    assert [(one.answer_id, one.vote) for one in town.index.votes] == [("a1", "up"), ("a1", "down")]
    assert len({one.voter for one in town.index.votes}) == 1
    assert (await sent(town, "/ask/vote", **form | {"answer_id": "other"}, vote="up"))[0] == 403
    assert (await sent(town, "/ask/vote", **form | {"talk": "x"}, vote="up"))[0] == 403
    assert len(town.index.votes) == 2


async def test_a_vote_that_cannot_be_stored_is_told(town: Town) -> None:
    _status, page = await ask(town, q="When is trash day?", city="alder-falls")
    await town.index_server.stop()
    form = {"talk": field(page, "talk"), "answer_id": "a1", "vote": "up"}
    status, said = await sent(town, "/ask/vote", **form)
    assert (status, "not available right now" in said) == (503, True)
