"""The log of a desk: one line of JSON a step, each with the SHA-256 of the line before.

A last line without its end is one that a power cut broke off while it was written: nobody was told that its step was
taken, so it is left out, and the next step is written over it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from .change import Draft, Entry, Step, StepFault, StepRefused, require, state_of

FIRST: Final = "0" * 64
Witness = Callable[[Entry, str], None]
"""Gets an entry and the hash of its line before the step is taken; what it raises keeps the step from being taken."""


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
        stream: the file, locked.
        entries: all steps so far.
        head: the hash of the last line.
        taking: who takes which step.
    """

    def __init__(self, stream: IO[bytes], entries: tuple[Entry, ...], head: str, taking: Taking) -> None:
        self.state = state_of(entries)
        self._stream, self._entries, self._head, self._taking = stream, entries, head, taking

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
        """Record the step, with the witness first."""
        taking = self._taking
        number = len(self._entries) + 1
        entry = Entry(number, taking.step, taking.officer, taking.now, draft, version, dict(facts))
        line = _line(entry, self._head)
        taking.witness(entry, line_hash(line))
        self._append(line)
        return entry

    def _append(self, line: str) -> None:
        self._stream.truncate(_end(self._stream))
        self._stream.seek(0, os.SEEK_END)
        self._stream.write(line.encode() + b"\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())


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


def _end(stream: IO[bytes]) -> int:
    """Return where the last whole line ends."""
    stream.seek(0)
    return stream.read().rfind(b"\n") + 1


def parsed(data: bytes) -> tuple[tuple[Entry, ...], str]:
    """Return the entries of a log and the hash of its last line.

    Raises:
        StepRefused: a line does not fit its neighbour.
    """
    entries: list[Entry] = []
    head = FIRST
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
        if row["before"] != head or row["number"] != number or _line(entry, head) != line:
            raise StepRefused(f"line {number} of the log was changed")
        entries.append(entry)
        head = line_hash(line)
    return tuple(entries), head
