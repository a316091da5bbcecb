"""`qupia detect`: what the detectors find in one file, without server, policy or ledger."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from qupia_redaction.model import DETECTED, Category, Limits
from qupia_redaction.plan.special import hides, without
from qupia_server import app
from qupia_server.cli import redact
from qupia_server.cli.word_lists import HideLists, KeepLists, word_lists

InFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="[IN]", exists=True, dir_okay=False, help="The PDF, JPEG, PNG or TIFF; none for JSON lines."
    ),
]


def add_to(application: typer.Typer) -> None:
    """Register the commands on documents."""
    redact.add_to(application)
    application.command()(detect)


def detect(
    source: InFile = None,
    languages: Annotated[str, typer.Option(help="Whose names are read in JSON lines.")] = "kk,ru,en",
    threshold: Annotated[list[str] | None, typer.Option(metavar="L=X", help="Least score of a label.")] = None,
    private: Annotated[bool, typer.Option(help="Only what a profile can hide.")] = False,
    scope: Annotated[str, typer.Option(help="auto, private or wide: officials, places and dates too.")] = "auto",
    explain: Annotated[bool, typer.Option(help="Say what saw it, and why each other word stays.")] = False,
    show: redact.Show = None,
    hide_list: HideLists = None,
    keep_list: KeepLists = None,
) -> None:
    """Print the private details of IN as JSON lines: page, category, place, score, recognizer; not their text.

    Without IN, lines {"id", "text"} of standard input are read, and {"id", "spans"} with public labels written.
    """
    lists = word_lists(hide_list, keep_list)
    if source is None:
        flags = ["--private"] * private + ["--explain"] * explain
        limits = [part for limit in threshold or () for part in ("--threshold", limit)]
        listed = [part for one in lists for part in (f"--{one.kind.value}-list", one.path)]
        listed += [part for one in show or () for part in ("--show", one.value)]
        options = ["--languages", languages, "--scope", scope, *limits, *flags, *listed]
        command = [sys.executable, "-P", "-m", "qupia_redaction.jsonl", *options]
        raise typer.Exit(subprocess.run(command, check=False).returncode)  # noqa: S603  # our own module
    asked = without(DETECTED, frozenset(show or ()))
    for detail in asyncio.run(app.detect_file(source.read_bytes(), Limits(), lists)):
        if detail.category is not Category.TERM and not hides(asked, detail.category, detail.classes):
            continue
        row = {
            "page": detail.page,
            "start": detail.start,
            "end": detail.end,
            "category": detail.category.value,
            "score": round(detail.score, 3),
            "found_by": detail.found_by,
        }
        typer.echo(json.dumps({**row, "classes": sorted(detail.classes)} if detail.classes else row))
