"""`qupia policies change ...`: from draft to rollback on a desk, one entry a step."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from qupia_policies.bundle import default_bundle_dir
from qupia_policies.change import Entry, OfficerRole, StepRefused
from qupia_policies.desk import Desk
from qupia_policies.errors import BundleRefused, Finding
from qupia_policies.replay import replay_text
from qupia_policies.report import finding_lines
from qupia_policies.wire import raw_lines, read_line
from qupia_server import app
from qupia_server.app.policy_place import SHARED
from qupia_server.cli.options import HOME, Config, Home, settings_of

application = typer.Typer(
    help="Change rules: draft, check, test, replay, approve, activate, roll back.", no_args_is_help=True
)

DeskFolder = Annotated[Path, typer.Argument(metavar="DESK", help="The desk's folder.")]
Number = Annotated[int, typer.Argument(metavar="DRAFT", help="Number of the draft.")]
Officer = Annotated[str, typer.Option("--as", help="Who takes the step.")]
MaxGains = Annotated[int | None, typer.Option(min=0, help="Most requests that may open more.")]
MaxLosses = Annotated[int | None, typer.Option(min=0, help="Most requests that may open less.")]
MinReplayed = Annotated[
    int | None, typer.Option(min=0, help="Fewest requests that must be decided; default 1, 0 stands in the log.")
]
Etag = Annotated[str, typer.Option(help="State that the step was decided on; another one refuses.")]


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn a refused step into one sentence and exit code 1."""
    try:
        yield
    except StepRefused as refused:
        typer.echo(f"refused: {refused}", err=True)
        raise typer.Exit(1) from refused
    except BundleRefused as refused:
        _say(refused.findings)
        raise typer.Exit(1) from refused
    except OSError as error:
        typer.echo(f"refused: {error.filename}: {error.strerror}", err=True)
        raise typer.Exit(1) from error


def _say(findings: tuple[Finding, ...]) -> None:
    for line in finding_lines(findings):
        typer.echo(line, err=True)


def _told(entry: Entry) -> None:
    facts = ", ".join(f"{name} {value}" for name, value in entry.facts.items() if not isinstance(value, dict))
    about = f"draft {entry.draft}" if entry.draft else "rollback"
    typer.echo(
        f"{entry.number} {entry.step} by {entry.officer}: {about}, bundle {entry.version[:12]}; {facts}".rstrip("; ")
    )


@application.command("open")
def open_desk(
    desk: DeskFolder,
    author: Annotated[list[str] | None, typer.Option(help="May draft, check, test, replay, withdraw.")] = None,
    approver: Annotated[list[str] | None, typer.Option(help="May approve, activate, roll back.")] = None,
    auditor: Annotated[list[str] | None, typer.Option(help="May look.")] = None,
    served: Annotated[
        bool, typer.Option("--served", help="Only identified officers take steps, through a server: name nobody.")
    ] = False,
    first: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="First bundle of a served desk; else national.")
    ] = None,
    max_gains: MaxGains = None,
    max_losses: MaxLosses = None,
    min_replayed: MinReplayed = None,
    home: Home = HOME,
    config: Config = None,
) -> None:
    """Make a desk in a new or empty folder; `desk:database` with --served: in the database of the home folder.

    Limits hold for every replay on it, whatever an author states.
    """
    limits = _limits(max_gains, max_losses, min_replayed)
    held = {OfficerRole.AUTHOR: author, OfficerRole.APPROVER: approver, OfficerRole.AUDITOR: auditor}
    if served and any(held.values()):
        raise typer.BadParameter("a served desk names nobody: the server knows its officers", param_hint="--served")
    roles: dict[str, set[OfficerRole]] = {}
    for role, names in held.items():
        for name in names or ():
            roles.setdefault(name, set()).add(role)
    with _refusals():
        if str(desk) == SHARED:
            if not served:
                raise typer.BadParameter("a desk in the database is a served one", param_hint="--served")
            version = asyncio.run(app.open_shared_desk(settings_of(home, config), first, limits))
            typer.echo(f"{desk}: served, bundle {version[:12]} in force")
        elif served:
            made = Desk.open_served(desk, first or default_bundle_dir(), limits=limits)
            typer.echo(f"{desk}: served, bundle {made.look().entries[0].version[:12]} in force")
        else:
            Desk.open_new(desk, roles, limits)
            typer.echo(f"{desk}: {', '.join(sorted(roles))}")


