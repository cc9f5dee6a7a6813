"""Security headers on every response, unless the page set its own."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.widget.security import policy
from townclerk.service import BodyLimit
from townclerk.settings import Settings

PUBLIC_BODY = 64_000
"""Bytes of a request body outside the admin console: far more than any message or webhook."""


class SecurityHeaders:
    """Adds what is missing. JSON gets the strictest policy: should it be shown as a page, nothing runs."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Cache-Control": "no-store",
        }
        if settings.public_base.startswith("https://"):
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class PublicBodyLimit:
    """The small body limit, for every path but the console's, where staff upload FAQ files."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._limited = BodyLimit(app, limit=PUBLIC_BODY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        staff = scope["type"] != "http" or scope["path"].startswith("/admin/")
        await (self._app if staff else self._limited)(scope, receive, send)
