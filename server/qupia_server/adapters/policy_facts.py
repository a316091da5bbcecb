"""Keep the facts of decisions, so that officers can replay them under a draft: who would gain and who would lose.

Kept is what rules read: role, kind, archive, place, purpose, day. No name or id of a person or a document is among it;
the id of the audit entry stands there under a keyed hash: whoever may read the log can be told what an entry was
decided on, and whoever has these files alone finds nobody. Numbers of cases and of authorities' documents are kept as
their being there only. A request leaves its facts in a queue and goes on; a thread writes them beside the desk that it
serves. Bounded: a full queue and a full day drop what comes (with an alarm once a day), days older than those that are
asked for are forgotten.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from qupia_policies.model import Decision, Facts
from qupia_policies.wire import facts_json, read_line
from qupia_server.adapters.facts_store import FactsStore, FolderFacts, Line
from qupia_server.disclosure.gather import DECOY
from qupia_server.disclosure.ports import Clock

MAX_WAITING: Final = 5_000
GATHER_SECONDS: Final = 0.5
MAX_FILE_BYTES: Final = 64 << 20
MAX_REPLAYED: Final = 100_000
"""Most kept lines of one replay, the newest: it takes a core of the process that answers."""
KEPT: Final = "kept"
"""Stands for a case number, or the number of an authority's document, that was stated."""
_NUMBERS: Final = ("case_no", "authority_document")


Noted = tuple[Facts, str]
"""Facts, and the id of the entry that records what was decided on them."""


class FactsKeeper:
    """Write the facts of decisions down.

    Args:
        kept: where they are kept: a folder, or a store.
        days: for how many days they stay.
        clock: gives the day.
        alarm: called with the name of a failure, once a day.
        mark: makes the keyed hash of an entry's id; None: lines do not say of which entry they are.
    """

    def __init__(
        self,
        kept: FactsStore | Path,
        days: int,
        clock: Clock,
        alarm: Callable[[str], None],
        mark: Callable[[str], str] | None = None,
    ) -> None:
        self._store, self._days, self._clock, self._alarm = _store(kept), days, clock, alarm
        self._mark = mark
        self._name = secrets.token_hex(4)
        self._waiting: SimpleQueue[Noted] = SimpleQueue()
        self._ended = threading.Event()
        self._written = self._number = 0
        self._day, self._alarmed = "", ""
        self._thread = threading.Thread(target=self._work, name="policy-facts", daemon=True)
        self._thread.start()

    def note(self, facts: Facts, decision: Decision, entry_id: str = "") -> None:
        """Leave facts to be kept; never waits, never raises."""
        del decision
        if self._waiting.qsize() < MAX_WAITING:
            self._waiting.put((facts, entry_id))

    def close(self) -> None:
        """Write what waits and end."""
        self._ended.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._ended.is_set():
            try:
                first = self._waiting.get(timeout=GATHER_SECONDS)
            except Empty:
                continue
            # More come meanwhile: requests need not wake this thread one by one.
            self._ended.wait(GATHER_SECONDS)
            self._keep(first)
        self._keep(None)

    def _keep(self, first: Noted | None) -> None:
        """Write what waits; whatever fails is told once a day and drops it."""
        found = [first] if first is not None else []
        with suppress(Empty):
            while len(found) < MAX_WAITING:
                found.append(self._waiting.get_nowait())
        day = self._clock.today().isoformat()
        try:
            self._begin(day)
            lines = [self._line(day, *one) for one in found if one[0].archive != DECOY.cipher.archive]
            self._write(day, lines)
        except Exception as error:  # noqa: BLE001 - what cannot be kept is not replayable; no request may suffer by it
            self._tell(day, type(error).__name__)

    def _begin(self, day: str) -> None:
        """Begin a day, and forget the old ones."""
        if day == self._day:
            return
        self._day, self._written, self._number = day, 0, 0
        self._store.forget(_first_day(self._clock.today(), self._days))

    def _line(self, day: str, facts: Facts, entry_id: str) -> Line:
        self._number += 1
        said = facts_json(facts)
        said["purpose"] |= {name: KEPT for name in _NUMBERS if said["purpose"].get(name)}
        row: dict[str, object] = {"id": f"{day}/{self._name}-{self._number}"}
        mark = self._mark(entry_id) if entry_id and self._mark is not None else ""
        if mark:
            row["entry"] = mark
        row["facts"] = said
        return mark, json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def _write(self, day: str, lines: Sequence[Line]) -> None:
        if not lines:
            return
        size = sum(len(data) for _, data in lines)
        if self._written + size > MAX_FILE_BYTES:
            self._tell(day, "full")
            return
        self._store.add(day, self._name, lines)
        self._written += size

    def _tell(self, day: str, failure: str) -> None:
        if self._alarmed != day:
            self._alarmed = day
            self._alarm(failure)


def kept_lines(kept: FactsStore | Path, days: int, today: dt.date) -> list[str]:
    """Return the kept facts of the last `days` days, one request a line: the newest `MAX_REPLAYED`, oldest first.

    Raises:
        OSError, Unavailable: they cannot be read.
    """
    return _store(kept).newest(_first_day(today, days), MAX_REPLAYED)


def facts_under(kept: FactsStore | Path, mark: str, days: Collection[str]) -> Facts | None:
    """Return the facts that an entry was decided on, or None where they were not kept, or are forgotten.

    Args:
        kept: where they are kept.
        mark: the keyed hash of the entry's id.
        days: days on which they may have been written, `YYYY-MM-DD`.

    Raises:
        OSError, Unavailable: they cannot be read.
    """
    line = _store(kept).find(days, mark)
    # What an index leads to is believed only where the line itself names the entry.
    return read_line(line).facts if f'"entry":"{mark}"' in line else None


def _store(kept: FactsStore | Path) -> FactsStore:
    return FolderFacts(kept) if isinstance(kept, Path) else kept


def _first_day(today: dt.date, days: int) -> str:
    return (today - dt.timedelta(days=max(days, 1) - 1)).isoformat()
