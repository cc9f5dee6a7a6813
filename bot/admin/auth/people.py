"""People: who has an account, what they may do, invitations and removal."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.admin.auth.accounts import LINK_HOURS, Accounts
from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.auth.second_factor import SecondFactor
from bot.admin.rendering import Pages
from bot.admin.roles import MEANING, Role
from townclerk.errors import TownclerkError

routes = APIRouter(route_class=Pages)
PAGE = "/admin/people"
Name = Annotated[str, Form(max_length=200)]
ChosenRole = Annotated[Role, Form()]


@routes.get("/people")
async def list_people(staff: Staff) -> Response:
    """Everybody with an account."""
    return await _list(staff)


@routes.post("/people")
async def invite(staff: Staff, name: Name, role: ChosenRole) -> Response:
    """Add an account and show the link that sets its password, this once."""
    try:
        token = await asyncio.to_thread(Accounts(staff.gateway.engine).invite, name, role)
    except TownclerkError as error:
        return await _list(staff, error=error, typed=name, role=role)
    name = name.strip().lower()
    await staff.record("staff.invite", name, role)
    return await _list(staff, invited=name, token=token)


@routes.post("/people/{name}/link")
async def new_link(staff: Staff, name: str) -> Response:
    """Show a new link, for an invitation that was too late or a password that was forgotten."""
    token = await asyncio.to_thread(Accounts(staff.gateway.engine).link, name)
    await staff.record("staff.link", name)
    return await _list(staff, invited=name, token=token)


@routes.post("/people/{name}/role")
async def change_role(staff: Staff, name: str, role: ChosenRole) -> Response:
    """Change what somebody may do; it holds from their next click on."""
    try:
        await asyncio.to_thread(Accounts(staff.gateway.engine).set_role, name, role)
    except TownclerkError as error:
        return await _list(staff, error=error)
    await staff.record("staff.role", name, role)
    return await staff.done(PAGE, f"{name} is now {role}: {MEANING[role]}.")


@routes.post("/people/{name}/reset")
async def reset_second_factor(staff: Staff, name: str) -> Response:
    """Turn off the second factor of somebody who lost the phone."""
    factor = SecondFactor(staff.gateway.engine, staff.gateway.settings.home)
    await asyncio.to_thread(factor.reset, name)
    await staff.record("staff.second-factor.reset", name)
    return await staff.done(PAGE, f"The second factor of {name} is off. The next log-in needs the password only.")


@routes.post("/people/{name}/remove")
async def remove(staff: Staff, name: str) -> Response:
    """Remove an account; its browsers are logged out at once."""
    try:
        await asyncio.to_thread(Accounts(staff.gateway.engine).remove, name)
    except TownclerkError as error:
        return await _list(staff, error=error)
    await staff.record("staff.remove", name)
    return await staff.done(PAGE, f"Removed {name}, and logged out wherever that was needed.")


async def _list(
    staff: StaffRequest, *, error: TownclerkError | None = None, role: Role = "editor", **values: str
) -> Response:
    people = await asyncio.to_thread(Accounts(staff.gateway.engine).all)
    token = values.pop("token", "")
    link = f"{staff.gateway.settings.public_base}/admin/join/{token}" if token else ""
    shown = {"typed": "", "invited": ""} | values
    return await staff.show(
        "people.html", error=error, people=people, meaning=MEANING, hours=LINK_HOURS, role=role, link=link, **shown
    )
