"""The verbs that measure: `evaluate`, `golden export`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from townclerk.errors import BadInput
from townclerk.settings import load

if TYPE_CHECKING:
    from index.evaluation.compare import Comparison
    from index.evaluation.report import Report

golden = typer.Typer(no_args_is_help=True, help="Questions with known answers, made from a city's own life.")
Phrasings = Annotated[
    Path | None,
    typer.Option(
        help="CSV of questions that staff wrote: text,question,url. Default: golden/CITY.csv in TOWNCLERK_HOME."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a set.")]


def register(app: typer.Typer) -> None:
    """Add the verb to the `townclerk` command."""
    app.command("evaluate")(evaluate)
    app.add_typer(golden, name="golden")


def evaluate(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders that each hold corpus.jsonl, queries.jsonl and qrels.tsv.")
    ] = None,
    city: Annotated[
        list[str] | None, typer.Option(help="Ask this city's own questions of the index that serves; repeat for more.")
    ] = None,
    phrasings: Phrasings = None,
    demo: Annotated[bool, typer.Option("--demo", help="Crawl the demo cities and ask their questions.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Ask with the turns before.")] = False,
    city_filter: Annotated[bool, typer.Option("--city-filter", help="Ask in each question's city.")] = False,
    failures: Annotated[bool, typer.Option("--failures", help="List the questions that went wrong.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            help="Write a report; the ending says which: .md to read, .json to compare with, .run for trec_eval."
        ),
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(help="Report (.json) of an earlier run: say what rose and fell.")
    ] = None,
    floor: Annotated[
        Path | None, typer.Option(help="TOML file of least values; exit status 1 when a figure is below.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure search on sets of questions with known answers, each in a throw-away state directory."""
    from index.evaluation import compare as comparison
    from index.evaluation import console_report, file_report, floors

    if phrasings is not None and len(city or []) != 1:
        raise BadInput("--phrasings belongs to one --city. Give just that one.")
    if report is not None:
        file_report.ending(report)
    rules = None if floor is None else floors.read(floor)
    before = None if compare is None else comparison.read(compare)
    show = _Show(as_json=as_json, failures=failures, before=before)
    reports = [show(each) for each in _reports(folders or [], history=history, city_filter=city_filter)]
    reports += [show(_live(each, phrasings)) for each in city or []]
    reports += [show(each) for each in _demo()] if demo else []
    if not reports:
        raise BadInput("Say what to measure: folders with sets of questions, --city ID, or --demo.")
    if report is not None:
        file_report.write(report, reports, show.compared)
        typer.echo(f"Written: {report}", err=True)
    if rules is not None:
        bounds = floors.check(rules, reports)
        typer.echo(console_report.floor_table(bounds), err=as_json)
        if not all(bound.kept for bound in bounds):
            raise typer.Exit(1)


@golden.command("export")
def golden_export(
    folder: Annotated[Path, typer.Argument(help="Folder to write; the form is that of `townclerk evaluate`.")],
    city: Annotated[str, typer.Option(help="City whose questions are wanted.")],
    phrasings: Phrasings = None,
    as_json: Json = False,
) -> None:
    """Write a city's own questions, made from FAQs, phrasings of staff and votes of residents."""
    import json

    from index.evaluation.golden import export
    from index.evaluation.golden.live import golden_set

    chosen = golden_set(load(), city, phrasings=phrasings)
    export.write(chosen, folder)
    counts = {kind: len(questions) for kind, questions in chosen.questions.items()}
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "questions": counts, "refused": len(chosen.refused)}))
        return
    typer.echo(", ".join(f"{count} {kind}" for kind, count in counts.items()) + f" questions in {folder}.")
    typer.echo(
        f"{len(chosen.refused)} refused questions are listed in {folder / export.REFUSED}: look which have no answer."
    )


def _live(city: str, phrasings: Path | None) -> "Report":
    from index.evaluation.golden.live import evaluate_city
    from townclerk.progress import bar

    with bar(f"Asking as {city}") as tell:
        return evaluate_city(load(), city, phrasings=phrasings, progress=tell)


def _demo() -> "list[Report]":
    from townclerk.demo.evaluate import evaluate_demo
    from townclerk.progress import bar

    with bar("Asking the demo's questions") as tell:
        return evaluate_demo(load(), progress=tell)


class _Show:
    """Prints each report as it comes."""

    def __init__(self, *, as_json: bool, failures: bool, before: "dict[str, Report] | None") -> None:
        self._as_json = as_json
        self._failures = failures
        self._before = before
        self.compared: list[Comparison] = []

    def __call__(self, report: "Report") -> "Report":
        from index.evaluation import compare as comparison

        then = (self._before or {}).get(report.set)
        against = None if then is None else comparison.compare(then, report)
        if against is not None:
            self.compared.append(against)
        typer.echo(self._object(report, against) if self._as_json else self._text(report, against))
        return report

    def _text(self, report: "Report", against: "Comparison | None") -> str:
        from index.evaluation import console_report

        parts = [console_report.table(report)]
        if self._before is not None:
            parts.append(
                console_report.comparison(against) if against else f"{report.set} is not in the earlier report."
            )
        if self._failures:
            parts.append(console_report.failures(report))
        return "\n\n".join(parts) + "\n"

    def _object(self, report: "Report", against: "Comparison | None") -> str:
        import json

        shown = report.model_dump(mode="json", by_alias=True, exclude={"asked"})
        if self._failures:
            failures = (record for record in report.asked if record.failure)
            shown["failures"] = [record.model_dump(mode="json") | {"what": record.failure} for record in failures]
        if against is not None:
            shown["comparison"] = against.model_dump(mode="json", by_alias=True)
        return json.dumps(shown, ensure_ascii=False)


def _reports(folders: list[Path], *, history: bool, city_filter: bool) -> Iterator["Report"]:
    from index.evaluation.runs import Options, evaluate
    from townclerk.progress import bar

    names = [folder.resolve().name for folder in folders]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"Two folders are named {twice}. The name is what a set is known by: rename one.")
    for folder in folders:
        with bar(f"Evaluating {folder.name}") as tell:
            made = evaluate(folder, load(), options=Options(history=history, city_filter=city_filter), progress=tell)
        yield made
