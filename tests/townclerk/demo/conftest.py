"""The demo sites as pages and links, read once."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from townclerk.demo.sites import DEMO, SITES

DEAD = {"/alder-falls/documents/annual-report-2019.pdf", "/port-maren/files/annual-report-2018.pdf"}
"""The links that lead nowhere on purpose."""


@dataclass(frozen=True)
class SitePage:
    """One HTML file of a demo site. `path` is its URL path on the shared host."""

    site: str
    path: str
    soup: BeautifulSoup = field(repr=False)

    @property
    def links(self) -> set[str]:
        """Other URL paths of this host that the page names in links, forms, styles and scripts."""
        found: set[str] = set()
        for name in ("href", "src", "action"):
            for tag in self.soup.select(f"[{name}]"):
                target = urlsplit(urljoin(f"http://host{self.path}", str(tag[name])))
                if target.hostname == "host":
                    found.add(target.path)
        return found - {self.path}


@pytest.fixture(scope="session")
def site_pages() -> list[SitePage]:
    """Every HTML page of the three sites."""
    return [_read(site, file) for site in SITES for file in sorted((DEMO / site / "site").rglob("*.html"))]


def file_of(path: str) -> Path:
    """The file that answers a URL path."""
    site, _, rest = path.strip("/").partition("/")
    file = DEMO / site / "site" / rest
    return file / "index.html" if file.is_dir() else file


def _read(site: str, file: Path) -> SitePage:
    inside = file.relative_to(DEMO / site / "site").as_posix()
    soup = BeautifulSoup(file.read_text(encoding="utf-8"), "lxml")
    return SitePage(site, f"/{site}/{inside.removesuffix('index.html')}", soup)
