"""`qupia catalogue import FILE`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from qupia_server import app
from qupia_server.cli.options import HOME, Config, Home, settings_of

application = typer.Typer(help="The catalogue of documents.", no_args_is_help=True)


@application.callback()
def _group() -> None:
    """Keep `import` a subcommand although it is the only one."""


@application.command("import")
def import_rows(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV or JSON lines.")],
    home: Home = HOME,
    config: Config = None,
) -> None:
    """Import archives, fonds, documents, persons and their masters: all rows, or none with every bad row named."""
    settings = settings_of(home, config)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("import", total=None)

        def advance(done: int) -> None:
            progress.update(task, completed=done)

        outcome = asyncio.run(app.import_catalogue(settings, file, advance))
    for fault in outcome.faults:
        typer.echo(f"{file.name}:{fault.line}: {fault.sentence}", err=True)
    if outcome.faults:
        typer.echo(f"nothing was imported: {len(outcome.faults)} bad rows", err=True)
        raise typer.Exit(1)
    typer.echo(f"imported {outcome.rows} rows and {outcome.masters} masters")
