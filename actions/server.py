"""The action server: the one place that knows rasa-sdk.

Rasa posts the whole conversation to `/webhook` and gets messages and slot changes back.
An action never raises: a failure here would make Rasa report an empty reply.
"""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions import replies, search, talk, votes
from actions.places import Places, look
from actions.search import Around
from actions.turn import Outcome, Turn
from index.client import IndexClient
from townclerk.jurisdictions import Jurisdictions

log = logging.getLogger(__name__)

Action = Callable[[Turn, Around], Awaitable[Outcome]]

ACTIONS: Mapping[str, Action] = {
    "action_search": search.search,
    "action_change_city": search.choose_city,
    "action_vote_up": votes.vote_up,
    "action_vote_down": votes.vote_down,
    "action_more": votes.more,
    "action_talk_to_person": talk.talk_to_person,
    "action_greet": talk.greet,
    "action_help": talk.tell_help,
}
"""Every action of the assistant's domain that is not a fixed response."""

_LARGEST_CALL = 5_000_000  # bytes; a talk of 60 turns is a tenth of that


def application(jurisdictions: Jurisdictions, index: IndexClient) -> Sanic[Any, Any]:
    """The Sanic application with all actions. It closes `index` when it stops."""
    # Said at every call: this server is newer than Rasa. They are tested together.
    warnings.filterwarnings("ignore", message="Your versions of rasa and")
    executor = ActionExecutor()
    for name, action in ACTIONS.items():
        executor.register_function(name, _bound(action, jurisdictions, index))
    app: Sanic[Any, Any] = create_app(executor, cors_origins=None)
    app.config.REQUEST_MAX_SIZE = _LARGEST_CALL
    app.config.ACCESS_LOG = False

    @app.after_server_stop
    async def close(_app: Sanic[Any, Any]) -> None:
        await index.close()

    return app


def _bound(
    action: Action, jurisdictions: Jurisdictions, index: IndexClient
) -> Callable[[Any, Any, Any], Awaitable[list[Any]]]:
    async def run(dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        turn = Turn.read(sender=tracker.sender_id, message=tracker.latest_message, slots=tracker.slots)
        outcome = await _safely(action, turn, jurisdictions, index)
        if outcome.reply.type == "text" and not outcome.reply.choices:
            dispatcher.utter_message(text=outcome.reply.text)
        else:
            dispatcher.utter_message(json_message=outcome.reply.model_dump(mode="json", exclude_none=True))
        return [SlotSet(name, value) for name, value in outcome.memory.changes(turn.memory).items()]

    return run


async def _safely(action: Action, turn: Turn, jurisdictions: Jurisdictions, index: IndexClient) -> Outcome:
    places = Places({}, [])
    try:
        places = await asyncio.to_thread(look, jurisdictions, turn.text)
        # A city's name alone is a reply to "which city?", whatever intent Rasa saw in it.
        chosen = search.choose_city if places.only_names(turn.text) else action
        return await chosen(turn, Around(index, places))
    except Exception:
        log.exception("an action failed")
        return Outcome(replies.unavailable(places.city(turn)), turn.memory)
