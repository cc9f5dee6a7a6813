"""What residents asked, what they were told, and why in that order."""

from fastapi import APIRouter
from fastapi.responses import Response

from bot.admin.auth.guard import Staff
from bot.admin.rendering import Pages, download
from index.schemas.feedback import AskedQuestion
from index.schemas.search import Explanation, SearchRequest
from townclerk import spreadsheet_rows
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
async def list_questions(staff: Staff, unanswered: bool = False, city: str = "") -> Response:
    """The newest questions, all or the unanswered ones."""
    questions = await staff.index.questions(limit=SHOWN, unanswered=unanswered, city=city)
    return await staff.show_places("questions.html", questions=questions, unanswered=unanswered, city=city, most=SHOWN)


@routes.get("/questions.csv")
async def export(staff: Staff, unanswered: bool = False, city: str = "") -> Response:
    """The same as a file. Residents wrote these cells, so none may run as a formula."""
    questions = await staff.index.questions(limit=EXPORTED, unanswered=unanswered, city=city)
    return download(as_csv(questions), "questions.csv")


@routes.get("/why")
async def why(staff: Staff, text: str = "", city: str = "") -> Response:
    """Why the candidates for a question stand in this order: each part of the score and each vote."""
    explanation, problem = None, None
    if text.strip():
        try:
            request = SearchRequest(text=text.strip()[:2000], city=city or None, limit=10)
            explanation = await staff.index.explain(request)
        except TownclerkError as error:
            problem = error
    largest = largest_parts(explanation)
    values = {"part_names": PART_NAMES, "largest": largest, "found": explanation, "text": text, "city": city}
    return await staff.show_places("why.html", error=problem, **values)


def largest_parts(found: Explanation | None) -> dict[str, float]:
    """The largest value of each signal among the candidates (1 at least): the length of a full bar."""
    largest: dict[str, float] = {}
    for candidate in found.candidates if found else []:
        for name, value in candidate.parts.items():
            largest[name] = max(largest.get(name, 1.0), value)
    return largest


def as_csv(questions: list[AskedQuestion]) -> str:
    """Questions as CSV, personal data masked."""
    rows = (
        (
            iso(q.asked_at), q.city, q.channel, redact(q.text), "no" if q.refused else "yes", q.confidence,
            "" if q.refused else q.answer, q.url, q.votes.up, q.votes.down,
        )
        for q in questions
    )  # fmt: skip
    return spreadsheet_rows.write(COLUMNS, rows)
