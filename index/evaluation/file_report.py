"""Report files: `.json` to compare with later, `.md` to read, `.run` for trec_eval."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from index.evaluation import compare, console_report
from index.evaluation.compare import Comparison
from index.evaluation.report import Report
from townclerk import clock
from townclerk.errors import BadInput

ENDINGS = (".json", ".md", ".run")
Rows = Sequence[Sequence[str]]


def ending(path: Path) -> str:
    """The kind of file wanted. Raises BadInput for another."""
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(f"{path} must end in {', '.join(ENDINGS)}: the ending says what is written.")
    return path.suffix.lower()


def write(path: Path, reports: Sequence[Report], compared: Sequence[Comparison]) -> None:
    """Write the report. Raises BadInput when the file cannot be written."""
    kind = ending(path)
    try:
        if kind == ".json":
            compare.write(path, reports)
        else:
            path.write_text(_run(reports) if kind == ".run" else _markdown(reports, compared), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}. Give another path.") from error


def _run(reports: Sequence[Report]) -> str:
    """TREC's run format: question, Q0, document, rank, score, set. Blanks in ids become `_`."""
    return "".join(
        " ".join((_word(record.id), "Q0", _word(id), str(rank), f"{1 / rank:.6f}", _word(report.set))) + "\n"
        for report in reports
        for record in report.asked
        for rank, id in enumerate(record.ranked, start=1)
    )


def _word(id: str) -> str:
    return "_".join(id.split())


def _markdown(reports: Sequence[Report], compared: Sequence[Comparison]) -> str:
    lines = ["# Search, measured", "", f"Measured on {clock.now():%Y-%m-%d}."]
    for report in reports:
        lines += ["", f"## {_cell(report.set)}"]
        for heading, rows in _tables(report, compared):
            lines += ["", f"### {heading}", "", f"| {' | '.join(map(_cell, rows[0]))} |", "|---" * len(rows[0]) + "|"]
            lines += [f"| {' | '.join(map(_cell, row))} |" for row in rows[1:]]
    return "\n".join(lines) + "\n"


def _tables(report: Report, compared: Sequence[Comparison]) -> Iterable[tuple[str, Rows]]:
    yield "Figures", _figures(report)
    if report.cities:
        yield "Cities", _cities(report)
    if report.reliability:
        yield "Confidence", _confidence(report)
    yield "Milliseconds", _milliseconds(report)
    for comparison in compared:
        if comparison.set == report.set:
            yield from _compared(comparison)
    failures = [(record, what) for record in report.asked if (what := console_report.failed(record))]
    if failures:
        rows = [("question", "city", "what", "came instead", "words")]
        rows += [(r.text, r.city, what, r.title or r.first, r.excerpt[:200]) for r, what in failures]
        yield f"Failures: {len(failures)}", rows


def _figures(report: Report) -> Rows:
    metrics, refusal = report.metrics.model_dump(by_alias=True), report.refusal
    rows = [
        ("figure", "value", "95 %"),
        ("documents", str(report.documents), ""),
        ("questions", str(report.questions), ""),
    ]
    rows += [(name, f"{value:.3f}", _range(report.intervals.get(name))) for name, value in metrics.items()]
    rows += [("wrong city first", str(report.wrong_city), "")]
    for name, share, interval in (
        (f"answered of {refusal.answerable} answerable", refusal.answered_answerable, refusal.interval_answerable),
        (
            f"answered of {refusal.unanswerable} unanswerable",
            refusal.answered_unanswerable,
            refusal.interval_unanswerable,
        ),
        ("refusal AUROC", refusal.auroc, None),
        ("excerpt holds the answer", report.excerpts.share if report.excerpts else None, None),
    ):
        rows += [(name, f"{share:.3f}", _range(interval))] if share is not None else []
    return rows


def _cities(report: Report) -> Rows:
    rows = [("city", "questions", *report.intervals, "wrong city")]
    for city, part in report.cities.items():
        metrics = part.metrics.model_dump(by_alias=True)
        shown = (f"{value:.3f} {_range(part.intervals.get(name))}".strip() for name, value in metrics.items())
        rows.append((city, str(part.questions), *shown, str(part.wrong_city)))
    return rows


def _confidence(report: Report) -> Rows:
    return [
        ("confidence", "questions", "right", "share", "95 %"),
        *(
            (level.confidence, str(level.questions), str(level.right), f"{level.share:.3f}", _range(level.interval))
            for level in report.reliability
        ),
    ]


def _milliseconds(report: Report) -> Rows:
    stages = {"whole": report.latency_ms, **report.stages_ms}
    return [
        ("stage", "p50", "p95", "p99"),
        *((name, f"{t.p50:.2f}", f"{t.p95:.2f}", f"{t.p99:.2f}") for name, t in stages.items()),
    ]


def _compared(comparison: Comparison) -> Iterable[tuple[str, Rows]]:
    yield (
        f"Compared with the run before ({comparison.compared} questions)",
        [
            ("figure", "then -> now"),
            *((change.metric, console_report.change_in_words(change)) for change in comparison.changes),
            ("refused now", ", ".join(comparison.refused_now) or "none"),
            ("answered now", ", ".join(comparison.answered_now) or "none"),
        ],
    )
    for name, changes in (("Better", comparison.better), ("Worse", comparison.worse)):
        if changes:
            rows = [("question", "rank", "first then", "first now")]
            rows += [(c.text, f"{c.then or '-'} -> {c.now or '-'}", c.first_then, c.first_now) for c in changes]
            yield f"{name}: {len(changes)}", rows


def _range(interval: tuple[float, float] | None) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else ""


def _cell(text: str) -> str:
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", " ".join(text.split()))
