"""Everything the gateway is made of, put together once and closed together.

`app.state.gateway` holds it; the widget's and the admin console's routes find their parts there.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aiohttp
from sqlalchemy import Engine

from actions.dialogue import Dialogue
from bot.alerts.dispatcher import Dispatcher
from bot.conversation.conversation import Conversation
from bot.conversation.database_threads import DatabaseThreads
from bot.conversation.identity import Identity
from bot.conversation.leases import Leases
from bot.conversation.rasa_client import Assistant
from bot.handoff import overdue
from bot.rate_limits import RateLimits
from bot.records import expiry
from bot.sms.missed_texts import MissedTexts
from bot.sms.sender import Sender
from bot.sms.signature import SignatureGuard
from bot.sms.twilio_client import TwilioApi
from bot.sms.worker import Worker, WorkerParts
from index.client import IndexClient
from townclerk.errors import TownclerkError
from townclerk.jurisdictions import Jurisdictions
from townclerk.places import PlaceDirectory
from townclerk.schema import open_database
from townclerk.settings import Settings
from townclerk.text import language_detection

HANDOFF_SECONDS = 2.0
"""How often the gateway looks after talks with staff."""
PROBE_SECONDS = 5.0
"""How often the gateway looks whether the parts behind it are there."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gateway:
    """The parts. `waiting` names parts that are missing now, and why; the gateway answers all the same."""

    settings: Settings
    engine: Engine
    http: aiohttp.ClientSession
    index: IndexClient
    jurisdictions: Jurisdictions
    places: PlaceDirectory
    storage: DatabaseThreads
    identity: Identity
    limits: RateLimits
    assistant: Assistant
    conversation: Conversation
    signature_guard: SignatureGuard
    worker: Worker | None
    recovery: MissedTexts | None
    alerts: Dispatcher | None
    waiting: dict[str, str] = field(default_factory=lambda: {"gateway": "starting"})

    async def probe(self) -> None:
        """Look for index and assistant, and remember what is missing."""
        found = {"assistant": await self.assistant.missing(), "index": await _index_missing(self.index)}
        self.waiting.clear()
        self.waiting.update({part: reason for part, reason in found.items() if reason})


@asynccontextmanager
async def open_gateway(settings: Settings) -> AsyncIterator[Gateway]:
    """Make all parts, answer texts in the background, and close everything at the end."""
    engine = await asyncio.to_thread(open_database, settings)
    storage = DatabaseThreads(engine)
    # 0 = no limit of aiohttp's own: the rate limits and the turns bound what is under way.
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        aiohttp.ClientSession(connector=connector, trust_env=False) as http,
        IndexClient.of(settings, timeout=settings.search_timeout) as index,
    ):
        gateway = _assemble(settings, engine, storage, http=http, index=index)
        tasks = [asyncio.create_task(_probing(gateway)), asyncio.create_task(expiry.keep(engine, settings))]
        tasks.append(asyncio.create_task(_watching_handoffs(gateway)))
        tasks.append(asyncio.create_task(asyncio.to_thread(language_detection.load)))
        sms = (part for part in (gateway.worker, gateway.recovery, gateway.alerts) if part is not None)
        tasks += [asyncio.create_task(part.run()) for part in sms]
        try:
            yield gateway
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
            await Leases(storage).release_all()
            storage.close()
            engine.dispose()


def _assemble(
    settings: Settings, engine: Engine, storage: DatabaseThreads, *, http: aiohttp.ClientSession, index: IndexClient
) -> Gateway:
    jurisdictions = Jurisdictions(engine)
    places = PlaceDirectory(jurisdictions)
    identity = Identity(settings.home, session_days=settings.session_days)
    limits = RateLimits(settings)
    assistant = Assistant(http, settings.url("assistant"), timeout=settings.assistant_timeout)
    dialogue = Dialogue(places, index, settings.spoken)
    conversation = Conversation(
        storage=storage, identity=identity, assistant=assistant, dialogue=dialogue, languages=settings.spoken
    )
    worker = recovery = alerts = None
    if (api := _twilio(settings, http)) is not None:
        sender = Sender(storage, api, callback=settings.public_base + "/sms/status")
        worker = Worker(WorkerParts(storage, conversation, places, limits, sender), settings)
        recovery = MissedTexts(storage, api, worker, identity)
        alerts = Dispatcher(storage, places, settings, worker.wake)
    return Gateway(
        settings=settings, engine=engine, http=http, index=index, jurisdictions=jurisdictions, places=places,
        storage=storage, identity=identity, limits=limits, assistant=assistant, conversation=conversation,
        signature_guard=SignatureGuard(settings), worker=worker, recovery=recovery, alerts=alerts,
    )  # fmt: skip


def _twilio(settings: Settings, http: aiohttp.ClientSession) -> TwilioApi | None:
    tokens = [t.strip() for t in settings.twilio_auth_tokens.get_secret_value().split(",") if t.strip()]
    if not settings.twilio_account_sid or not tokens:
        return None
    return TwilioApi(http, account=settings.twilio_account_sid, token=tokens[0], base=settings.twilio_api_url)


async def _probing(gateway: Gateway) -> None:
    while True:
        await gateway.probe()
        await asyncio.sleep(PROBE_SECONDS)


async def _watching_handoffs(gateway: Gateway) -> None:
    """See that nobody waits for staff longer than set, and that what staff write is sent."""
    while True:
        try:
            for person in await asyncio.to_thread(overdue.speak_up, gateway.engine, gateway.places):
                if gateway.worker is not None:
                    gateway.worker.wake(person)
        except Exception:
            log.exception("ALARM who waits for staff could not be looked after; it is tried again")
        await asyncio.sleep(HANDOFF_SECONDS)


async def _index_missing(index: IndexClient) -> str:
    try:
        async with asyncio.timeout(2):
            ready = (await index.status()).ready
    except TimeoutError:
        return "it did not answer within 2 s"
    except TownclerkError as error:
        return error.message
    return "" if ready else "it is still loading"
