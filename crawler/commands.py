"""The verbs of the crawl service: `source add|list|remove|held|accept` and `crawl`; see also `source_edit_commands`."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from crawler import source_edit_commands

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Engine

    from crawler.jobs.runner import RunReport
    from crawler.jobs.sources import Sources
    from crawler.schemas import HeldList
    from crawler.source import Source

source_app = typer.Typer(no_args_is_help=True, help="Sites that are crawled.")

Json = Annotated[bool, typer.Option("--json", help="Print results as JSON.")]


def register(app: typer.Typer) -> None:
    """Add these verbs to the `townclerk` command."""
    source_edit_commands.add_to(source_app)
    app.add_typer(source_app, name="source")
    app.command("crawl")(crawl)


@source_app.command("add")
def source_add(
    url: Annotated[str, typer.Argument(help="Start page, e.g. https://www.example.gov/.")],
    city: Annotated[str, typer.Option(help="City (or county, state, federal layer) the pages belong to.")],
    schedule: Annotated[
        str, typer.Option(help="Cron line in the city's time zone, e.g. '0 3 * * *'. Empty: by hand only.")
    ] = "",
    depth: Annotated[int, typer.Option(help="Links from the start page that are followed.")] = 10,
    max_pages: Annotated[int, typer.Option(help="Most pages kept.")] = 5000,
    include: Annotated[str, typer.Option(help="Regular expression: only matching URLs are crawled.")] = "",
    exclude: Annotated[
        str, typer.Option(help="Regular expression: matching URLs are left out; wins over --include.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Add a site to be crawled."""
    from yarl import URL

    from crawler.fetching.address_guard import loopback_literal, private_hosts
    from crawler.jobs.sources import Sources, checked_url
    from crawler.source import Source
    from townclerk.schema import open_database
    from townclerk.settings import load

    settings = load()
    private = private_hosts(settings.crawl_private_hosts)
    own = loopback_literal(URL(checked_url(url, private=private, private_ok=True), encoded=True))
    source = Source("", city, url, schedule, depth, max_pages, include, exclude, private_ok=own is not None)
    source = Sources(open_database(settings)).add(source, private=private)
    if own is not None:
        typer.echo(
            f"Note: {own[0]}:{own[1]} is an address of this machine; the crawler may connect to exactly this host and port.",
            err=True,
        )
    typer.echo(
        json.dumps(_as_dict(source))
        if as_json
        else f"Added {source.url} as source {source.id}. Next: townclerk crawl {source.id}"
    )


@source_app.command("list")
def source_list(as_json: Json = False) -> None:
    """Show all sources."""
    sources = _sources().all()
    if as_json:
        typer.echo(json.dumps([_as_dict(source) for source in sources]))
        return
    for source in sources:
        typer.echo(f"{source.id:24} {source.url:50} {'paused' if source.paused else source.schedule or 'by hand'}")


@source_app.command("remove")
def source_remove(id: Annotated[str, typer.Argument(help="Id of the source.")], as_json: Json = False) -> None:
    """Remove a source; its pages are answered from no more."""
    count = _sources().remove(id)
    typer.echo(json.dumps({"source": id, "pages": count}) if as_json else f"Removed source {id} and its {count} pages.")


@source_app.command("held")
def source_held(id: Annotated[str, typer.Argument(help="Id of the source.")], as_json: Json = False) -> None:
    """Show what the last crawl left as it was because too much would have gone or turned alike."""
    from crawler.jobs.held_changes import HeldChanges
    from crawler.jobs.sources import Sources

    engine = _engine()
    held = HeldChanges(engine).of(Sources(engine).get(id))
    typer.echo(held.model_dump_json() if as_json else _held_lines(held))


