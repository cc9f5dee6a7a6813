"""A shorter way to an endpoint that is asked all day: what is well formed reaches it without the framework's own steps.

The framework still describes the endpoint, and it answers whatever is not well formed, so that errors read the same everywhere.
"""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from fastapi import FastAPI, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from townclerk.errors import TownclerkError
from townclerk.service import told

Body = TypeVar("Body", bound=BaseModel)
_JSON = (b"content-type", b"application/json")


class Shortcut(Generic[Body]):
    """In front of the framework's own steps: the way to one coroutine function that takes one JSON body and no dependencies.

    It may raise our own errors; others, `HTTPException` too, are taken for faults of ours.
    """

    def __init__(
        self, app: ASGIApp, *, path: str, body: type[Body], endpoint: Callable[[Body], Awaitable[Response]]
    ) -> None:
        self._app = app
        self._path = path
        self._body = body
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope.get("method") != "POST" or scope["path"] != self._path or _JSON not in scope["headers"]:
            await self._app(scope, receive, send)
            return
        try:
            given = await Request(scope, receive).body()
        except ClientDisconnect:
            return
        try:
            asked = self._body.model_validate_json(given)
        except ValidationError:
            await self._app(scope, _again(given, receive), send)
            return
        try:
            response = await self._endpoint(asked)
        except TownclerkError as error:
            response = told(error)
        await response(scope, receive, send)


def shorten(app: FastAPI, path: str, body: type[Body], endpoint: Callable[[Body], Awaitable[Response]]) -> None:
    """Put a shortcut to the endpoint of `app` at `path` behind what stands in front of all endpoints of a service.

    Raises ValueError when it is not the one, RuntimeError when the application runs already.
    """
    route = next((r for r in app.routes if isinstance(r, APIRoute) and r.path == path and r.endpoint is endpoint), None)
    if route is None or route.dependant.dependencies or route.methods != {"POST"}:
        raise ValueError(
            f"{path} is not an endpoint of this function without dependencies, by POST. Add it to the application first."
        )
    if app.middleware_stack is not None:
        raise RuntimeError(f"{path} can be shortened only before the application starts.")
    # The last in the list is met last: the token and the size of the body are looked at before.
    app.user_middleware.append(Middleware(Shortcut[Body], path=path, body=body, endpoint=endpoint))


def _again(body: bytes, receive: Receive) -> Receive:
    """The body, which was read already, and what comes after it."""
    handed = False

    async def read() -> Message:
        nonlocal handed
        if handed:
            return await receive()
        handed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read
