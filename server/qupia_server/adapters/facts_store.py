"""Where facts of decisions are kept for replay: in the desk's folder, a file a day and process, or in the database.

The line of one audit entry is found by its mark, the keyed hash of the entry's id, through an index: whoever may ask
for explanations must not have whole days read for each.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, LargeBinary, and_, delete, func, insert, select

from qupia_server.adapters.database_bridge import Bridge
from qupia_server.adapters.tables import policy_facts, policy_facts_marks

_FILE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.[0-9a-f]{8}\.jsonl")
_ROWS: Final = 1_000
"""Rows that are read at once; each holds what a process kept in half a second."""
MARK_CHARS: Final = 32
"""What is kept of a mark: 128 bits tell entries apart."""
_BUCKET_CHARS: Final = 2
"""Begin of a mark that names the file of the index where it stands: 256 files."""
_ROW_PARTS: Final = 3
"""Mark, start and length; a row of the index that a crash cut has others."""

Line = tuple[str, bytes]
"""The mark of the entry that a line is of (empty: of none), and the whole line with its end."""


class FactsStore(Protocol):
    """Keeps lines by day; its methods are called on threads, and raise OSError or Unavailable when they cannot."""

    def add(self, day: str, process: str, lines: Sequence[Line]) -> None:
        """Keep lines of a process."""
        ...

    def forget(self, before: str) -> None:
        """Forget the days before a day."""
        ...

    def newest(self, first: str, most: int) -> list[str]:
        """Return the newest lines from a day on, at most so many, oldest first."""
        ...

    def find(self, days: Collection[str], mark: str) -> str:
        """Return the line of an entry by its mark, if it was kept on one of these days; else empty."""
        ...


class FolderFacts:
    """A file a day and process; beside it a folder of 256 files that say where the line of each entry stands.

    Args:
        folder: made when the first facts come.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, day: str, process: str, lines: Sequence[Line]) -> None:
        """Append to the file of a day and process."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._folder / f"{day}.{process}.jsonl"
        start = target.stat().st_size if target.exists() else 0  # nobody else writes to it
        _append(target, b"".join(data for _, data in lines))
        self._index(_index_of(target), _placed(lines, start))

    def _index(self, folder: Path, placed: Iterable[tuple[str, int, int]]) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        buckets: dict[str, list[str]] = defaultdict(list)
        for mark, start, length in placed:
            buckets[mark[:_BUCKET_CHARS]].append(f"{mark} {start} {length}\n")
        for name, rows in buckets.items():
            _append(folder / name, "".join(rows).encode())

    def forget(self, before: str) -> None:
        """Remove the files of the days before a day."""
        for old in self._files():
            if old.name[:10] < before:
                old.unlink(missing_ok=True)
                shutil.rmtree(_index_of(old), ignore_errors=True)

    def newest(self, first: str, most: int) -> list[str]:
        """Return the newest lines, oldest first."""
        lines: list[str] = []
        for file in sorted(self._files(), reverse=True):
            if file.name[:10] < first or len(lines) >= most:
                break
            # A last line without its end was never written whole.
            whole = file.read_text(encoding="utf-8", errors="replace").rpartition("\n")[0]
            lines += reversed(whole.split("\n") if whole else [])
        return lines[:most][::-1]

    def find(self, days: Collection[str], mark: str) -> str:
        """Return the line of an entry: one file of the index is read for each process of these days, then the line."""
        for file in sorted(self._files()):
            line = _line_of(file, mark) if file.name[:10] in days else ""
            if line:
                return line
        return ""

    def _files(self) -> Iterator[Path]:
        if self._folder.is_dir():
            yield from (file for file in self._folder.iterdir() if _FILE.fullmatch(file.name))


class SqlFacts:
    """A row for each time that a process wrote, and a row of the index for each line of an entry.

    Args:
        bridge: the database, for threads.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def add(self, day: str, process: str, lines: Sequence[Line]) -> None:
        """Add a row."""
        table, data = policy_facts, b"".join(data for _, data in lines)

        def work(connection: Connection) -> None:
            mine = select(func.max(table.c.part)).where(table.c.day == day, table.c.process == process)
            part = (connection.scalar(mine) or 0) + 1
            connection.execute(insert(table).values(day=day, process=process, part=part, lines=data))
            where = {"day": day, "process": process, "part": part}
            marked = [{"mark": m, "start": start, "length": length, **where} for m, start, length in _placed(lines, 0)]
            if marked:
                connection.execute(insert(policy_facts_marks), marked)

        self._bridge.write("keep facts", work)

    def forget(self, before: str) -> None:
        """Delete the rows of the days before a day."""

        def work(connection: Connection) -> None:
            for table in (policy_facts_marks, policy_facts):
                connection.execute(delete(table).where(table.c.day < before))

        self._bridge.write("forget facts", work)

    def newest(self, first: str, most: int) -> list[str]:
        """Return the newest lines, oldest first."""
        table = policy_facts
        query = select(table.c.lines).where(table.c.day >= first).limit(_ROWS)
        # By part before process: of a day that is too much, every process's last lines are taken.
        query = query.order_by(table.c.day.desc(), table.c.part.desc(), table.c.process)

        def work(connection: Connection) -> list[str]:
            lines: list[str] = []
            skipped = 0
            while len(lines) < most and (rows := connection.scalars(query.offset(skipped)).all()):
                skipped += len(rows)
                for row in rows:
                    lines += reversed(bytes(row).decode(errors="replace").rpartition("\n")[0].split("\n"))
            return lines

        return self._bridge.read("read facts", work)[:most][::-1]

    def find(self, days: Collection[str], mark: str) -> str:
        """Return the line of an entry: one query, by two primary keys."""
        facts, marks = policy_facts, policy_facts_marks
        same = and_(*(facts.c[name] == marks.c[name] for name in ("day", "process", "part")))
        line = func.substr(facts.c.lines, marks.c.start + 1, marks.c.length, type_=LargeBinary)
        query = select(line).select_from(marks.join(facts, same))
        query = query.where(marks.c.mark == mark[:MARK_CHARS], marks.c.day.in_(sorted(days))).limit(1)
        found = self._bridge.read("find facts", lambda connection: connection.scalar(query))
        return "" if found is None else bytes(found).decode(errors="replace")


