"""Rasa's tracker store that keeps nothing: the state of a conversation comes with each message (`endpoints.yml`).

Runs in Rasa's own environment (Python 3.10); nothing else imports it.
"""

from rasa.core.tracker_store import TrackerStore  # type: ignore[import-not-found]
from rasa.shared.core.trackers import DialogueStateTracker  # type: ignore[import-not-found]


class ForgetfulTrackerStore(TrackerStore):  # type: ignore[misc]
    """Every turn begins with an empty tracker, so Rasa's memory does not grow and any Rasa process can serve any turn."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Forget the tracker."""

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """None: Rasa makes a new tracker."""
        return None

    async def keys(self) -> list[str]:
        """No conversations."""
        return []
