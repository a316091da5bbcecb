"""Remember decisions: the same facts under the same bundle on the same day get the same answer.

Facts name kinds, roles and dates, not documents, so that thousands of requests ask a handful of different questions.
The engine is immutable and decides by facts and day alone; a new bundle brings a new memory. An answer by heart comes
sooner: do not use it where time must tell nothing (whether a document exists).
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from .model import Decision, Facts, Reason, Value

MAX_DECISIONS = 4_096


class DecisionMemory:
    """A decision point with a memory; safe for threads.

    Args:
        decide: the engine's own decision.
        today: the day that the engine decides by.
        size: decisions kept; the one longest unused goes first.
    """

    def __init__(
        self, decide: Callable[[Facts], Decision], today: Callable[[], dt.date], size: int = MAX_DECISIONS
    ) -> None:
        """Start with nothing remembered."""
        self._decide = decide
        self._today = today
        self._size = size
        self._kept: OrderedDict[Hashable, Decision] = OrderedDict()
        self._lock = Lock()

    def decide(self, facts: Facts) -> Decision:
        """Decide; never raises, any doubt refuses."""
        day = self._today()
        key = _key(facts, day)
        if key is None:
            return self._decide(facts)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        decision = self._decide(facts)
        # A rule that failed may run the next time; an answer that midnight overtook belongs to the next day.
        if decision.reason is not Reason.RULE_ERROR and self._today() == day:
            self._keep(key, decision)
        return decision

    def _keep(self, key: Hashable, decision: Decision) -> None:
        with self._lock:
            self._kept[key] = decision
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)


def _key(facts: Facts, day: dt.date) -> Hashable | None:
    """Return what a decision depends on; None for facts that cannot stand in a key (the engine refuses them)."""
    try:
        sides = tuple((side, tuple(map(_typed, named.items()))) for side, named in facts.attributes.items())
        key = (facts.action, facts.kind, facts.archive, facts.ground, day, sides)
        hash(key)
    except (TypeError, AttributeError):
        return None
    return key


def _typed(item: tuple[str, Value]) -> tuple[str, type[object], Value]:
    # True, 1 and 1.0 are one key to Python but not one fact to a schema.
    name, value = item
    return name, value.__class__, value
