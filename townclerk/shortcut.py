"""A shorter way to an endpoint that is asked all day: what is well formed reaches it without the framework's own steps.

The framework still describes the endpoint, and it answers whatever is not well formed, so that errors read the same everywhere.
"""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from fastapi import FastAPI, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Body = TypeVar("Body", bound=BaseModel)
_JSON = (b"content-type", b"application/json")


class Shortcut(Generic[Body]):
    """In front of what the framework made of an endpoint, a coroutine function that takes one JSON body and no dependencies."""

    def __init__(self, whole: ASGIApp, body: type[Body], endpoint: Callable[[Body], Awaitable[Response]]) -> None:
        self._whole = whole
        self._body = body
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if _JSON not in scope["headers"]:
            await self._whole(scope, receive, send)
            return
        given = await Request(scope, receive).body()
        try:
            asked = self._body.model_validate_json(given)
        except ValidationError:
            await self._whole(scope, _again(given, receive), send)
            return
        response = await self._endpoint(asked)
        await response(scope, receive, send)


def shorten(app: FastAPI, path: str, body: type[Body], endpoint: Callable[[Body], Awaitable[Response]]) -> None:
    """Put a shortcut in front of the endpoint of `app` at `path`. Raises ValueError when it is not the one."""
    route = next((r for r in app.routes if isinstance(r, APIRoute) and r.path == path and r.endpoint is endpoint), None)
    if route is None or route.dependant.dependencies:
        raise ValueError(
            f"{path} is not an endpoint of this function without dependencies. Add it to the application first."
        )
    route.app = Shortcut(route.app, body, endpoint)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body, which was read already, and what comes after it."""
    told = False

    async def read() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read
