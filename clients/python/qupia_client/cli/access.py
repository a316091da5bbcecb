"""`qupiactl disclose` and `qupiactl check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from qupia_client.cli import options
from qupia_client.cli.exits import Exit
from qupia_client.cli.output import Output, console, print_json, print_pairs, print_rows
from qupia_client.cli.state import Speaker, State, reporting
from qupia_client.disclosure import Disclosure
from qupia_client.enums import DetailCategory, Ground
from qupia_client.values import Access, Decision, DocumentReader, ReaderOpening


def disclose(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(help="documents/{document}, or the id alone.")],
    purpose: options.Purpose,
    to: Annotated[Path, typer.Option("-o", "--to", metavar="FILE", help="Where the PDF goes.")],
    ground: options.GroundOption = None,
    case_number: options.CaseNumber = "",
    authority_document: options.AuthorityDocument = "",
    basis: options.Basis = None,
    terms: options.Terms = None,
    country: options.Country = "",
    on_behalf: options.BehalfFile = None,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", help="File with the password of an encrypted master.")
    ] = None,
    request_id: options.RequestId = None,
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Get a redacted rendition of a document, or a refusal with its reasons."""
    state: State = ctx.obj
    speaker = state.speak(language)
    stated = options.stated(authority_document, basis, terms, country)
    with (
        reporting(speaker, output),
        state.client() as client,
        client.disclose(
            document,
            purpose=purpose,
            **(options.asking(ground, case_number, on_behalf, request_id, speaker.language) | stated),
            password=options.read_secret(password_file),
        ) as answer,
    ):
        with _bar(speaker.label("fetching"), answer.size) as moved:
            answer.save(to, moved)
        _show_disclosure(answer, document, to, output, speaker)


