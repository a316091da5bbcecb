"""`qupia detect`: what the detectors find in one file, without server, policy or ledger."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from qupia_redaction.model import Limits
from qupia_server import app
from qupia_server.cli import redact

InFile = Annotated[Path, typer.Argument(metavar="IN", exists=True, dir_okay=False, help="The PDF, JPEG, PNG or TIFF.")]


def add_to(application: typer.Typer) -> None:
    """Register the commands on documents."""
    redact.add_to(application)
    application.command()(detect)


def detect(source: InFile) -> None:
    """Print the private details of IN as JSON lines: page, category, place, score, recognizer; not their text."""
    for detail in asyncio.run(app.detect_file(source.read_bytes(), Limits())):
        typer.echo(
            json.dumps(
                {
                    "page": detail.page,
                    "start": detail.start,
                    "end": detail.end,
                    "category": detail.category.value,
                    "score": round(detail.score, 3),
                    "found_by": detail.found_by,
                }
            )
        )