def _append(target: Path, data: bytes) -> None:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as stream:
        stream.write(data)


def _index_of(file: Path) -> Path:
    return file.with_suffix(".marks")


def _placed(lines: Iterable[Line], start: int) -> Iterator[tuple[str, int, int]]:
    """Yield mark, first byte and length of each line of an entry, when the first line begins at `start`."""
    for mark, data in lines:
        if mark:
            yield mark[:MARK_CHARS], start, len(data)
        start += len(data)


def _line_of(file: Path, mark: str) -> str:
    """Return the line of an entry from one file, if it is there."""
    if not _index_of(file).is_dir():  # written before there were indexes
        return _line_with(f'"entry":"{mark}"'.encode(), file.read_bytes())
    wanted = mark[:MARK_CHARS]
    bucket = _index_of(file) / wanted[:_BUCKET_CHARS]
    row = _line_with(f"{wanted} ".encode(), bucket.read_bytes() if bucket.is_file() else b"").split()
    return _line_at(file, int(row[1]), int(row[2])) if len(row) == _ROW_PARTS else ""


def _line_at(file: Path, start: int, length: int) -> str:
    with file.open("rb") as stream:
        stream.seek(start)
        return stream.read(length).decode(errors="replace")


def _line_with(mark: bytes, data: bytes) -> str:
    """Return the whole line of some data that holds a mark; empty where none does."""
    at = data.find(mark)
    end = data.find(b"\n", at)
    if at < 0 or end < 0:  # a last line without its end was never written whole
        return ""
    return data[data.rfind(b"\n", 0, at) + 1 : end].decode(errors="replace")
