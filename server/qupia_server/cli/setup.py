"""`qupia serve`, `qupia init`, `qupia db upgrade`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from qupia_server import app
from qupia_server.cli.options import HOME, Config, Home, settings_of

database = typer.Typer(help="The database's schema.", no_args_is_help=True)


def add_to(application: typer.Typer) -> None:
    """Register the commands."""
    application.command()(serve)
    application.command()(init)


def serve(home: Home = HOME, config: Config = None) -> None:
    """Run the server until SIGTERM or SIGINT; running streams are drained."""
    settings = settings_of(home, config)

    def ready(ports: app.Ports) -> None:
        where = f"services on {ports.services}, persons on {ports.persons}, metrics on {ports.metrics or 'nothing'}"
        typer.echo(f"qupia serves: {where}", err=True)

    asyncio.run(app.serve(settings, ready))


def init(
    home: Home = HOME,
    config: Config = None,
    samples: Annotated[bool, typer.Option("--samples", help="Load the sample archive too.")] = False,
) -> None:
    """Make configuration, keys and database; what exists is left as it is."""
    settings = settings_of(home, config)
    made = asyncio.run(app.initialise(settings))
    for path in made:
        typer.echo(f"made {path}")
    if not made:
        typer.echo("everything is there")
    if samples:
        loaded = asyncio.run(app.import_samples(settings))
        typer.echo(f"sample archive: {loaded.rows} rows, {loaded.masters} masters")


@database.command()
def upgrade(home: Home = HOME, config: Config = None) -> None:
    """Bring the database to this version's schema."""
    typer.echo(f"schema {asyncio.run(app.upgrade_database(settings_of(home, config)))}")
