"""A loopback website with named faults, changed by a test while it runs."""

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def html(title: str, text: str, *links: str, head: str = "") -> str:
    """A small page with a heading, one paragraph in the main part and links."""
    anchors = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body><nav><ul>{anchors}</ul></nav>"
        f"<main><h1>{title}</h1><p>{text}</p></main></body></html>"
    )


def words(topic: str) -> str:
    """A paragraph about one thing, long enough to be read as content."""
    return f"The {topic} office is open on weekdays. Residents who need a {topic} form can get it at the {topic} desk."


@dataclass
class Site:
    """Pages by path; `answers` replaces a page by a fault, `delay` is seconds an answer takes.

    `seen` logs (path with query, headers).
    """

    pages: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    everything: Answer | None = None
    etags: bool = True
    delay: float = 0.0
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def requested(self, path: str) -> int:
        """How often `path` was asked for."""
        return sum(seen == path for seen, _ in self.seen)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append((request.path_qs, dict(request.headers)))
        await asyncio.sleep(self.delay)
        answer = self.answers.get(request.path_qs) or self.everything
        if answer is not None:
            return await answer(request)
        text = self.pages.get(request.path_qs)
        if text is None:
            return web.Response(status=404, text="no such page")
        tag = f'"{zlib.crc32(text.encode())}"'
        if self.etags and request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return web.Response(text=text, content_type="text/html", headers={"ETag": tag} if self.etags else {})


def status(code: int, **headers: str) -> Answer:
    """Answers with this status."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=code, text="<html>", headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


def redirect(target: str) -> Answer:
    """Redirects to `target`."""
    return status(302, Location=target)


def body(data: bytes, content_type: str = "text/html", **headers: str) -> Answer:
    """Answers with these bytes."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(
            body=data, headers={"Content-Type": content_type} | {k.replace("_", "-"): v for k, v in headers.items()}
        )

    return answer


def page(text: str, **headers: str) -> Answer:
    """Answers with this HTML and extra headers."""
    return body(text.encode(), **headers)


def bomb(megabytes: int) -> Answer:
    """A gzip body that unpacks to this many MB of one letter."""
    return body(gzip.compress(b"a" * megabytes * 1_000_000), Content_Encoding="gzip")


def drip(every: float) -> Answer:
    """An endless chunked body, one byte at a time."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"a")
            await asyncio.sleep(every)

    return answer


def hang_up() -> Answer:
    """Closes the connection without an answer."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.close()
        return web.Response()

    return answer


def first(*answers: Answer) -> Answer:
    """One answer after the other; the last one stays."""
    left = list(answers)

    async def answer(request: web.Request) -> web.StreamResponse:
        return await (left.pop(0) if len(left) > 1 else left[0])(request)

    return answer
