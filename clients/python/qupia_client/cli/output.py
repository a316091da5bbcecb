"""Print values: as tables for people, as JSON for programs.

Hostile input: titles and words come from catalogues and rules. Control characters are replaced before anything
reaches a terminal, and rich never reads them as markup.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, StrEnum
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from qupia_client.values import ArchiveDate

_PIPE_WIDTH: Final = 200
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Output(StrEnum):
    """How a command prints its answer."""

    TABLE = "table"
    JSON = "json"


Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]


def plain(value: object) -> Plain:
    """Return a value as JSON can hold it: names of fields as keys, digests as hex, times as ISO 8601."""
    if dataclasses.is_dataclass(value) and not isinstance(value, ArchiveDate | type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: object) -> Plain:
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return value.hex()
        case dt.date():
            return value.isoformat()
        case ArchiveDate():
            return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def shown(content: object) -> str:
    """Return text that a terminal may get: control and invisible characters become U+FFFD, line ends spaces."""
    joined = " ".join(str(content).splitlines())
    return "".join("\ufffd" if unicodedata.category(c) in _UNSAFE else c for c in joined)


def console(*, stderr: bool = False) -> Console:
    """Return a console; a pipe gets long lines, so that nothing is cut."""
    made = Console(stderr=stderr, highlight=False, emoji=False, markup=False)
    if not made.is_terminal:
        made.width = _PIPE_WIDTH
    return made


def print_json(value: object, *, stderr: bool = False) -> None:
    """Print a value as one JSON document."""
    written = json.dumps(plain(value), ensure_ascii=False, indent=2)
    console(stderr=stderr).file.write(written + "\n")


def print_pairs(rows: Sequence[tuple[str, object]]) -> None:
    """Print labels and values, without those that are empty."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for label, value in rows:
        if value not in ("", None, ()):
            table.add_row(label, Text(shown(value)))
    console().print(table)


def print_rows(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    console().print(table)
