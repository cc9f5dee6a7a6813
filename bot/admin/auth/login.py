"""Logging in and out, and one's own password."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from bot.admin.auth.accounts import Accounts
from bot.admin.auth.guard import Gateway, Staff, audit_log, same_origin
from bot.admin.auth.log_ins import LogIns
from bot.admin.auth.second_factor import SecondFactor
from bot.admin.auth.throttle import CODES, Attempt, cookie_name, set_cookie
from bot.admin.paths import HOME, inside
from bot.admin.rendering import Pages, Shown, show
from bot.admin.sessions import LONGEST, Sessions
from townclerk.errors import BadInput, TooMany, Unauthenticated
from townclerk.settings import Settings

open_routes = APIRouter(route_class=Pages)
routes = APIRouter(route_class=Pages)
PAUSE = 1.0
"""Seconds that a refusal waits, so that who goes on trying at once costs next to nothing."""


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
    log_ins: LogIns = request.app.state.log_ins
    same_origin(request)
    attempt = log_ins.throttle.attempt(request, name)
    try:
        await log_ins.check(gateway.engine, attempt, password)
    except TooMany as error:
        await _tell(gateway, log_ins, attempt)
        await asyncio.sleep(PAUSE)
        return _again(error, next, name)
    except Unauthenticated as error:
        return _again(error, next, name)
    return await enter(request, attempt.name, "login", to=inside(next))


@open_routes.post("/login/code")
async def check_code(
    request: Request,
    pending: Annotated[str, Form(max_length=1000)] = "",
    code: Annotated[str, Form(max_length=100)] = "",
    next: Annotated[str, Form()] = HOME,
) -> Response:
    """The second step, for accounts with a second factor: `pending` says who knew the password just now."""
    gateway: Gateway = request.app.state.gateway
    log_ins: LogIns = request.app.state.log_ins
    same_origin(request)
    attempt = log_ins.throttle.attempt(request, log_ins.pending(pending))
    try:
        if not attempt.name:
            raise Unauthenticated("That took too long. Log in again.")
        await log_ins.throttle.count(attempt, CODES, kind="code")
    except (Unauthenticated, TooMany) as error:
        return _again(error, next, attempt.name)
    factor = SecondFactor(gateway.engine, gateway.settings.home)
    if not await asyncio.to_thread(factor.check, attempt.name, code):
        return _ask_code(pending, next, error="That code is wrong, or was used before. Wait for the next one.")
    await log_ins.throttle.forget(attempt, CODES, kind="code")
    return await _open_session(request, attempt.name, "login", to=inside(next))


@routes.post("/logout")
async def log_out(request: Request, staff: Staff) -> Response:
    """End this browser's session."""
    settings = staff.gateway.settings
    token = request.cookies.get(cookie_name(settings), "")
    await asyncio.to_thread(Sessions(staff.gateway.engine).close, token)
    return _with_session(settings, "/admin/login", "", seconds=0)


@routes.get("/account")
async def account(staff: Staff) -> Response:
    """The form for a new password."""
    return await staff.show("account.html")


@routes.post("/account")
async def change_password(
    request: Request,
    staff: Staff,
    password: Annotated[str, Form(max_length=1000)] = "",
    new: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Set one's own password; every browser of the account is logged out."""
    name, engine, log_ins = staff.session.name, staff.gateway.engine, request.app.state.log_ins
    try:
        await log_ins.check(engine, Attempt(name, "", device=staff.session.token_hash), password)
        if new != again:
            raise BadInput("The two new passwords differ.")
        await log_ins.hash(Accounts(engine).set_password, name, new)
    except (BadInput, TooMany) as error:
        return await staff.show("account.html", error=error)
    await staff.record("staff.password", name)
    return RedirectResponse("/admin/login", 303)


async def enter(request: Request, name: str, action: str, *, to: str) -> Response:
    """Let in who showed a password or a link, or ask for the second factor."""
    gateway: Gateway = request.app.state.gateway
    factor = SecondFactor(gateway.engine, gateway.settings.home)
    if await asyncio.to_thread(factor.is_set, name):
        return _ask_code(request.app.state.log_ins.set_pending(name), to)
    return await _open_session(request, name, action, to=to)


async def _open_session(request: Request, name: str, action: str, *, to: str) -> Response:
    """A new session; the browser is known to the account from now on."""
    gateway: Gateway = request.app.state.gateway
    token = await asyncio.to_thread(Sessions(gateway.engine).open, name)
    await asyncio.to_thread(audit_log(gateway).record, name, action, name)
    response = _with_session(gateway.settings, to, token, seconds=int(LONGEST.total_seconds()))
    request.app.state.log_ins.throttle.remember(request, response, name)
    return response


def _ask_code(pending: str, next: str, *, error: str = "") -> Response:
    """The form for a code of the second factor."""
    return show("code.html", Shown(), status=401 if error else 200, pending=pending, next=inside(next), error=error)


def _with_session(settings: Settings, path: str, token: str, *, seconds: int) -> Response:
    """Go to `path` with the session cookie set for so long; 0 deletes it."""
    response = RedirectResponse(path, 303)
    set_cookie(response, settings, "staff", token, seconds=seconds)
    return response


def _again(error: Unauthenticated | TooMany, next: str, name: str) -> Response:
    """The form once more."""
    page = show("login.html", Shown(), status=error.status, next=inside(next), name=name, error=error.message)
    if isinstance(error, TooMany):
        page.headers["Retry-After"] = str(error.retry_after)
    return page


async def _tell(gateway: Gateway, log_ins: LogIns, attempt: Attempt) -> None:
    """Say once that somebody guesses. A name that is no account may be a password typed into the wrong field."""
    known = {account.name for account in await asyncio.to_thread(Accounts(gateway.engine).all)}
    if attempt.name in known and await log_ins.throttle.first(attempt):
        detail = f"from {attempt.network}"
        await asyncio.to_thread(audit_log(gateway).record, "-", "login.refused", attempt.name, detail)
