"""Report files: `.json` to compare with later, `.md` to read, `.run` for trec_eval."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from index.evaluation import report_tables
from index.evaluation.compare import Comparison
from index.evaluation.report import Report
from townclerk import clock
from townclerk.errors import BadInput


def ending(path: Path) -> str:
    """The kind of file wanted. Raises BadInput for another."""
    if path.suffix.lower() not in _WRITERS:
        raise BadInput(f"{path} must end in {', '.join(_WRITERS)}: the ending says what is written.")
    return path.suffix.lower()


def write(path: Path, reports: Sequence[Report], compared: Sequence[Comparison]) -> None:
    """Write the report. Raises BadInput when the file cannot be written."""
    try:
        path.write_text(_WRITERS[ending(path)](reports, {item.set: item for item in compared}), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}. Give another path.") from error


def _json(reports: Sequence[Report], _compared: dict[str, Comparison]) -> str:
    objects = [report.model_dump(mode="json", by_alias=True) for report in reports]
    return json.dumps(objects[0] if len(objects) == 1 else objects, ensure_ascii=False, indent=1) + "\n"


def _markdown(reports: Sequence[Report], compared: dict[str, Comparison]) -> str:
    lines = ["# Search, measured", "", f"Measured on {clock.now():%Y-%m-%d}."]
    for report in reports:
        lines += ["", f"## {_cell(report.set)}"]
        tables = [*report_tables.tables(report, compared.get(report.set)), *report_tables.failures(report)]
        for heading, rows in tables:
            marked = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
            lines += [
                "",
                f"### {heading}",
                "",
                *marked[:1],
                *("|---" * len(row) + "|" for row in rows[:1]),
                *marked[1:],
            ]
    return "\n".join(lines) + "\n"


def _run(reports: Sequence[Report], _compared: dict[str, Comparison]) -> str:
    """TREC's run format: question, Q0, document, rank, score, set. Blanks in ids become `_`."""
    return "".join(
        " ".join((_word(record.id), "Q0", _word(id), str(rank), f"{1 / rank:.6f}", _word(report.set))) + "\n"
        for report in reports
        for record in report.asked
        for rank, id in enumerate(record.ranked, start=1)
    )


def _word(id: str) -> str:
    return "_".join(id.split())


def _cell(text: str) -> str:
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", " ".join(text.split()))


_WRITERS = {".json": _json, ".md": _markdown, ".run": _run}
