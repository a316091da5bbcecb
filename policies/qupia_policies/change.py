"""How rules change: draft, check, test, replay, approval by a second officer, activation, rollback.

This is the pure part: a list of entries is the truth, the state follows from it, and each step says what must have
come before. Nobody approves their own draft; what was approved is what is activated, against the bundle that it was
replayed against; whatever is not provably in order is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from .errors import PolicyError

OPERATOR: Final = "operator"
"""Who puts the first bundle of a served desk in force, as whoever sets a server up names its bundle."""
_FIRST_IN_FORCE: Final = 4
"""The entry that does so, after draft, check and test."""


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
    UNCERTAIN = "UNCERTAIN"


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
        revisions: in the order in which they were decided; those that a later activation or rollback cancelled before
            they came into force are left out.
        shadow: number of the draft that is decided beside the bundle in force; 0 for none.
        count: activations and rollbacks so far, the cancelled ones included.
        shadow_step: number of the entry by which the shadow began; 0 for none.
    """

    drafts: Mapping[int, Draft]
    revisions: tuple[Revision, ...]
    shadow: int = 0
    count: int = 0
    shadow_step: int = 0

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
    """Work the state out of the entries, each of which must have been in order when it was made.

    The entries may be forged: a step that nobody could have taken (an approval by the author, a bundle in force that
    is not the one approved) is not believed.

    Raises:
        StepRefused: an entry was not in order.
    """
    state = State({}, ())
    for entry in entries:
        try:
            _demand(state, entry)
            state = _next(state, entry)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise StepRefused(f"entry {entry.number} of the log cannot be read") from error
    return state


def _demand(state: State, entry: Entry) -> None:
    """Raise StepRefused when an entry was not in order after what came before it."""
    step, number = entry.step, entry.number
    expected = entry.version
    try:
        if step is Step.ROLLBACK:
            before = state.before(entry.at)
            expected = before.version if before else ""
        elif step is Step.DRAFT:
            if entry.draft != len(state.drafts) + 1:
                raise StepRefused("drafts are numbered without gaps")
        elif (step is not Step.SHADOW or entry.draft) and not _is_first(state, entry):
            expected = require(state, step, entry.officer, entry.draft, entry.at).version
        if step is Step.ACTIVATE and _since(entry) < entry.at:
            raise StepRefused("a bundle cannot come into force in the past")
    except StepRefused as refused:
        raise StepRefused(f"entry {number} of the log was not in order: {refused}") from refused
    if entry.version != expected:
        raise StepRefused(f"entry {number} of the log was not in order: it is about another bundle")


def _is_first(state: State, entry: Entry) -> bool:
    """Tell whether an entry puts the first bundle of a served desk in force, which needs no approval."""
    by_operator = entry.officer == OPERATOR and entry.number == _FIRST_IN_FORCE and entry.step is Step.ACTIVATE
    return by_operator and state.drafts[entry.draft].version == entry.version


def _since(entry: Entry) -> dt.datetime:
    return dt.datetime.fromisoformat(str(entry.facts["since"]))


def _next(state: State, entry: Entry) -> State:
    if entry.step is Step.DRAFT:
        draft = Draft(entry.draft, entry.version, entry.officer, str(entry.facts.get("title", "")), at=entry.at)
        return replace(state, drafts={**state.drafts, entry.draft: draft})
    if entry.step is Step.SHADOW:
        return replace(state, shadow=entry.draft, shadow_step=entry.number if entry.draft else 0)
    if entry.step in {Step.ACTIVATE, Step.ROLLBACK}:
        # What was to come later was compared with a bundle that this one replaces: it is cancelled.
        kept = tuple(one for one in state.revisions if one.since <= entry.at)
        new = Revision(state.count + 1, entry.version, _since(entry), entry.number)
        return State(state.drafts, (*kept, new), count=new.number)
    drafts = {**state.drafts, entry.draft: _after(state.drafts[entry.draft], entry)}
    given_up = entry.step is Step.WITHDRAW and entry.draft == state.shadow
    state = replace(state, drafts=drafts)
    return replace(state, shadow=0, shadow_step=0) if given_up else state


def _after(draft: Draft, entry: Entry) -> Draft:
    passed = bool(entry.facts.get("passed", False))
    against = str(entry.facts.get("against", "")) if passed else ""
    # Who approved saw a comparison with the bundle then in force; with another one somebody approves anew.
    seen = draft.approver if against == draft.replayed_against else ""
    changes: dict[Step, dict[str, Any]] = {
        Step.CHECK: {"checked": passed},
        Step.TEST: {"tested": passed},
        Step.REPLAY: {"replayed_against": against, "approver": seen},
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
