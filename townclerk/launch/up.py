"""`townclerk up`: one command from a set-up checkout to a running Townclerk.

Order: schema, assistant's model, processes, first content (demo only), addresses. The
lock on the state directory keeps two launchers from sharing one installation.
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
from townclerk.launch.supervisor import Launcher, Say, until_stopped
from townclerk.settings import Settings, load


def run(settings: Settings, *, with_demo: bool, say: Say) -> None:
    """Start everything and stay until a signal. Raises Conflict when this installation runs already."""
    if with_demo:
        os.environ.update(start.environment(settings))
        settings = load()
    with _only_one(settings.home):
        began = time.monotonic()
        engine = database.open_database(settings)
        if not rasa_environment.model_path(settings).exists():
            say("Training the assistant (its files are new or have changed; about half a minute) ...")
        rasa_environment.train(settings)
        first_password = staff_password(settings)
        if with_demo:
            demo.load(settings, engine)
        asyncio.run(_stay(settings, with_demo=with_demo, say=say, began=began, first_password=first_password))


async def _stay(settings: Settings, *, with_demo: bool, say: Say, began: float, first_password: str | None) -> None:
    wanted = processes.five(settings) + (processes.demo(settings) if with_demo else [])
    say(f"Starting {len(wanted)} processes; their logs are in {settings.home / 'log'}")
    async with until_stopped() as stopped, Launcher(settings, wanted, say=say) as launcher:
        ready = asyncio.create_task(_get_ready(launcher, settings, with_demo=with_demo, say=say))
        stop = asyncio.create_task(stopped.wait())
        await asyncio.wait({ready, stop}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            ready.result()
            say(
                f"\nTownclerk is ready ({time.monotonic() - began:.0f} s).\n{addresses(settings, with_demo=with_demo, first_password=first_password)}"
            )
            await stop
        ready.cancel()
        say("Stopping ...")
    say("Stopped. Nothing is lost; start again with the same command.")


async def _get_ready(launcher: Launcher, settings: Settings, *, with_demo: bool, say: Say) -> None:
    first = ["demo_sites", "crawler", "index"] if with_demo else []
    if with_demo:
        await launcher.wait_ready(first)
        await start.crawl(settings, say=say)
    await launcher.wait_ready([name for name in launcher.names if name not in first])


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
