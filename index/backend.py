"""How the command line reaches the index: the running service of its own installation, or else in process."""

import asyncio
import getpass
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from index.client import IndexClient
from index.installation import Installation
from index.schemas.operations import PruneResponse, SnapshotInfo, StatusResponse, StorageUsage, Verified
from index.schemas.pins import PinEntry, PinRequest
from index.schemas.search import SearchRequest, SearchResponse
from townclerk.errors import BadInput, TownclerkError, Unavailable
from townclerk.progress import bar
from townclerk.settings import Settings

Answer = TypeVar("Answer")
_LONG = 600.0
_STARTING_SECONDS = 120


def ask(settings: Settings, request: SearchRequest) -> SearchResponse:
    """Answer from the index as it is after reading all changes."""
    if service_status(settings) is None:
        with opened(settings) as index:
            return index.answers.ask(request)
    return asyncio.run(_ask_service(settings, request))


def who() -> str:
    """Who runs the command, as others see it beside what was changed."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as containers have
        return "command line"


def service_status(settings: Settings, *, patient: bool = True) -> StatusResponse | None:
    """The running service's status when it serves this state directory, otherwise None. A `patient` one waits until it is ready."""
    try:
        with socket.create_connection(("127.0.0.1", settings.index_port), timeout=1):
            pass
    except OSError:
        return None
    found = asyncio.run(_status(settings, patient=patient))
    return found if found is not None and found.home == str(settings.home) else None


def sync_service(settings: Settings) -> bool:
    """Let the running service read changes now; False when none of this installation runs."""
    if service_status(settings) is None:
        return False
    asyncio.run(_sync(settings, anew=False))
    return True


def status(settings: Settings) -> tuple[StatusResponse, StorageUsage | None]:
    """What is served and what it takes. Of a service that is starting, only why it waits."""
    serving = service_status(settings, patient=False)
    if serving is None:
        with opened(settings) as index:
            return index.status(), index.storage()
    return serving, asyncio.run(_called(settings, lambda index: index.storage())) if serving.ready else None


def snapshots(settings: Settings) -> list[SnapshotInfo]:
    """The snapshots to go back to."""
    if service_status(settings) is not None:
        return asyncio.run(_called(settings, lambda index: index.snapshots()))
    with opened(settings, look=False) as index:
        return index.snapshots()


def verify(settings: Settings) -> Verified:
    """Check every file of every snapshot."""
    if service_status(settings) is not None:
        return asyncio.run(_called(settings, lambda index: index.verify()))
    with opened(settings, look=False) as index:
        # Opening checks the served one first, and sets it aside when it is damaged.
        found = index.verify()
        alarms = index.status().alarms
        return found if not alarms else Verified(whole=False, damaged=found.damaged | {"at opening": alarms})


def prune(settings: Settings, *, embeddings: bool) -> PruneResponse:
    """Remove what is not needed to serve."""
    if service_status(settings) is not None:
        return asyncio.run(_called(settings, lambda index: index.prune(embeddings=embeddings)))
    with opened(settings, look=False) as index:
        return index.prune(embeddings=embeddings)


def pins(settings: Settings, city: str | None) -> list[PinEntry]:
    """The pinned answers."""
    if service_status(settings) is not None:
        return asyncio.run(_called(settings, lambda index: index.pins(city)))
    with opened(settings) as index:
        return index.pin_editor.all(city)


def add_pin(settings: Settings, request: PinRequest) -> PinEntry:
    """Pin an answer."""
    if service_status(settings) is not None:
        return asyncio.run(_called(settings, lambda index: index.add_pin(request)))
    with opened(settings) as index:
        return index.pin_editor.add(request)


def remove_pin(settings: Settings, id: int) -> None:
    """Remove a pin."""
    if service_status(settings) is not None:
        asyncio.run(_called(settings, lambda index: index.remove_pin(id)))
        return
    with opened(settings, look=False) as index:
        index.pin_editor.remove(id)


def roll_back(settings: Settings, *, to: str | None = None) -> StatusResponse:
    """Serve the content before the present one, or of the snapshot named."""
    if to is not None and not to.strip():
        raise BadInput("The snapshot to go back to has no name. `townclerk index snapshots` lists them.")
    if service_status(settings) is not None:
        return asyncio.run(_called(settings, lambda index: index.roll_back(to=to or "")))
    with opened(settings, look=False) as index:
        index.follower.roll_back(to)
        return index.status()


def rebuild(settings: Settings) -> StatusResponse:
    """Compare everything stored with the index."""
    if service_status(settings) is not None:
        return asyncio.run(_sync(settings, anew=True))
    with opened(settings, anew=True) as index:
        return index.status()


@contextmanager
def opened(settings: Settings, *, anew: bool = False, look: bool = True) -> Iterator[Installation]:
    """The index in this process, caught up with pages and FAQs unless it shall not `look`."""
    index = Installation(settings)
    try:
        if look:
            with bar("ReadingProgress pages and FAQs") as tell:
                index.look(tell, anew=anew)
        yield index
    finally:
        index.close()


def client(settings: Settings, *, timeout: float = _LONG) -> IndexClient:
    """A client of the service on its configured port."""
    return IndexClient.of(settings, timeout=timeout)


async def _status(settings: Settings, *, patient: bool) -> StatusResponse | None:
    async with client(settings, timeout=10) as index:
        for _ in range(_STARTING_SECONDS):
            try:
                status = await index.status()
            except TownclerkError:
                # Something else listens there, or it has just stopped.
                return None
            if status.ready or not patient or status.home != str(settings.home):
                return status
            # It is starting: opening the same files beside it would be wrong.
            await asyncio.sleep(1)
    raise Unavailable("The search service does not get ready. `townclerk doctor` shows why.")


async def _sync(settings: Settings, *, anew: bool) -> StatusResponse:
    async with client(settings) as index:
        await index.sync(anew=anew)
        return await index.status()


async def _called(settings: Settings, call: Callable[[IndexClient], Awaitable[Answer]]) -> Answer:
    async with client(settings) as index:
        return await call(index)


async def _ask_service(settings: Settings, request: SearchRequest) -> SearchResponse:
    async with client(settings) as index:
        with suppress(TownclerkError):
            await index.sync()
        return await index.search(request)
