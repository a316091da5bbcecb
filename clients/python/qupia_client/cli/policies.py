"""`qupiactl policies`: the rules in force, and the steps by which officers change them.

Who takes a step is who the profile's token says; no option names an officer. A check, a test or a replay that did not
pass ends with code 1.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from qupia_client.cli import options
from qupia_client.cli.exits import Exit
from qupia_client.cli.output import Output, print_json, print_pairs, print_rows
from qupia_client.cli.state import Speaker, State, reporting
from qupia_client.enums import PolicyStepKind
from qupia_client.policies import Policies
from qupia_client.policy_values import (
    PolicyComparison,
    PolicyDeskAudit,
    PolicyDraft,
    PolicyRevision,
    PolicyShadow,
    PolicyStep,
    PolicyStepResult,
)

Answer = TypeVar("Answer")

policies = typer.Typer(no_args_is_help=True, help="The rules: what is in force, and how officers change them.")

Draft = Annotated[str, typer.Argument(metavar="DRAFT", help="policyDrafts/{policy_draft}, or its number.")]
Etag = Annotated[str, typer.Option(help="State that the step was decided on; another one refuses. Empty: any.")]


@policies.command("show")
def show(
    ctx: typer.Context, language: options.LanguageOption = None, output: options.OutputOption = Output.TABLE
) -> None:
    """Show the bundle in force and its rules."""
    state: State = ctx.obj
    speaker = state.speak(language)
    with reporting(speaker, output), state.client() as client:
        bundle = client.active_bundle()
        if output is Output.JSON:
            print_json(bundle)
            return
        print_pairs([(speaker.label("title"), bundle.title), (speaker.label("version"), bundle.version)])
        tongue = speaker.language.value
        heads = [speaker.label(key) for key in ("rules", "effect", "title", "legal_basis")]
        print_rows(
            heads,
            [
                (rule.rule, speaker.word(rule.effect), rule.titles.get(tongue, ""), rule.legal_basis)
                for rule in bundle.rules
            ],
        )


def _ask(
    ctx: typer.Context,
    language: str | None,
    output: Output,
    ask: Callable[[Policies], Answer],
    tell: Callable[[Answer, Speaker], None],
) -> Answer:
    """Ask the server and print its answer; an error becomes words and an exit code."""
    state: State = ctx.obj
    speaker = state.speak(language)
    with reporting(speaker, output), state.client() as client:
        answer = ask(client.policies.speaking(speaker.language))
        if output is Output.JSON:
            print_json(answer)
        else:
            tell(answer, speaker)
    return answer


@policies.command("desk")
def desk(
    ctx: typer.Context, language: options.LanguageOption = None, output: options.OutputOption = Output.TABLE
) -> None:
    """Show what is in force, what will be, what the answering process serves, and the etag."""
    _ask(
        ctx,
        language,
        output,
        lambda policies: policies.desk(),
        lambda found, speaker: print_pairs(
            [
                (speaker.label("in_force"), _revision(found.active)),
                *((speaker.label("scheduled"), _revision(one)) for one in found.scheduled),
                (speaker.label("serving"), found.serving_bundle),
                (speaker.label("trouble"), speaker.word(found.trouble) if found.trouble.value else ""),
                (speaker.label("shadow"), found.shadow_draft),
                ("etag", found.etag),
            ]
        ),
    )


@policies.command("drafts")
def drafts(
    ctx: typer.Context, language: options.LanguageOption = None, output: options.OutputOption = Output.TABLE
) -> None:
    """List the drafts."""
    heads = ("draft", "title", "version", "author", "approver", "state")
    _ask(
        ctx,
        language,
        output,
        lambda policies: list(policies.drafts()),
        lambda found, speaker: print_rows(
            [speaker.label(head) for head in heads], [_draft_row(one, speaker) for one in found]
        ),
    )


@policies.command("history")
def history(
    ctx: typer.Context, language: options.LanguageOption = None, output: options.OutputOption = Output.TABLE
) -> None:
    """List every step that was ever taken."""
    heads = ("step", "time", "officer", "draft", "version", "passed", "counts")
    _ask(
        ctx,
        language,
        output,
        lambda policies: list(policies.steps()),
        lambda found, speaker: print_rows(
            [speaker.label(head) for head in heads], [_step_row(one, speaker) for one in found]
        ),
    )


@policies.command("fetch")
def fetch(
    ctx: typer.Context,
    bundle: Annotated[str, typer.Argument(metavar="BUNDLE", help="policyBundles/{policy_bundle}, or its version.")],
    to: Annotated[Path, typer.Option("-o", "--to", metavar="DIR", help="A new or empty folder.")],
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Write the files of a bundle that was drafted here into a folder."""
    if to.exists() and any(to.iterdir()):
        raise typer.BadParameter("the folder is not empty", param_hint="--to")

    def ask(policies: Policies) -> list[str]:
        return write_files(policies.fetch(bundle), to)

    _ask(ctx, language, output, ask, lambda found, speaker: print_pairs([(speaker.label("file"), n) for n in found]))