@application.command()
def draft(
    desk: DeskFolder,
    folder: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="The bundle.")],
    officer: Officer,
    title: Annotated[str, typer.Option(help="What the change is for.")] = "",
    etag: Etag = "",
) -> None:
    """Take a copy of a bundle as a new draft."""
    with _refusals():
        _told(Desk(desk).draft(officer, folder, title, etag))


@application.command()
def check(desk: DeskFolder, number: Number, officer: Officer, etag: Etag = "") -> None:
    """Admit a draft and name every fault; exit code 1 on errors."""
    with _refusals():
        entry, findings = Desk(desk).check(officer, number, etag)
    _passed(entry, findings)


@application.command()
def test(desk: DeskFolder, number: Number, officer: Officer, etag: Etag = "") -> None:
    """Run a draft's cases; exit code 1 when one fails."""
    with _refusals():
        entry, findings = Desk(desk).test(officer, number, etag)
    _passed(entry, findings)


def _passed(entry: Entry, findings: tuple[Finding, ...]) -> None:
    _say(findings)
    _told(entry)
    if not entry.facts["passed"]:
        raise typer.Exit(1)


@application.command()
def replay(
    desk: DeskFolder,
    number: Number,
    officer: Officer,
    max_gains: MaxGains = None,
    max_losses: MaxLosses = None,
    min_replayed: MinReplayed = None,
    etag: Etag = "",
) -> None:
    """Decide recorded facts from standard input under the bundle in force and a draft; beyond a limit exit code 1."""
    limits = _limits(max_gains, max_losses, min_replayed)
    lines = (read_line(line) for line in raw_lines(sys.stdin.buffer))
    with _refusals():
        entry, report = Desk(desk).replay(officer, number, lines, limits, etag)
    typer.echo(replay_text(report))
    _passed(entry, ())


def _limits(max_gains: int | None, max_losses: int | None, min_replayed: int | None) -> dict[str, int]:
    stated = {"gains": max_gains, "losses": max_losses, "least": min_replayed}
    return {name: bound for name, bound in stated.items() if bound is not None}


@application.command()
def approve(desk: DeskFolder, number: Number, officer: Officer, etag: Etag = "") -> None:
    """Approve a draft that was checked, tested and replayed; never one's own."""
    with _refusals():
        _told(Desk(desk).approve(officer, number, etag))


@application.command()
def withdraw(desk: DeskFolder, number: Number, officer: Officer, etag: Etag = "") -> None:
    """Give a draft up."""
    with _refusals():
        _told(Desk(desk).withdraw(officer, number, etag))


@application.command()
def activate(
    desk: DeskFolder,
    number: Number,
    officer: Officer,
    at: Annotated[str, typer.Option(help="Instant with zone, like 2026-12-01T00:00+05:00; default: now.")] = "",
    etag: Etag = "",
) -> None:
    """Put an approved draft in force, now or at a time."""
    with _refusals():
        _told(Desk(desk).activate(officer, number, _instant(at), etag))


def _instant(text: str) -> dt.datetime | None:
    if not text:
        return None
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("give an instant like 2026-12-01T00:00+05:00") from error
    if instant.tzinfo is None:
        raise typer.BadParameter("give the instant a zone, like +05:00")
    return instant


@application.command()
def rollback(desk: DeskFolder, officer: Officer, etag: Etag = "") -> None:
    """Put the bundle before the one in force in force again, in one step."""
    with _refusals():
        _told(Desk(desk).rollback(officer, etag))


@application.command()
def state(desk: DeskFolder) -> None:
    """Tell what is in force, which drafts are open, and the etag; as JSON."""
    with _refusals():
        here = Desk(desk)
        active, found, etag = here.active(), here.state(), here.etag
    drafts = [
        {
            "draft": one.number,
            "version": one.version,
            "author": one.author,
            "title": one.title,
            "checked": one.checked,
            "tested": one.tested,
            "replayed": bool(one.replayed_against),
            "approver": one.approver,
        }
        for one in found.drafts.values()
        if not one.withdrawn
    ]
    revision = (
        {"revision": active.number, "version": active.version, "since": active.since.isoformat()} if active else {}
    )
    typer.echo(json.dumps({"active": revision, "drafts": drafts, "etag": etag}, ensure_ascii=False))


@application.command()
def history(desk: DeskFolder) -> None:
    """List every step; refuses when the log was changed."""
    with _refusals():
        for entry in Desk(desk).entries():
            _told(entry)
