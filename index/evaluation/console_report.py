"""Reports as text for the terminal."""

from collections.abc import Iterable, Sequence

from index.evaluation import report_tables
from index.evaluation.compare import Comparison
from index.evaluation.floors import Bound
from index.evaluation.report import Report
from index.evaluation.report_tables import Rows

LISTED = 20
"""Changed questions shown of each kind."""


def table(report: Report) -> str:
    """All figures of one set."""
    return _text(report.set, report_tables.tables(report))


def comparison(compared: Comparison) -> str:
    """What rose and fell."""
    return _text(compared.set, report_tables.compared(compared))


def failures(report: Report) -> str:
    """The questions that went wrong, one cell a line."""
    [(heading, rows)] = report_tables.failures(report)
    lines = [f"{report.set}: {heading}"]
    for id, text, *cells in rows[1:]:
        lines.append(f"{id} {text!r}")
        lines += [
            f"    {name:12} {' '.join(cell.split())}" for name, cell in zip(rows[0][2:], cells, strict=True) if cell
        ]
    return "\n".join(lines)


def floor_table(bounds: Sequence[Bound]) -> str:
    """Every bound with what was measured, broken ones marked."""
    rows: Rows = [("set", "figure", "bound", "measured", "")]
    for item in bounds:
        missed = "" if item.measured is None else f" by {abs(item.measured - item.bound):.4g}"
        measured = "nothing" if item.measured is None else f"{item.measured:g}"
        rows.append(
            (item.set, item.figure, f"{item.kind} {item.bound:g}", measured, "kept" if item.kept else f"BROKEN{missed}")
        )
    return _aligned(rows)


def _text(name: str, tables: Iterable[tuple[str, Rows]]) -> str:
    parts = [name]
    for heading, rows in tables:
        shown = rows[: LISTED + 1] if heading.startswith(("Better", "Worse")) else rows
        more = f"\nand {len(rows) - len(shown)} more" if len(shown) < len(rows) else ""
        parts.append(f"{heading}\n{_aligned(shown)}{more}")
    return "\n\n".join(parts)


def _aligned(rows: Rows) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
