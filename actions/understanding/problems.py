"""Problems that residents tell of: "the street light in front of my house is out".

Such a message is no question, so what shares its words does not answer it. It is led to where the city takes reports of that
kind: the channel that is configured, and what its pages say about reporting it.
"""

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag

from index.schemas.search import Answer
from townclerk.jurisdictions import Jurisdiction
from townclerk.places import Places
from townclerk.report_channels import ReportChannel
from townclerk.text.folding import plain_words
from townclerk.text.phrases import Phrases


class Problem(NamedTuple):
    """What the pages are asked for a kind of problem, and the words of which a page about reporting it has one."""

    question: str
    words: re.Pattern[str]


def _problem(question: str, words: str) -> Problem:
    return Problem(question, re.compile(rf"\b(?:{words})", re.IGNORECASE))


PROBLEMS = {
    "pothole": _problem("How do I report a pothole?", "potholes?|street damage|road damage"),
    "street_light": _problem("How do I report a street light that is out?", "street ?lights?|street ?lamps?"),
    "traffic_signal": _problem("How do I report a broken traffic signal?", "signals?|traffic lights?|stop signs?"),
    "noise": _problem("How do I complain about noise?", "noise|noisy|loud|quiet"),
    "missed_pickup": _problem("Who do I call about a missed trash collection?", "missed|solid waste|garbage|trash"),
    "theft": _problem("How do I report a theft to the police?", "thefts?|stolen|police"),
    "graffiti": _problem("How do I report graffiti or vandalism?", "graffiti|vandal"),
    "flooding": _problem("How do I report flooding or a blocked storm drain?", "flood|drain"),
    "water": _problem(
        "Who do I call about a water leak or brown water?", "leak|brown|rusty|water main|water department"
    ),
    "tree": _problem("Who do I call about a fallen or dead tree?", "trees?|forester|branch"),
    "animal": _problem("Who do I call about a stray, loose or dead animal?", "animals?|strays?"),
    "barking": _problem("Who do I call about a barking dog?", "bark|noise|animals?"),
    "snow": _problem("Who do I call about snow that was not cleared?", "plow|snow|ice"),
    "dumping": _problem("How do I report illegal dumping?", "dump|litter"),
    "vehicle": _problem("How do I report an abandoned or badly parked car?", "abandon|tow|vehicles?|parked"),
    "property": _problem(
        "How do I report tall grass or a neglected property?", "grass|weeds|property code|code enforcement"
    ),
    "sidewalk": _problem("How do I report a broken sidewalk?", "sidewalks?"),
}
"""By kind, see `townclerk.report_channels.KINDS`."""
ALERTS = _problem(
    "How do I sign up for texts and alerts?",
    r"alerts?\b|texts?\b|notifications?|newsletters?|e-?mail (?:list|updates|news)",
)
_ASKS_FOR_ALERTS = re.compile(
    r"\b(?:get|receive|sign up|subscribe|signed up|turn on)\b.*\b(?:notifications?|alerts?|warnings?)\b"
)
_PHRASES = Phrases(Path(__file__).with_name("problem_phrases.txt").read_text(encoding="utf-8"))
_FEWEST_WORDS = 3
_QUESTION = re.compile(
    r"^(?:(?:hi|hello|hey|please|so|and|ok|um) )*(?:how|if|what|whats|when|whens|where|wheres|who|whos|whom|whose|why|which|is|are|was|were|do|does|did|can|could|will|would|should"
    r"|may|has|have|am|como|que|cuando|donde|quien|puedo)\b|\b(?:how do|how can|how to|how long|how much|who do|who can|who should|who is|where do|where can|what do|what can|what is|do i|can i"
    r"|should i|may i|am i|need a permit|fine for|rules?|hours|phone|number for)\b"
)
_WAY = re.compile(r"\d{3}[-. ]\d{4}|\b(?:call|online|apps?|forms?|report|e-?mail|text|write)\b", re.IGNORECASE)


def kind_of(text: str) -> str:
    """The kind of problem that a message tells of; empty for a question, and for a message about anything else."""
    words = plain_words(text)
    if "?" in text or len(words.split()) < _FEWEST_WORDS or _QUESTION.search(words):
        return ""
    return next(iter(_PHRASES.sections(text)), "")


def asks_for_alerts(text: str) -> bool:
    """Whether a message asks how to get the city's alerts."""
    return bool(_ASKS_FOR_ALERTS.search(plain_words(text)))


def tells_how(problem: Problem, found: Answer) -> bool:
    """Whether a quotation says how that kind of problem is reported."""
    about = f"{found.excerpt} {found.heading} {found.question or ''}"
    return bool(problem.words.search(about) and _WAY.search(found.excerpt))


def channel_of(kind: str, city: Jurisdiction | None, places: Places) -> ReportChannel | None:
    """Where it is reported: as the city says, or else the layers above it."""
    while city is not None:
        if channel := city.channel(kind):
            return channel
        city = places.get(city.parent_id)
    return None


def is_told(channel: ReportChannel, found: Answer) -> bool:
    """Whether a quotation, or its link, leads to the channel already."""
    return channel.phone in found.excerpt if channel.phone else channel.page == urldefrag(found.url).url
