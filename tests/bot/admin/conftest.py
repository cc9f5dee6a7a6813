"""The console over a real SQLite database, in front of scripted back ends on loopback."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine

from bot.admin import routes
from bot.admin.auth.accounts import Accounts
from bot.widget.assets import STATIC
from tests.bot.admin import back_ends
from tests.bot.admin.back_ends import BackEnds
from tests.bot.widget.fake_gateway import CITIES, serve
from tests.migrated import place_schema
from townclerk.jurisdictions import Jurisdictions
from townclerk.schema import open_database
from townclerk.service import service
from townclerk.settings import Settings

NAME, PASSWORD = "clerk", "four calm river stones"
ORIGIN = "http://testserver"


@dataclass(frozen=True)
class Gateway:
    """What the console needs of the gateway."""

    settings: Settings
    engine: Engine
    http: aiohttp.ClientSession
    jurisdictions: Jurisdictions


def console(settings: Settings, engine: Engine) -> FastAPI:
    """An application with the console alone."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as http:
            app.state.gateway = Gateway(settings, engine, http, Jurisdictions(engine))
            yield

    app = service("gateway", ready=dict, lifespan=lifespan, body_limit=10_000_000)
    routes.add_to(app, settings)
    app.include_router(STATIC.router())
    return app


def settings_for(home: Path, back_end: str, **more: object) -> Settings:
    """Settings whose crawler and index are at `back_end`."""
    port = urlsplit(back_end).port
    closed = {"assistant_port": 1, "actions_port": 1}
    return Settings.model_validate({"home": home, "index_port": port, "crawler_port": port} | closed | more)


@pytest.fixture
def held() -> BackEnds:
    """What the back ends hold; change it to script them."""
    return BackEnds()


@pytest.fixture
def back_end(held: BackEnds) -> Iterator[str]:
    """The address of crawler and index."""
    with serve(back_ends.application(held)) as address:
        yield address


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[Engine]:
    """A database with cities and one account."""
    settings = Settings(home=tmp_path)
    place_schema(settings)
    engine = open_database(settings)
    Jurisdictions(engine).put(CITIES)
    Accounts(engine).add(NAME, PASSWORD)
    yield engine
    engine.dispose()


class Browser:
    """A logged-in browser: it sends Origin on writes, and the form token of the page it is on."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.token = ""

    def log_in(self, name: str = NAME, password: str = PASSWORD) -> Response:
        """Log in, and read the form token from the first page."""
        answer: Response = self.client.post(
            "/admin/login",
            data={"name": name, "password": password},
            headers={"origin": ORIGIN},
            follow_redirects=False,
        )
        if answer.status_code == 303:
            self.get("/admin/account")
        return answer

    def get(self, path: str) -> Response:
        """Open a page."""
        page: Response = self.client.get(path)
        found = re.search(r'name="form_token" value="([^"]+)"', page.text)
        self.token = found[1] if found else self.token
        return page

    def post(self, path: str, *, files: dict[str, tuple[str, bytes, str]] | None = None, **fields: str) -> Response:
        """Send a form."""
        data = {"form_token": self.token} | fields
        answer: Response = self.client.post(path, data=data, files=files, headers={"origin": ORIGIN})
        return answer


@pytest.fixture
def browser(tmp_path: Path, staffed: Engine, back_end: str) -> Iterator[Browser]:
    """A browser that is logged in."""
    with TestClient(console(settings_for(tmp_path, back_end), staffed), base_url=ORIGIN) as client:
        made = Browser(client)
        assert made.log_in().status_code == 303
        yield made
