"""The action server: the one module that knows rasa-sdk. Each action of the assistant is a step of the dialogue."""

import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.dialogue import STEPS, Dialogue
from actions.state import MAX_QUESTION, Turn
from index.client import IndexClient
from townclerk.jurisdictions import Jurisdictions
from townclerk.places import PlaceDirectory
from townclerk.text.languages import LANGUAGES

_MAX_CALL_BYTES = 5_000_000


def application(
    jurisdictions: Jurisdictions, index: IndexClient, languages: Sequence[str] = LANGUAGES
) -> Sanic[Any, Any]:
    """The Sanic application with all actions. It closes `index` when it stops."""
    # Said at every call: this server is newer than Rasa. They are tested together.
    warnings.filterwarnings("ignore", message="Your versions of rasa and")
    dialogue = Dialogue(PlaceDirectory(jurisdictions), index, languages)
    executor = ActionExecutor()
    for step in STEPS:
        executor.register_function(f"action_{step}", _action(dialogue, step))
    app: Sanic[Any, Any] = create_app(executor, cors_origins=None)
    app.config.REQUEST_MAX_SIZE = _MAX_CALL_BYTES
    app.config.ACCESS_LOG = False

    @app.after_server_stop
    async def close(_app: Sanic[Any, Any]) -> None:
        await index.close()

    return app


def _action(dialogue: Dialogue, step: str) -> Callable[[Any, Any, Any], Awaitable[list[Any]]]:
    async def run(dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        message = tracker.latest_message
        text = str(message.get("text") or "").strip()[:MAX_QUESTION]
        turn = Turn.model_validate({"voter": tracker.sender_id} | (message.get("metadata") or {}) | {"text": text})
        outcome = await dialogue.answer(step, turn)
        dispatcher.utter_message(json_message=outcome.model_dump(mode="json", exclude_none=True))
        return []

    return run
