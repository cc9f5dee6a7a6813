"""Writes the demo cities' two PDF files into `data/demo`. Run it after changing their text here.

    .venv/bin/python scripts/make_demo_pdfs.py

The files are the same byte for byte on every run (fixed dates, no random ids), so a run that
changes nothing shows no difference in git.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

DEMO = Path(__file__).resolve().parent.parent / "data" / "demo"


@dataclass(frozen=True)
class Document:
    """One PDF. A part of `body` is a heading ("# ..."), a paragraph, or the rows of a table."""

    path: str
    title: str
    author: str
    made: datetime
    body: tuple[str | tuple[tuple[str, ...], ...], ...]


DOCUMENTS = (
    Document(
        "alder-falls/site/documents/utility-rates-2026.pdf",
        "Utility rates 2026",
        "City of Alder Falls, Utility Billing",
        datetime(2025, 12, 1, 9, tzinfo=UTC),
        (
            "In force from January 1 to December 31, 2026. Adopted by the City Council on November 24, 2025.",
            "# Water, monthly base charge",
            (
                ("Meter size", "Inside the city", "Outside the city"),
                ("5/8 inch", "$18.40", "$27.60"),
                ("1 inch", "$31.25", "$46.90"),
                ("2 inch", "$74.10", "$111.15"),
            ),
            "Each 1,000 gallons costs $4.35 up to 8,000 gallons and $6.10 above that.",
            "# Sewer",
            "The sewer charge for a home is $38.70 a month. It does not rise in summer when gardens are watered.",
            "# Other charges",
            (
                ("Item", "Charge"),
                ("Meter test asked for by the customer", "$45"),
                ("Hydrant meter, daily", "$12"),
                ("Returned check", "$30"),
                ("New 5/8 inch connection", "$2,150"),
            ),
            "# Senior rate",
            "Owners who are 65 or older and whose household income is below $38,000 pay half of the base charge. "
            "Apply each March at the Finance window.",
        ),
    ),
    Document(
        "port-maren/site/files/special-event-guide.pdf",
        "Special event guide",
        "City of Port Maren, Permit Desk",
        datetime(2026, 2, 2, 9, tzinfo=UTC),
        (
            "How to hold a parade, race, festival or wedding on city land. Edition of February 2026.",
            "# Steps",
            "1. Send the application 45 days before the event. 2. The Permit Desk answers within ten working days. "
            "3. Pay the fee and send your certificate of insurance two weeks before the event.",
            "# Fees and deposits",
            (
                ("Event", "Fee", "Deposit"),
                ("Wedding on the city pier", "$275", "$200"),
                ("Race or walk", "$150", "$300"),
                ("Parade", "$220", "$500"),
                ("Festival, each day", "$480", "$1,000"),
            ),
            "The deposit is paid back within 30 days when the place was left clean.",
            "# Insurance",
            "Events need liability insurance of one million dollars that names the City of Port Maren. "
            "Weddings of fewer than 75 people need none.",
            "# Alcohol",
            "Beer and wine may be served inside a fence with two guards at the gate. A state banquet permit is needed as well.",
        ),
    ),
)


def write(document: Document, folder: Path) -> Path:
    """Write one PDF below `folder` and give its path."""
    path = folder / document.path
    path.parent.mkdir(parents=True, exist_ok=True)
    os.environ["SOURCE_DATE_EPOCH"] = str(int(document.made.timestamp()))  # reportlab takes its dates from here
    made = SimpleDocTemplate(
        str(path), pagesize=letter, title=document.title, author=document.author, lang="en-US", invariant=1
    )
    styles = getSampleStyleSheet()
    flow: list[Flowable] = [Paragraph(document.title, styles["Title"])]
    for part in document.body:
        flow += [_flowable(part), Spacer(1, 8)]
    made.build(flow)
    return path


def _flowable(part: str | Sequence[tuple[str, ...]]) -> Flowable:
    styles = getSampleStyleSheet()
    if isinstance(part, str):
        style = styles["Heading2"] if part.startswith("# ") else styles["BodyText"]
        return Paragraph(part.removeprefix("# "), style)
    return Table([list(row) for row in part], hAlign="LEFT", style=[("GRID", (0, 0), (-1, -1), 0.5, colors.grey)])


if __name__ == "__main__":
    for document in DOCUMENTS:
        write(document, DEMO)
