"""What a client handles when rules change: drafts, steps, the desk, comparisons. All frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from qupia_client.enums import PolicyDeskFault, PolicyStepKind, RefusalReason


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A bundle on its way.

    Attributes:
        name: `policyDrafts/{policy_draft}`.
        title: what the change is for.
        bundle: the bundle that is meant; it never changes.
        author, approver: keyed hashes, as `AuditEntry.requester`; the approver is empty for nobody.
        checked, tested: its last check, its last run of cases passed.
        replayed_against: the bundle that it was last replayed against within the limits; empty when it was not.
        withdrawn: it was given up.
        etag: the state of the desk that it was read on.
    """

    name: str
    title: str
    bundle: str
    author: str
    create_time: dt.datetime | None
    checked: bool
    tested: bool
    replayed_against: str
    approver: str
    withdrawn: bool
    etag: str


@dataclass(frozen=True, slots=True)
class PolicyRevision:
    """A bundle in force from an instant on; `number` counts activations and rollbacks from 1."""

    number: int
    bundle: str
    start_time: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PolicyDesk:
    """What is in force, what will be, and what the process that answered serves.

    Attributes:
        active: the revision in force, or None.
        scheduled: revisions that come into force later, soonest first.
        serving_bundle: the bundle by which the answering process decides.
        max_delay: seconds that a process is behind the desk at most, beside the time of loading.
        shadow_draft: the draft that is decided beside the bundle in force; empty for none.
        etag: send it along with a step, so that it is refused when another was taken meanwhile.
        trouble: why the answering process goes on serving an earlier bundle; UNSPECIFIED: it does not.
    """

    active: PolicyRevision | None
    scheduled: tuple[PolicyRevision, ...]
    serving_bundle: str
    max_delay: float
    shadow_draft: str
    etag: str
    trouble: RefusalReason = RefusalReason.UNSPECIFIED


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """A step that an officer took.

    Attributes:
        number: from 1, without gaps.
        officer: a keyed hash, as `AuditEntry.requester`.
        passed: whether a check, a test or a replay passed; None for other steps.
        counts: numbers of what was found.
        start_time: from when a bundle is in force by this step, or None.
        audit_entry: the entry of the step; only in the answer to it.
    """

    number: int
    kind: PolicyStepKind
    officer: str
    create_time: dt.datetime | None
    policy_draft: str
    bundle: str
    passed: bool | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    start_time: dt.datetime | None = None
    audit_entry: str = ""


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """A fault or a warning of a bundle: where it is and what to do; `refuses` tells a fault from a warning."""

    file: str
    rule: str
    line: int
    code: str
    advice: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class PolicyTally:
    """Gains and losses of one kind of request."""

    dimension: str
    value: str
    gain_count: int
    loss_count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyComparison:
    """How answers differ between two bundles: who gains and who loses."""

    old_bundle: str
    new_bundle: str
    total_count: int
    same_count: int
    gain_count: int
    loss_count: int
    duty_count: int
    undated_count: int
    skipped_counts: Mapping[str, int]
    tallies: tuple[PolicyTally, ...]


@dataclass(frozen=True, slots=True)
class PolicyShadow:
    """What a draft decided beside the bundle in force has shown, in all processes that serve the desk.

    Attributes:
        policy_draft: the draft; empty when there is no shadow.
        start_time: when the first process began with it.
        comparison: what differed, summed.
        processes: whose counts these are, and since when.
    """

    policy_draft: str
    start_time: dt.datetime | None
    comparison: PolicyComparison | None
    processes: tuple[PolicyShadowProcess, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyShadowProcess:
    """One process that counted: each start of a server is another one."""

    process: str
    start_time: dt.datetime | None
    update_time: dt.datetime | None
    total_count: int


@dataclass(frozen=True, slots=True)
class PolicyDeskDifference:
    """A step that stands on the desk or in the audit log, and not in both.

    Attributes:
        fault: how they differ.
        step: number of the step on the desk; 0 when it is not there.
        etag: the state that the desk had, or should have, right after it.
        audit_entry: its entry; empty when there is none.
        process: with OTHER_BUNDLE: the process that serves another bundle than the one in force.
        bundle: with OTHER_BUNDLE: what it serves.
    """

    fault: PolicyDeskFault
    step: int
    etag: str
    audit_entry: str
    process: str = ""
    bundle: str = ""


@dataclass(frozen=True, slots=True)
class PolicyDeskAudit:
    """How the desk and the audit log differ.

    Attributes:
        step_count: steps on the desk.
        recorded_count: those with an audit entry; the first steps of the operator have none.
        differences: what differs.
        ok: nothing differs, neither the logs nor what the processes on them serve.
    """

    step_count: int
    recorded_count: int
    differences: tuple[PolicyDeskDifference, ...]
    ok: bool = False


@dataclass(frozen=True, slots=True)
class PolicyStepResult:
    """What a step did.

    Attributes:
        step: the step, with its audit entry.
        draft: the draft after it; None for a rollback.
        findings: what a check or a test found.
        comparison: what a replay found, or None.
        etag: the state of the desk after it.
    """

    step: PolicyStep
    draft: PolicyDraft | None
    findings: tuple[PolicyFinding, ...]
    comparison: PolicyComparison | None
    etag: str
