"""`qupia policies check|test|decide|replay|explain|new|audit`: bundles of rules, without a server.

Data goes to standard output, words about it to standard error. Exit codes: 0 done, 1 the bundle is refused, a case
fails or a limit is exceeded, 2 wrong usage.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from qupia_policies.bundle import Bundle, default_bundle_dir, load_bundle
from qupia_policies.cases import load_whole, run_bundle_cases
from qupia_policies.engine import PolicyEngine
from qupia_policies.errors import BundleRefused, Finding
from qupia_policies.explain import Voice
from qupia_policies.listing import Candidate, TokenRefused, page
from qupia_policies.mutation import Mutant, MutationCount, coverage, mutants
from qupia_policies.replay import recent, replay_text, within
from qupia_policies.replay import replay as replay_lines
from qupia_policies.report import finding_json, finding_lines, pretty
from qupia_policies.report import junit as junit_xml
from qupia_policies.starter import write_starter
from qupia_policies.story import Telling, story, story_text
from qupia_policies.terms import almaty_day
from qupia_policies.wire import decide_line, raw_lines, read_line, read_request
from qupia_redaction.model import Language
from qupia_server import app
from qupia_server.cli import policy_changes
from qupia_server.cli.options import HOME, Config, Home, settings_of
from qupia_server.disclosure.policy_audit import ADVICE

application = typer.Typer(help="Bundles of rules.", no_args_is_help=True)
application.add_typer(policy_changes.application, name="change")

Folder = Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="The bundle.")]


class Form(StrEnum):
    """Form of an answer."""

    TEXT = "text"
    JSON = "json"


Format = Annotated[Form, typer.Option("--format", help="Form of the answer.")]


def _say_refused(findings: tuple[Finding, ...]) -> typer.Exit:
    for line in finding_lines(findings):
        typer.echo(line, err=True)
    return typer.Exit(1)


@contextmanager
def _files() -> Iterator[None]:
    """Turn a file that cannot be read or written into one sentence and exit code 1."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        typer.echo(f"{error.filename}: {error.strerror}", err=True)
        raise typer.Exit(1) from error


def _load(folder: Path, *, strict: bool = False) -> Bundle:
    try:
        return load_bundle(folder, strict=strict)
    except BundleRefused as refused:
        raise _say_refused(refused.findings) from refused


@application.command()
def check(folder: Folder, form: Format = Form.TEXT) -> None:
    """Admit the bundle and name every fault with file, line, rule and advice; exit code 1 on errors."""
    bundle: Bundle | None = None
    try:
        bundle = load_whole(folder)
        findings = bundle.warnings
    except BundleRefused as refused:
        findings = refused.findings
    if form is Form.JSON:
        found = [finding_json(item) for item in findings]
        typer.echo(_json({"ok": bundle is not None, "bundle": bundle.version if bundle else "", "findings": found}))
    else:
        for line in finding_lines(findings):
            typer.echo(line)
        if bundle is not None:
            typer.echo(f"{bundle.title}: {len(bundle.rules)} rules, {len(findings)} warnings, bundle {bundle.version}")
    if bundle is None:
        raise typer.Exit(1)


@application.command()
def test(
    folder: Folder,
    only: Annotated[str, typer.Option("--filter", help="Run only cases whose id or file contains this.")] = "",
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit report here.")] = None,
    show_coverage: Annotated[
        bool, typer.Option("--coverage", help="Tell which rules and conditions no case uses.")
    ] = False,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Remove each rule, negate each condition: a case must notice.")
    ] = False,
) -> None:
    """Admit the bundle and run its cases; exit code 1 when it is refused, a case fails or a mutant survives."""
    bundle = _load(folder, strict=True)
    report = run_bundle_cases(PolicyEngine(bundle), only)
    changed = list(mutants(bundle)) if mutate and report.passed else []
    if junit is not None:
        with _files():
            junit.write_text(junit_xml(report, changed), encoding="utf-8")
    typer.echo(pretty(report))
    good = report.passed
    if show_coverage:
        _show_coverage(bundle)
    if mutate and good:
        good = _show_mutants(changed)
    if not good:
        raise typer.Exit(1)


def _show_coverage(bundle: Bundle) -> None:
    found = coverage(bundle)
    used, seen = found.rules - len(found.unused_rules), found.conditions - len(found.one_sided)
    rules, conditions = f"{used} of {found.rules} rules", f"{seen} of {found.conditions} conditions"
    typer.echo(f"coverage: {rules} decide a case, {conditions} are seen true and false")
    for line in (*found.unused_rules, *found.one_sided):
        typer.echo(f"  not covered: {line}")


def _show_mutants(found: list[Mutant]) -> bool:
    alive = [mutant for mutant in found if mutant.survived]
    for mutant in alive:
        typer.echo(f"SURVIVED {mutant.rule_id}: {mutant.change}")
    typer.echo(f"mutation: {MutationCount.of(found)}")
    return not alive


@application.command()
def decide(folder: Folder) -> None:
    """Decide facts from standard input, one JSON object a line; one decision a line goes to standard output."""
    engine = PolicyEngine(_load(folder))
    for line in raw_lines(sys.stdin.buffer):
        sys.stdout.write(_json(decide_line(engine, line)) + "\n")


