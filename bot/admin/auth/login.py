"""Logging in and out, and one's own password."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from bot.admin.auth.accounts import Accounts
from bot.admin.auth.guard import Gateway, Staff, audit_log, cookie_name, same_origin, secure
from bot.admin.paths import HOME, inside
from bot.admin.rendering import Pages, Shown, show
from bot.admin.sessions import LONGEST, Sessions
from townclerk.errors import BadInput, TooMany, Unauthenticated
from townclerk.settings import Settings

open_routes = APIRouter(route_class=Pages)
routes = APIRouter(route_class=Pages)


@open_routes.get("/login")
async def log_in_page(next: str = HOME) -> Response:
    """The form."""
    return show("login.html", Shown(), next=inside(next), name="", error="")


@open_routes.post("/login")
async def log_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form()] = HOME,
) -> Response:
    """Check name and password; a new session each time."""
    gateway: Gateway = request.app.state.gateway
    same_origin(request)
    try:
        account_name = await asyncio.to_thread(Accounts(gateway.engine).check, name, password)
    except (Unauthenticated, TooMany) as error:
        if isinstance(error, TooMany):
            await asyncio.to_thread(audit_log(gateway).record, "-", "login.locked", name)
        return show("login.html", Shown(), status=error.status, next=inside(next), name=name, error=error.message)
    token = await asyncio.to_thread(Sessions(gateway.engine).open, account_name)
    await asyncio.to_thread(audit_log(gateway).record, account_name, "login", account_name)
    return _with_cookie(gateway.settings, inside(next), token, seconds=int(LONGEST.total_seconds()))


@routes.post("/logout")
async def log_out(request: Request, staff: Staff) -> Response:
    """End this browser's session."""
    settings = staff.gateway.settings
    token = request.cookies.get(cookie_name(settings), "")
    await asyncio.to_thread(Sessions(staff.gateway.engine).close, token)
    return _with_cookie(settings, "/admin/login", "", seconds=0)


@routes.get("/account")
async def account(staff: Staff) -> Response:
    """The form for a new password."""
    return await staff.show("account.html")


@routes.post("/account")
async def change_password(
    staff: Staff,
    password: Annotated[str, Form(max_length=1000)] = "",
    new: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Set one's own password; every browser of the account is logged out."""
    accounts = Accounts(staff.gateway.engine)
    try:
        await asyncio.to_thread(accounts.check, staff.session.name, password)
        if new != again:
            raise BadInput("The two new passwords differ.")
        await asyncio.to_thread(accounts.set_password, staff.session.name, new)
    except (BadInput, TooMany) as error:
        return await staff.show("account.html", error=error)
    await staff.record("staff.password", staff.session.name)
    return RedirectResponse("/admin/login", 303)


def _with_cookie(settings: Settings, path: str, token: str, *, seconds: int) -> Response:
    """Go to `path` with the session cookie set for so long; 0 deletes it."""
    response = RedirectResponse(path, 303)
    over_tls = secure(settings)
    scope = "/" if over_tls else "/admin"
    name = cookie_name(settings)
    response.set_cookie(name, token, seconds, path=scope, secure=over_tls, httponly=True, samesite="strict")
    return response
