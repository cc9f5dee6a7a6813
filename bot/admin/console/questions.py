"""What residents asked, what they were told, and why in that order."""

import asyncio
import csv
import io

from fastapi import APIRouter
from fastapi.responses import Response

from bot.admin.auth.guard import AtDesk
from bot.admin.rendering import Pages
from index.schemas.feedback import AskedQuestion
from index.schemas.search import Explanation
from townclerk.clock import iso
from townclerk.errors import TownclerkError
from townclerk.text.redaction import redact

routes = APIRouter(route_class=Pages)
SHOWN = 100
EXPORTED = 1000
PART_NAMES = {
    "dense": "meaning",
    "sentence": "meaning of the best sentence",
    "label": "meaning of title and heading",
    "bm25": "words",
    "question": "words of the FAQ’s question",
    "relative": "near the best one",
    "layer": "nearer layer",
    "freshness": "fresher page",
    "kind": "place on its page, by what was asked for",
    "fit": "all signals together",
    "vote": "votes",
    "pin": "pinned by staff",
    "covered": "what the question says is there too",
    "chance": "chance that it answers",
}
"""Signals of the ranking in words that staff know; others are shown by their own name."""
COLUMNS = ("asked_at", "city", "channel", "question", "answered", "confidence", "answer", "page", "yes", "no")


@routes.get("/questions")
async def list_questions(desk: AtDesk, unanswered: bool = False, city: str = "") -> Response:
    """The newest questions, all or the unanswered ones."""
    questions, places = await asyncio.gather(
        desk.searches.questions(limit=SHOWN, unanswered=unanswered, city=city), desk.places()
    )
    names = {j.id: j.name for j in places}
    return await desk.show(
        "questions.html", questions=questions, places=places, names=names, unanswered=unanswered, city=city, most=SHOWN
    )


@routes.get("/questions.csv")
async def export(desk: AtDesk, unanswered: bool = False, city: str = "") -> Response:
    """The same as a file. Residents wrote these cells, so none may run as a formula."""
    questions = await desk.searches.questions(limit=EXPORTED, unanswered=unanswered, city=city)
    headers = {
        "Content-Disposition": 'attachment; filename="questions.csv"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(as_csv(questions), media_type="text/csv; charset=utf-8", headers=headers)


@routes.get("/why")
async def why(desk: AtDesk, text: str = "", city: str = "") -> Response:
    """Why the candidates for a question stand in this order: each part of the score and each vote."""
    places = await desk.places()
    found, error = None, ""
    if text.strip():
        try:
            found = await desk.searches.explain(text.strip()[:2000], city=city)
        except TownclerkError as problem:
            error = problem.message
    names = {j.id: j.name for j in places}
    return await desk.show(
        "why.html",
        part_names=PART_NAMES,
        largest=largest_parts(found),
        found=found,
        error=error,
        text=text,
        city=city,
        places=places,
        names=names,
    )


def largest_parts(found: Explanation | None) -> dict[str, float]:
    """The largest value of each signal among the candidates (1 at least): the length of a full bar."""
    largest: dict[str, float] = {}
    for candidate in found.candidates if found else []:
        for name, value in candidate.parts.items():
            largest[name] = max(largest.get(name, 1.0), value)
    return largest


def as_csv(questions: list[AskedQuestion]) -> str:
    """Questions as CSV, personal data masked."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for q in questions:
        cells = (
            iso(q.asked_at), q.city or "", q.channel, redact(q.text), "no" if q.refused else "yes", q.confidence,
            "" if q.refused else q.answer, q.url, q.votes.up, q.votes.down,
        )  # fmt: skip
        writer.writerow([inert(str(cell)) for cell in cells])
    return out.getvalue()


def inert(cell: str) -> str:
    """A cell that spreadsheets show as text: a leading =, +, -, @, tab or return gets an apostrophe (OWASP)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