@application.command("list")
def list_allowed(
    folder: Folder,
    page_size: Annotated[int, typer.Option(min=1, max=1_000, help="Most ids on a page.")] = 100,
    token: Annotated[str, typer.Option(help="`next_token` of the page before.")] = "",
) -> None:
    """Tell which requests on standard input are allowed, a page at a time: what may X see, or who may see D."""
    engine = PolicyEngine(_load(folder))
    lines = [read_line(line) for line in raw_lines(sys.stdin.buffer)]
    found = sorted((Candidate(one.line_id, one.facts) for one in lines if one.facts), key=lambda one: one.name)
    try:
        listed = page(engine.decide, engine.bundle.version, found, page_size, token)
    except (TokenRefused, ValueError) as refused:
        typer.echo(f"refused: {refused}", err=True)
        raise typer.Exit(1) from refused
    told: dict[str, Any] = {"allowed": [name for name, _ in listed.allowed], "next_token": listed.next_token}
    typer.echo(_json(told | {"looked_at": listed.looked_at, "unreadable": len(lines) - len(found)}))


@application.command()
def replay(
    old: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The bundle in force.")],
    new: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The draft.")],
    form: Format = Form.TEXT,
    max_gains: Annotated[int | None, typer.Option(help="Fail when more requests than this would open more.")] = None,
    max_losses: Annotated[int | None, typer.Option(help="Fail when more requests than this would open less.")] = None,
    days: Annotated[int, typer.Option(min=0, help="Only requests of the last so many days; 0: all.")] = 0,
    min_replayed: Annotated[
        int, typer.Option(min=0, help="Fail when fewer requests than this could be decided: nothing would be shown.")
    ] = 1,
) -> None:
    """Decide recorded facts under two bundles and tell who gains and who loses; exit code 1 beyond a limit."""
    engines = PolicyEngine(_load(old)), PolicyEngine(_load(new))
    lines = (read_line(line) for line in raw_lines(sys.stdin.buffer))
    today = almaty_day(dt.datetime.now(dt.UTC))
    report = replay_lines(*engines, recent(lines, days, today) if days else lines)
    typer.echo(_json(report.as_json()) if form is Form.JSON else replay_text(report))
    stated = {"gains": max_gains, "losses": max_losses, "least": min_replayed}
    if not within(report, {name: bound for name, bound in stated.items() if bound is not None}):
        few = report.played < min_replayed
        typer.echo("too few requests were replayed" if few else "beyond the limit", err=True)
        raise typer.Exit(1)


@application.command()
def audit(
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Record that the desk is right as it stands, after a restore or on a new desk."),
    ] = False,
    home: Home = HOME,
    config: Config = None,
) -> None:
    """Compare the desk that the settings name with the audit log beside it; exit code 1 when a step is in one only.

    A server does not put in force what differs; `--accept` records, as the operator, that the desk is right.
    """
    found = asyncio.run(app.audit_desk(settings_of(home, config), accept=accept))
    typer.echo(f"{found.steps} steps on the desk, {found.recorded} with an audit entry")
    if found.by_hand:
        typer.echo("officers are named on this desk and take steps by hand: its own log is the record")
    for one in found.differences:
        step = f"step {one.number}" if one.number else f"entry {one.entry}"
        typer.echo(f"{one.fault.value} {step} ({one.step}): {ADVICE[one.fault]}")
    if accept and found.differences:
        typer.echo("accepted: the audit log says that the desk is right as it stands")
    elif found.differences:
        raise typer.Exit(1)


@application.command()
def explain(
    folder: Folder,
    facts: Annotated[Path, typer.Argument(metavar="FACTS.json", exists=True, dir_okay=False, help="One request.")],
    language: Annotated[Language, typer.Option("--ui", help="Language of the explanation.")] = Language.EN,
    voice: Annotated[Voice, typer.Option(help="Who is spoken to.")] = Voice.OFFICER,
    all_grounds: Annotated[bool, typer.Option(help="Ask on every ground and tell which opens most.")] = False,
    form: Format = Form.TEXT,
) -> None:
    """Explain one decision: the rules and obligations of an allow, or why not and what was missing."""
    engine = PolicyEngine(_load(folder))
    with _files():
        line = read_request(facts.read_bytes())
    if line.facts is None:
        typer.echo(f"facts cannot be read: {', '.join(line.bad) or 'facts'}", err=True)
        raise typer.Exit(1)
    told = story(engine, line.facts, Telling(language.value, voice, all_grounds))
    typer.echo(_json(told) if form is Form.JSON else story_text(told))


@application.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet, or is empty.")],
    national: Annotated[bool, typer.Option("--national", help="A copy of the national bundle instead.")] = False,
) -> None:
    """Write a commented starter bundle with cases that pass."""
    try:
        with _files():
            names = write_starter(folder, default_bundle_dir() if national else None)
    except FileExistsError as error:
        typer.echo(f"{folder} is no folder, or not empty.", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{folder}: {', '.join(names)}")


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)
