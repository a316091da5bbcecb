"""The options `--hide-list` and `--keep-list`: word lists by their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from qupia_redaction.model import ListKind, WordList
from qupia_redaction.terms.wordlists import WordListFault, word_list

HideLists = Annotated[
    list[Path] | None,
    typer.Option("--hide-list", exists=True, dir_okay=False, help="Word list whose entries are always hidden; repeat."),
]
KeepLists = Annotated[
    list[Path] | None,
    typer.Option("--keep-list", exists=True, dir_okay=False, help="Word list that detectors leave alone; repeat."),
]


def word_lists(hide: list[Path] | None, keep: list[Path] | None) -> tuple[WordList, ...]:
    """Return the lists, each read and found good; a faulty one ends the command with its line."""
    return (*_read(ListKind.HIDE, hide or []), *_read(ListKind.KEEP, keep or []))


def _read(kind: ListKind, files: list[Path]) -> Iterator[WordList]:
    for file in files:
        try:
            yield word_list(kind, file)
        except WordListFault as fault:
            raise typer.BadParameter(f"{file.name}: {fault}") from fault
        except OSError as error:
            raise typer.BadParameter(f"{file.name}: {error.strerror}") from error
