"""`qupiactl documents`, `audit` and `explain`: reading only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from itertools import islice
from typing import Annotated, TypeVar

import typer

from qupia_client.cli import options
from qupia_client.cli.access import counts
from qupia_client.cli.output import Output, print_json, print_pairs, print_rows
from qupia_client.cli.state import Speaker, State, reporting
from qupia_client.enums import Word
from qupia_client.values import AuditEntry, Document, Explanation, Obligations

Item = TypeVar("Item")

documents = typer.Typer(no_args_is_help=True, help="The catalogue, as far as you may know of it.")
audit = typer.Typer(no_args_is_help=True, help="The audit log.")


@documents.command("list")
def list_documents(
    ctx: typer.Context,
    archive: Annotated[str, typer.Option(help="Only of this archive.")] = "",
    kind: options.KindOption = None,
    limit: options.Limit = 100,
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """List the documents that you may know to exist."""
    state: State = ctx.obj
    speaker = state.speak(language)
    with reporting(speaker, output), state.client() as client:
        found = _first(client.documents(archive=archive, kind=kind or "", language=speaker.language), limit)
        heads = ("document", "kind", "archive", "cipher", "created", "title")
        _print(found, heads, [_document_row(item) for item in found], output, speaker)


@documents.command("block")
def block_document(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(help="documents/{document}, or the id alone.")],
    lift: Annotated[bool, typer.Option("--lift", help="Lift the block instead.")] = False,
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Block the data of a document after a breach or a complaint, or lift the block. For archivists of its archive."""
    state: State = ctx.obj
    speaker = state.speak(language)
    with reporting(speaker, output), state.client() as client:
        seen = client.document(document, language=speaker.language)
        found = client.update_document(replace(seen, blocked=not lift), ["blocked"], language=speaker.language)
        if output is Output.JSON:
            print_json({"document": found.name, "blocked": found.blocked, "etag": found.etag})
        else:
            print_pairs([(speaker.label("document"), found.name), (speaker.label("blocked"), found.blocked)])


@audit.command("list")
def list_audit(
    ctx: typer.Context,
    document: Annotated[str, typer.Option(help="Only about this document.")] = "",
    requester: Annotated[str, typer.Option(help="Only of this requester, as an entry shows it.")] = "",
    outcome: options.OutcomeOption = None,
    since: Annotated[
        dt.datetime | None, typer.Option(parser=options.parse_instant, metavar="TIME", help="From, ISO 8601.")
    ] = None,
    until: Annotated[
        dt.datetime | None, typer.Option(parser=options.parse_instant, metavar="TIME", help="Before, ISO 8601.")
    ] = None,
    limit: options.Limit = 50,
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """List audit entries, newest first."""
    state: State = ctx.obj
    speaker = state.speak(language)
    with reporting(speaker, output), state.client() as client:
        entries = client.audit_entries(
            start=since,
            end=until,
            document=document,
            requester=requester,
            outcome=outcome or "",
            language=speaker.language,
        )
        found = _first(entries, limit)
        heads = ("time", "entry", "event", "outcome", "reason", "document", "requester", "hidden")
        _print(found, heads, [_entry_row(item, speaker) for item in found], output, speaker)


@audit.command("show")
def show_audit(
    ctx: typer.Context,
    entry: Annotated[str, typer.Argument(help="auditEntries/{audit_entry}, or the id alone.")],
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Show one audit entry, field by field."""
    state: State = ctx.obj
    speaker = state.speak(language)
    with reporting(speaker, output), state.client() as client:
        found = client.audit_entry(entry, language=speaker.language)
        if output is Output.JSON:
            print_json(found)
        else:
            print_pairs([(field.name, _cell(getattr(found, field.name), speaker)) for field in fields(found)])


def explain(
    ctx: typer.Context,
    entry: Annotated[str, typer.Argument(help="auditEntries/{audit_entry}, or the id alone.")],
    voice: Annotated[str, typer.Option(help="officer or requester; empty: as you may.")] = "",
    language: options.LanguageOption = None,
    output: options.OutputOption = Output.TABLE,
) -> None:
    """Explain a recorded decision in words."""
    state: State = ctx.obj
    speaker = state.speak(language)
    with reporting(speaker, output), state.client() as client:
        found = client.explain(entry, language=speaker.language, voice=voice)
        if output is Output.JSON:
            print_json(found)
            return
        print_pairs(explanation_rows(found, speaker))


def explanation_rows(found: Explanation, speaker: Speaker) -> list[tuple[str, object]]:
    """Return an explanation as labels and values: what it lacks first, for what follows is told without that."""
    return [
        (speaker.label("entry"), found.audit_entry),
        (speaker.label("decision"), speaker.word(found.outcome)),
        *((speaker.label("lacks"), speaker.word(one)) for one in found.lacks),
        *((speaker.label("rules"), f"{r.rule.title or r.rule.rule}: {r.reason}") for r in found.rules),
        (speaker.label("legal_basis"), "; ".join(found.legal_bases)),
        (speaker.label("explanation"), found.text),
        *((one.rule.rule, " ; ".join(one.failed_conditions)) for one in found.nearest_rules),
        *_protection_rows(found.obligations, speaker),
        *((speaker.label("obliged"), duty) for duty in found.duty_texts),
        (speaker.label("opens_on"), found.opens_on),
        (speaker.label("missing_facts"), ", ".join(found.missing_facts)),
        (speaker.label("version"), found.bundle),
    ]


def _protection_rows(asked: Obligations | None, speaker: Speaker) -> list[tuple[str, object]]:
    """Return which profile holds for each class of persons, and the kinds of details that are hidden."""
    if asked is None:
        return []
    persons = [
        (speaker.label("persons"), f"{speaker.word(person)}: {profile.value}")
        for person, profile in asked.person_profiles.items()
    ]
    return [*persons, (speaker.label("hidden"), ", ".join(map(speaker.word, asked.hidden_categories)))]


def _first(items: Iterator[Item], limit: int) -> list[Item]:
    return list(islice(items, limit or None))


def _print(
    found: Sequence[object], heads: Sequence[str], rows: Sequence[Sequence[object]], output: Output, speaker: Speaker
) -> None:
    if output is Output.JSON:
        print_json(found)
    elif rows:
        print_rows([speaker.label(head) for head in heads], rows)
    else:
        print_pairs([(speaker.label("nothing"), " ")])


def _document_row(item: Document) -> tuple[object, ...]:
    return item.name, item.kind.value, item.archive, item.cipher, item.created, item.title


def _entry_row(item: AuditEntry, speaker: Speaker) -> tuple[object, ...]:
    time = item.create_time.astimezone().isoformat(" ", "seconds") if item.create_time is not None else ""
    reason = speaker.word(item.reason)
    hidden = counts(item.hidden_counts, speaker)
    event, outcome = speaker.word(item.event), speaker.word(item.outcome)
    return time, item.name, event, outcome, reason, item.document, item.requester, hidden


def _cell(value: object, speaker: Speaker) -> object:
    """Return a field of an entry for people."""
    match value:
        case bytes():
            return value.hex()
        case Word():
            return "" if value.name == "UNSPECIFIED" else speaker.word(value)
        case tuple():
            return ", ".join(str(_cell(item, speaker)) for item in value)
        case dict():
            return counts(value, speaker)
        case _:
            return value
