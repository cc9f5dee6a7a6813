"""The pages of a source as the bot sees them; one is hidden here, or its folder left out."""

import re
from typing import Annotated, get_args
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.admin.auth.guard import Staff
from bot.admin.console.source import source_of
from bot.admin.rendering import Pages
from crawler.page_schemas import PageState

routes = APIRouter(route_class=Pages)
PAGE = 100
"""Addresses on one page."""
STATES: dict[PageState, str] = {
    "answered": "in the answers",
    "hidden": "hidden",
    "copy": "same text as another",
    "gone": "gone",
    "unread": "not read",
}


@routes.get("/sources/{id}/pages")
async def list_pages(staff: Staff, id: str, text: str = "", state: str = "", page: int = 0) -> Response:
    """The addresses of a source, by address or title."""
    page, state = max(0, min(page, 1000)), state if state in get_args(PageState) else ""
    source = await source_of(staff, id)
    found = await staff.crawler.pages(id, text=text.strip()[:200], state=state, offset=page * PAGE, limit=PAGE)
    values = {"source": source, "found": found, "text": text, "state": state, "states": STATES, "page": page}
    return await staff.show("pages.html", error=None, **values)


@routes.get("/sources/{id}/page")
async def show_page(staff: Staff, id: str, url: str) -> Response:
    """What the bot sees of one address, why it is or is not in the answers, and what became of it in each crawl."""
    seen = await staff.crawler.page(id, url)
    return await staff.show_places("page.html", seen=seen, folder=folder_of(url), pattern=folder_pattern(url))


@routes.post("/sources/{id}/page/hidden")
async def hide_page(
    staff: Staff, id: str, url: Annotated[str, Form(max_length=2048)], hidden: Annotated[bool, Form()] = False
) -> Response:
    """Take a page out of the answers, or bring it back."""
    await staff.crawler.hide_page(id, url, hidden=hidden)
    await staff.record("page.hide" if hidden else "page.show", id, url)
    said = "Hidden. It leaves the answers now." if hidden else "Shown again. It comes back into the answers now."
    return await staff.done(f"/admin/sources/{id}/page?{urlencode({'url': url})}", said)


def folder_of(url: str) -> str:
    """The folder that holds an address, `/news/` say; "" for the root of a site."""
    path = urlsplit(url).path
    folder = path[: path.rstrip("/").rfind("/") + 1]
    return folder if len(folder) > 1 else ""


def folder_pattern(url: str) -> str:
    """A pattern that matches what is in the folder of an address."""
    return f"^{re.escape(url.split(urlsplit(url).netloc)[0] + urlsplit(url).netloc + folder_of(url))}"
