"""The page without JavaScript."""

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
