"""Compares what is read of pages whose main text is known, beside other extractors, in one run.

    .venv/bin/pip install trafilatura resiliparse readability-lxml     # in an environment of its own; none is needed
    .venv/bin/python -m scripts.bench.extraction

Words are counted as often as they stand there; means over pages. Times are processor time of one page, in turns.
"""

import importlib
import importlib.util
import time
from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup

from crawler.extract.html.extractor import extract_html
from tests.crawler.extract.marked import marked_pages, scores, text_read, words_of

Extract = Callable[[str], str]


def ours(html: str) -> str:
    """This project's extraction."""
    return text_read(extract_html(html.encode(), url="https://www.alder.example/page"))


def others() -> dict[str, Extract]:
    """The other extractors that are installed, as their documentation calls them."""
    found: dict[str, Extract] = {}
    if trafilatura := _installed("trafilatura"):
        found["trafilatura"] = lambda html: trafilatura.extract(html) or ""
    if resiliparse := _installed("resiliparse.extract.html2text"):
        found["resiliparse"] = lambda html: resiliparse.extract_plain_text(html, main_content=True)
    if readability := _installed("readability"):

        def summary(html: str) -> str:
            document = readability.Document(html)
            return f"{document.title()} {BeautifulSoup(document.summary(), 'lxml').get_text(' ')}"

        found["readability-lxml"] = summary
    return found


def _installed(name: str) -> Any:
    return importlib.import_module(name) if importlib.util.find_spec(name.split(".")[0]) else None


def main() -> None:
    """Print a line for each extractor."""
    pages, extractors = list(marked_pages()), {"Townclerk": ours, **others()}
    rows: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in extractors}
    for page in [*pages[:5], *pages]:  # the first five warm up
        for name, extract in extractors.items():
            started = time.process_time()
            found = extract(page.html)
            seconds = time.process_time() - started
            rows[name].append((*scores(words_of(found), page.words), 1000 * seconds))
    print(f"{len(pages)} pages\n\n| extractor | precision | recall | F1 | ms a page |\n|---|---|---|---|---|")
    for name, values in rows.items():
        means = [sum(column) / len(pages) for column in zip(*values[5:], strict=True)]
        print(f"| {name} | {means[0]:.3f} | {means[1]:.3f} | {means[2]:.3f} | {means[3]:.1f} |")


if __name__ == "__main__":
    main()
