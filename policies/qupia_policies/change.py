"""How rules change: draft, check, test, replay, approval by a second officer, activation, rollback.

This is the pure part: a list of entries is the truth, the state follows from it, and each step says what must have
come before. Nobody approves their own draft; what was approved is what is activated, against the bundle that it was
replayed against; whatever is not provably in order is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .errors import PolicyError


class Step(StrEnum):
    """The steps of a change; each is one entry."""

    DRAFT = "draft"
    CHECK = "check"
    TEST = "test"
    REPLAY = "replay"
    APPROVE = "approve"
    ACTIVATE = "activate"
    ROLLBACK = "rollback"
    WITHDRAW = "withdraw"
    SHADOW = "shadow"


class OfficerRole(StrEnum):
    """What an officer may do. One officer may hold several, but never approves their own draft."""

    AUTHOR = "author"
    APPROVER = "approver"
    AUDITOR = "auditor"


MAY: Mapping[Step, OfficerRole] = {
    Step.DRAFT: OfficerRole.AUTHOR,
    Step.CHECK: OfficerRole.AUTHOR,
    Step.TEST: OfficerRole.AUTHOR,
    Step.REPLAY: OfficerRole.AUTHOR,
    Step.WITHDRAW: OfficerRole.AUTHOR,
    Step.SHADOW: OfficerRole.AUTHOR,
    Step.APPROVE: OfficerRole.APPROVER,
    Step.ACTIVATE: OfficerRole.APPROVER,
    Step.ROLLBACK: OfficerRole.APPROVER,
}
"""The role that a step needs."""


class StepFault(StrEnum):
    """Why a step is not in order, for machines."""

    NOT_OPEN = "NOT_OPEN"
    NOT_CHECKED = "NOT_CHECKED"
    NOT_TESTED = "NOT_TESTED"
    NOT_REPLAYED = "NOT_REPLAYED"
    OWN_DRAFT = "OWN_DRAFT"
    NOT_APPROVED = "NOT_APPROVED"
    IN_FORCE_ALREADY = "IN_FORCE_ALREADY"
    NOTHING_IN_FORCE = "NOTHING_IN_FORCE"
    NOTHING_BEFORE = "NOTHING_BEFORE"
    IN_THE_PAST = "IN_THE_PAST"
    NOT_THEIRS = "NOT_THEIRS"
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE"
    REPEATED_OTHERWISE = "REPEATED_OTHERWISE"
    SERVED = "SERVED"
    NO_DESK = "NO_DESK"
    DAMAGED = "DAMAGED"


class StepRefused(PolicyError):
    """A step is not in order; the text says what must come first.

    Attributes:
        fault: the same for machines.
    """

    def __init__(self, text: str, fault: StepFault = StepFault.DAMAGED) -> None:
        """Keep the fault beside the words."""
        super().__init__(text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Entry:
    """One step that was taken.

    Attributes:
        number: from 1, without gaps.
        step: what was done.
        officer: who did it.
        at: when, UTC.
        draft: number of the draft it is about; 0 for a rollback.
        version: bundle it is about.
        facts: what the step found or asks for, as JSON values.
    """

    number: int
    step: Step
    officer: str
    at: dt.datetime
    draft: int
    version: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A bundle on its way.

    Attributes:
        number: its number.
        version: its content.
        author: who drafted it.
        title: what it is for.
        checked: its last check passed.
        tested: its last run of cases passed.
        replayed_against: bundle of the last replay within the limits; empty when there was none.
        approver: who approved it; empty for nobody.
        withdrawn: nobody may go on with it.
        at: when it was drafted, UTC.
    """

    number: int
    version: str
    author: str
    title: str
    checked: bool = False
    tested: bool = False
    replayed_against: str = ""
    approver: str = ""
    withdrawn: bool = False
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A bundle in force from an instant on.

    Attributes:
        number: from 1, one for each activation and rollback.
        version: the bundle.
        since: from when, UTC.
        entry: number of the entry that did it.
    """

    number: int
    version: str
    since: dt.datetime
    entry: int


@dataclass(frozen=True, slots=True)
class State:
    """What follows from the entries.

    Attributes:
        drafts: by number.
        revisions: in the order in which they were decided; those that a rollback cancelled are left out.
        shadow: number of the draft that is decided beside the bundle in force; 0 for none.
    """

    drafts: Mapping[int, Draft]
    revisions: tuple[Revision, ...]
    shadow: int = 0

    def active(self, now: dt.datetime) -> Revision | None:
        """Return the revision in force at an instant; None before the first."""
        due = [revision for revision in self.revisions if revision.since <= now]
        return max(due, key=lambda revision: (revision.since, revision.number)) if due else None

    def before(self, now: dt.datetime) -> Revision | None:
        """Return the last revision of another bundle than the one in force, to which a rollback leads."""
        active = self.active(now)
        due = [one for one in self.revisions if one.since <= now and active and one.version != active.version]
        return max(due, key=lambda one: (one.since, one.number)) if due else None


def state_of(entries: Iterable[Entry]) -> State:
    """Work the state out of the entries."""
    drafts: dict[int, Draft] = {}
    revisions: list[Revision] = []
    count = shadow = 0
    for entry in entries:
        if entry.step is Step.DRAFT:
            title = str(entry.facts.get("title", ""))
            drafts[entry.draft] = Draft(entry.draft, entry.version, entry.officer, title, at=entry.at)
        elif entry.step is Step.SHADOW:
            shadow = entry.draft
        elif entry.step in {Step.ACTIVATE, Step.ROLLBACK}:
            count += 1
            since = dt.datetime.fromisoformat(str(entry.facts["since"]))
            if entry.step is Step.ROLLBACK:
                revisions = [one for one in revisions if one.since <= entry.at]
            revisions.append(Revision(count, entry.version, since, entry.number))
            shadow = 0
        else:
            drafts[entry.draft] = _after(drafts[entry.draft], entry)
            if entry.step is Step.WITHDRAW and entry.draft == shadow:
                shadow = 0
    return State(drafts, tuple(revisions), shadow)


def _after(draft: Draft, entry: Entry) -> Draft:
    passed = bool(entry.facts.get("passed", False))
    changes: dict[Step, dict[str, Any]] = {
        Step.CHECK: {"checked": passed},
        Step.TEST: {"tested": passed},
        Step.REPLAY: {"replayed_against": str(entry.facts.get("against", "")) if passed else ""},
        Step.APPROVE: {"approver": entry.officer},
        Step.WITHDRAW: {"withdrawn": True},
    }
    known = {name: getattr(draft, name) for name in Draft.__slots__}
    return Draft(**(known | changes[entry.step]))


def require(state: State, step: Step, officer: str, draft_number: int, now: dt.datetime) -> Draft:
    """Tell that a step is in order for a draft.

    Args:
        state: the state before it.
        step: the step.
        officer: who wants to take it.
        draft_number: the draft.
        now: the instant, UTC.

    Raises:
        StepRefused: something must come first, or this officer must not.
    """
    draft = state.drafts.get(draft_number)
    if draft is None or draft.withdrawn:
        raise StepRefused(f"there is no open draft {draft_number}", StepFault.NOT_OPEN)
    if step is Step.TEST and not draft.checked:
        raise StepRefused("check the draft first", StepFault.NOT_CHECKED)
    if step in {Step.REPLAY, Step.APPROVE, Step.SHADOW} and not (draft.checked and draft.tested):
        fault = StepFault.NOT_TESTED if draft.checked else StepFault.NOT_CHECKED
        raise StepRefused("check and test the draft first", fault)
    active = state.active(now)
    if step in {Step.APPROVE, Step.ACTIVATE} and active is not None and draft.replayed_against != active.version:
        words = "replay the draft against the bundle in force first, within the limits"
        raise StepRefused(words, StepFault.NOT_REPLAYED)
    if step is Step.APPROVE and officer == draft.author:
        raise StepRefused("another officer than the author must approve", StepFault.OWN_DRAFT)
    if step is Step.ACTIVATE and not draft.approver:
        raise StepRefused("a second officer must approve first", StepFault.NOT_APPROVED)
    if step is Step.ACTIVATE and active is not None and active.version == draft.version:
        raise StepRefused("this bundle is in force already", StepFault.IN_FORCE_ALREADY)
    return draft
