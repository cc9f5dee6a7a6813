"""Writes a city's set as a folder that `townclerk evaluate` reads, for keeping and for measuring elsewhere."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crawler.page import StoredPage
from index.evaluation.golden.golden_set import GoldenSet
from index.evaluation.questions import Question
from index.faqs.faq import Faq
from index.passages.sources import faq_key, page_key
from townclerk import clock
from townclerk.errors import BadInput

REFUSED = "refused.csv"
_README = """# Questions of {city}, with known answers

Made on {day} from the installation's FAQs, phrasings and votes. It holds residents' words, personal data
masked: keep it as you keep the database.

| kind | questions |
|---|---|
{kinds}

`townclerk evaluate` with this folder measures with them. `{refused}` lists what was refused each time it was
asked, {listed} questions; the ones that truly have no answer belong into the file of phrasings as they stand
there, the others need a page or a FAQ.
"""


def write(chosen: GoldenSet, folder: Path) -> None:
    """Write the folder; files of the same names are replaced. Raises BadInput when it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _lines(folder / "corpus.jsonl", [*map(_page, chosen.corpus.pages), *map(_faq, chosen.corpus.faqs)])
        _lines(folder / "queries.jsonl", map(_query, chosen.all))
        judged = (f"{q.id}\t{document}\t{grade}" for q in chosen.all for document, grade in q.grades.items())
        (folder / "qrels.tsv").write_text("".join(f"{line}\n" for line in judged), encoding="utf-8")
        _refused(folder / REFUSED, chosen)
        (folder / "README.md").write_text(_readme(chosen), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}. Give another folder.") from error


def _lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _page(stored: StoredPage) -> dict[str, Any]:
    page = stored.page
    blocks = [
        {"kind": b.kind, "heading": list(b.heading), "text": b.text, "question": b.question, "anchor": b.anchor}
        for b in page.blocks
    ]
    dated = {"page_date": page.page_date.isoformat()} if page.page_date else {}
    row = {"id": page_key(stored.id), "title": page.title, "url": page.url, "city": page.jurisdiction}
    return row | dated | {"blocks": blocks}


def _faq(faq: Faq) -> dict[str, Any]:
    row = {"id": faq_key(faq.id), "title": faq.question, "url": faq.url, "city": faq.jurisdiction}
    return row | {"question": faq.question, "answer": faq.answer}


def _query(question: Question) -> dict[str, Any]:
    row: dict[str, Any] = {"id": question.id, "text": question.text, "layers": list(question.layers)}
    row |= {"history": list(question.history)} if question.history else {}
    row |= {"answerable": question.label} if question.label is not None else {}
    return row | ({"without": sorted(question.without)} if question.without else {})


def _refused(path: Path, chosen: GoldenSet) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "question", "url", "times", "last_asked"])
        rows.writerows([each.text, "", "", each.times, clock.iso(each.last_asked)] for each in chosen.refused)


def _readme(chosen: GoldenSet) -> str:
    kinds = "\n".join(f"| {kind} | {len(questions)} |" for kind, questions in chosen.questions.items())
    return _README.format(
        city=chosen.city, day=f"{clock.now():%Y-%m-%d}", kinds=kinds, refused=REFUSED, listed=len(chosen.refused)
    )