@source_app.command("accept")
def source_accept(
    id: Annotated[str, typer.Argument(help="Id of the source.")],
    urls: Annotated[list[str] | None, typer.Argument(help="Addresses, as `townclerk source held` shows them.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Accept everything that is held back.")] = False,
    as_json: Json = False,
) -> None:
    """Make changes that the last crawl held back: take the new text of a page, or remove it."""
    from crawler.jobs.held_changes import HeldChanges
    from crawler.jobs.sources import Sources

    engine = _engine()
    done = HeldChanges(engine).accept(Sources(engine).get(id), urls or [], everything=every)
    words = f"{done.changed} pages changed, {done.removed} removed; {done.left} are held back still."
    typer.echo(done.model_dump_json() if as_json else words)


def crawl(
    source_id: Annotated[str, typer.Argument(help="Id of the source, see `townclerk source list`.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Crawl every source, one after the other.")] = False,
    allow_removals: Annotated[
        bool, typer.Option("--allow-removals", help="Accept that many pages go or change alike: the site was rebuilt.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Crawl now, and say what was found. Works whether or not the services run."""
    import asyncio

    from crawler.jobs.runner import crawl_now
    from crawler.jobs.sources import Sources
    from townclerk.errors import BadInput, NotFound
    from townclerk.schema import open_database
    from townclerk.settings import load

    settings = load()
    engine = open_database(settings)
    sources = Sources(engine)
    if bool(source_id) == every:
        raise BadInput("Say which source to crawl, or --all. `townclerk source list` shows the sources.")
    chosen = sources.all() if every else [sources.get(source_id)]
    if not chosen:
        raise NotFound("There is no source yet. `townclerk source add URL --city ID` adds one.")
    runs = crawl_now(engine, settings, chosen, allow_removals=allow_removals)
    if not asyncio.run(_print_reports(runs, as_json=as_json)):
        raise typer.Exit(1)


async def _print_reports(reports: "AsyncIterator[RunReport]", *, as_json: bool) -> bool:
    """Print each report when its run ends. Returns whether all runs succeeded."""
    succeeded = True
    async for report in reports:
        typer.echo(json.dumps(_report(report)) if as_json else _lines(report))
        succeeded = succeeded and report.run.status == "succeeded"
    return succeeded


def _sources() -> "Sources":
    """The stored sources. Imported on use: `townclerk --help` must not load the crawler."""
    from crawler.jobs.sources import Sources

    return Sources(_engine())


def _engine() -> "Engine":
    from townclerk.schema import open_database
    from townclerk.settings import load

    return open_database(load())


def _as_dict(source: "Source") -> dict[str, object]:
    fields = asdict(source)
    del fields["next_due_at"]
    return {"source": fields.pop("id"), **fields}


def _report(report: "RunReport") -> dict[str, object]:
    run = report.run
    return {
        "run": run.id,
        "source": run.source_id,
        "city": run.city,
        "url": run.url,
        "status": run.status,
        "counts": run.counts.as_dict(),
        "seconds": run.seconds,
    }


def _lines(report: "RunReport") -> str:
    run = report.run
    counts = ", ".join(f"{name} {count}" for name, count in run.counts.as_dict().items())
    lines = [f"{run.source_id} ({run.url}): {run.status} in {run.seconds:g} s", f"  {counts}"]
    if run.reason:
        lines.append(f"  note: {run.reason}")
    lines += [f"  {count:6} {kind}: {reason}" for kind, reason, count in report.reasons]
    if run.status == "held":
        lines.append(
            f"  What was held back: townclerk source held {run.source_id}. If the whole site really changed: "
            f"townclerk crawl {run.source_id} --allow-removals"
        )
    return "\n".join(lines)


def _held_lines(held: "HeldList") -> str:
    """A line a page, and the start of both texts of one that changed."""
    if not held.changes:
        return f"Nothing of {held.source} is held back."
    lines = [f"Run {held.run} of {held.source} held back:"]
    for change in held.changes:
        lines.append(f"  {'change' if change.after else 'remove'}  {change.url}  {change.reason}")
        if change.after:
            lines += [
                f"          {when}: {' / '.join(text.split(chr(10)))[:160]}"
                for when, text in (("now", change.before), ("new", change.after))
            ]
    return "\n".join([*lines, f"To accept: townclerk source accept {held.source} URL ..., or --all"])
