"""`townclerk up`: one command from a set-up checkout to a running Townclerk.

Order: schema, assistant's model, processes, first content (demo only), addresses. The
lock on the state directory keeps two of them from sharing one installation.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from townclerk import database
from townclerk.demo import load as demo
from townclerk.demo import start
from townclerk.errors import Conflict
from townclerk.launch import processes, rasa_environment
from townclerk.launch.supervisor import Say, Supervisor, until_stopped
from townclerk.schema import open_database
from townclerk.settings import Settings, load

OPEN_AFTER_SECONDS = 30.0
"""When the gateway answers and not all is ready after this time, the addresses are given already."""


def run(settings: Settings, *, with_demo: bool, say: Say) -> None:
    """Start everything and stay until a signal. Raises Conflict when this installation runs already."""
    if with_demo:
        os.environ.update(start.environment(settings))
        settings = load()
    with _only_one(settings.home):
        began = time.monotonic()
        engine = open_database(settings)
        if not settings.assistant_url:
            if not rasa_environment.model_path(settings).exists():
                say("Training the assistant (its files are new or have changed; about half a minute) ...")
            rasa_environment.train(settings)
        first_password = staff_password(settings)
        if with_demo:
            demo.load(settings, engine)
        asyncio.run(_stay(settings, with_demo=with_demo, say=say, began=began, first_password=first_password))


async def _stay(settings: Settings, *, with_demo: bool, say: Say, began: float, first_password: str | None) -> None:
    chosen = processes.local(settings) + (processes.demo(settings) if with_demo else [])
    doors = addresses(settings, with_demo=with_demo, first_password=first_password)
    say(f"Starting {len(chosen)} processes; their logs are in {settings.home / 'log'}")
    async with until_stopped() as stopped, Supervisor(settings, chosen, say=say) as supervisor:
        start_up = asyncio.create_task(_start_up(supervisor, settings, with_demo=with_demo, say=say, doors=doors))
        stop = asyncio.create_task(stopped.wait())
        await asyncio.wait({start_up, stop}, return_when=asyncio.FIRST_COMPLETED)
        if start_up.done():
            start_up.result()
            say(f"\nTownclerk is ready ({time.monotonic() - began:.0f} s).\n{doors}")
            await stop
        start_up.cancel()
        say("Stopping ...")
    say("Stopped. Nothing is lost; start again with the same command.")


async def _start_up(supervisor: Supervisor, settings: Settings, *, with_demo: bool, say: Say, doors: str) -> None:
    """Wait until all is ready; when that takes long, give the addresses that are open meanwhile."""
    if with_demo:
        await supervisor.wait_ready(["demo_sites", "crawler", "index"])
        await start.crawl(settings, say=say)
    await supervisor.wait_alive("gateway")
    ready = asyncio.create_task(supervisor.wait_ready())
    try:
        if not (await asyncio.wait({ready}, timeout=OPEN_AFTER_SECONDS))[0]:
            say(f"\nTownclerk answers from what is read already.\n{doors}\n")
        await ready
    finally:
        ready.cancel()


def addresses(settings: Settings, *, with_demo: bool, first_password: str | None) -> str:
    """What to open next, as plain lines."""
    base = settings.public_base
    lines = [f"  Web chat        {base}/demo", f"  No JavaScript   {base}/ask", f"  Staff console   {base}/admin/"]
    if first_password:
        lines.append(
            f"    user admin, password {first_password}  (shown once; `townclerk staff password admin` sets another)"
        )
    if with_demo:
        lines.append(f"  Phone simulator {settings.url('simulator')}/")
    if settings.twilio_account_sid and not with_demo:
        lines.append(f"  SMS webhook     {base}/sms")
    return "\n".join([*lines, "Open one of these, or press Ctrl-C to stop."])


def staff_password(settings: Settings) -> str | None:
    """The first staff account's password when it was made just now."""
    from bot.admin.auth.accounts import ensure_admin

    return ensure_admin(database.connect(settings), settings.home)


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "up.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Conflict(
            f"Townclerk runs already with state directory {home}. Stop it, or set TOWNCLERK_HOME to another directory."
        ) from error
    try:
        yield
    finally:
        lock.release()
