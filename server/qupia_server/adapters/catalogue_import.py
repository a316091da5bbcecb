"""Import a catalogue from CSV or JSON lines: everything or nothing.

The file comes from outside: bad rows are all named by line, without a word of their content; paths must stay inside the
file's folder; lines, fields and lists are bounded.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TextIO

from qupia_server.adapters.catalogue_fields import Raw, read_fields
from qupia_server.disclosure.ports import CatalogueWriter, MasterStore
from qupia_server.disclosure.records import (
    Appraisal,
    Archive,
    ArchiveCipher,
    CatalogueRows,
    DateRange,
    Document,
    Fonds,
    Item,
    Kinship,
    Opis,
    Permission,
    Person,
)
from qupia_server.ledger.entry import EntryDraft

_MAX_LINE = 1 << 20
_MAX_PROBLEMS = 1_000
_CHUNK = 1 << 20

Progress = Callable[[int], None]
"""Called with what is done so far: lines while reading, masters while storing."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row.

    Attributes:
        line: line of the file, from 1.
        sentence: what is expected; never holds a value.
    """

    line: int
    sentence: str


class BadRows(Exception):
    """The file cannot be imported; nothing was.

    Attributes:
        problems: each bad row's, in the order of the file; at most 1000.
    """

    def __init__(self, problems: tuple[RowProblem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A file that can be imported.

    Attributes:
        rows: its records.
        files: id of a document and path of its master.
        sha256: of the bytes that were read, hex.
    """

    rows: CatalogueRows
    files: tuple[tuple[str, Path], ...]
    sha256: str = field(default="", compare=False)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return the number of rows by type, and of masters."""
        rows = {one.name: len(getattr(self.rows, one.name)) for one in fields(self.rows)}
        return rows | {"masters": len(self.files)}


class _Hashed(io.RawIOBase):
    """A file whose bytes are hashed as they are read: what is recorded is what was imported."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("rb", buffering=0)
        self.sha256 = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        count = self._file.readinto(view) or 0
        self.sha256.update(view[:count])
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def _nothing(_done: int) -> None:
    """Show no progress."""


def read_catalogue(path: Path, progress: Progress = _nothing) -> CatalogueFile:
    """Read a file of rows; `.csv` by its header, anything else as one JSON object a line.

    Raises:
        BadRows: at least one row is bad; all are reported.
        OSError: the file cannot be read.
    """
    found = _Found(path.parent.resolve())
    source = _Hashed(path)
    with io.TextIOWrapper(io.BufferedReader(source), encoding="utf-8-sig", newline="") as file:
        try:
            for line, raw in _csv_rows(file) if path.suffix.lower() == ".csv" else _json_rows(file):
                found.take(line, raw)
                progress(line)
                if len(found.problems) >= _MAX_PROBLEMS:
                    break
        except _Unreadable as error:
            found.problems.append(RowProblem(error.line, str(error)))
    if found.problems:
        raise BadRows(tuple(found.problems[:_MAX_PROBLEMS]))
    return replace(found.finished(), sha256=source.sha256.hexdigest())


async def import_catalogue(
    catalogue: CatalogueFile,
    writer: CatalogueWriter,
    masters: MasterStore,
    entry: EntryDraft,
    progress: Progress = _nothing,
) -> int:
    """Store masters, then all rows and the entry in one transaction. Masters without rows are harmless; again is so.

    Returns:
        The number of masters stored or found.

    Raises:
        InvalidRequest: a row refers to something that does not exist.
        DigestMismatch: a file changed while it was read.
        Unavailable: database or store are away; no row was imported.
        OSError: a file cannot be read.
    """
    digests: dict[str, tuple[str, int]] = {}
    for done, (document, path) in enumerate(catalogue.files, start=1):
        sha256, size = await asyncio.to_thread(_digest, path)
        await masters.put(_chunks(path), sha256, size)
        digests[document] = (sha256, size)
        progress(done)
    documents = tuple(_with_master(document, digests) for document in catalogue.rows.documents)
    await writer.add(replace(catalogue.rows, documents=documents), entry=entry)
    return len(digests)


def _with_master(document: Document, digests: Mapping[str, tuple[str, int]]) -> Document:
    sha256, size = digests.get(document.document_id, ("", 0))
    return replace(document, master_sha256=sha256, master_size=size)


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk


