"""Where facts of decisions are kept for replay: in the desk's folder, a file a day and process, or in the database."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, delete, func, insert, select

from qupia_server.adapters.database_bridge import Bridge
from qupia_server.adapters.tables import policy_facts

_FILE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.[0-9a-f]{8}\.jsonl")
_ROWS: Final = 1_000
"""Rows that are read at once; each holds what a process kept in half a second."""


class FactsStore(Protocol):
    """Keeps lines by day; its methods are called on threads, and raise OSError or Unavailable when they cannot."""

    def add(self, day: str, process: str, data: bytes) -> None:
        """Keep whole lines of a process."""
        ...

    def forget(self, before: str) -> None:
        """Forget the days before a day."""
        ...

    def newest(self, first: str, most: int) -> list[str]:
        """Return the newest lines from a day on, at most so many, oldest first."""
        ...

    def find(self, days: Collection[str], mark: bytes) -> str:
        """Return the line of one of these days that holds a mark; empty where there is none."""
        ...


class FolderFacts:
    """A file a day and process.

    Args:
        folder: made when the first facts come.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, day: str, process: str, data: bytes) -> None:
        """Append to the file of a day and process."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._folder / f"{day}.{process}.jsonl"
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as stream:
            stream.write(data)

    def forget(self, before: str) -> None:
        """Remove the files of the days before a day."""
        for old in self._files():
            if old.name[:10] < before:
                old.unlink(missing_ok=True)

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

    def find(self, days: Collection[str], mark: bytes) -> str:
        """Return the line that holds a mark."""
        for file in sorted(self._files()):
            if file.name[:10] in days and (line := _line_with(mark, file.read_bytes())):
                return line
        return ""

    def _files(self) -> Iterator[Path]:
        if self._folder.is_dir():
            yield from (file for file in self._folder.iterdir() if _FILE.fullmatch(file.name))


class SqlFacts:
    """A row for each time that a process wrote.

    Args:
        bridge: the database, for threads.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def add(self, day: str, process: str, data: bytes) -> None:
        """Add a row."""
        table = policy_facts

        def work(connection: Connection) -> None:
            mine = select(func.max(table.c.part)).where(table.c.day == day, table.c.process == process)
            part = (connection.scalar(mine) or 0) + 1
            connection.execute(insert(table).values(day=day, process=process, part=part, lines=data))

        self._bridge.write("keep facts", work)

    def forget(self, before: str) -> None:
        """Delete the rows of the days before a day."""
        query = delete(policy_facts).where(policy_facts.c.day < before)
        self._bridge.write("forget facts", lambda connection: connection.execute(query).rowcount)

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

    def find(self, days: Collection[str], mark: bytes) -> str:
        """Return the line that holds a mark."""
        table = policy_facts
        query = select(table.c.lines).where(table.c.day.in_(sorted(days))).limit(_ROWS)
        query = query.order_by(table.c.day.desc(), table.c.part.desc(), table.c.process)

        def work(connection: Connection) -> str:
            skipped = 0
            while rows := connection.scalars(query.offset(skipped)).all():
                skipped += len(rows)
                found = next((line for row in rows if (line := _line_with(mark, bytes(row)))), "")
                if found:
                    return found
            return ""

        return self._bridge.read("find facts", work)


def _line_with(mark: bytes, data: bytes) -> str:
    """Return the whole line of some data that holds a mark; empty where none does."""
    at = data.find(mark)
    end = data.find(b"\n", at)
    if at < 0 or end < 0:  # a last line without its end was never written whole
        return ""
    return data[data.rfind(b"\n", 0, at) + 1 : end].decode(errors="replace")
