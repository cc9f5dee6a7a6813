"""How each of our HTTP services is made: errors, limits, health, request ids, shutdown.

Errors always read `{"error": {"code", "message"}}`. `/health/live` says the process
turns; `/health/ready` says it can do its work, and what it waits for when it cannot.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from http import HTTPStatus
from threading import Thread

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from townclerk import __version__
from townclerk.errors import Broken, Refused, TooLarge, TooMany, TownclerkError

log = logging.getLogger(__name__)
THREAD_STOP_SECONDS = 30

Ready = Callable[[], dict[str, str]]
"""What is not ready yet: part -> reason. Empty means ready. Must be quick; called on every probe."""


def service(
    name: str,
    *,
    ready: Ready,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    body_limit: int = 1_000_000,
    token: str = "",
) -> FastAPI:
    """A FastAPI application with our error bodies, health endpoints and a body limit in bytes.

    `/health/ready` passes on what `app.state.progress()` says of how far long work is; a service may set its own.
    With `token` every path but health and `/openapi.json` needs `Authorization: Bearer TOKEN`.
    """
    app = FastAPI(
        title=f"Townclerk {name}",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.progress = str  # nothing
    _answer_errors(app)
    app.add_middleware(HeadAsGet)
    app.add_middleware(BodyLimit, limit=body_limit)
    if token:
        app.add_middleware(Token, token=token)

    @app.get("/health/live", tags=["health"])
    async def live() -> dict[str, str]:
        return {"status": "live", "process": name, "version": __version__}

    @app.get("/health/ready", tags=["health"])
    async def is_ready() -> JSONResponse:
        waiting = ready()
        status = HTTPStatus.SERVICE_UNAVAILABLE if waiting else HTTPStatus.OK
        state = "waiting" if waiting else "ready"
        body = {"status": state, "process": name, "waiting": waiting, "progress": app.state.progress()}
        return JSONResponse(body, status)

    return app


def error_body(code: str, message: str) -> dict[str, dict[str, str]]:
    """The one error body of all our HTTP contracts."""
    return {"error": {"code": code, "message": message}}


def serve(app: FastAPI, *, host: str, port: int, log_level: str = "INFO") -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way (10 s at most)."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_config=None,
        log_level=log_level.lower(),
        access_log=False,
        server_header=False,
        proxy_headers=False,  # a forged X-Forwarded-For must not choose whose rate limit is spent
        timeout_graceful_shutdown=10,
    )


@contextmanager
def served(app: FastAPI, port: int = 0) -> Iterator[int]:
    """Serve on a loopback port in a thread while the block runs; gives the port. Raises Broken when it does not start."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise Broken(f"{app.title} does not start on port {port}. Try again.")
        time.sleep(0.02)
    try:
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(THREAD_STOP_SECONDS)


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(TownclerkError)
    async def ours(_request: Request, error: TownclerkError) -> JSONResponse:
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else None
        if error.status >= 500:
            log.error("%s: %s", type(error).__name__, error)
        return JSONResponse(error_body(error.code, error.message), error.status, headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        # The rejected value is left out: it may hold what a resident typed.
        reasons = "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()[:5])
        return JSONResponse(error_body("bad_input", f"{reasons}. The form is described at /openapi.json."), 400)

    @app.exception_handler(HTTPException)
    async def http(_request: Request, error: HTTPException) -> JSONResponse:
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        return JSONResponse(error_body(code, str(error.detail)), error.status_code, error.headers)

    @app.exception_handler(Exception)
    async def unexpected(_request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected error", exc_info=error)
        return JSONResponse(error_body("internal", "Something went wrong on our side; it has been logged."), 500)


class Token:
    """Refuses whoever does not send the token of the installation. Stands before all else, so no HTTP endpoint can be without it."""

    def __init__(self, app: ASGIApp, *, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/health/") or scope["path"] == "/openapi.json":
            await self._app(scope, receive, send)
            return
        header = dict(scope["headers"]).get(b"authorization", b"")
        if secrets.compare_digest(header, self._expected):
            await self._app(scope, receive, send)
            return
        body = error_body(
            Refused.code,
            "This service answers other Townclerk processes only; send the service token as a bearer token.",
        )
        await JSONResponse(body, Refused.status)(scope, receive, send)


class HeadAsGet:
    """Answers HEAD as GET: monitors and link checkers ask so. The server leaves the body out, as it knows the method."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = scope["type"] == "http" and scope["method"] == "HEAD"
        await self._app({**scope, "method": "GET"} if head else scope, receive, send)


class BodyLimit:
    """Refuses a request body over `limit` bytes before the application reads it whole."""

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._limit:
            await self._refuse(scope, receive, send)
            return
        body = _CountedBody(receive, send, limit=self._limit)
        try:
            await self._app(scope, body.receive, body.send)
        except Exception:
            if not body.refused:
                raise
        if body.refused:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = error_body(TooLarge.code, f"The body is over {self._limit} bytes.")
        await JSONResponse(body, TooLarge.status)(scope, receive, send)


class _CountedBody:
    """One request's channel. Past the limit the application is told that the caller went away,
    and what it then answers is dropped."""

    def __init__(self, receive: Receive, send: Send, *, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._limit = limit
        self._seen = 0
        self._started = False

    @property
    def refused(self) -> bool:
        return self._seen > self._limit and not self._started

    async def receive(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self._seen > self._limit else message

    async def send(self, message: Message) -> None:
        if not self.refused:
            self._started = True
            await self._send(message)
