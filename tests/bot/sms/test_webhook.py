"""Who may post to /sms: only our own Twilio account, and each message once."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.bot.town import TOKEN, Town
from tests.bot.town import town as started


def stored(town: Town) -> int:
    return int(town.rows("select count(*) from sms_inbox")[0][0])


@pytest.mark.parametrize("header", [None, "", "x", "é", "0" * 28, "=" * 5000])
async def test_missing_or_malformed_signature_is_403_and_leaves_nothing(town: Town, header: str | None) -> None:
    headers = {} if header is None else {"X-Twilio-Signature": header}
    assert await town.webhook(town.form("Hello"), headers=headers) == 403
    assert stored(town) == 0
    assert town.rasa.heard == []
    assert town.gateway.signature_guard.refused == 1


async def test_altered_requests_are_403(town: Town) -> None:
    form = town.form("Hello")
    good = town.sign(form)
    for changed in (
        form | {"Body": "Hellp"},
        form | {"Extra": ""},
        form | {"Body": "Hello "},
        {k: v for k, v in form.items() if k != "NumMedia"},
    ):
        assert await town.webhook(changed, headers=good) == 403
    assert await town.webhook(form, headers=town.sign(form, token="other")) == 403
    assert await town.webhook(form, headers=good, path="/sms?x=1") == 403
    other = form | {"AccountSid": "AC" + "1" * 32}
    assert await town.webhook(other) == 403  # signed by our token, but for another account
    assert stored(town) == 0
    assert await town.webhook(form, headers=good) == 200
    assert stored(town) == 1


async def test_body_that_is_no_form_is_403(town: Town) -> None:
    for data in (b"\xff\xfe=\xff", b'{"Body": 1}', b"&".join(b"a=1" for _ in range(500))):
        async with town.http.post(town.url + "/sms", data=data, headers={"X-Twilio-Signature": "x"}) as reply:
            assert reply.status == 403


async def test_blank_repeated_and_unknown_params_and_query_are_signed_too(town: Town) -> None:
    form = town.form("Hello", FromZip="", NewTwilioField="1", NumMedia="0")
    assert await town.webhook(form, path="/sms?fallback=1") == 200
    assert stored(town) == 1


async def test_both_tokens_are_taken_while_one_rotates_and_none_without(tmp_path: Path) -> None:
    async with started(tmp_path / "a", twilio_auth_tokens=SecretStr("new,not-a-real-token")) as town:
        form = town.form("Hello", sid="SM2")
        assert await town.webhook(form, headers=town.sign(form, token="new")) == 200
        assert await town.webhook(town.form("Hello"), headers=town.sign(town.form("Hello"))) == 200
    async with started(tmp_path / "b", twilio_auth_tokens=SecretStr("")) as town:
        form = town.form("Hello")
        assert await town.webhook(form, headers=town.sign(form, token="")) == 403
        assert await town.webhook(form, headers=town.sign(form, token=TOKEN)) == 403
        assert stored(town) == 0


async def test_fifty_copies_make_one_row_and_one_reply(tmp_path: Path) -> None:
    async with started(tmp_path) as town:
        form = town.form("When is trash day?", sid="SM50")
        codes = await asyncio.gather(
            *(town.webhook(form) for _ in range(49)), town.webhook(form, path="/sms?fallback=1")
        )
        assert set(codes) == {200}
        await town.received()
    async with started(tmp_path) as town:  # restarted on the same state
        assert await town.webhook(form) == 200
        await asyncio.sleep(0.3)
        assert await town.inbox() == []
        assert town.rows("select count(*) from sms_inbox") == [(1,)]
        assert town.rows("select count(*) from sms_outbox") == [(1,)]
        assert town.rasa.heard == []
