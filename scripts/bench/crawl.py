"""Crawls one site with this project and with Scrapy, both reading the same of each page, and prints the pages a second.

    pip install scrapy                                # in an environment of its own, beside this project
    python -m scripts.bench.crawl [--site FOLDER] [--pages 600] [--rounds 2]

The site is invented, or the HTML pages of FOLDER, and is served on loopback by a process of its own. Politeness is off and eight
requests are under way in each. Scrapy calls the same rules (`extract_html`) and writes what they give to a file of JSON lines:
once with the tree as BeautifulSoup makes it, once with the tree as this project makes it. Each crawl is a process of its own,
and they take turns. Time starts when all is imported; our parser processes start within it.
"""

import argparse
import asyncio
import dataclasses
import importlib
import json
import os
import socket
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from aiohttp import web
from bs4 import BeautifulSoup

from crawler.extract.html import extractor
from crawler.extract.pool import ParsePool
from crawler.jobs.runner import Runner
from crawler.jobs.runs import Runs
from crawler.jobs.sources import Sources
from crawler.source import Source
from tests.crawler.extract.marked import marked_pages
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.schema import open_database
from townclerk.settings import Settings

AT_ONCE = 8
BRANCHES = 3
"""Pages that each invented page links to."""
Crawled = tuple[int, float, float]
"""Pages, the seconds they took, and the seconds of processor time, child processes included."""


def invented(count: int) -> dict[str, bytes]:
    """A site by path: pages of the common systems, each with a title and a notice of its own."""
    models = [page.html for page in marked_pages()]
    paths = ["/", *("/" + "".join(chr(97 + int(digit)) for digit in str(n)) for n in range(1, count))]
    site = {}
    for n, path in enumerate(paths):
        links = "".join(f'<a href="{to}">More</a> ' for to in paths[BRANCHES * n + 1 : BRANCHES * (n + 1) + 1])
        own = f"<p>Notice {path[1:]} hangs in the town hall.</p>{links}</body>"
        page = models[n % len(models)].replace("</title>", f" {path[1:]}</title>").replace("</body>", own)
        site[path] = page.encode()
    return site


def saved(folder: Path) -> dict[str, bytes]:
    """The HTML pages below `folder` by path, a folder's index.html under the folder too."""
    site = {"/" + path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.html"))}
    return site | {path.removesuffix("index.html"): page for path, page in site.items() if path.endswith("/index.html")}


def serve(site: dict[str, bytes], listening: socket.socket) -> None:
    """Serve until the process is ended."""

    async def answer(request: web.Request) -> web.Response:
        page = site.get(request.path_qs)
        return web.Response(body=page or b"", status=200 if page else 404, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    web.run_app(app, sock=listening, access_log=None, print=None)


def processor_time() -> float:
    """Seconds that this process and its ended children have worked."""
    return sum(os.times()[:4])


def townclerk(url: str, folder: str) -> Crawled:
    """Crawl into a database in `folder`."""
    settings = Settings.model_validate({"home": folder, "crawl_delay": 0, "crawl_connections": AT_ONCE})
    engine = open_database(settings)
    Jurisdictions(engine).put([Jurisdiction("alder-falls", "Alder Falls")])
    source = Sources(engine).add(Source("", "alder-falls", url, private_ok=True))

    async def crawl() -> Crawled:
        started, worked = time.perf_counter(), processor_time()
        async with ParsePool(processes=settings.parse_processes) as parsers:
            report = await Runner(engine, settings, parsers).execute(Runs(engine).queue(source.id).id)
        return report.run.counts.pages, time.perf_counter() - started, processor_time() - worked

    return asyncio.run(crawl())


def scrapy(url: str, folder: str, *, plain: bool) -> Crawled:
    """Crawl into a file in `folder`. `plain`: the tree is made by BeautifulSoup itself."""
    if plain:
        vars(extractor)["parse"] = partial(BeautifulSoup, features="lxml", multi_valued_attributes=None)
    pages = 0
    with (Path(folder) / "pages.jsonl").open("w", encoding="utf-8") as output:

        def parse(_spider: Any, response: Any) -> Any:
            nonlocal pages
            kind = response.headers.get("Content-Type", b"").decode()
            read = extractor.extract_html(response.body, url=response.url, content_type=kind)
            output.write(json.dumps(dataclasses.asdict(read), default=str) + "\n")
            pages += 1
            yield from response.follow_all(urls=read.links)

        library, crawling = importlib.import_module("scrapy"), importlib.import_module("scrapy.crawler")
        names = {"name": "pages", "start_urls": [url], "allowed_domains": ["127.0.0.1"], "parse": parse}
        options: dict[str, Any] = {
            "CONCURRENT_REQUESTS": AT_ONCE,
            "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
            "DOWNLOAD_DELAY": 0,
        }
        options |= {
            "ROBOTSTXT_OBEY": True,
            "COOKIES_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
        process = crawling.CrawlerProcess(options)
        process.crawl(type("Pages", (library.Spider,), names))
        started, worked = time.perf_counter(), processor_time()
        process.start()
        return pages, time.perf_counter() - started, processor_time() - worked


def main() -> None:
    """Serve, crawl in turns, print a table with the figures of each round."""
    parser = argparse.ArgumentParser(prog="scripts.bench.crawl", description="Times a crawl beside Scrapy.")
    parser.add_argument("--site", type=Path, help="folder of HTML pages; else the site is invented")
    parser.add_argument("--pages", type=int, default=600, help="of the invented site")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    site = saved(options.site) if options.site else invented(options.pages)
    contenders: dict[str, Callable[[str, str], Crawled]] = {"Townclerk": townclerk}
    if importlib.util.find_spec("scrapy"):
        contenders["Scrapy, BeautifulSoup's tree"] = partial(scrapy, plain=True)
        contenders["Scrapy, Townclerk's tree"] = partial(scrapy, plain=False)
    found: dict[str, list[Crawled]] = {name: [] for name in contenders}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = get_context("spawn").Process(target=serve, args=(site, listening), daemon=True)
        server.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        for name in [*contenders] * options.rounds:
            with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, get_context("spawn")) as process:
                found[name].append(process.submit(contenders[name], url, folder).result())
        server.terminate()
    print(f"{len(site)} addresses, {os.cpu_count()} cores\n")
    print("| crawler | pages | pages a second | ms of processor a page |\n|---|---|---|---|")
    for name, rounds in found.items():
        speeds = ", ".join(f"{pages / seconds:.1f}" for pages, seconds, _ in rounds)
        costs = ", ".join(f"{1000 * worked / pages:.1f}" for pages, _, worked in rounds)
        print(f"| {name} | {rounds[0][0]} | {speeds} | {costs} |")


if __name__ == "__main__":
    main()
