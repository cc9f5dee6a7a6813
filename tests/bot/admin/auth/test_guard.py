"""Over all routes at once: none without a session, no write without our Origin and the form's token."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from bot.admin.auth.accounts import Accounts
from bot.admin.roles import ROLES, Role, may, needed
from tests.bot.admin.back_ends import BackEnds
from tests.bot.admin.conftest import NAME, ORIGIN, Browser, console, settings_for

OPEN = {"/admin", "/admin/login", "/admin/login/code", "/admin/join/{token}", "/admin/assets/{name}"}
"""Everything that may be reached before log-in."""


@pytest.fixture
def app(tmp_path: Path, staffed: Engine, back_end: str) -> FastAPI:
    return console(settings_for(tmp_path, back_end), staffed)


def guarded(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and an example path of every route of the console but the open ones."""
    found = 0
    for route in iter_route_contexts(app.routes):
        path = str(route.path)
        if path.startswith("/admin") and path not in OPEN:
            found += 1
            for method in sorted(route.methods or ()):
                yield method, re.sub(r"\{[^}]+\}", "1", path)
    assert found >= 18  # were the routes found at all?


def test_every_page_sends_a_stranger_to_the_log_in(app: FastAPI, held: BackEnds) -> None:
    with TestClient(app, base_url=ORIGIN, follow_redirects=False) as stranger:
        for method, path in guarded(app):
            answer = stranger.request(method, path, headers={"origin": ORIGIN})
            if method == "GET":
                assert (answer.status_code, answer.headers["location"][:12]) == (303, "/admin/login"), path
            else:
                assert answer.status_code == 401, path
    assert held.calls == []


def test_every_write_needs_the_token_of_this_browsers_form(browser: Browser, app: FastAPI, held: BackEnds) -> None:
    writes = [path for method, path in guarded(app) if method == "POST"]
    assert len(writes) >= 8
    for path in writes:
        for token in ("", "wrong", browser.token[:-1]):
            sent = {"form_token": token, "url": "https://a.example/", "city": "alder-falls"}
            files = {"file": ("f.csv", b"question,answer\nA,B\n", "text/csv")} if path.endswith("import") else None
            answer = browser.client.post(path, data=sent, files=files, headers={"origin": ORIGIN})
            assert answer.status_code == 403, path
    assert held.calls == []
    assert browser.get("/admin/audit").status_code == 200  # and log-out did not happen either


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "http://testserver.evil.example", "http://testserver:81"]
)
def test_a_write_from_another_origin_is_refused(browser: Browser, held: BackEnds, origin: str) -> None:
    headers = {"origin": origin} if origin else {}
    answer = browser.client.post(
        "/admin/sources/alder-falls-1/crawl", data={"form_token": browser.token}, headers=headers
    )
    assert answer.status_code == 403
    assert held.calls == []


def test_pages_may_not_be_framed_or_cached_and_run_own_scripts_only(browser: Browser) -> None:
    headers = browser.get("/admin/").headers
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ):
        assert part in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_no_page_has_an_inline_script_or_style(browser: Browser) -> None:
    for path in (
        "/admin/",
        "/admin/sources",
        "/admin/faqs",
        "/admin/synonyms",
        "/admin/questions",
        "/admin/runs/7",
        "/admin/why?text=a",
        "/admin/records",
        "/admin/audit",
    ):
        text = browser.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text), path


def test_every_write_says_which_role_it_needs(app: FastAPI) -> None:
    unknown = [path for method, path in guarded(app) if method == "POST" and needed(path, write=True) is None]
    assert unknown == []
    assert not any(may(role, "/admin/something-new", write=True) for role in ROLES)


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_a_role_sends_no_form_above_it_and_is_shown_none(
    browser: Browser, app: FastAPI, staffed: Engine, held: BackEnds, role: Role
) -> None:
    Accounts(staffed).add("boss", "five grey harbor gulls")
    Accounts(staffed).set_role(NAME, role)
    for method, path in guarded(app):
        allowed = may(role, path, write=method == "POST")
        if method == "POST" and not allowed:
            assert browser.post(path).status_code == 403, path
        if method == "GET":
            page = browser.get(path)
            assert (page.status_code == 403) is not allowed, path
            actions = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page.text)
            if page.status_code == 200 and "text/html" in page.headers["content-type"]:
                assert "/admin/logout" in actions, path
            assert all(may(role, action, write=True) for action in actions), path
    assert held.calls == []
    assert (">Pin an answer" in browser.get("/admin/pins").text) is (role == "editor")
    assert "/admin/people" not in browser.get("/admin/").text
