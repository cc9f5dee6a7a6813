"""Real parts to test with: a temporary installation, its database, and the engine with the real model."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import lru_cache

import pytest
import uvicorn
from sqlalchemy import Engine, insert, select

from crawler.extracted import Extracted
from crawler.fetching.fetcher import Fetched
from crawler.page import Block
from crawler.pages.writer import FetchedPage, PageWriter
from crawler.tables import sources
from index.api import app
from index.embedding import onnx_model
from index.embedding.session import OnnxSession
from index.installation import Installation
from tests.index.toy import LocalIndex
from tests.migrated import place_schema
from townclerk import clock
from townclerk.database import connect, writing
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.settings import Settings

CITIES = (
    Jurisdiction("us", "United States", level="federal"),
    Jurisdiction("ohio", "Ohio", level="state", parent_id="us"),
    Jurisdiction("oakton", "Oakton", parent_id="ohio", phone="555-0101", url="https://oakton.example"),
    Jurisdiction("elmville", "Elmville", parent_id="ohio"),
)
FAQS = """question,answer,url,city
When is trash collected?,"Trash is collected every Monday before 7 a.m. Put the cart at the curb on Sunday evening.",https://oakton.example/trash,oakton
When is recycling collected?,"Recycling is collected every second Wednesday before 7 a.m.",https://oakton.example/recycling,oakton
How do I get a dog license?,"Buy a dog license at the county clerk for $12 a year.",https://oakton.example/dogs,oakton
When is trash collected?,"Trash is collected on Friday morning.",https://elmville.example/trash,elmville
How do I renew my driver license?,"Renew a driver license at any state office with your old card.",https://ohio.example/license,ohio
How do I get a passport?,"Apply for a passport at a post office with form DS-11.",https://us.example/passport,us
"""


@pytest.fixture(scope="session", autouse=True)
def shared_models() -> Iterator[None]:
    """Encoders share an open model: opened anew by each test, they would hold gigabytes until they are collected."""
    opened = lru_cache(maxsize=2)(OnnxSession)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(onnx_model, "OnnxSession", lambda model, *, threads: opened(model.resolve(), threads=threads))
        yield


@pytest.fixture(autouse=True)
def close_indexes() -> Iterator[None]:
    """Close what tests opened and left open."""
    yield
    while LocalIndex.opened:
        LocalIndex.opened.pop().close()


@pytest.fixture
def settings(settings: Settings, pytestconfig: pytest.Config) -> Settings:
    """The shared settings, without reviewed cities, and with the exported model kept between test runs."""
    settings.home.mkdir(parents=True)
    (settings.home / "models").symlink_to(pytestconfig.cache.mkdir("models") if pytestconfig.cache else settings.home)
    return settings.model_copy(update={"cities": settings.home / "cities"})


@pytest.fixture
def database(settings: Settings) -> Iterator[Engine]:
    """A database with four jurisdictions, and nothing else."""
    place_schema(settings)
    engine = connect(settings)
    Jurisdictions(engine).put(CITIES)
    yield engine
    engine.dispose()


@pytest.fixture
def installation(settings: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the installation of these settings."""
    monkeypatch.setenv("TOWNCLERK_HOME", str(settings.home))
    monkeypatch.setenv("TOWNCLERK_INDEX_PORT", str(settings.index_port))
    monkeypatch.setenv("TOWNCLERK_CITIES", str(settings.cities))


@pytest.fixture
def open_process(settings: Settings, database: Engine) -> Iterator[Callable[[], Installation]]:
    """Opens the index of the installation; closed at the end."""
    made: list[Installation] = []

    def opened() -> Installation:
        made.append(Installation(settings))
        return made[-1]

    yield opened
    for process in made:
        process.close()


@pytest.fixture
def running(settings: Settings) -> Iterator[None]:
    """The search service of this installation, on its port."""
    server = uvicorn.Server(uvicorn.Config(app.make(settings), port=settings.index_port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield
    server.should_exit = True
    thread.join(15)


def keep_page(database: Engine, *, url: str, title: str, text: str, jurisdiction: str = "oakton") -> PageWriter:
    """Store a page as the crawler does, or its new text; gives the writer of its source."""
    with writing(database) as connection:
        source = {
            "id": "site",
            "jurisdiction": jurisdiction,
            "url": url,
            "depth": 0,
            "max_pages": 9,
            "created_at": clock.now(),
        }
        if connection.execute(select(sources.c.id)).first() is None:
            connection.execute(insert(sources).values(source))
    writer = PageWriter(database, source_id="site", jurisdiction=jurisdiction)
    extracted = Extracted(title, "en", (Block("text", (), text),), (), None, None, "", noindex=False, nofollow=False)
    writer.keep([(FetchedPage(url, Fetched(url, 200), extracted, (), clock.now()), writer.known().get(url))])
    return writer
