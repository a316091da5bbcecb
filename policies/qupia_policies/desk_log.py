"""The log of a desk: one line of JSON a step, each with the SHA-256 of the line before.

A last line without its end is one that a power cut broke off while it was written: nobody was told that its step was
taken, so it is left out, and the next step is written over it. Where the lines are kept, and how one step at a time
holds them, is a store's matter: a folder here, a database in the server.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from .change import Draft, Entry, Step, StepFault, StepRefused, require, state_of

FIRST: Final = "0" * 64
Witness = Callable[[Entry, str, Callable[[], None]], None]
"""Gets an entry, the hash of its line, and what writes the line: records the step, has it taken, and tells its end."""


class Held(Protocol):
    """The log while one step holds it.

    Attributes:
        data: the whole log.
    """

    data: bytes

    def append(self, line: str) -> None:
        """Write a line behind the last whole one, durably; whatever it raises, the line is not there.

        Raises:
            StepRefused: with `UNCERTAIN`: nobody can tell what is there.
        """
        ...


class DeskStore(Protocol):
    """Where a desk is kept; every store passes the same contract suite."""

    def named(self) -> Any:
        """Return who the desk names, as JSON values.

        Raises:
            StepRefused: there is no desk.
        """
        ...

    def furnish(self, named: Mapping[str, Any]) -> None:
        """Make an empty desk.

        Raises:
            StepRefused: there is something already.
        """
        ...

    def log(self) -> bytes:
        """Return the whole log, lines of UTF-8.

        Raises:
            StepRefused: it cannot be read.
        """
        ...

    def holding(self) -> AbstractContextManager[Held]:
        """Let one step have the log; a line is appended to what it read, or not at all.

        Raises:
            StepRefused: it cannot be read.
        """
        ...

    def bundle_dir(self, version: str) -> Path:
        """Return a folder with the files of a bundle; who reads them compares them with the version."""
        ...

    def keep(self, version: str, files: Mapping[str, bytes]) -> None:
        """Store a bundle, durably and whole; one that is there stays as it is."""
        ...


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes which step, when (UTC), and who records it."""

    step: Step
    officer: str
    now: dt.datetime
    witness: Witness


class Log:
    """The log while one step holds it.

    Args:
        held: the lines.
        taking: who takes which step.

    Raises:
        StepRefused: the log was changed.
    """

    def __init__(self, held: Held, taking: Taking) -> None:
        self._entries, hashes = parsed(held.data)
        self._head = hashes[-1] if hashes else FIRST
        self.state = state_of(self._entries)
        self._held, self._taking = held, taking

    @property
    def now(self) -> dt.datetime:
        """The one instant of this step, UTC."""
        return self._taking.now

    def require(self, draft: int) -> Draft:
        """Return the draft, if the step is in order for it; else raise StepRefused."""
        taking = self._taking
        return require(self.state, taking.step, taking.officer, draft, taking.now)

    def require_etag(self, etag: str) -> None:
        """Raise StepRefused when the step was decided on another state."""
        if etag and etag != self._head:
            raise StepRefused("the desk has changed since: look again", StepFault.CHANGED_MEANWHILE)

    def repeated(self, request: str) -> Entry | None:
        """Return the step that the same officer took by the same request."""
        mine = (one for one in self._entries if one.officer == self._taking.officer)
        return next((one for one in mine if request and one.facts.get("request") == request), None)

    def add(self, draft: int, version: str, facts: Mapping[str, Any]) -> Entry:
        """Take the step, as its witness has it taken."""
        taking = self._taking
        number = len(self._entries) + 1
        entry = Entry(number, taking.step, taking.officer, taking.now, draft, version, dict(facts))
        line = _line(entry, self._head)
        taking.witness(entry, line_hash(line), lambda: self._held.append(line))
        return entry


def line_hash(line: str) -> str:
    """Return the SHA-256 of a line, hex."""
    return hashlib.sha256(line.encode()).hexdigest()


def _line(entry: Entry, before: str) -> str:
    data = {
        "number": entry.number,
        "step": entry.step.value,
        "officer": entry.officer,
        "at": entry.at.isoformat(),
        "draft": entry.draft,
        "version": entry.version,
        "facts": dict(entry.facts),
        "before": before,
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def _entry(number: int, row: Any) -> Entry:
    """Read one entry; raises ValueError, KeyError or TypeError for anything else."""
    officer, draft, version, facts = row["officer"], row["draft"], row["version"], row["facts"]
    at = dt.datetime.fromisoformat(row["at"])
    texts = isinstance(officer, str) and isinstance(version, str)
    if not texts or type(draft) is not int or not isinstance(facts, dict) or at.tzinfo is None:
        raise TypeError("not an entry")
    return Entry(number, Step(row["step"]), officer, at, draft, version, facts)


def parsed(data: bytes) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Return the entries of a log and the hash of each one's line.

    Raises:
        StepRefused: a line does not fit its neighbour.
    """
    entries: list[Entry] = []
    hashes: list[str] = []
    try:
        lines = data[: data.rfind(b"\n") + 1].decode().split("\n")[:-1]
    except UnicodeDecodeError as error:
        raise StepRefused("the log cannot be read") from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            entry = _entry(number, row)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise StepRefused(f"line {number} of the log cannot be read") from error
        head = hashes[-1] if hashes else FIRST
        if row["before"] != head or row["number"] != number or _line(entry, head) != line:
            raise StepRefused(f"line {number} of the log was changed")
        entries.append(entry)
        hashes.append(line_hash(line))
    return tuple(entries), tuple(hashes)
