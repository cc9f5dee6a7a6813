"""The tables of a report: figures, cities, confidence, times, what changed. Terminal and Markdown show the same."""

from collections.abc import Iterator

from index.evaluation.compare import Comparison, MetricChange
from index.evaluation.report import Report
from index.evaluation.statistics import Interval

Rows = list[tuple[str, ...]]
"""Cells by row; the first row holds the column names."""


def tables(report: Report, comparison: Comparison | None = None) -> Iterator[tuple[str, Rows]]:
    """Each table under its heading; empty ones are left out."""
    yield "Figures", [("figure", "value", "95 %"), *_figures(report)]
    if report.cities:
        yield "Cities", _cities(report)
    if report.reliability:
        levels = [
            (c.confidence, str(c.questions), str(c.right), *_shown(c.share, c.interval)) for c in report.reliability
        ]
        yield "Confidence", [("confidence", "questions", "right", "share", "95 %"), *levels]
    stages = {"whole": report.latency_ms, **report.stages_ms}.items()
    times = [(name, f"{ms.p50:.2f}", f"{ms.p95:.2f}", f"{ms.p99:.2f}") for name, ms in stages]
    yield "Milliseconds", [("stage", "p50", "p95", "p99"), *times]
    if comparison:
        yield from compared(comparison)


def compared(comparison: Comparison) -> Iterator[tuple[str, Rows]]:
    """What rose and fell since the earlier run."""
    left_out = f", {comparison.left_out} left out as only one run asked them so" if comparison.left_out else ""
    yield (
        f"Compared with the run before ({comparison.compared} questions{left_out})",
        [
            ("figure", "then -> now"),
            *((change.metric, _change(change)) for change in comparison.changes),
            ("refused now", ", ".join(comparison.refused_now) or "none"),
            ("answered now", ", ".join(comparison.answered_now) or "none"),
        ],
    )
    for name, changes in (("Better", comparison.better), ("Worse", comparison.worse)):
        if changes:
            rows = [(c.id, c.text, f"{c.then or '-'} -> {c.now or '-'}", c.first_then, c.first_now) for c in changes]
            yield f"{name}: {len(changes)}", [("id", "question", "rank", "first then", "first now"), *rows]


def failures(report: Report) -> Iterator[tuple[str, Rows]]:
    """Questions whose first answer is wrong, that were refused though there is an answer, or answered without."""
    failed = [(record, record.failure) for record in report.asked if record.failure]
    rows = [
        (r.id, r.text, r.city, what, ", ".join(r.expected[:3]), r.first, r.title, r.confidence, r.excerpt[:200])
        for r, what in failed
    ]
    columns = ("id", "question", "city", "what", "expected", "came instead", "title", "confidence", "words")
    yield f"Failures: {len(failed)}", [columns, *rows] if rows else []


def _figures(report: Report) -> Iterator[tuple[str, ...]]:
    refusal, excerpts = report.refusal, report.excerpts
    yield "documents", str(report.documents), ""
    yield "questions", str(report.questions), ""
    yield "wrong city first", str(report.wrong_city), ""
    shares: list[tuple[str, float | None, Interval | None]] = [
        *((name, value, report.intervals.get(name)) for name, value in report.metrics.by_name.items()),
        ("wrong city first, of known cities", report.wrong_city_rate, None),
        (f"answered of {refusal.answerable} answerable", refusal.answered_answerable, refusal.interval_answerable),
        (
            f"answered of {refusal.unanswerable} unanswerable",
            refusal.answered_unanswerable,
            refusal.interval_unanswerable,
        ),
        ("refusal AUROC", refusal.auroc, None),
        ("excerpt holds the answer", excerpts.share if excerpts else None, None),
        ("excerpt holds it, of right first answers", excerpts.share_of_right if excerpts else None, None),
    ]
    for name, share, interval in shares:
        if share is not None:
            yield name, *_shown(share, interval)


def _cities(report: Report) -> Rows:
    rows: Rows = [("city", "questions", *report.metrics.by_name, "wrong city")]
    for city, part in report.cities.items():
        values = (
            " ".join(_shown(value, part.intervals.get(name))).strip() for name, value in part.metrics.by_name.items()
        )
        rows.append((city, str(part.questions), *values, str(part.wrong_city)))
    return rows


def _change(change: MetricChange) -> str:
    """Then, now, the difference, and whether chance explains it."""
    text = f"{change.then:.3f} -> {change.now:.3f}  {change.difference:+.3f}"
    if change.beyond_chance is None:
        return f"{text}  (the earlier file lists no questions; --report FILE.json writes one that does)"
    chance = "" if change.chance is None else f", p {change.chance:.3f}"
    verdict = "beyond chance" if change.beyond_chance else "may be chance"
    return f"{text}  {' '.join(_shown(None, change.interval)).strip()}{chance}: {verdict}"


def _shown(share: float | None, interval: Interval | None) -> tuple[str, str]:
    """A share and its interval as cells."""
    return "" if share is None else f"{share:.3f}", f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else ""