def check(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(help="documents/{document}, or the id alone.")],
    purpose: options.Purpose,
    ground: options.GroundOption = None,
    case_number: options.CaseNumber = "",
    authority_document: options.AuthorityDocument = "",
    basis: options.Basis = None,
    terms: options.Terms = None,
    country: options.Country = "",
    on_behalf: options.BehalfFile = None,
    request_id: options.RequestId = None,
    all_grounds: Annotated[bool, typer.Option("--all-grounds", help="Ask on every ground; which opens most?")] = False,
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Ask what would be decided, and why. Nothing is rendered. Ends with code 3 when it would be refused."""
    state: State = ctx.obj
    speaker = state.speak(language)
    with reporting(speaker, output), state.client() as client:
        asking = options.asking(ground, case_number, on_behalf, request_id, speaker.language)
        asking |= options.stated(authority_document, basis, terms, country)
        access = client.check(document, purpose=purpose, all_grounds=all_grounds, **asking)
        if output is Output.JSON:
            print_json(access)
        else:
            rows = decision_rows(access.decision, speaker)
            entry = access.receipt.audit_entry if access.receipt is not None else ""
            rows += _ground_rows(access, speaker)
            print_pairs([*rows, (speaker.label("explanation"), access.explanation), (speaker.label("entry"), entry)])
    if not access.decision.allowed:
        raise typer.Exit(Exit.REFUSED)


def list_access(
    ctx: typer.Context,
    purpose: options.Purpose,
    ground: options.GroundOption = None,
    archive: Annotated[str, typer.Option(help="Only of this archive.")] = "",
    kind: options.KindOption = None,
    on_behalf: options.BehalfFile = None,
    limit: options.Limit = 100,
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """List the documents that you may read on a ground."""
    state: State = ctx.obj
    speaker = state.speak(language)
    with reporting(speaker, output), state.client() as client:
        asking = options.asking(ground, "", on_behalf, None, speaker.language)
        found = list(islice(client.access(purpose=purpose, archive=archive, kind=kind or "", **asking), limit or None))
        if output is Output.JSON:
            print_json(found)
            return
        heads = [speaker.label(key) for key in ("document", "profile", "rules")]
        print_rows(heads, [(one.document, _opened(one.decision), _titles(one.decision)) for one in found])


def list_readers(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(help="documents/{document}, or the id alone.")],
    purpose: options.Purpose,
    limit: options.Limit = 100,
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """List who may read a document, and on which grounds. For auditors and privacy officers."""
    state: State = ctx.obj
    speaker = state.speak(language)
    with reporting(speaker, output), state.client() as client:
        found = list(islice(client.readers(document, purpose=purpose, language=speaker.language), limit or None))
        if output is Output.JSON:
            print_json(found)
            return
        heads = [speaker.label(key) for key in ("requester", "grounds", "needs", "profile")]
        print_rows(heads, [row for one in found for row in _reader_rows(one, speaker)])


def _reader_rows(reader: DocumentReader, speaker: Speaker) -> list[tuple[object, ...]]:
    """Return a row for each ground that opens, and for each set of facts on which one does; the best ground first."""
    who = reader.person or reader.role
    best_first = sorted(reader.grounds.items(), key=lambda item: item[0] is not reader.best_ground)
    rows: list[tuple[object, ...]] = [
        (who, speaker.word(ground), "-", _opened(decision)) for ground, decision in best_first
    ]
    rows += [(who, speaker.word(one.ground), _needs(one, speaker), _opened(one.decision)) for one in reader.openings]
    if reader.untried:
        rows.append((who, "-", speaker.label("untried"), "-"))
    return rows


def _needs(opening: ReaderOpening, speaker: Speaker) -> str:
    """Return what has to be brought, in words; the items of the law by their names."""
    said = ", ".join(speaker.word(need) for need in opening.needs)
    return f"{said} ({', '.join(basis.value for basis in opening.bases)})" if opening.bases else said


def _opened(decision: Decision) -> object:
    return decision.obligations.profile if decision.obligations is not None else ""


def _titles(decision: Decision) -> str:
    return "; ".join(rule.title or rule.rule for rule in decision.rules)


def decision_rows(decision: Decision, speaker: Speaker) -> list[tuple[str, object]]:
    """Return a decision as labels and values."""
    profile = decision.obligations.profile if decision.obligations is not None else ""
    reason = "" if decision.allowed else speaker.word(decision.reason)
    return [
        (speaker.label("decision"), speaker.word(decision.outcome)),
        (speaker.label("reason"), reason),
        *((speaker.label("rules"), f"{rule.title or rule.rule} ({rule.legal_basis})") for rule in decision.rules),
        (speaker.label("profile"), profile),
        (speaker.label("hidden"), counts(decision.hidden_counts, speaker)),
        *((speaker.label("obliged"), duty) for duty in _duties(decision)),
        (speaker.label("opens_on"), decision.opens_on),
        (speaker.label("missing_facts"), ", ".join(decision.missing_facts)),
    ]


def _duties(decision: Decision) -> list[str]:
    """Return each duty, with its last day where it has one."""
    if decision.obligations is None:
        return []
    due = decision.obligations.due_dates
    return [f"{duty} ({due[duty].isoformat()})" if duty in due else duty for duty in decision.obligations.duties]


def _ground_rows(access: Access, speaker: Speaker) -> list[tuple[str, object]]:
    """Return what each ground would open; nothing unless all were asked."""
    rows: list[tuple[str, object]] = []
    for ground, decision in access.grounds.items():
        opened = decision.obligations.profile if decision.obligations is not None else speaker.word(decision.reason)
        rows.append((speaker.label("grounds"), f"{speaker.word(ground)}: {opened}"))
    if rows:
        best = "-" if access.best_ground is Ground.UNSPECIFIED else speaker.word(access.best_ground)
        rows.append((speaker.label("best_ground"), best))
    return rows


def counts(hidden: Mapping[DetailCategory, int], speaker: Speaker) -> str:
    """Return counts by category in words."""
    return ", ".join(f"{speaker.word(category)}: {count}" for category, count in hidden.items())


def _show_disclosure(answer: Disclosure, document: str, to: Path, output: Output, speaker: Speaker) -> None:
    if output is Output.JSON:
        print_json(
            {
                "document": document,
                "file": str(to),
                "request_id": answer.request_id,
                "decision": answer.decision,
                "receipt": answer.receipt,
                "rendition": answer.rendition,
            }
        )
        return
    rows: list[tuple[str, object]] = [(speaker.label("document"), document)]
    rows += decision_rows(answer.decision, speaker)
    rows += [
        (speaker.label("pages"), answer.rendition.page_count),
        (speaker.label("size"), answer.size),
        (speaker.label("entry"), answer.receipt.audit_entry),
        (speaker.label("file"), to),
    ]
    print_pairs(rows)


@contextmanager
def _bar(label: str, size: int) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on stderr while bytes arrive; nothing when stderr is no terminal."""
    screen = console(stderr=True)
    if not screen.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task(label, total=size)
        yield lambda done, _total: progress.update(task, completed=done)
