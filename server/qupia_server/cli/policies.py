"""`qupia policies test DIR`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qupia_policies.cases import run_cases
from qupia_policies.errors import BundleRefused
from qupia_policies.report import junit as junit_xml
from qupia_policies.report import pretty

application = typer.Typer(help="Bundles of rules.", no_args_is_help=True)


@application.callback()
def _group() -> None:
    """Keep `test` a subcommand although it is the only one."""


@application.command()
def test(
    folder: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="The bundle.")],
    only: Annotated[str, typer.Option("--filter", help="Run only cases whose id contains this.")] = "",
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit report here.")] = None,
) -> None:
    """Admit the bundle and run its cases; exit code 1 when it is refused or a case fails."""
    try:
        report = run_cases(folder, only)
    except BundleRefused as refused:
        for finding in refused.findings:
            where = f"{finding.file}:{finding.line}" if finding.line else finding.file
            typer.echo(f"{where}: {finding.rule} {finding.code}: {finding.advice}", err=True)
        raise typer.Exit(1) from refused
    if junit is not None:
        junit.write_text(junit_xml(report), encoding="utf-8")
    typer.echo(pretty(report))
    if not report.passed:
        raise typer.Exit(1)
