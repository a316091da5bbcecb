"""Decide recorded facts under two bundles and tell who gains and who loses.

What a request opens is the set of detail categories that stay visible (of everybody but the opened persons), the
opened classes of persons, how loose the profile of each class is, and whether pages come at all. More is a gain, less
is a loss; a change can be both. A duty that no longer holds is a gain too: whoever asks gets the same for less.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .engine import PolicyEngine
from .model import Decision, Facts, Obligations, PersonScope, Profile, Reason
from .vocabulary import CATEGORIES, CLASSES, covered
from .wire import Line

MAX_EXAMPLES: Final = 5
_PAGES: Final = "pages"


@dataclass(frozen=True, slots=True)
class Change:
    """How one answer differs.

    Attributes:
        gained: what the new bundle opens and the old one does not: categories, classes of persons (`person:requester`),
            their looser profiles (`requester:R1`), `pages`, and duties that it drops (`without:notify_subject`).
        lost: the opposite.
        duties: True when only or also duties or their deadlines differ.
    """

    gained: frozenset[str]
    lost: frozenset[str]
    duties: bool

    def __bool__(self) -> bool:
        """True when anything differs."""
        return bool(self.gained or self.lost or self.duties)


def compare(old: Decision, new: Decision) -> Change:
    """Compare two decisions on the same facts."""
    before, after = _opened(old), _opened(new)
    duties, dropped = False, frozenset[str]()
    if old.obligations and new.obligations:
        due = [(one.duties, dict(one.deadlines)) for one in (old.obligations, new.obligations)]
        duties = due[0] != due[1]
        dropped = frozenset(f"without:{duty}" for duty in old.obligations.duties - new.obligations.duties)
    return Change((after - before) | dropped, before - after, duties)


def _opened(decision: Decision) -> frozenset[str]:
    if decision.obligations is None:
        return frozenset()
    found = {f"person:{scope.value}" for scope in decision.obligations.open_scopes}
    found |= {word for scope in CLASSES for word in _looseness(decision.obligations, scope)}
    if decision.obligations.metadata_only:
        return frozenset(found | {"catalogue"})
    whole = set() if decision.obligations.extract_only else {_PAGES}
    return frozenset(found | whole | {"catalogue"} | (CATEGORIES - covered(decision.obligations.hide)))


def _looseness(obligations: Obligations, scope: PersonScope) -> Iterator[str]:
    """Yield the profiles of a class of persons that are as strict as its own, or stricter: a looser one opens more."""
    profiles = list(Profile)
    for profile in profiles[profiles.index(obligations.persons.get(scope, obligations.profile)) :]:
        yield f"{scope.value}:{profile.value}"


@dataclass(slots=True)
class Tally:
    """Counts of gains and losses, with a few examples."""

    gains: int = 0
    losses: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, change: Change, line_id: str) -> None:
        """Count one change."""
        self.gains += bool(change.gained)
        self.losses += bool(change.lost)
        if line_id and len(self.examples) < MAX_EXAMPLES:
            self.examples.append(line_id)

    def as_json(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        return {"gains": self.gains, "losses": self.losses, "examples": self.examples}


@dataclass(slots=True)
class ReplayReport:
    """What a replay found.

    Attributes:
        old: version of the active bundle.
        new: version of the draft.
        total: lines read.
        same: lines with the same answer.
        gains: lines that open more.
        losses: lines that open less.
        duties: lines where only duties differ.
        undated: lines that did not say their day, decided by today's.
        by: tallies by dimension (`role`, `archive`, `kind`, `ground`, `category`) and value.
        unplayable: ids of lines without facts that can be decided, by reason.
    """

    old: str
    new: str
    total: int = 0
    same: int = 0
    gains: int = 0
    losses: int = 0
    duties: int = 0
    undated: int = 0
    by: dict[str, dict[str, Tally]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))
    unplayable: Counter[str] = field(default_factory=Counter)

    @property
    def played(self) -> int:
        """Return the number of lines that were decided."""
        return self.total - sum(self.unplayable.values())

    def count(self, facts: Facts, line_id: str, change: Change) -> None:
        """Count one decided line."""
        if not change:
            self.same += 1
            return
        self.gains += bool(change.gained)
        self.losses += bool(change.lost)
        self.duties += not (change.gained or change.lost)
        values = {
            "role": str(facts.attributes.get("subject", {}).get("role", "")),
            "archive": facts.archive,
            "kind": facts.kind,
            "ground": facts.ground.value if facts.ground else "",
        }
        for dimension, value in values.items():
            self.by[dimension][value].add(change, line_id)
        for word in change.gained | change.lost:
            part = Change(change.gained & {word}, change.lost & {word}, duties=False)
            self.by["category"][word].add(part, line_id)

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "old": self.old,
            "new": self.new,
            "total": self.total,
            "same": self.same,
            "gains": self.gains,
            "losses": self.losses,
            "duties_only": self.duties,
            "undated": self.undated,
            "not_replayable": dict(self.unplayable),
            "by": {
                dimension: {value: tally.as_json() for value, tally in sorted(tallies.items())}
                for dimension, tallies in sorted(self.by.items())
            },
        }

    def add(self, other: ReplayReport) -> None:
        """Add what was counted elsewhere between the same bundles."""
        self.total += other.total
        self.same += other.same
        self.gains += other.gains
        self.losses += other.losses
        self.duties += other.duties
        self.undated += other.undated
        self.unplayable.update(other.unplayable)
        for dimension, tallies in other.by.items():
            for value, tally in tallies.items():
                mine = self.by[dimension][value]
                mine.gains += tally.gains
                mine.losses += tally.losses
                mine.examples += tally.examples[: MAX_EXAMPLES - len(mine.examples)]


def report_of(data: Mapping[str, Any]) -> ReplayReport:
    """Read a report back from `as_json`.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is none.
    """
    total, same, gains, losses = (int(data[name]) for name in ("total", "same", "gains", "losses"))
    duties, undated = int(data["duties_only"]), int(data["undated"])
    report = ReplayReport(str(data["old"]), str(data["new"]), total, same, gains, losses, duties, undated)
    report.unplayable.update({str(name): int(count) for name, count in data["not_replayable"].items()})
    for dimension, tallies in data["by"].items():
        for value, one in tallies.items():
            tally = Tally(int(one["gains"]), int(one["losses"]), list(map(str, one["examples"])))
            report.by[dimension][value] = tally
    return report


def replay(old: PolicyEngine, new: PolicyEngine, lines: Iterable[Line]) -> ReplayReport:
    """Decide every line under both bundles.

    Args:
        old: engine of the active bundle.
        new: engine of the draft.
        lines: recorded facts. The day is the one that was recorded (`env.today`); a line without it is judged by
            today under both bundles, and counted as undated.
    """
    report = ReplayReport(old.bundle.version, new.bundle.version)
    for line in lines:
        report.total += 1
        if line.facts is None:
            report.unplayable["facts were not kept" if not line.bad else "facts cannot be read"] += 1
        else:
            before, after = _decided(old, line, line.facts), _decided(new, line, line.facts)
            if before.reason is after.reason is Reason.BAD_FACTS:
                report.unplayable["facts do not fit the bundles"] += 1
                continue
            report.undated += "today" not in line.facts.attributes.get("env", {})
            report.count(line.facts, line.line_id, compare(before, after))
    return report


def tightened(limits: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    """Return limits of which each is the stricter of two: fewer `gains` and `losses`, a higher `least`."""
    return {
        name: (max if name == "least" else min)(given[name] for given in (limits, others) if name in given)
        for name in {**limits, **others}
    }


def _decided(engine: PolicyEngine, line: Line, facts: Facts) -> Decision:
    """Decide facts; of those that a server supplied a bundle hears only what it declares, as in that server."""
    return engine.decide(engine.bundle.schema.declared(facts) if line.supplied else facts)


def within(report: ReplayReport, limits: Mapping[str, int]) -> bool:
    """Tell whether a replay shows that a draft keeps to limits: most `gains` and `losses`, `least` lines decided.

    A replay that decided nothing has shown nothing: without `least` at least one line must have been decided.
    """
    counts = {"gains": report.gains, "losses": report.losses}
    shown = report.played >= limits.get("least", 1)
    return shown and all(count <= limits.get(name, count) for name, count in counts.items())


def recent(lines: Iterable[Line], days: int, today: dt.date) -> Iterator[Line]:
    """Yield the lines of the last `days` days before and with `today`; lines that do not say their day are kept."""
    first = (today - dt.timedelta(days=max(days, 1) - 1)).isoformat()
    for line in lines:
        day = line.facts.attributes.get("env", {}).get("today") if line.facts else None
        if not isinstance(day, str) or first <= day <= today.isoformat():
            yield line


def replay_text(report: ReplayReport) -> str:
    """Return the report for people."""
    lines = [
        f"{report.played} of {report.total} replayed: {report.same} same, {report.gains} gain, {report.losses} lose, "
        f"{report.duties} with other duties only",
        *(() if report.played else ("nothing was replayed, so nothing is shown",)),
        *(f"not replayable: {count} ({reason})" for reason, count in sorted(report.unplayable.items())),
    ]
    for dimension, tallies in sorted(report.by.items()):
        for value, tally in sorted(tallies.items()):
            shown = ", ".join(tally.examples)
            lines.append(f"{dimension} {value or '-'}: +{tally.gains} -{tally.losses} (e.g. {shown})")
    return "\n".join(lines)
