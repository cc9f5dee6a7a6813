"""The verbs that change a source in place: `source edit|pause|resume|stop`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

Id = Annotated[str, typer.Argument(help="Id of the source.")]
Json = Annotated[bool, typer.Option("--json", help="Print results as JSON.")]


def add_to(source_app: typer.Typer) -> None:
    """Add these verbs to `townclerk source`."""
    source_app.command("edit")(edit)
    source_app.command("pause")(pause)
    source_app.command("resume")(resume)
    source_app.command("stop")(stop)


def edit(
    id: Id,
    city: Annotated[str | None, typer.Option(help="City or layer the pages belong to.")] = None,
    schedule: Annotated[str | None, typer.Option(help="Cron line in the city's time zone. Empty: by hand.")] = None,
    depth: Annotated[int | None, typer.Option(help="Links from the start page that are followed.")] = None,
    max_pages: Annotated[int | None, typer.Option(help="Most pages kept.")] = None,
    include: Annotated[str | None, typer.Option(help="Regular expression: only matching URLs are crawled.")] = None,
    exclude: Annotated[str | None, typer.Option(help="Regular expression: matching URLs are left out.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which stored pages would go.")] = False,
    as_json: Json = False,
) -> None:
    """Change a source in place. Pages that its new rules leave out are answered from no more."""
    from crawler.jobs.source_editor import SourceEditor
    from crawler.schemas import SourceChange

    wanted = SourceChange(
        city=city, schedule=schedule, depth=depth, max_pages=max_pages, include=include, exclude=exclude
    )
    editor = SourceEditor(_engine())
    source, dropped = editor.plan(id, wanted) if dry_run else editor.change(id, wanted)
    words = (
        f"{source.id} {'would be' if dry_run else 'is'} changed; {len(dropped)} stored pages {'would ' * dry_run}go."
    )
    _print({"source": source.id, "changed": not dry_run, "dropped": dropped}, "\n  ".join([words, *dropped]), as_json)


def pause(id: Id, as_json: Json = False) -> None:
    """Let the schedule of a source rest; its pages stay in the answers."""
    _pause(id, as_json, paused=True)


def resume(id: Id, as_json: Json = False) -> None:
    """Let the schedule of a source count again."""
    _pause(id, as_json, paused=False)


def stop(id: Id, as_json: Json = False) -> None:
    """Stop the crawl of a source; what it has read is kept, and nothing is removed."""
    from crawler.jobs.runs import Runs
    from townclerk.errors import Conflict

    runs = Runs(_engine())
    run = next((run for run in runs.latest(source_id=id, limit=1) if run.status in ("queued", "running")), None)
    if run is None:
        raise Conflict(f"No crawl of {id} waits or runs.")
    runs.stop(run.id, "the command line")
    _print({"source": id, "run": run.id}, f"Run {run.id} of {id} stops within some seconds.", as_json)


def _pause(id: str, as_json: bool, *, paused: bool) -> None:
    from crawler.jobs.source_editor import SourceEditor

    source = SourceEditor(_engine()).pause(id, paused=paused)
    due = source.next_due_at
    words = (
        f"{id} is paused." if paused else f"{id} is crawled again{f', next at {due:%F %T} UTC' if due else ' by hand'}."
    )
    _print({"source": id, "paused": paused}, words, as_json)


def _print(result: dict[str, object], words: str, as_json: bool) -> None:
    import json

    typer.echo(json.dumps(result) if as_json else words)


def _engine() -> "Engine":
    from townclerk.schema import open_database
    from townclerk.settings import load

    return open_database(load())
