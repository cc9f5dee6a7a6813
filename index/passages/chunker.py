"""Cut documents into passages: at headings first, then between sentences, rows and items.

A passage with its context (title, heading path) fits into the encoder's window, counted
with its own tokenizer. Table rows and list items stay whole. A short section joins the
next one under the same parent heading. Each part of a long FAQ answer carries the question.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from crawler.page import Block
from index.hashing import hashed
from index.passages.document import Document, Passage
from index.text.sentences import Span, lines, sentences

Count = Callable[[Sequence[str]], list[int]]
"""Token counts of texts, as the encoder counts them."""

SMALL = 24
"""Tokens under which a section joins its neighbour."""
JOINED = 120
"""Tokens a joined section may reach."""
CONTEXT = 56
"""Tokens of the window kept for title and heading path."""


@dataclass(frozen=True)
class Cut:
    """A passage, its sentences (offsets into its text) and the texts to embed for it."""

    passage: Passage
    spans: tuple[Span, ...]
    label: str
    body: str

    @property
    def sentences(self) -> list[Span]:
        """Where each sentence is in the `body`."""
        above = len(self.body) - len(self.passage.text)
        return [(start + above, stop + above) for start, stop in self.spans]


@dataclass
class _Stretch:
    """Text of one section while it is being cut, with its indivisible spans."""

    heading: tuple[str, ...]
    question: str
    anchor: str
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)
    lead: str = ""

    @property
    def cost(self) -> int:
        return sum(self.costs)


def cut(document: Document, count: Count, *, window: int = 256) -> list[Cut]:
    """The passages of a document in reading order, each once."""
    room = max(window - 2 - CONTEXT, 32)
    stretches = [s for s in (_stretch(list(group)) for _, group in groupby(document.blocks, _section)) if s.spans]
    _count(stretches, count)
    found: dict[str, Cut] = {}
    for stretch in _joined(stretches):
        for piece in _pieces(_fitting(stretch, count, room), room):
            made = _cut(document, piece)
            found.setdefault(made.passage.key, made)
    return list(found.values())


def _section(block: Block) -> tuple[object, ...]:
    return (block.heading, block.question, block.kind == "faq")


def _stretch(blocks: list[Block]) -> _Stretch:
    first = blocks[0]
    made = _Stretch(first.heading, first.question, next((b.anchor for b in blocks if b.anchor), ""))
    for block in blocks:
        text = block.text.strip()
        if not re.search(r"\w", text):
            continue
        offset = len(made.text) + 1 if made.text else 0
        made.text = f"{made.text}\n{text}" if made.text else text
        spans = lines(text) if block.kind in ("list", "table") else sentences(text)
        caption = text[spans[0][0] : spans[0][1]]
        if block.kind == "table" and ": " not in caption:
            made.lead = caption
        elif block.kind == "list" and made.spans and made.text[slice(*made.spans[-1])].endswith(":"):
            made.lead = made.text[slice(*made.spans[-1])]
        made.spans += [(a + offset, b + offset) for a, b in spans]
    return made


def _count(stretches: list[_Stretch], count: Count) -> None:
    texts = [s.text[a:b] for s in stretches for a, b in s.spans]
    costs = iter(count(texts) if texts else [])
    for stretch in stretches:
        stretch.costs = [next(costs) + 1 for _ in stretch.spans]


def _joined(stretches: list[_Stretch]) -> Iterator[_Stretch]:
    held: _Stretch | None = None
    for stretch in stretches:
        if held is not None and _belongs(held, stretch):
            held = _join(held, stretch)
            continue
        if held is not None:
            yield held
        held = stretch
    if held is not None:
        yield held


def _belongs(held: _Stretch, stretch: _Stretch) -> bool:
    if held.question or stretch.question or held.cost + stretch.cost > JOINED:
        return False
    depth = min(len(held.heading), len(stretch.heading))
    related = held.heading[:depth] == stretch.heading[:depth] or held.heading[:-1] == stretch.heading[:-1]
    return related and min(held.cost, stretch.cost) < SMALL


def _join(held: _Stretch, stretch: _Stretch) -> _Stretch:
    """Both as one, with the second's heading as a line between them, as on the page."""
    shared = len([1 for a, b in zip(held.heading, stretch.heading, strict=False) if a == b])
    head = "\n".join(stretch.heading[shared:])
    text = f"{held.text}\n{head}\n" if head else f"{held.text}\n"
    spans = [*held.spans, *([(len(held.text) + 1, len(text) - 1)] if head else [])]
    costs = [*held.costs, *([len(head) // 3] if head else [])]
    moved = [(a + len(text), b + len(text)) for a, b in stretch.spans]
    return replace(held, text=text + stretch.text, spans=spans + moved, costs=costs + stretch.costs)


def _fitting(stretch: _Stretch, count: Count, room: int) -> _Stretch:
    """The stretch with spans that alone exceed the room divided between words."""
    if max(stretch.costs) <= room:
        return stretch
    spans: list[Span] = []
    for span, cost in zip(stretch.spans, stretch.costs, strict=True):
        spans += [span] if cost <= room else list(_words(stretch.text, span, parts=-(-cost * 5 // (4 * room))))
    costs = [n + 1 for n in count([stretch.text[a:b] for a, b in spans])]
    return replace(stretch, spans=spans, costs=costs)


def _words(text: str, span: Span, *, parts: int) -> Iterator[Span]:
    start, stop = span
    step = max((stop - start) // parts, 40)
    while stop - start > step:
        # A break after a comma or semicolon is best; never one beside a digit if it can be helped.
        area = text[start + step // 2 : start + step]
        breaks = (
            list(re.finditer(r"[;,:]\s+(?!\d)", area))
            or list(re.finditer(r"(?<!\d)\s+(?!\d)", area))
            or list(re.finditer(r"\s+", area))
        )
        middle = start + step // 2 + breaks[-1].end() if breaks else start + step
        yield (start, middle - (len(text[start:middle]) - len(text[start:middle].rstrip())))
        start = middle
    if text[start:stop].strip():
        yield (start, stop)


def _pieces(stretch: _Stretch, room: int) -> Iterator[_Stretch]:
    """Even pieces that each fit; a line that ends in a colon goes with what follows it."""
    target = min(room, -(-stretch.cost // -(-stretch.cost // room)) + 8)
    begin, size = 0, 0
    for i, cost in enumerate(stretch.costs):
        if size and size + cost > target:
            at = i - 1 if i - 1 > begin and stretch.text[slice(*stretch.spans[i - 1])].endswith(":") else i
            yield _piece(stretch, begin, at)
            begin, size = at, sum(stretch.costs[at:i])
        size += cost
    yield _piece(stretch, begin, len(stretch.spans))


def _piece(stretch: _Stretch, begin: int, stop: int) -> _Stretch:
    start, end = stretch.spans[begin][0], stretch.spans[stop - 1][1]
    spans = [(a - start, b - start) for a, b in stretch.spans[begin:stop]]
    text = stretch.text[start:end]
    return replace(
        stretch,
        text=text,
        spans=spans,
        costs=stretch.costs[begin:stop],
        lead="" if stretch.lead in text else stretch.lead,
    )


def _cut(document: Document, piece: _Stretch) -> Cut:
    heading = " > ".join(piece.heading)
    url = f"{document.url.split('#')[0]}#{piece.anchor}" if piece.anchor else document.url
    passage = Passage(
        key=hashed(document.jurisdiction, document.url, heading, piece.question, piece.text)[:40],
        document_key=document.key,
        jurisdiction=document.jurisdiction,
        kind="faq" if piece.question else "passage",
        url=url,
        title=document.title,
        heading=heading,
        text=piece.text,
        question=piece.question,
        language=document.language,
        page_date=document.page_date,
    )
    label = piece.question or _label(document, piece)
    context = [part for part in (_shown_title(document, piece), heading, piece.question) if part]
    body = "\n".join(filter(None, [" > ".join(context), piece.lead, piece.text]))
    return Cut(passage, tuple(piece.spans), label, body)


def _label(document: Document, piece: _Stretch) -> str:
    """The nearest heading, as the question the passage answers; none when it repeats the text."""
    near = piece.heading[-1] if piece.heading else document.title
    return "" if _repeats(near, piece.text) else near


def _shown_title(document: Document, piece: _Stretch) -> str:
    return (
        ""
        if _repeats(document.title, piece.text) or _plain(document.title) == _plain(piece.question)
        else document.title
    )


def _repeats(label: str, text: str) -> bool:
    return _plain(text[: 3 * len(label) + 20]).startswith(_plain(label))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
