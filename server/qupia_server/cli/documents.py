"""`qupia redact` and `qupia detect`: the redaction library on one file, without server, policy or ledger.

What these commands hand out was asked for by the owner of the file, at their own machine: they are tools, not the gate.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Annotated

import typer

from qupia_redaction.model import DETECTED, Category, Language, Limits, RedactionOrder
from qupia_server import app
from qupia_server.cli.options import LanguageOption

Hide = Annotated[list[Category] | None, typer.Option("--hide", help="Category to hide; repeat. Default: all of R3.")]
InFile = Annotated[Path, typer.Argument(metavar="IN", exists=True, dir_okay=False, help="The PDF.")]
OutFile = Annotated[Path, typer.Argument(metavar="OUT", dir_okay=False, help="Where the redacted PDF goes.")]

R3 = DETECTED - {Category.PASSAGE}
"""What profile R3 hides."""


def add_to(application: typer.Typer) -> None:
    """Register the commands."""
    application.command()(redact)
    application.command()(detect)


def redact(source: InFile, target: OutFile, hide: Hide = None, language: LanguageOption = Language.RU) -> None:
    """Hide the private details of IN and write the checked rendition to OUT."""
    order = RedactionOrder(hide=frozenset(hide) if hide else R3, language=language)
    rendition = asyncio.run(app.redact_file(source.read_bytes(), order, Limits()))
    write_private(target, rendition.data)
    counts = ", ".join(f"{category.value} {count}" for category, count in sorted(rendition.report.marks.items()))
    typer.echo(f"{rendition.report.pages} pages, hidden: {counts or 'nothing'}; SHA-256 {rendition.sha256}")


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


def write_private(target: Path, data: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
