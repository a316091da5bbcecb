"""Remember decisions: the same facts under the same bundle on the same day get the same answer.

Facts name kinds, roles and dates, not documents, so that thousands of requests ask a handful of different questions;
where a document lies is left out unless some rule of the bundle asks for it.
The engine is immutable and decides by facts and day alone; a new bundle brings a new memory. An answer by heart comes
sooner: do not remember refusals where their time must tell nothing (whether a document exists).
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from .model import Decision, Facts, Reason, Value
from .places import LEVELS

MAX_DECISIONS = 4_096
MAX_PLAIN = 200

Typed = tuple[tuple[str, type[object], Value], ...]


class DecisionMemory:
    """A decision point with a memory; safe for threads.

    Args:
        decide: the engine's own decision.
        today: the day that the engine decides by.
        size: decisions kept; the one longest unused goes first.
        by_place: whether fonds, opis and item can change an answer (`PolicyEngine.reads_places`).
        refusals: whether refusals are remembered too.
    """

    def __init__(
        self,
        decide: Callable[[Facts], Decision],
        today: Callable[[], dt.date],
        size: int = MAX_DECISIONS,
        by_place: bool = True,
        *,
        refusals: bool = True,
    ) -> None:
        """Start with nothing remembered."""
        self._left_out = frozenset() if by_place else frozenset(LEVELS)
        self._decide = decide
        self._today = today
        self._size = size
        self._refusals = refusals
        self._kept: OrderedDict[Hashable, Decision] = OrderedDict()
        self._lock = Lock()

    def decide(self, facts: Facts) -> Decision:
        """Decide; never raises, any doubt refuses."""
        day = self._today()
        key = _key(facts, day, self._left_out)
        if key is None:
            return self._decide(facts)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        decision = self._decide(facts)
        # A rule that failed may run the next time; an answer that midnight overtook belongs to the next day.
        lasts = decision.reason is not Reason.RULE_ERROR and (decision.allowed or self._refusals)
        if lasts and self._today() == day:
            self._keep(key, decision)
        return decision

    def _keep(self, key: Hashable, decision: Decision) -> None:
        with self._lock:
            self._kept[key] = decision
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)


def _key(facts: Facts, day: dt.date, left_out: frozenset[str] = frozenset()) -> Hashable | None:
    """Return what a decision depends on; None for facts that cannot stand in a key (the engine refuses them)."""
    try:
        sides = tuple((side, tuple(map(_typed, named.items()))) for side, named in facts.attributes.items())
        if left_out:
            sides = tuple((side, _without(named, left_out) if side == "resource" else named) for side, named in sides)
        key = (facts.action, facts.kind, facts.archive, facts.ground, day, sides)
        hash(key)
    except (TypeError, AttributeError):
        return None
    return key


def _without(named: Typed, left_out: frozenset[str]) -> Typed:
    return tuple(one for one in named if one[0] not in left_out or not _is_plain(one[2]))


def _is_plain(value: Value) -> bool:
    # What the schema might refuse stays in the key.
    return isinstance(value, str) and len(value) < MAX_PLAIN and value.isprintable()


def _typed(item: tuple[str, Value]) -> tuple[str, type[object], Value]:
    # True, 1 and 1.0 are one key to Python but not one fact to a schema.
    name, value = item
    return name, value.__class__, value
