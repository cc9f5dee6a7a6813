"""The verbs that look after the index: townclerk index status|snapshots|rollback|verify|rebuild|prune."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from index.cli.terminal import Json, print_all
from townclerk.errors import BadInput
from townclerk.settings import load

if TYPE_CHECKING:
    from index.schemas.operations import SnapshotInfo, StatusResponse

index = typer.Typer(no_args_is_help=True, help="The search index: its state, going back, checking, making it again.")


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

    def line(snapshot: "SnapshotInfo") -> str:
        size = f"{snapshot.documents:8} documents {snapshot.passages:9} passages"
        return f"{snapshot.name}  {snapshot.made_at}  {size}{' (served)' if snapshot.current else ''}"

    snapshots = backend.call(load(), lambda client: client.snapshots(), lambda index: index.snapshots(), look=False)
    print_all(snapshots, line, as_json=as_json)


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

    if to is not None and not to.strip():
        raise BadInput("The snapshot to go back to has no name. `townclerk index snapshots` lists them.")
    status = backend.call(
        load(), lambda client: client.roll_back(to=to or ""), lambda index: index.roll_back(to), look=False
    )
    _show_served(status, as_json)
    if not as_json:
        typer.echo("What changes from now on is taken in. `townclerk index rebuild` brings the newer content back.")


@index.command("verify")
def index_verify(as_json: Json = False) -> None:
    """Read every file of every snapshot now and compare it with its checksum; exit status 1 when one is damaged."""
    from index import backend

    result = backend.verify(load())
    if as_json:
        typer.echo(result.model_dump_json())
    elif result.whole:
        typer.echo("Every file is as it was written.")
    else:
        for name, paths in result.damaged.items():
            typer.echo(f"{name}: damaged or missing: {', '.join(paths)}")
        typer.echo("Check the disk, then restart Townclerk: it serves what is whole and reads the rest again.")
    if not result.whole:
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

    result = backend.call(
        load(),
        lambda client: client.prune(embeddings=embeddings),
        lambda index: index.prune(embeddings=embeddings),
        look=False,
    )
    removed = f"{result.snapshots} snapshots and {result.embeddings} kept embeddings were removed"
    typer.echo(result.model_dump_json() if as_json else f"{removed}; {_size(result.disk)} are in use.")


def _show_served(status: "StatusResponse", as_json: bool) -> None:
    served = f"Snapshot {status.snapshot} is served, with {status.passages} passages."
    typer.echo(status.model_dump_json() if as_json else served)


def _size(size: int) -> str:
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
