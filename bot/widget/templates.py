"""Fills the pages. Everything is escaped; quotations get their marks after escaping, links only http(s).

The gateway calls `render_ask` for `/ask`; the other pages are served by `bot.widget.routes`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from pydantic import BaseModel, ConfigDict, StringConstraints

from actions.replies.quotations import foreign_language
from bot.widget.assets import STATIC
from index.schemas.search import Answer
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.languages import direction
from townclerk.text.translation import SOURCE, gettext, of_scripts, spoken

QUESTION_LIMIT = 2000
"""Characters of one question in the chat and on /ask."""


class Look(BaseModel):
    """How a city's page wants the chat: its color (six hex digits), a logo's address, and light or dark; empty for the visitor's choice."""

    model_config = ConfigDict(frozen=True)

    color: Annotated[str, StringConstraints(pattern="^([0-9a-f]{6})?$")] = ""
    logo: str = ""
    scheme: Literal["", "light", "dark"] = ""

    @property
    def dark_media(self) -> str:
        """When the dark colors hold, as a media query."""
        return {"": "(prefers-color-scheme: dark)", "light": "not all", "dark": "all"}[self.scheme]


@dataclass(frozen=True)
class AskPage:
    """What the page without JavaScript shows.

    `city` is the chosen city or None. `places` names the layers of the answers by id.
    `refused` means that nothing good was found: `answers` is then empty and `contact` is
    who to ask instead. `text` is a fixed reply such as the emergency words, `error` what went wrong, `thanks` what is said of a vote.
    `talk` is the signed talk that the forms carry; without one there are no votes, and the next question stands alone.
    """

    question: str = ""
    city: Jurisdiction | None = None
    cities: Sequence[Jurisdiction] = ()
    answers: Sequence[Answer] = ()
    refused: bool = False
    contact: Jurisdiction | None = None
    error: str = ""
    text: str = ""
    thanks: str = ""
    talk: str = ""
    places: Mapping[str, Jurisdiction] = field(default_factory=dict)


def environment(*folders: Path) -> Environment:
    """A Jinja environment over these template folders and ours, with our filters.

    Undefined names are errors, so a misspelt one cannot become an empty page.
    """
    ours = Path(__file__).parent / "templates"
    made = Environment(
        loader=FileSystemLoader([*folders, ours]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = STATIC.url
    made.globals |= {"_": gettext, "spoken": spoken, "direction": direction, "foreign_language": foreign_language}
    made.filters.update(day=day, marked=marked, web_address=web_address, dial=dial)
    return made


def render(template: str, **values: object) -> str:
    """One of our own pages."""
    return _PAGES.get_template(template).render(values)


def render_ask(page: AskPage) -> str:
    """The page without JavaScript: form, answers, or what to do instead."""
    return render("ask.html", page=page, limit=QUESTION_LIMIT)


def render_frame(
    city: Jurisdiction | None, layers: Iterable[Jurisdiction], *, parent_origin: str, look: Look | None = None
) -> str:
    """The chat for the frame. Without a city the assistant asks for it."""
    return render(
        "frame.html",
        city_id=city.id if city else "",
        city_name=city.name if city else gettext("your city"),
        texts=json.dumps(of_scripts(spoken())),
        places=json.dumps(named(layers)),
        parent_origin=parent_origin,
        look=look or Look(),
        ask_url=f"/ask?city={city.id}" if city else "/ask",
        limit=QUESTION_LIMIT,
    )


def named(layers: Iterable[Jurisdiction]) -> dict[str, dict[str, str]]:
    """Name and level by id: all that a browser is told about a jurisdiction."""
    return {j.id: {"name": j.name, "level": j.level} for j in layers}


def day(moment: date | datetime | None) -> str:
    """`12 Nov 2026`, or as the language spoken writes a date; empty for None."""
    if moment is None:
        return ""
    if spoken() == SOURCE:
        return f"{moment.day} {moment:%b %Y}"
    return format_date(moment, locale=spoken().replace("-", "_"))


def marked(text: str, ranges: Iterable[tuple[int, int]]) -> Markup:
    """`text` escaped, with <mark> around the [start, end) ranges. Ranges that overlap or leave the text are cut."""
    parts: list[Markup] = []
    done = 0
    for start, end in sorted(ranges):
        first, last = max(start, done), min(end, len(text))
        if first < last:
            parts += [escape(text[done:first]), Markup("<mark>"), escape(text[first:last]), Markup("</mark>")]
            done = last
    return Markup("").join([*parts, escape(text[done:])])


def web_address(url: str) -> str:
    """`url` when it is http or https with a host, else empty: a page can call itself `javascript:`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def dial(number: str) -> str:
    """A tel: address of a phone number as people write it."""
    return "tel:" + "".join(c for c in number if c.isdigit() or c == "+")


_PAGES = environment()
