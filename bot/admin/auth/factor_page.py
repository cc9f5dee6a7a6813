"""One's own second factor: the QR code, the code that proves it, and recovery codes."""

import asyncio
from typing import Annotated

import segno
from fastapi import APIRouter, Form
from fastapi.responses import Response
from markupsafe import Markup

from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.auth.second_factor import SecondFactor, new_salt
from bot.admin.rendering import Pages
from townclerk.errors import BadInput

routes = APIRouter(route_class=Pages)


@routes.get("/account/second-factor")
async def second_factor_page(staff: Staff) -> Response:
    """A new key, as QR code and in letters. Nothing is stored until a code proves that an app has it."""
    return await _show(staff, new_salt())


@routes.post("/account/second-factor")
async def set_second_factor(
    staff: Staff, salt: Annotated[str, Form(max_length=64)], code: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Turn it on and show the recovery codes, this once."""
    factor = SecondFactor(staff.gateway.engine, staff.gateway.settings.home)
    try:
        codes = await asyncio.to_thread(factor.set, staff.session.name, salt, code)
    except BadInput as error:
        return await _show(staff, salt, error)
    await staff.record("staff.second-factor.set", staff.session.name)
    return await staff.show("second_factor.html", codes=codes)


async def _show(staff: StaffRequest, salt: str, error: BadInput | None = None) -> Response:
    factor = SecondFactor(staff.gateway.engine, staff.gateway.settings.home)
    key, address = factor.offer(staff.session.name, salt)
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, light="#fff")
    letters = " ".join(key[start : start + 4] for start in range(0, len(key), 4))
    qr = Markup(drawn)  # noqa: S704 - drawn by us: paths only
    return await staff.show("second_factor.html", error=error, codes=(), salt=salt, key=letters, qr=qr)
