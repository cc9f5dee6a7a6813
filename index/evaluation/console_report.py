"""Reports as text for the terminal."""

from collections.abc import Iterable, Sequence

from index.evaluation.compare import Comparison, MetricChange, RankChange
from index.evaluation.floors import Bound
from index.evaluation.report import Latency, QuestionRecord, Refusal, Report
from index.evaluation.statistics import Interval

LISTED = 20
"""Changed questions shown of each kind."""


def table(report: Report) -> str:
    """All figures of one set."""
    metrics = report.metrics.model_dump(by_alias=True)
    rows = [("set", report.set), ("documents", str(report.documents)), ("questions", str(report.questions))]
    rows += [(name, f"{value:.3f}{ranged(report.intervals.get(name))}") for name, value in metrics.items()]
    rows += list(_refusal(report.refusal))
    rate = "" if report.wrong_city_rate is None else f"  ({report.wrong_city_rate:.2%} of those with a known city)"
    rows += [("wrong city first", f"{report.wrong_city}{rate}")]
    rows += [
        (f"confidence {level.confidence}", f"{level.right} of {level.questions} right{ranged(level.interval)}")
        for level in report.reliability
    ]
    if report.excerpts:
        held = report.excerpts
        rows += [("excerpt holds the answer", f"{held.share:.3f}; of right first answers {held.share_of_right:.3f}")]
    rows += [("milliseconds p50 / p95 / p99", _times(report.latency_ms))]
    rows += [(f"  {name}", _times(times)) for name, times in report.stages_ms.items()]
    return "\n".join([_lined(rows), *_cities(report)])


def failures(report: Report) -> str:
    """The questions whose first answer is wrong, that were refused though there is an answer, or answered without."""
    wrong = [record for record in report.asked if failed(record)]
    if not wrong:
        return f"{report.set}: no failures."
    return "\n".join([f"{report.set}: {len(wrong)} failures", *(line for record in wrong for line in _failure(record))])


def failed(record: QuestionRecord) -> str:
    """What is wrong with the answer to a question; empty when nothing is."""
    if record.label is False:
        return "" if record.refused else "answered, but has no answer"
    if record.judged and record.rank != 1:
        return "wrong first" + (f", right at {record.rank}" if record.rank else ", right not found")
    return "refused, but has an answer" if record.label and record.refused else ""


def comparison(compared: Comparison) -> str:
    """What rose and fell."""
    lines = [
        f"{compared.set}: {compared.compared} questions compared"
        + (f", {compared.left_out} left out (asked in one run only, or worded otherwise)" if compared.left_out else "")
    ]
    lines += [f"  {change.metric:10} {change_in_words(change)}" for change in compared.changes]
    if not compared.compared:
        return "\n".join(
            [*lines, "  The old file lists no questions; write it with --report FILE.json to see which changed."]
        )
    for name, moved in (("better", compared.better), ("worse", compared.worse)):
        lines += [f"  {name}: {len(moved)}", *(f"    {moved_in_words(item)}" for item in moved[:LISTED])]
        lines += [f"    and {len(moved) - LISTED} more"] if len(moved) > LISTED else []
    lines += [f"  refused now: {', '.join(compared.refused_now) or 'none'}"]
    lines += [f"  answered now: {', '.join(compared.answered_now) or 'none'}"]
    return "\n".join(lines)


def change_in_words(change: MetricChange) -> str:
    """Then, now, the difference, and whether chance explains it."""
    text = f"{change.then:.3f} -> {change.now:.3f}  {change.difference:+.3f}"
    if change.beyond_chance is None:
        return text
    chance = "" if change.chance is None else f", p {change.chance:.3f}"
    return f"{text}{ranged(change.interval)}{chance}: {'beyond chance' if change.beyond_chance else 'may be chance'}"


def moved_in_words(moved: RankChange) -> str:
    """A question with its ranks and first answers."""
    ranks = f"{moved.then or '-'} -> {moved.now or '-'}"
    return f"{moved.id} {moved.text!r} rank {ranks}; first was {moved.first_then!r}, is {moved.first_now!r}"


def floor_table(bounds: Sequence[Bound]) -> str:
    """Every bound with what was measured, broken ones marked."""
    rows = [("set", "figure", "bound", "measured", "")]
    for item in bounds:
        measured = "nothing" if item.measured is None else f"{item.measured:g}"
        verdict = "kept" if item.kept else "BROKEN" + _missed(item)
        rows.append((item.set, item.figure, f"{item.kind} {item.bound:g}", measured, verdict))
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def ranged(interval: Interval | None) -> str:
    """An interval in words, when there is one."""
    return f"  [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""


def _missed(bound: Bound) -> str:
    return "" if bound.measured is None else f" by {abs(bound.measured - bound.bound):.4g}"


def _refusal(refusal: Refusal) -> Iterable[tuple[str, str]]:
    if refusal.auroc is not None:
        yield "refusal AUROC", f"{refusal.auroc:.3f}"
    for name, share, of, interval in (
        ("answered of answerable", refusal.answered_answerable, refusal.answerable, refusal.interval_answerable),
        (
            "answered of unanswerable",
            refusal.answered_unanswerable,
            refusal.unanswerable,
            refusal.interval_unanswerable,
        ),
    ):
        if share is not None:
            yield name, f"{share:.3f}{ranged(interval)} of {of}"


def _cities(report: Report) -> Iterable[str]:
    for city, part in report.cities.items():
        yield f"{city} ({part.questions} questions)"
        metrics = part.metrics.model_dump(by_alias=True)
        yield _lined(
            [(f"  {name}", f"{value:.3f}{ranged(part.intervals.get(name))}") for name, value in metrics.items()]
        )
        yield _lined([("  wrong city first", str(part.wrong_city))])


def _failure(record: QuestionRecord) -> Iterable[str]:
    yield f"{record.id} {record.text!r}" + (f" ({record.city})" if record.city else "") + f": {failed(record)}"
    if record.expected:
        yield f"    expected {', '.join(record.expected[:3])}"
    yield f"    came     {record.first}  {record.title!r}  {record.confidence}"
    yield f"             {' '.join(record.excerpt.split())[:200]!r}"


def _times(times: Latency) -> str:
    return " / ".join(f"{value:.2f}" for value in (times.p50, times.p95, times.p99))


def _lined(rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{name:32} {value}" for name, value in rows)
