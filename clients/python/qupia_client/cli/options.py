"""The options that several commands share, with completion for the closed vocabularies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from qupia_client.cli.output import Output
from qupia_client.enums import AuditOutcome, DocumentKind, Ground, Language, PurposeCode, StateBasis, Word
from qupia_client.values import Asking

W = TypeVar("W", bound=Word)
_MAX_SECRET_BYTES = 16 * 1024


def _parser(words: type[W]) -> Callable[[str], W]:
    """Return a parser that names the words when it meets another."""

    def parse(text: str) -> W:
        try:
            return words.parse(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error

    parse.__name__ = words.__name__
    return parse


def _completion(words: type[Word]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        return [word for word in words.words() if word.startswith(incomplete)]

    return complete


def parse_instant(text: str) -> dt.datetime:
    """Return an instant from ISO 8601; without a zone it is the local one.

    Raises:
        typer.BadParameter: not ISO 8601.
    """
    try:
        return dt.datetime.fromisoformat(text).astimezone()
    except ValueError as error:
        raise typer.BadParameter("not a time such as 2026-03-01 or 2026-03-01T09:00:00+05:00") from error


def read_secret(path: Path | None) -> str:
    """Return the first line of a file that holds a token or a password; empty without a file.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not text of a token's size.
    """
    if path is None:
        return ""
    with path.open("rb") as file:
        content = file.read(_MAX_SECRET_BYTES + 1)
    if len(content) > _MAX_SECRET_BYTES:
        raise ValueError("the file is too large for a secret")
    lines = content.decode("utf-8").splitlines()
    return lines[0].strip() if lines else ""


Purpose = Annotated[
    PurposeCode,
    typer.Option(
        "--purpose",
        metavar="CODE",
        parser=_parser(PurposeCode),
        autocompletion=_completion(PurposeCode),
        help=f"What it is wanted for: {', '.join(PurposeCode.words())}.",
    ),
]
GroundOption = Annotated[
    Ground | None,
    typer.Option(
        "--ground",
        metavar="GROUND",
        parser=_parser(Ground),
        autocompletion=_completion(Ground),
        help=f"The one legal ground: {', '.join(Ground.words())}.",
    ),
]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="kk|ru|en",
        parser=_parser(Language),
        autocompletion=_completion(Language),
        help="Language of marks, titles and messages; else LANG_UI, else the locale.",
    ),
]
KindOption = Annotated[
    DocumentKind | None,
    typer.Option(
        "--kind",
        metavar="KIND",
        parser=_parser(DocumentKind),
        autocompletion=_completion(DocumentKind),
        help=f"Only of this kind: {', '.join(DocumentKind.words())}.",
    ),
]
OutcomeOption = Annotated[
    AuditOutcome | None,
    typer.Option(
        "--outcome",
        metavar="OUTCOME",
        parser=_parser(AuditOutcome),
        autocompletion=_completion(AuditOutcome),
        help=f"Only with this outcome: {', '.join(AuditOutcome.words())}.",
    ),
]
CaseNumber = Annotated[str, typer.Option("--case-number", help="Number of the case; courts need one.")]
AuthorityDocument = Annotated[
    str, typer.Option("--authority-document", help="The document on which a body's request rests: kind, number, day.")
]
Basis = Annotated[
    StateBasis | None,
    typer.Option(
        "--basis",
        metavar="ITEM",
        parser=_parser(StateBasis),
        autocompletion=_completion(StateBasis),
        help=f"Which item of PD Art. 9 a state body rests on: {', '.join(StateBasis.words())}.",
    ),
]
Terms = Annotated[
    bool | None,
    typer.Option("--accept-terms/--refuse-terms", help="Whether the recipient takes on the terms of data protection."),
]
Country = Annotated[
    str, typer.Option("--country", metavar="CC", help="Where the recipient is, ISO 3166-1; else Kazakhstan.")
]
BehalfFile = Annotated[
    Path | None, typer.Option("--on-behalf-token-file", help="File with the requester's token, for services.")
]
RequestId = Annotated[str | None, typer.Option("--request-id", help="UUID4 that repeats an earlier call.")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="Most rows; 0: all.")]
OutputOption = Annotated[Output, typer.Option("--output", help="For people or for programs.")]


def asking(
    ground: Ground | None, case_number: str, on_behalf: Path | None, request_id: str | None, language: Language
) -> Asking:
    """Return what the options that `disclose` and `check` share say, as the client takes it.

    Raises:
        OSError, ValueError: the requester's token cannot be read.
    """
    return {
        "ground": ground or "",
        "case_number": case_number,
        "on_behalf_of": read_secret(on_behalf) or None,
        "request_id": request_id,
        "language": language,
    }


def stated(authority_document: str, basis: StateBasis | None, terms: bool | None, country: str) -> Asking:
    """Return what the options that tell of a body and of the recipient say, as the client takes it."""
    return {
        "authority_document": authority_document,
        "basis": basis or "",
        "terms_accepted": terms,
        "recipient_country": country,
    }
