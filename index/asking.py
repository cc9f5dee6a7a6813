"""How the command line reaches the index: the running service of its own installation, or else in process."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from index.client import IndexClient
from index.process import IndexProcess
from index.progress import bar
from index.shapes import SearchRequest, SearchResponse, StatusResponse
from townclerk.errors import TownclerkError, Unavailable
from townclerk.settings import Settings

_LONG = 600.0
_STARTING_SECONDS = 120


def ask(settings: Settings, request: SearchRequest) -> SearchResponse:
    """Answer from the index as it is after reading all changes."""
    if service_status(settings) is None:
        with opened(settings) as index:
            return index.answers.ask(request)
    return asyncio.run(_ask_service(settings, request))


def service_status(settings: Settings) -> StatusResponse | None:
    """The running service's status when it serves this state directory, otherwise None."""
    try:
        with socket.create_connection(("127.0.0.1", settings.index_port), timeout=1):
            pass
    except OSError:
        return None
    status = asyncio.run(_status(settings))
    return status if status is not None and status.home == str(settings.home) else None


def sync_service(settings: Settings) -> bool:
    """Let the running service read changes now; False when none of this installation runs."""
    if service_status(settings) is None:
        return False
    asyncio.run(_sync(settings, anew=False))
    return True


def roll_back(settings: Settings) -> StatusResponse:
    """Serve the content of the snapshot before the present one."""
    if service_status(settings) is not None:
        return asyncio.run(_roll_back(settings))
    with opened(settings) as index:
        index.follower.roll_back()
        return index.status()


def rebuild(settings: Settings) -> StatusResponse:
    """Compare everything stored with the index."""
    if service_status(settings) is not None:
        return asyncio.run(_sync(settings, anew=True))
    with opened(settings, anew=True) as index:
        return index.status()


@contextmanager
def opened(settings: Settings, *, anew: bool = False) -> Iterator[IndexProcess]:
    """The index in this process, caught up with pages and FAQs."""
    index = IndexProcess(settings)
    try:
        with bar("Reading pages and FAQs") as tell:
            index.look(tell, anew=anew)
        yield index
    finally:
        index.close()


def client(settings: Settings, *, timeout: float = _LONG) -> IndexClient:
    """A client of the service on its configured port."""
    return IndexClient(settings.url("index"), timeout=timeout, token=settings.service_token.get_secret_value())


async def _status(settings: Settings) -> StatusResponse | None:
    async with client(settings, timeout=10) as index:
        for _ in range(_STARTING_SECONDS):
            try:
                status = await index.status()
            except TownclerkError:
                # Something else listens there, or it has just stopped.
                return None
            if status.ready or status.home != str(settings.home):
                return status
            # It is starting: opening the same files beside it would be wrong.
            await asyncio.sleep(1)
    raise Unavailable("The search service does not get ready. `townclerk doctor` shows why.")


async def _sync(settings: Settings, *, anew: bool) -> StatusResponse:
    async with client(settings) as index:
        await index.sync(anew=anew)
        return await index.status()


async def _roll_back(settings: Settings) -> StatusResponse:
    async with client(settings) as index:
        return await index.roll_back()


async def _ask_service(settings: Settings, request: SearchRequest) -> SearchResponse:
    async with client(settings) as index:
        with suppress(TownclerkError):
            await index.sync()
        return await index.search(request)
