"""The endpoints for pins."""

from typing import Annotated

from fastapi import FastAPI, Query

from index.api.lifecycle import IndexLifecycle
from index.schemas.base import Id, Number, Question
from index.schemas.pins import PinEntry, PinRequest, SimilarQuestion


def add(app: FastAPI, lifecycle: IndexLifecycle) -> None:
    """Add them to the application."""

    @app.get("/pins", tags=["staff"])
    def pins(city: str | None = None) -> list[PinEntry]:
        """Pinned answers, of one city or all, newest first, and how each stands."""
        return lifecycle().pin_editor.all(city)

    @app.get("/pins/alike", tags=["staff"])
    def alike(text: Annotated[Question, Query()], city: Annotated[Id, Query()]) -> list[SimilarQuestion]:
        """What residents asked lately that may be the same question: wordings to think of for a pin."""
        index = lifecycle()
        index.searches.flush()
        return index.similar_questions(text, city)

    @app.post("/pins", tags=["staff"], status_code=201)
    def set_pin(request: PinRequest) -> PinEntry:
        """Pin an answer; it stands first from the next question on."""
        return lifecycle().pin_editor.add(request)

    @app.put("/pins/{id}", tags=["staff"])
    def change(id: Number, request: PinRequest) -> PinEntry:
        """Replace a pin's wordings, dates and, when the request names something, what is pinned."""
        return lifecycle().pin_editor.change(id, request)

    @app.delete("/pins/{id}", tags=["staff"], status_code=204)
    def remove(id: Number) -> None:
        """Delete a pin."""
        lifecycle().pin_editor.remove(id)
