"""Asks a running installation questions while strangers guess passwords, and prints what that does to the answers' p95.

    TOWNCLERK_TRUSTED_PROXIES=127.0.0.1 townclerk up --demo
    python -m scripts.bench.log_in --password PASSWORD [--url http://127.0.0.1:8080] [--seconds 8] [--rounds 2]

Two residents ask one question after another all the time. Forty guessers send log-ins one after another: none in the first part
of a round, from one network at one account in the second, each from a network of its own at any account in the third. All the
while staff log in with the right password, a second after the last time: from a browser that is new, and from a known one.
"""

import argparse
import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp
import numpy as np

GUESSERS, RESIDENTS = 40, 2
QUESTIONS = (
    "When is trash picked up?",
    "What does a dog license cost?",
    "Where is City Hall?",
    "How do I pay my water bill?",
)


@dataclass
class Part:
    """What happened in all parts of one kind: seconds of answers, statuses of log-ins of strangers and of staff."""

    answers: list[float] = field(default_factory=list)
    guesses: Counter[int] = field(default_factory=Counter)
    new: Counter[int] = field(default_factory=Counter)
    known: Counter[int] = field(default_factory=Counter)

    @property
    def p95(self) -> float:
        """Seconds within which 95 % of the answers came."""
        return float(np.quantile(self.answers, 0.95))


class Installation:
    """A running installation and who knocks at it."""

    def __init__(self, http: aiohttp.ClientSession, url: str, staff: tuple[str, str]) -> None:
        self._http = http
        self._url = url
        self._staff = staff

    async def resident(self, part: Part) -> None:
        """Ask for ever."""
        for text in itertools.cycle(QUESTIONS):
            started = time.perf_counter()
            async with self._http.post(f"{self._url}/chat", json={"text": text, "city": "alder-falls"}) as reply:
                await reply.read()
                reply.raise_for_status()
            part.answers.append(time.perf_counter() - started)

    async def guesser(self, part: Part, networks: Iterator[str], *, name: str) -> None:
        """Guess for ever."""
        for number in itertools.count():
            status, _ = await self._log_in(next(networks), name.format(number), "wrong password!")
            part.guesses[status] += 1

    async def member(self, counted: Counter[int], cookies: str = "") -> None:
        """Log in for ever."""
        while True:
            status, _ = await self._log_in("192.0.2.1", *self._staff, cookies=cookies)
            counted[status] += 1
            await asyncio.sleep(1)

    async def meet(self) -> str:
        """Log in once, and give the cookie of a browser that is known from now on."""
        status, device = await self._log_in("192.0.2.2", *self._staff)
        if status != HTTPStatus.SEE_OTHER:
            raise SystemExit(
                f"{self._staff[0]!r} cannot log in (status {status}). Give the right --name and --password."
            )
        return device

    async def _log_in(self, address: str, name: str, password: str, *, cookies: str = "") -> tuple[int, str]:
        headers = {"Origin": self._url, "X-Forwarded-For": address, "Cookie": cookies}
        form = {"name": name, "password": password}
        post = self._http.post(f"{self._url}/admin/login", data=form, headers=headers, allow_redirects=False)
        async with post as reply:
            await reply.read()
            return reply.status, "; ".join(f"{c.key}={c.value}" for c in reply.cookies.values() if "device" in c.key)


@asynccontextmanager
async def under_way(*work: asyncio.Task[None]) -> AsyncIterator[None]:
    """Work that ends with the block; a failure of it is raised."""
    try:
        yield
        for task in work:
            if task.done():
                task.result()
    finally:
        for task in work:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def measure(installation: Installation, *, seconds: float, rounds: int) -> dict[str, Part]:
    """All parts in turns, so that noise hits all."""
    parts = {"nobody": Part(), "one network": Part(), "40 networks": Part()}
    one, many = itertools.repeat("203.0.113.9"), itertools.cycle([f"198.51.{n}.9" for n in range(GUESSERS)])
    async with under_way(asyncio.create_task(installation.resident(Part()))):  # warms up
        device = await installation.meet()
        await asyncio.sleep(3)
    for _ in range(rounds):
        for kind, part in parts.items():
            work = [installation.resident(part) for _ in range(RESIDENTS)]
            work += [installation.member(part.new), installation.member(part.known, device)]
            if kind != "nobody":
                networks, name = (one, "admin") if kind == "one network" else (many, "name-{}")
                work += [installation.guesser(part, networks, name=name) for _ in range(GUESSERS)]
            async with under_way(*map(asyncio.create_task, work)):
                await asyncio.sleep(seconds)
    return parts


def report(parts: dict[str, Part]) -> str:
    """A table, each p95 beside the one of the same run without guessers."""
    quiet = parts["nobody"].p95
    lines = [
        "| who guesses | answers | p95, s | times | guesses by status | of staff, new browser | known browser |",
        "|---|---:|---:|---:|---|---|---|",
    ]
    for kind, part in parts.items():
        statuses = (
            ", ".join(f"{n} x {status}" for status, n in sorted(counted.items()))
            for counted in (part.guesses, part.new, part.known)
        )
        lines.append(
            f"| {kind} | {len(part.answers)} | {part.p95:.3f} | {part.p95 / quiet:.2f} | {' | '.join(statuses)} |"
        )
    return "\n".join(lines)


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.log_in", description="Guesses passwords beside questions."
    )
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--name", default="admin")
    parser.add_argument("--password", required=True)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
    ) as http:
        installation = Installation(http, options.url.rstrip("/"), (options.name, options.password))
        print(report(await measure(installation, seconds=options.seconds, rounds=options.rounds)))


if __name__ == "__main__":
    asyncio.run(main())
