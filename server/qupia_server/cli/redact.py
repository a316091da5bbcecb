"""`qupia redact`: the redaction library on files, without server, policy or ledger.

What this command hands out was asked for by the owner of the file, at their own machine: it is a tool, not the gate.

Exit codes: 0, every file has its rendition, written whole; 3, a file was refused and has none; 2, wrong usage, nothing
was touched; 1, a result could not be written.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from qupia_redaction.model import (
    DETECTED,
    Category,
    KnownPerson,
    Language,
    Limits,
    Method,
    PrivateText,
    RedactionOrder,
    RenditionKind,
)
from qupia_redaction.plan.special import SPECIAL_CLASSES, without
from qupia_redaction.terms.search import can_be_found
from qupia_server.cli.batch import Task, run
from qupia_server.cli.outputs import forget, write_private
from qupia_server.cli.redact_report import Outcome, report_of
from qupia_server.cli.word_lists import HideLists, KeepLists, word_lists


class ProfileName(StrEnum):
    """How much is hidden."""

    R0 = "R0"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"


class Form(StrEnum):
    """What comes out."""

    PDF = "pdf"
    PDF_RASTER = "pdf-raster"
    TEXT = "text"
    METADATA = "metadata"
    PNG = "png"


R3 = DETECTED - SPECIAL_CLASSES - {Category.PASSAGE}
_R2 = R3 - {Category.PERSON, Category.BIRTH_DATE}
_R1 = _R2 - {Category.HEALTH, Category.SPECIAL}
PROFILES = {
    ProfileName.R0: frozenset[Category](),
    ProfileName.R1: _R1,
    ProfileName.R2: _R2,
    ProfileName.R3: R3,
    ProfileName.R4: R3,
    ProfileName.R5: R3,
}
"""Categories that each profile hides; `special` stands for its classes."""

_SUFFIXES = {Form.TEXT: ".txt", Form.PNG: ".png"}

Files = Annotated[
    list[Path], typer.Argument(metavar="IN OUT | FILES...", help="IN and OUT; with --out-dir, any number of inputs.")
]
OutDir = Annotated[Path | None, typer.Option(file_okay=False, help="Folder for the results of several files.")]
Terms = Annotated[list[str] | None, typer.Option("--term", help="Text to hide in every form; repeat.")]
TermsFile = Annotated[
    Path | None,
    typer.Option(help="File of texts to hide, UTF-8, one a line; - is standard input."),
]
TermsOnly = Annotated[bool, typer.Option("--terms-only", help="Hide just the given texts; run no detectors.")]
Plain = Annotated[bool, typer.Option("--plain", help="Leave out the stamp and the legend page.")]
ProfileOption = Annotated[ProfileName, typer.Option(help="How much to hide; R4 and R5 change the output too.")]
Hide = Annotated[
    list[Category] | None, typer.Option("--hide", help="Category to hide instead of the profile's; repeat.")
]
Show = Annotated[
    list[Category] | None,
    typer.Option("--show", help="Category to leave visible though profile or --hide hide it, as nationality; repeat."),
]
Rendition = Annotated[Form, typer.Option(help="What comes out; png is a picture of one page.")]
Page = Annotated[int, typer.Option(min=1, help="The page of a png.")]
Ui = Annotated[Language, typer.Option("--ui", "--language", help="Language of marks, labels and texts.")]
Password = Annotated[
    str | None, typer.Option(envvar="QUPIA_PASSWORD", help="Opens encrypted files; better given by QUPIA_PASSWORD.")
]
ReportFile = Annotated[Path | None, typer.Option("--report", dir_okay=False, help="Where the JSON report goes.")]
Persons = Annotated[
    list[str] | None,
    typer.Option("--person", help="Full name of a person whose details stay; an extract (R4) is about them; repeat."),
]
Methods = Annotated[
    list[str] | None,
    typer.Option("--method", metavar="CATEGORY=METHOD", help="mask, remove, generalise or pseudonymise; repeat."),
]
ProjectKey = Annotated[
    str | None, typer.Option(envvar="QUPIA_PROJECT_KEY", help="Keys pseudonyms; better given by QUPIA_PROJECT_KEY.")
]
Cipher = Annotated[str, typer.Option(help="Archive cipher for the stamp.")]
Request = Annotated[str, typer.Option(help="Id of the request for the stamp.")]
Seconds = Annotated[float, typer.Option(min=1, help="Wall clock for one file, seconds.")]
Jobs = Annotated[int, typer.Option(min=0, help="Worker processes; 0 is one a core.")]


def add_to(application: typer.Typer) -> None:
    """Register the command."""
    application.command()(redact)


def redact(
    files: Files,
    out_dir: OutDir = None,
    term: Terms = None,
    terms_file: TermsFile = None,
    hide_list: HideLists = None,
    keep_list: KeepLists = None,
    terms_only: TermsOnly = False,
    plain: Plain = False,
    profile: ProfileOption = ProfileName.R3,
    hide: Hide = None,
    show: Show = None,
    rendition: Rendition = Form.PDF,
    page: Page = 1,
    ui: Ui = Language.RU,
    password: Password = None,
    report: ReportFile = None,
    person: Persons = None,
    method: Methods = None,
    project_key: ProjectKey = None,
    cipher: Cipher = "",
    request: Request = "",
    seconds: Seconds = 3600.0,
    jobs: Jobs = 0,
) -> None:
    """Hide the private details of IN and write the checked rendition to OUT.

    IN is a PDF, JPEG, PNG or TIFF; pictures leave as PDF. An OUT that is there already is removed first, so that an
    old result is never taken for a new one. A file that is refused (exit code 3) leaves no OUT; the reason and the
    page stand on standard error and in the report.
    """
    terms = _terms(term or [], terms_file)
    if terms_only and not (terms or hide_list):
        raise typer.BadParameter("--terms-only needs --term, --terms-file or --hide-list")
    if profile is ProfileName.R4 and not person:
        raise typer.BadParameter("an extract (R4) needs --person")
    known = tuple(KnownPerson(f"p{at}", (PrivateText(name),)) for at, name in enumerate(person or [], 1))
    asked = without(frozenset(hide) if hide else PROFILES[profile], frozenset(show or ()))
    order = RedactionOrder(
        hide=frozenset[Category]() if terms_only else asked,
        persons=known,
        open_persons=frozenset(p.person_id for p in known),
        extract_only=profile is ProfileName.R4,
        metadata_only=profile is ProfileName.R5,
        cipher=cipher,
        request=request,
        language=ui,
        password=PrivateText(password) if password else None,
        terms=terms,
        lists=word_lists(hide_list, keep_list),
        terms_only=terms_only,
        plain=plain,
        rendition=RenditionKind.PDF if rendition is Form.PNG else RenditionKind(rendition.value),
        methods=_methods(method or [], project_key),
        project_key=PrivateText(project_key) if project_key else None,
    )
    tasks = _tasks(files, out_dir, rendition, page)
    with _faults():
        _clear(tasks, report)
    outcomes = asyncio.run(run(tasks, order, Limits(max_seconds=seconds), jobs or os.cpu_count() or 1))
    with _faults():
        if report is not None:
            write_private(report, report_of(outcomes, rendition.value).encode())
    _tell(outcomes)


@contextmanager
def _faults() -> Iterator[None]:
    """End with a sentence and exit code 1 where a file cannot be written or removed."""
    try:
        yield
    except OSError as error:
        typer.echo(f"qupia: {error.strerror or 'a file cannot be written'}", err=True)
        raise typer.Exit(1) from error


def _terms(given: list[str], file: Path | None) -> tuple[PrivateText, ...]:
    lines = list(given)
    if file is not None:
        try:
            text = (typer.get_binary_stream("stdin").read() if str(file) == "-" else file.read_bytes()).decode(
                "utf-8-sig"
            )
        except UnicodeDecodeError as error:
            raise typer.BadParameter("the file of terms is not UTF-8") from error
        except OSError as error:
            raise typer.BadParameter("the file of terms cannot be read") from error
        lines += [line for line in text.splitlines() if line.strip()]
    terms = tuple(PrivateText(line.strip()) for line in dict.fromkeys(lines))
    if not all(can_be_found(one) for one in terms):
        raise typer.BadParameter("a term needs a letter or a digit")
    return terms


def _methods(given: list[str], key: str | None) -> tuple[tuple[Category, Method], ...]:
    pairs: dict[Category, Method] = {}
    for text in given:
        name, _, method = text.partition("=")
        try:
            pairs[Category(name)] = Method(method)
        except ValueError as error:
            raise typer.BadParameter(f"{text}: CATEGORY=METHOD, with words that this command knows") from error
    if classes := SPECIAL_CLASSES & pairs.keys():
        raise typer.BadParameter(f"{min(classes)}: marks stand for special, name a method of that")
    if Method.PSEUDONYMISE in pairs.values() and len((key or "").encode()) < 16:
        raise typer.BadParameter("pseudonyms need a project key of at least 16 bytes")
    return tuple(sorted(pairs.items()))


def _tasks(files: list[Path], out_dir: Path | None, form: Form, page: int) -> list[Task]:
    if out_dir is None:
        if len(files) != 2:
            raise typer.BadParameter("give IN and OUT, or --out-dir and the inputs")
        pairs = [(files[0], files[1])]
    else:
        pairs = [(file, out_dir / f"{file.stem}{_SUFFIXES.get(form, '.pdf')}") for file in files]
    tasks = [Task(source, target, page if form is Form.PNG else 0) for source, target in pairs]
    for task in tasks:
        if not task.source.is_file():
            raise typer.BadParameter(f"{task.source}: no such file")
        if task.target.exists() and not task.target.is_file():
            raise typer.BadParameter(f"{task.target}: not a file")
    sources = {task.source.resolve() for task in tasks}
    targets = [task.target.resolve() for task in tasks]
    if len(set(targets)) < len(targets):
        raise typer.BadParameter("two inputs would get the same result file")
    if sources & set(targets):
        raise typer.BadParameter("a result must not replace an input")
    return tasks


def _clear(tasks: list[Task], report: Path | None) -> None:
    """Remove results of earlier runs: what is there afterwards is from this one."""
    if report is not None and report.resolve() in {
        path.resolve() for task in tasks for path in (task.source, task.target)
    }:
        raise typer.BadParameter("the report must not replace an input or a result")
    for task in tasks:
        task.target.parent.mkdir(parents=True, exist_ok=True)
        forget(task.target)
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        forget(report)


def _tell(outcomes: list[Outcome]) -> None:
    """Say how each file ended, and leave with the worst exit code."""
    for outcome in outcomes:
        typer.echo(outcome.sentence(len(outcomes) > 1), err=not outcome.done)
    if any(outcome.failed for outcome in outcomes):
        raise typer.Exit(1)
    if not all(outcome.done for outcome in outcomes):
        raise typer.Exit(3)
