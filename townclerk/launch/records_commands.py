"""The `townclerk records` verbs: how long things are kept, legal holds, deleting on request, handing over."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bot.records.overview import Overview
    from townclerk.records.disposal import Disposal
    from townclerk.settings import Settings

records = typer.Typer(
    no_args_is_help=True, help="What residents wrote: how long it is kept, legal holds, deletion, handing over."
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Phone = Annotated[str, typer.Argument(help="Phone number with its country code, e.g. +16035550123.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day, UTC.")]


def register(app: typer.Typer) -> None:
    """Add these verbs to the `townclerk` command."""
    app.add_typer(records, name="records")


@records.command("status")
def records_status(as_json: Json = False) -> None:
    """Show how long each kind is kept, holds that stand, requests that wait, and what was deleted last."""
    from bot.records.overview import overview

    settings, engine = _opened()
    found = overview(engine, settings)
    typer.echo(json.dumps(asdict(found), default=_plain) if as_json else _told(found))


@records.command("expire")
def records_expire(as_json: Json = False) -> None:
    """Delete now what has been kept long enough. By itself this happens once a day while Townclerk runs."""
    from bot.records import expiry
    from index.feedback import retention
    from townclerk.database import overwrite_deleted

    settings, engine = _opened()
    questions = retention.expire(engine, settings, only_due=False)
    done = [*expiry.expire(engine, settings, only_due=False), *([questions] if questions else [])]
    overwrite_deleted(engine)
    _record(engine, settings, "records.expire", "what was kept long enough", "; ".join(map(_account, done)))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in done], default=_plain))
        return
    typer.echo("\n".join(map(_account, done)) or "Everything is kept for ever: every TOWNCLERK_KEEP setting is 0.")


@records.command("hold")
def records_hold(
    reason: Annotated[str, typer.Option(help="Why, for example the number of the records request.")],
    phone: Annotated[str, typer.Option(help="Only what this phone number wrote. Default: everything.")] = "",
    as_json: Json = False,
) -> None:
    """Place a legal hold: until it is released, nothing it covers is deleted, by age or on request."""
    from bot.records.kinds import messages_of
    from townclerk.database import reading
    from townclerk.records.holds import Holds

    settings, engine = _opened()
    person = _person(settings, phone) if phone else ""
    hold = Holds(engine).place(person=person, reason=reason, by="command line")
    _record(engine, settings, "records.hold", f"hold {hold.id}", hold.reason)
    with reading(engine) as connection:
        count = messages_of(connection, person)
    covered = f"what this phone number wrote ({count} messages by now)" if phone else "everything that residents wrote"
    typer.echo(
        json.dumps(asdict(hold), default=_plain)
        if as_json
        else f"Hold {hold.id} stands: {covered} is kept until `townclerk records release {hold.id}`."
    )


@records.command("release")
def records_release(
    id: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Number of the hold, as `records status` lists it.")],
    as_json: Json = False,
) -> None:
    """End a legal hold. What was kept long enough meanwhile is deleted with the next run."""
    from townclerk.records.holds import Holds

    settings, engine = _opened()
    hold = Holds(engine).release(id, by="command line")
    _record(engine, settings, "records.release", f"hold {hold.id}", hold.reason)
    typer.echo(json.dumps(asdict(hold), default=_plain) if as_json else f"Hold {hold.id} is released.")


@records.command("erase")
def records_erase(phone: Phone, as_json: Json = False) -> None:
    """Delete everything that a phone number wrote. Under a hold, the request waits for its end."""
    from bot.records import erasure
    from townclerk.database import overwrite_deleted, writing

    settings, engine = _opened()
    with writing(engine) as connection:
        counts = erasure.erase(connection, _person(settings, phone), by="command line")
    overwrite_deleted(engine)
    told = "waits for a hold" if counts is None else _counted(counts)
    _record(engine, settings, "records.erase", "one phone number", told)
    if as_json:
        typer.echo(json.dumps({"waits": counts is None, "counts": counts or {}}))
    elif counts is None:
        typer.echo("A legal hold stands. The request is kept and carried out when it is released.")
    else:
        typer.echo(
            f"Deleted: {_counted(counts)}."
            if any(counts.values())
            else "Nothing was kept of this phone number: check it."
        )


@records.command("export")
def records_export(
    phone: Annotated[str, typer.Option(help="Only what this phone number wrote and was told.")] = "",
    since: Day = None,
    until: Day = None,
) -> None:
    """Print transcripts, one JSON object a line: personal data masked, people by a name that is not theirs."""
    from bot.records.transcripts import transcripts

    settings, engine = _opened()
    person = _person(settings, phone) if phone else ""
    days = {"since": since.date() if since else None, "until": until.date() if until else None}
    span = " to ".join(str(day or "...") for day in days.values())
    _record(engine, settings, "records.export", "one phone number" if person else "everybody", span)
    for row in transcripts(engine, person=person, **days):
        typer.echo(json.dumps(row, ensure_ascii=False))


def _opened() -> "tuple[Settings, Engine]":
    from townclerk.schema import open_database
    from townclerk.settings import load

    settings = load()
    return settings, open_database(settings)


def _person(settings: "Settings", phone: str) -> str:
    from bot.conversation.identity import person_of_phone

    return person_of_phone(settings, phone)


def _record(engine: "Engine", settings: "Settings", action: str, subject: str, detail: str) -> None:
    from bot.admin.audit_log import AuditLog

    AuditLog(engine, settings.home).record("command line", action, subject, detail)


def _told(found: "Overview") -> str:
    lines = [f"{kind:15} {f'{days} days' if days else 'for ever'}" for kind, days in found.kept_days.items()]
    lines += [
        f"Hold {h.id} since {h.placed_at:%Y-%m-%d}: {'one person' if h.person else 'everything'} ({h.reason})"
        for h in found.holds
    ]
    lines += [f"{len(found.waiting)} requests to delete wait for a hold to end."] if found.waiting else []
    lines += [
        f"LATE: {kind} were last looked through on {since:%Y-%m-%d}. Is Townclerk running?"
        for kind, since in found.overdue.items()
    ]
    return "\n".join(lines + [_account(each) for each in (*found.runs, *found.requests)])


def _account(done: "Disposal") -> str:
    what = "announced" if done.cause == "notice" else f"deleted {_counted(done.counts)}"
    held = f", {done.held} stay because of a hold" if done.held else ""
    return f"{done.begun_at:%Y-%m-%d %H:%M}  {done.kind}: {what}{held}{'' if done.done_at else ' (not finished)'}"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} of {table}" for table, count in counts.items() if count) or "nothing"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
