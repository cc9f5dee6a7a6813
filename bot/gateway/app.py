"""The gateway's application: all routes of the public door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

import bot.admin.routes
import bot.widget.routes
from bot.gateway.gateway import Gateway, open_gateway
from bot.gateway.headers import PublicBodyLimit, SecurityHeaders
from bot.sms import webhook
from bot.web import ask, chat, staff_replies
from townclerk.service import service
from townclerk.settings import Settings

UPLOAD = 10_000_000
"""Bytes of a request body at most: a FAQ file that staff upload."""


def make_app(settings: Settings) -> FastAPI:
    """The application. Its parts are made when it starts and closed when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_gateway(settings) as gateway:
            app.state.gateway = gateway
            yield

    def waiting() -> dict[str, str]:
        gateway: Gateway | None = getattr(app.state, "gateway", None)
        return dict(gateway.waiting) if gateway else {"gateway": "starting"}

    app = service("gateway", ready=waiting, lifespan=lifespan, body_limit=UPLOAD)
    for routes in (
        chat.router(),
        staff_replies.router(),
        ask.router(),
        webhook.router(),
        bot.widget.routes.router(),
    ):
        app.include_router(routes)
    bot.admin.routes.add_to(app, settings)
    app.add_middleware(PublicBodyLimit)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=bot.widget.routes.widget_origins(settings),
        allow_methods=["GET", "POST"],
        allow_headers=["content-type"],
        expose_headers=["Retry-After", "Server-Timing"],
    )
    app.add_middleware(SecurityHeaders, settings=settings)
    return app
