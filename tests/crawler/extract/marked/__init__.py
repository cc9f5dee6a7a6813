"""Pages whose main text is known: invented contents in the frames that the common systems of governments put around them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup

from crawler.extracted import Extracted

_HERE = Path(__file__).parent
_FAQ = re.compile(r'<faq q="([^"]+)">(.*?)</faq>', re.DOTALL)
_FAQS = {
    "civicplus": '<div class="accordionItem"><h3 class="accordionHeader"><button aria-expanded="false" aria-controls="a{n}">{question}</button></h3><div class="accordionContent" id="a{n}" style="display:none"><p>{answer}</p></div></div>',
    "vision": '<div class="accordion-item"><a href="#" class="accordion-title">{question}</a><div class="accordion-content" style="display:none"><p>{answer}</p></div></div>',
    "uswds": '<div class="usa-accordion"><h3 class="usa-accordion__heading"><button type="button" class="usa-accordion__button" aria-expanded="false" aria-controls="q{n}">{question}</button></h3><div id="q{n}" class="usa-accordion__content usa-prose" hidden><p>{answer}</p></div></div>',
    "wordpress": '<details class="wp-block-details"><summary>{question}</summary><p>{answer}</p></details>',
    "revize": '<div class="panel panel-default"><div class="panel-heading"><h4 class="panel-title"><a data-toggle="collapse" href="#c{n}">{question}</a></h4></div><div id="c{n}" class="panel-collapse collapse"><div class="panel-body">{answer}</div></div></div>',
    "plain": "<p><b>{question}</b><br>{answer}</p>",
}
"""How each system shows a question with its answer."""


@dataclass(frozen=True)
class MarkedPage:
    """A page and the words of its main text, its title first."""

    system: str
    content: str
    html: str
    words: list[str]

    @property
    def name(self) -> str:
        return f"{self.system}/{self.content}"


def marked_pages() -> Iterator[MarkedPage]:
    """Every content in every system."""
    for frame in sorted((_HERE / "systems").glob("*.html")):
        for file in sorted((_HERE / "contents").glob("*.html")):
            yield _page(frame.stem, frame.read_text(encoding="utf-8"), file)


def words_of(text: str) -> list[str]:
    """Words and numbers, in lower case, without the addresses of links."""
    return re.findall(r"\w+", re.sub(r"https?://\S+", " ", text.lower()))


def scores(found: list[str], right: list[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of words, each counted as often as it stands there."""
    pool = list(right)
    hits = 0
    for word in found:
        if word in pool:
            pool.remove(word)
            hits += 1
    precision, recall = hits / max(len(found), 1), hits / len(right)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def text_read(page: Extracted) -> str:
    """Title, headings and text of a page as it was read, each heading once where it stands."""
    said: list[str] = [page.title]
    above: tuple[str, ...] = ()
    for block in page.blocks:
        shared = next((i for i, pair in enumerate(zip(above, block.heading, strict=False)) if pair[0] != pair[1]), None)
        said += block.heading[min(len(above), len(block.heading)) if shared is None else shared :]
        said += [block.question, block.text]
        above = block.heading
    return "\n".join(said)


def _page(system: str, frame: str, file: Path) -> MarkedPage:
    title = file.stem.replace("_", " ").capitalize()
    source = file.read_text(encoding="utf-8")
    faqs = iter(range(1, 100))

    def faq(match: "re.Match[str]") -> str:
        return _FAQS[system].format(n=next(faqs), question=match[1], answer=match[2])

    html = frame.replace("{title}", title).replace("{content}", _FAQ.sub(faq, source))
    text = BeautifulSoup(_FAQ.sub(r"<p>\1 \2</p>", source), "lxml").get_text(" ")
    return MarkedPage(system, file.stem, html, words_of(f"{title} {text}"))
