"""`qupia demo`: the main job, shown on a sample archive or on a file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qupia_redaction.model import Language
from qupia_server.cli.options import LanguageOption


def add_to(application: typer.Typer) -> None:
    """Register the command."""
    application.command()(demo)


def demo(
    doc: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="A PDF of your own.")] = None,
    language: LanguageOption = Language.RU,
    out: Annotated[Path, typer.Option(file_okay=False, help="Where the results go; made anew.")] = Path("demo-out"),
) -> None:
    """Start a server on loopback, load the sample archive, ask as many people would, print what each got."""
    try:
        from qupia_server.demo import run_demo  # noqa: PLC0415 - needs the client, which a server can do without
    except ModuleNotFoundError as error:
        raise typer.BadParameter("the demo needs the client: install `qupia-client`") from error
    if not run_demo(out, doc, language.value):
        raise typer.Exit(1)
