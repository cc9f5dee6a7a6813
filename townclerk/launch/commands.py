"""The verbs that belong to no single process: `up`, `city`, `doctor`."""

import json
from typing import Annotated

import typer

from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.schema import open_database
from townclerk.settings import load

city = typer.Typer(no_args_is_help=True, help="Cities and the layers above them.")


def register(app: typer.Typer) -> None:
    """Add these verbs to the `townclerk` command."""
    app.command("up")(up)
    app.command("doctor")(doctor)
    app.add_typer(city, name="city")


def up(
    demo: Annotated[
        bool, typer.Option("--demo", help="Load and serve the invented cities and the phone simulator.")
    ] = False,
) -> None:
    """Start all processes, wait until they are ready, keep them running until Ctrl-C."""
    from townclerk.launch import up as launch

    launch.run(load(), with_demo=demo, say=typer.echo)


def doctor(
    settings: Annotated[
        bool, typer.Option("--settings", help="List every setting, its value and what it is for.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say what is installed, what runs, what is wrong and how to mend it."""
    from townclerk.launch import doctor as examination

    if settings:
        typer.echo(examination.list_settings(load()))
        return
    findings = examination.examine(load())
    typer.echo(examination.as_json(findings) if as_json else examination.as_text(findings))
    raise typer.Exit(1 if any(f.state == "wrong" for f in findings) else 0)


@city.command("add")
def city_add(
    id: Annotated[str, typer.Argument(help="Short id, e.g. alder-falls.")],
    name: Annotated[str, typer.Option(help="Name that residents use. Default: made from the id.")] = "",
    level: Annotated[str, typer.Option(help="city, county, state or federal.")] = "city",
    parent: Annotated[str | None, typer.Option(help="Id of the layer above.")] = None,
    phone: Annotated[str, typer.Option(help="Number given when nothing was found.")] = "",
    url: Annotated[str, typer.Option(help="Website given when nothing was found.")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Add a city (or a county, state, federal layer)."""
    settings = load()
    made = Jurisdiction(
        id=id,
        name=name or id.replace("-", " ").replace("_", " ").title(),
        level=level,
        parent_id=parent,
        phone=phone,
        url=url,
    )
    Jurisdictions(open_database(settings)).add(made)
    typer.echo(
        json.dumps({"city": made.id, "name": made.name, "level": made.level})
        if as_json
        else f"Added {made.name} ({made.id}). Next: townclerk source add URL --city {made.id}"
    )


@city.command("list")
def city_list(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Show all cities and layers."""
    found = Jurisdictions(open_database(load())).all()
    if as_json:
        typer.echo(
            json.dumps(
                [
                    {
                        "id": j.id,
                        "name": j.name,
                        "level": j.level,
                        "parent": j.parent_id,
                        "phone": j.phone,
                        "url": j.url,
                    }
                    for j in found
                ]
            )
        )
        return
    for j in found:
        typer.echo(f"{j.id:24} {j.level:8} {j.name:30} {j.parent_id or '-'}")
