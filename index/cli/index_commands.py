"""The verbs that look after the index: townclerk index status|snapshots|rollback|verify|rebuild|prune."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from townclerk.settings import load

if TYPE_CHECKING:
    from index.schemas.operations import StatusResponse

index = typer.Typer(no_args_is_help=True, help="The search index: its state, going back, checking, making it again.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@index.command("status")
def index_status(as_json: Json = False) -> None:
    """Show what is served, how far reading is, and what it takes on disk and in memory."""
    from index import backend

    status, storage = backend.status(load())
    shown = status.model_dump(mode="json") | ({} if storage is None else storage.model_dump(mode="json"))
    if as_json:
        typer.echo(json.dumps(shown))
        return
    for part in ("disk", "memory"):
        shown[part] = " · ".join(f"{name} {_size(size)}" for name, size in shown.get(part, {}).items())
    if status.reading:
        shown["reading"] = f"{status.reading.done} of {status.reading.total} changes; what was published is searched"
    if status.rolled_back:
        shown["rolled_back"] += "; `townclerk index rebuild` brings the newer content back"
    shown["alarms"] = "\n             ".join(status.alarms)
    typer.echo("\n".join(f"{name:12} {value}" for name, value in shown.items() if value not in ("", None)))


@index.command("snapshots")
def index_snapshots(as_json: Json = False) -> None:
    """List the snapshots to go back to, newest first."""
    from index import backend

    found = backend.snapshots(load())
    if as_json:
        typer.echo(json.dumps([each.model_dump(mode="json") for each in found]))
        return
    for each in found:
        served = " (served)" if each.current else ""
        typer.echo(f"{each.name}  {each.made_at}  {each.documents:8} documents {each.passages:9} passages{served}")


@index.command("rollback")
def index_rollback(
    to: Annotated[
        str | None,
        typer.Option(help="Name of a snapshot, as `index snapshots` lists them. Default: the content before."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Serve older content. Pages and FAQs that change from now on are taken in; `index rebuild` undoes it."""
    from index import backend

    status = backend.roll_back(load(), to=to)
    _show_served(status, as_json)
    if not as_json:
        typer.echo("What changes from now on is taken in. `townclerk index rebuild` brings the newer content back.")


@index.command("verify")
def index_verify(as_json: Json = False) -> None:
    """Read every file of every snapshot now and compare it with its checksum; exit status 1 when one is damaged."""
    from index import backend

    found = backend.verify(load())
    if as_json:
        typer.echo(found.model_dump_json())
    for name, paths in {} if as_json else found.damaged.items():
        typer.echo(f"{name}: damaged or missing: {', '.join(paths)}")
    if found.whole:
        typer.echo("Every file is as it was written.") if not as_json else None
        return
    if not as_json:
        typer.echo("Check the disk, then restart Townclerk: it serves what is whole and reads the rest again.")
    raise typer.Exit(1)


@index.command("rebuild")
def index_rebuild(as_json: Json = False) -> None:
    """Compare every stored page and FAQ with the index, and index what differs."""
    from index import backend

    _show_served(backend.rebuild(load()), as_json)


@index.command("prune")
def index_prune(
    embeddings: Annotated[
        bool,
        typer.Option(
            "--embeddings", help="Also forget the kept embeddings: a later rebuild takes hours instead of minutes."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Remove all snapshots but the served one, to free disk space. There is then nothing to go back to."""
    from index import backend

    done = backend.prune(load(), embeddings=embeddings)
    told = (
        f"{done.snapshots} snapshots and {done.embeddings} kept embeddings were removed; {_size(done.disk)} are in use."
    )
    typer.echo(done.model_dump_json() if as_json else told)


def _show_served(status: "StatusResponse", as_json: bool) -> None:
    served = f"Snapshot {status.snapshot} is served, with {status.passages} passages."
    typer.echo(status.model_dump_json() if as_json else served)


def _size(size: int) -> str:
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
