"""What each role may do. The one list of who may write where; what is not in it nobody may."""

from typing import Literal

from lxml import html

from bot.admin.paths import PREFIX

Role = Literal["viewer", "editor", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "editor", "admin")
"""From least to most."""
MEANING: dict[Role, str] = {
    "viewer": "sees everything but the inbox, changes nothing",
    "editor": "also changes answers and sources, and answers residents",
    "admin": "also people and records",
}
WRITES: dict[str, Role] = {
    "account": "viewer",
    "logout": "viewer",
    "alerts": "editor",
    "faqs": "editor",
    "inbox": "editor",
    "pins": "editor",
    "runs": "editor",
    "sources": "editor",
    "synonyms": "editor",
    "people": "admin",
    "records": "admin",
}
"""The role that a form needs, by the first part of its path below /admin."""
READS: dict[str, Role] = {"inbox": "editor", "people": "admin"}
"""The same of pages; the others are for all."""

FORM_LINKS = ("edit=", "/edit", "question=", "/new", "/pins/")
"""What addresses have that lead to a form."""


def needed(path: str, *, write: bool) -> Role | None:
    """The least role for a path; None when no role may, as nobody wrote down which."""
    part = path.removeprefix(PREFIX + "/").partition("?")[0].partition("/")[0]
    return WRITES.get(part) if write else READS.get(part, "viewer")


def may(role: Role, path: str, *, write: bool) -> bool:
    """Whether a role is enough."""
    least = needed(path, write=write)
    return least is not None and ROLES.index(role) >= ROLES.index(least)


def only_allowed(markup: str, role: Role) -> str:
    """A page without the forms, and the links to forms, that this role may not send."""
    if role == ROLES[-1]:
        return markup
    page = html.document_fromstring(markup)
    for form in page.xpath("//form[@method='post']"):
        if not may(role, form.get("action", ""), write=True):
            next(iter(form.xpath("ancestor::details[@class='sure']")), form).drop_tree()
    for link in page.xpath("//a[starts-with(@href, '/admin/')]"):
        path = link.get("href")
        if not may(role, path, write=any(sign in path for sign in FORM_LINKS)):
            (link.getparent() if link.getparent().tag == "li" else link).drop_tree()
    return str(html.tostring(page, encoding="unicode", doctype="<!doctype html>"))
