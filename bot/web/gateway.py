"""What the web channel needs of `app.state.gateway`."""

from typing import Protocol

from bot.conversation.conversation import Conversation
from bot.conversation.database_threads import DatabaseThreads
from bot.conversation.identity import Identity
from bot.rate_limits import RateLimits
from index.client import IndexClient
from townclerk.jurisdictions import Jurisdictions
from townclerk.places import PlaceDirectory
from townclerk.settings import Settings


class Gateway(Protocol):
    """Its parts, as properties because they never change."""

    @property
    def settings(self) -> Settings: ...
    @property
    def index(self) -> IndexClient: ...
    @property
    def jurisdictions(self) -> Jurisdictions: ...
    @property
    def places(self) -> PlaceDirectory: ...
    @property
    def storage(self) -> DatabaseThreads: ...
    @property
    def identity(self) -> Identity: ...
    @property
    def limits(self) -> RateLimits: ...
    @property
    def conversation(self) -> Conversation: ...
