"""Decide a draft beside the bundle in force, on live traffic, and count what differs.

No answer waits for it or changes by it: a request leaves its facts in a queue and goes on; a thread decides them again
under the draft. Its cost is bounded: a full queue drops what comes, and the thread rests nine times as long as it
works, so that it takes a tenth of a core at most. What is kept are counts by role, archive, kind, ground and category;
the facts are forgotten as soon as they are counted. What was counted is kept every few seconds and at the end, so that
all processes of a desk are asked at once and none of it goes with a process. Without a shadow none of this stands on
the way of a request.
"""

from __future__ import annotations

import copy
import datetime as dt
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final

from qupia_policies.model import Decision, Facts
from qupia_policies.replay import ReplayReport, compare
from qupia_server.disclosure.gather import DECOY
from qupia_server.disclosure.policy_shadow import ShadowView

MAX_WAITING: Final = 1_000
MAX_AT_ONCE: Final = 50
GATHER_SECONDS: Final = 0.05
REST: Final = 9.0
"""How much longer the thread rests than it works."""
KEEP_SECONDS: Final = 2.0
"""How often counts that changed are kept."""
MAX_VALUES: Final = 500
"""Values that one dimension counts apart; what comes after them counts together."""
OTHER: Final = "other"


def _kept_nowhere(view: ShadowView) -> None:
    """Keep nothing: who asks gets the view itself."""
    del view


class Shadow:
    """Counts how the answers of a draft differ.

    Args:
        draft: its number on the desk.
        decide: the draft's decisions.
        versions: the bundle in force, the draft's bundle.
        now: when this process began with it, UTC.
        keep: keeps the counts; what it raises is left alone, the next counts hold these.
    """

    def __init__(
        self,
        draft: int,
        decide: Callable[[Facts], Decision],
        versions: tuple[str, str],
        now: dt.datetime,
        keep: Callable[[ShadowView], None] = _kept_nowhere,
    ) -> None:
        self.draft, self.began = draft, now
        self._decide, self._keep = decide, keep
        self._kept, self._again = -1, 0.0
        self._report = ReplayReport(*versions)
        self._dropped = 0
        self._waiting: SimpleQueue[tuple[Facts, Decision]] = SimpleQueue()
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="policy-shadow", daemon=True)
        self._thread.start()

    def note(self, facts: Facts, decision: Decision, entry_id: str = "") -> None:
        """Leave a decision for comparison; never waits, never raises."""
        del entry_id
        if self._waiting.qsize() >= MAX_WAITING:
            self._dropped += 1
        else:
            self._waiting.put((facts, decision))

    def view(self) -> ShadowView:
        """Return what was counted so far."""
        with self._lock:
            report = copy.deepcopy(self._report)
        if self._dropped:
            report.unplayable["dropped"] += self._dropped
            report.total += self._dropped
        return ShadowView(self.draft, self.began, report)

    def close(self) -> None:
        """End the thread; what waits is forgotten, what was counted is kept."""
        self._ended.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._ended.is_set():
            began = time.thread_time()
            worked = 0
            while worked < MAX_AT_ONCE and not self._ended.is_set():
                try:
                    facts, decision = self._waiting.get(timeout=0.2)
                except Empty:
                    break
                self._count(facts, decision)
                worked += 1
            self._keep_now(time.monotonic())
            self._ended.wait(max(REST * (time.thread_time() - began), GATHER_SECONDS))
        self._keep_now(float("inf"))

    def _keep_now(self, now: float) -> None:
        """Keep what changed, every few seconds."""
        if now < self._again:
            return
        view = self.view()
        if view.report.total == self._kept:
            return
        self._again = now + KEEP_SECONDS
        with suppress(Exception):  # counts are no record: what cannot be kept now is kept with the next
            self._keep(view)
            self._kept = view.report.total

    def _count(self, facts: Facts, decision: Decision) -> None:
        if facts.archive == DECOY.cipher.archive:
            return
        try:
            change = compare(decision, self._decide(facts))
        except Exception:  # noqa: BLE001 - a draft's own fault must not end the count; it is counted as one
            with self._lock:
                self._report.total += 1
                self._report.unplayable["failed"] += 1
            return
        with self._lock:
            self._report.total += 1
            self._report.count(self._bounded(facts), "", change)

    def _bounded(self, facts: Facts) -> Facts:
        """Return the facts with what no dimension has room for any more put together."""
        role = str(facts.attributes.get("subject", {}).get("role", ""))
        archive, kind = self._room("archive", facts.archive), self._room("kind", facts.kind)
        named = {"subject": {"role": self._room("role", role)}}
        return Facts(facts.action, kind, archive, facts.ground, named)

    def _room(self, dimension: str, value: str) -> str:
        values = self._report.by[dimension]
        return value if value in values or len(values) < MAX_VALUES else OTHER