def write_files(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Write files that a server named; a name that leads out of the folder is refused.

    Raises:
        ValueError: such a name.
        OSError: the folder cannot be written.
    """
    for name in files:
        parts = name.split("/")
        if len(parts) > 2 or any(part in {"", ".", ".."} or "\\" in part or "\0" in part for part in parts):
            raise ValueError("the server named a file outside the bundle")
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return sorted(files)


@policies.command("draft")
def draft(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="The bundle.")],
    title: Annotated[str, typer.Option(help="What the change is for.")],
    request_id: options.RequestId = None,
    etag: Etag = "",
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Hand a bundle in as a new draft."""
    _ask(
        ctx,
        language,
        output,
        lambda policies: policies.create(folder, title, request_id=request_id, etag=etag),
        lambda found, speaker: print_pairs(_draft_pairs(found, speaker)),
    )


@policies.command("check")
def check(
    ctx: typer.Context,
    number: Draft,
    etag: Etag = "",
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Admit a draft strictly and name every fault; code 1 when it is refused."""
    _passed(_ask(ctx, language, output, lambda policies: policies.check(number, etag=etag), _tell_step))


@policies.command("test")
def test(
    ctx: typer.Context,
    number: Draft,
    etag: Etag = "",
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Run a draft's cases; code 1 when one fails."""
    _passed(_ask(ctx, language, output, lambda policies: policies.test(number, etag=etag), _tell_step))


@policies.command("replay")
def replay(
    ctx: typer.Context,
    number: Draft,
    days: Annotated[int, typer.Option(min=0, help="Replay what the servers kept in the last so many days, too.")] = 0,
    max_gains: Annotated[int | None, typer.Option(min=0, help="Most requests that may open more.")] = None,
    max_losses: Annotated[int | None, typer.Option(min=0, help="Most requests that may open less.")] = None,
    min_replayed: Annotated[
        int | None, typer.Option(min=0, help="Fewest requests that must be decided; default 1, 0 is seen by approvers.")
    ] = None,
    etag: Etag = "",
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Decide recorded facts from standard input under the bundle in force and a draft; code 1 beyond a limit."""
    facts = [] if days and sys.stdin.isatty() else [line for line in sys.stdin if line.strip()]

    def ask(policies: Policies) -> PolicyStepResult:
        return policies.replay(
            number,
            facts,
            days=days,
            max_gains=max_gains,
            max_losses=max_losses,
            min_replayed=min_replayed,
            etag=etag,
        )

    _passed(_ask(ctx, language, output, ask, _tell_step))


@policies.command("approve")
def approve(
    ctx: typer.Context,
    number: Draft,
    etag: Etag = "",
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Approve a draft of another officer."""
    _ask(ctx, language, output, lambda policies: policies.approve(number, etag=etag), _tell_step)


@policies.command("activate")
def activate(
    ctx: typer.Context,
    number: Draft,
    at: Annotated[
        dt.datetime | None,
        typer.Option(parser=options.parse_instant, metavar="TIME", help="From when, ISO 8601; default: now."),
    ] = None,
    etag: Etag = "",
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Put an approved draft in force, now or at a time."""
    _ask(ctx, language, output, lambda policies: policies.activate(number, at=at, etag=etag), _tell_step)


@policies.command("withdraw")
def withdraw(
    ctx: typer.Context,
    number: Draft,
    etag: Etag = "",
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Give a draft up."""
    _ask(ctx, language, output, lambda policies: policies.withdraw(number, etag=etag), _tell_step)


@policies.command("rollback")
def rollback(
    ctx: typer.Context,
    etag: Etag = "",
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Put the bundle before the one in force in force again, in one step."""
    _ask(ctx, language, output, lambda policies: policies.roll_back(etag=etag), _tell_step)


@policies.command("shadow")
def shadow(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="[DRAFT]", help="A tested draft; none: show the counts.")] = "",
    end: Annotated[bool, typer.Option("--end", help="End the shadow that runs.")] = False,
    etag: Etag = "",
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Decide a draft beside the bundle in force, on live traffic, or show what that has shown so far."""
    if number or end:
        _ask(ctx, language, output, lambda policies: policies.shadow(None if end else number, etag=etag), _tell_step)
        return
    _ask(
        ctx,
        language,
        output,
        lambda policies: policies.shadow_report(),
        _tell_shadow,
    )


@policies.command("audit")
def audit(
    ctx: typer.Context, language: options.LanguageOption = None, output: options.OutputOption = Output.TABLE
) -> None:
    """Compare the desk's log with the audit log; code 1 when a step is in one only, or a process serves otherwise."""
    found = _ask(ctx, language, output, lambda policies: policies.audit(), _tell_audit)
    if not found.ok:
        raise typer.Exit(Exit.OTHER)


def _tell_audit(found: PolicyDeskAudit, speaker: Speaker) -> None:
    counts = {"steps": found.step_count, "recorded": found.recorded_count}
    print_pairs([*((speaker.label(name), f"{count}") for name, count in counts.items()), ("ok", _mark(found.ok))])
    if found.differences:
        heads = [speaker.label(head) for head in ("fault", "step", "entry", "process", "version")]
        rows = [
            (speaker.word(one.fault), one.step or "", one.audit_entry, one.process, one.bundle, one.etag)
            for one in found.differences
        ]
        print_rows([*heads, "etag"], rows)


def _passed(result: PolicyStepResult) -> None:
    if not result.step.passed:
        raise typer.Exit(Exit.OTHER)


def _tell_step(result: PolicyStepResult, speaker: Speaker) -> None:
    for one in result.findings:
        where = f"{one.file}:{one.line}" if one.line else one.file
        print_pairs([(one.code, f"{where} {one.rule} {one.advice}".replace("  ", " "))])
    _tell_comparison(result.comparison, speaker)
    step = result.step
    pairs: list[tuple[str, object]] = [
        (speaker.label("step"), f"{step.number} {speaker.word(step.kind)}"),
        (speaker.label("passed"), _mark(step.passed)),
        (speaker.label("since"), step.start_time),
    ]
    pairs += _draft_pairs(result.draft, speaker) if result.draft else [(speaker.label("version"), step.bundle)]
    print_pairs([*pairs, (speaker.label("entry"), step.audit_entry)])


def _tell_shadow(found: PolicyShadow, speaker: Speaker) -> None:
    if not found.policy_draft:
        print_pairs([(speaker.label("nothing"), " ")])
        return
    print_pairs([(speaker.label("draft"), found.policy_draft), (speaker.label("since"), found.start_time)])
    _tell_comparison(found.comparison, speaker)
    heads = ("process", "since", "until", "counts")
    rows = [(one.process, one.start_time, one.update_time, one.total_count) for one in found.processes]
    print_rows([speaker.label(head) for head in heads], rows)


def _tell_comparison(found: PolicyComparison | None, speaker: Speaker) -> None:
    if found is None:
        return
    print_pairs(
        [
            (speaker.label("same"), f"{found.same_count} / {found.total_count}"),
            (speaker.label("gains"), f"{found.gain_count}"),
            (speaker.label("losses"), f"{found.loss_count}"),
            (speaker.label("duties"), f"{found.duty_count}"),
            (speaker.label("skipped"), ", ".join(f"{why}: {count}" for why, count in found.skipped_counts.items())),
        ]
    )
    for one in found.tallies:
        if one.gain_count or one.loss_count:
            shown = f" ({', '.join(one.examples)})" if one.examples else ""
            print_pairs([(f"{one.dimension} {one.value or '-'}", f"+{one.gain_count} -{one.loss_count}{shown}")])


def _draft_pairs(found: PolicyDraft, speaker: Speaker) -> list[tuple[str, object]]:
    return [
        (speaker.label("draft"), found.name),
        (speaker.label("title"), found.title),
        (speaker.label("version"), found.bundle),
        (speaker.label("state"), _state(found, speaker)),
        ("etag", found.etag),
    ]


def _draft_row(found: PolicyDraft, speaker: Speaker) -> tuple[object, ...]:
    version = found.bundle.rpartition("/")[2][:12]
    return found.name, found.title, version, found.author[:12], found.approver[:12], _state(found, speaker)


def _state(found: PolicyDraft, speaker: Speaker) -> str:
    """Return the steps that a draft has behind it."""
    taken = {
        "CHECK": found.checked,
        "TEST": found.tested,
        "REPLAY": bool(found.replayed_against),
        "APPROVE": bool(found.approver),
        "WITHDRAW": found.withdrawn,
    }
    return ", ".join(speaker.word(PolicyStepKind[name]) for name, done in taken.items() if done)


def _step_row(found: PolicyStep, speaker: Speaker) -> tuple[object, ...]:
    time = found.create_time.astimezone().isoformat(" ", "seconds") if found.create_time else ""
    counts = ", ".join(f"{name} {count}" for name, count in sorted(found.counts.items()))
    what = f"{found.number} {speaker.word(found.kind)}"
    version = found.bundle.rpartition("/")[2][:12]
    return what, time, found.officer[:12], found.policy_draft, version, _mark(found.passed), counts


def _mark(passed: bool | None) -> str:
    return "" if passed is None else "+" if passed else "-"


def _revision(found: PolicyRevision | None) -> str:
    if found is None:
        return ""
    since = found.start_time.astimezone().isoformat(" ", "seconds") if found.start_time else ""
    return f"{found.number}: {found.bundle} ({since})"
