"""Plays the conversations of `conversations.jsonl` with the dialogue and an index in this process."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

from actions.dialogue import Dialogue
from actions.replies.reply import Reply
from actions.state import EMPTY, Turn
from bot.conversation.fallback import step_for
from bot.sms.formatting import shape
from index.client import IndexClient
from index.installation import Installation
from index.schemas.search import SearchRequest, SearchResponse
from townclerk.jurisdictions import Jurisdictions
from townclerk.places import PlaceDirectory

FILE = Path(__file__).with_name("conversations.jsonl")


class LocalClient(IndexClient):
    """Asks an index in this process."""

    def __init__(self, process: Installation) -> None:
        super().__init__("http://127.0.0.1:1", timeout=1)
        self._process = process

    async def search(self, request: SearchRequest) -> SearchResponse:
        return self._process.answers.ask(request.model_copy(update={"record": False}))


def right(process: Installation) -> Counter[str]:
    """How many checked turns are right, by kind of conversation."""
    dialogue = Dialogue(PlaceDirectory(Jurisdictions(process.database)), LocalClient(process))
    return asyncio.run(_right(dialogue))


async def _right(dialogue: Dialogue) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in FILE.read_text(encoding="utf-8").splitlines():
        conversation, state = json.loads(line), EMPTY
        for said in conversation["turns"]:
            turn = Turn(text=said["say"], channel=conversation["channel"], city=conversation["city"], state=state)
            outcome = await dialogue.answer(step_for(turn.text), turn)
            state = outcome.state
            found[conversation["kind"]] += _shows(_shown(outcome.reply, turn.channel), said.get("expect"))
    return found


def _shown(reply: Reply, channel: str) -> str:
    whole = "\n".join([reply.text, *(answer.excerpt for answer in reply.answers)])
    return "\n".join(shape(reply, segments=2).parts) if channel == "sms" else whole


def _shows(shown: str, expect: dict[str, Any] | None) -> bool:
    groups = expect.get("all_of") or [expect["any_of"]] if expect else []
    return bool(groups) and all(any(text in shown for text in group) for group in groups)
