"""Every passage of the demo's sites and FAQs, and what is quoted of it."""

import csv
import random
from collections.abc import Iterator
from functools import cache

import numpy as np

from crawler.extract.html.extractor import extract_html
from crawler.page import Block
from index.answers.excerpt import Quote, Sought, excerpt
from index.passages.chunker import cut
from index.passages.document import Document, Passage
from index.text.answer_types import kinds
from index.text.sentence_roles import SentenceRoles
from index.text.sentences import Span
from index.text.tokenizer import subject
from tests.index.toy import ToyEncoder
from townclerk.demo.sites import DEMO, SITES

TOY = ToyEncoder()


@cache
def passages() -> list[tuple[Passage, tuple[Span, ...]]]:
    """Every passage of the demo's sites and FAQs."""
    return [(made.passage, made.spans) for document in documents() for made in cut(document, TOY.tokens, window=256)]


def documents() -> Iterator[Document]:
    for site in SITES:
        for file in sorted((DEMO / site / "site").rglob("*.html")):
            url = f"https://{site}.example/{file.name}"
            page = extract_html(file.read_bytes(), url=url)
            yield Document(f"page:{file}", site, "page", url, page.title, page.language, page.blocks)
    for file in sorted(DEMO.glob("*/faq.csv")):
        for n, row in enumerate(csv.DictReader(file.open(encoding="utf-8"))):
            faq = (Block("faq", (), row["answer"], question=row["question"]),)
            yield Document(f"faq:{file}{n}", "oakton", "faq", row["url"], row["question"], "en", faq)


def quoted(text: str, spans: tuple[Span, ...], question: str, *, rng: random.Random) -> Quote:
    """The excerpt for a question, with meanings that are drawn: so any sentence may come out as the best."""
    vectors = np.array([[rng.uniform(-0.3, 0.9)] for _ in spans], np.float16)
    sought = Sought(np.ones(1, np.float32), frozenset(subject(question)), kinds(question))
    return excerpt(SentenceRoles(text, spans), vectors, sought=sought)


QUESTIONS = (
    "how much is it",
    "when is it open",
    "what is the phone number",
    "where is the office",
    "who may have a permit",
)
