"""How the command line reaches the index: the running service of its own installation, or else in process."""

import asyncio
import getpass
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from index.client import IndexClient
from index.installation import Installation
from index.schemas.operations import StatusResponse, StorageUsage, Verified
from index.schemas.search import SearchRequest, SearchResponse
from townclerk.errors import TownclerkError, Unavailable
from townclerk.progress import bar
from townclerk.settings import Settings

Result = TypeVar("Result")
_LONG = 600.0
_STARTING_SECONDS = 120


def ask(settings: Settings, request: SearchRequest) -> SearchResponse:
    """Answer from the index as it is after reading all changes."""

    async def search(client: IndexClient) -> SearchResponse:
        with suppress(TownclerkError):
            await client.sync()
        return await client.search(request)

    return call(settings, search, lambda index: index.answers.ask(request))


def call(
    settings: Settings,
    remote: Callable[[IndexClient], Awaitable[Result]],
    local: Callable[[Installation], Result],
    **opening: bool,
) -> Result:
    """The result of the running service, or else of the index in this process; `opening` is for `opened`."""
    if service_status(settings) is not None:
        return asyncio.run(_remote(settings, remote))
    with opened(settings, **opening) as index:
        return local(index)


def account_name() -> str:
    """The account that runs the command, recorded beside what it changes."""
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
    status = asyncio.run(_status(settings, patient=patient))
    return status if status is not None and status.home == str(settings.home) else None


def sync_service(settings: Settings) -> None:
    """Let the service of this installation, if it runs, read changes now."""
    if service_status(settings) is not None:
        asyncio.run(_remote(settings, lambda client: client.sync()))


def status(settings: Settings) -> tuple[StatusResponse, StorageUsage | None]:
    """What is served and what it takes. Of a service that is starting, only why it waits."""
    serving = service_status(settings, patient=False)
    if serving is None:
        with opened(settings) as index:
            return index.status(), index.storage()
    return serving, asyncio.run(_remote(settings, lambda client: client.storage())) if serving.ready else None


def verify(settings: Settings) -> Verified:
    """Check every file of every snapshot."""

    def local(index: Installation) -> Verified:
        # Opening checks the served one first, and sets it aside when it is damaged.
        result, alarms = index.verify(), index.status().alarms
        return Verified(whole=False, damaged=result.damaged | {"at opening": alarms}) if alarms else result

    return call(settings, IndexClient.verify, local, look=False)


def rebuild(settings: Settings) -> StatusResponse:
    """Compare everything stored with the index."""

    async def remote(client: IndexClient) -> StatusResponse:
        await client.sync(anew=True)
        return await client.status()

    return call(settings, remote, Installation.status, anew=True)


@contextmanager
def opened(settings: Settings, *, anew: bool = False, look: bool = True) -> Iterator[Installation]:
    """The index in this process, caught up with pages and FAQs unless it shall not `look`."""
    index = Installation(settings)
    try:
        if look:
            with bar("Reading pages and FAQs") as progress:
                index.look(progress, anew=anew)
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


async def _remote(settings: Settings, call: Callable[[IndexClient], Awaitable[Result]]) -> Result:
    async with client(settings) as index:
        return await call(index)
