"""What a one-time link opens: a form for a password, for somebody who is not logged in."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.admin.auth.accounts import Accounts
from bot.admin.auth.guard import Gateway, same_origin
from bot.admin.auth.login import enter
from bot.admin.paths import HOME
from bot.admin.rendering import Pages, Shown, show
from townclerk.errors import BadInput, TooMany

routes = APIRouter(route_class=Pages)


@routes.get("/join/{token}")
async def join_page(request: Request, token: str) -> Response:
    """The form. Opening it uses nothing up: mail programs open links, too."""
    gateway: Gateway = request.app.state.gateway
    name = await asyncio.to_thread(Accounts(gateway.engine).of_link, token)
    return show("join.html", Shown(), name=name, error="")


@routes.post("/join/{token}")
async def join(
    request: Request,
    token: str,
    new: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Set the password and log in."""
    gateway: Gateway = request.app.state.gateway
    same_origin(request)
    accounts = Accounts(gateway.engine)
    name = await asyncio.to_thread(accounts.of_link, token)
    try:
        if new != again:
            raise BadInput("The two passwords differ.")
        await request.app.state.log_ins.hash(accounts.use_link, token, new)
    except (BadInput, TooMany) as error:
        return show("join.html", Shown(), status=error.status, name=name, error=error.message)
    return await enter(request, name, "staff.join", to=HOME)