class _Unreadable(Exception):
    """Reading cannot go on after this line."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


def _lines(file: TextIO) -> Iterator[str]:
    count = 0
    while True:
        count += 1
        try:
            line = file.readline(_MAX_LINE)
        except UnicodeDecodeError as error:
            raise _Unreadable(count, "The file is not UTF-8 from about here on.") from error
        if not line:
            return
        if len(line) >= _MAX_LINE:
            raise _Unreadable(count, "The line is longer than a million characters.")
        yield line


def _csv_rows(file: TextIO) -> Iterator[tuple[int, Mapping[str, Raw] | None]]:
    reader = csv.reader(_lines(file), strict=True)
    try:
        header = next(reader, [])
        for cells in reader:
            if cells:
                yield reader.line_num, dict(zip(header, cells, strict=False)) if len(cells) == len(header) else None
    except csv.Error as error:
        raise _Unreadable(reader.line_num, "The line is not CSV.") from error


def _json_rows(file: TextIO) -> Iterator[tuple[int, Mapping[str, Raw] | None]]:
    for number, line in enumerate(_lines(file), start=1):
        if line.strip():
            yield number, _json_row(line)


def _json_row(line: str) -> Mapping[str, Raw] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    raw = {name: _raw(cell) for name, cell in value.items()}
    return None if None in raw.values() else {name: cell for name, cell in raw.items() if cell is not None}


def _raw(cell: object) -> Raw | None:
    """Return a JSON value as what CSV would hold; None for what has no such form."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, str)):
        return str(cell)
    if isinstance(cell, list) and all(isinstance(part, str) for part in cell):
        return tuple(cell)
    return None


@dataclass(slots=True)
class _Found:
    """Rows and problems so far."""

    folder: Path
    problems: list[RowProblem] = field(default_factory=list)
    rows: dict[str, dict[tuple[str, ...], Any]] = field(default_factory=dict)
    files: list[tuple[str, Path]] = field(default_factory=list)

    def take(self, line: int, raw: Mapping[str, Raw] | None) -> None:
        """Add one row, or what is wrong with it."""
        if raw is None:
            self._bad(line, "The line is not a row: one JSON object of plain values, or as many cells as the header.")
            return
        kind, values, problems = read_fields(raw)
        for problem in problems or _refused(kind, values):
            self._bad(line, problem)
        if not problems:
            self._add(line, kind, values)

    def _add(self, line: int, kind: str, values: dict[str, Any]) -> None:
        try:
            record = _BUILDERS[kind](values)
        except ValueError:
            self._bad(line, "Fields created_from, created_to and certainty contradict each other.")
            return
        known, key = self.rows.setdefault(kind, {}), tuple(str(values[name]) for name in _KEYS[kind])
        if key in known:
            self._bad(line, f"The same {kind} stands in an earlier line.")
        known[key] = record
        if values.get("file"):
            self._file(line, values["id"], values["file"])

    def _file(self, line: int, document: str, name: str) -> None:
        try:
            path = (self.folder / name).resolve()
            inside, there = path.is_relative_to(self.folder), path.is_file()
        except (OSError, RuntimeError):  # a name too long, a ring of links
            inside, there = True, False
        if inside and there:
            self.files.append((document, path))
        else:
            self._bad(line, f"Field file leads to {'no file' if inside else 'outside the folder of the catalogue'}.")

    def _bad(self, line: int, sentence: str) -> None:
        self.problems.append(RowProblem(line, sentence))

    def finished(self) -> CatalogueFile:
        """Return everything, once there are no problems."""
        tables = {_TABLES[kind]: tuple(known.values()) for kind, known in self.rows.items()}
        return CatalogueFile(CatalogueRows(**tables), tuple(self.files))


def _refused(kind: str, values: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with fields that are well by themselves."""
    fault = _appraisal(values).fault if kind == "document" else ""
    return [f"Field owner_restricted_until: {fault}"] if fault else []


def _appraisal(values: Mapping[str, Any]) -> Appraisal:
    same = (field.name for field in fields(Appraisal) if field.name != "transferred")
    return Appraisal(transferred=values["transfer_date"], **{name: values[name] for name in same})


def _document(values: dict[str, Any]) -> Document:
    cipher = ArchiveCipher(*(values[name] for name in ("archive", "fonds", "opis", "item", "sheets")))
    same = ("kind", "form", "title", "secrecy", "ownership", "owner_consent", "private_life", "persons")
    return Document(
        document_id=values["id"],
        cipher=cipher,
        created=DateRange(values["created_from"], values["created_to"], values["certainty"]),
        accessioned=values["accession_date"],
        appraisal=_appraisal(values),
        **{name: values[name] for name in same},
    )


_BUILDERS: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "archive": lambda values: Archive(values["id"], values["title"], values["kind"]),
    "fonds": lambda values: Fonds(**values),
    "opis": lambda values: Opis(**values),
    "item": lambda values: Item(**values),
    "person": lambda values: Person(values["id"], values["names"], values["iin"], values["life"]),
    "document": _document,
    "kinship": lambda values: Kinship(**values),
    "permission": lambda values: Permission(**values),
}
_KEYS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("archive", "person", "document"), ("id",)),
    "fonds": ("archive", "number"),
    "opis": ("archive", "fonds", "number"),
    "item": ("archive", "fonds", "opis", "number"),
    "kinship": ("person", "relative", "relation"),
    "permission": ("person", "signer", "grantee", "document"),
}
_TABLES = {
    **{kind: f"{kind}s" for kind in ("archive", "item", "person", "document", "kinship", "permission")},
    "fonds": "fonds",
    "opis": "opis",
}
