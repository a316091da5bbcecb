"""The desk, drafts, steps and comparisons: domain values to messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final

from google.protobuf.duration_pb2 import Duration

from qupia.v1 import disclosure_pb2, policy_pb2, policy_service_pb2
from qupia_policies.change import Draft, Entry, Revision, Step
from qupia_policies.desk import Look
from qupia_policies.errors import Finding, Severity
from qupia_policies.replay import ReplayReport
from qupia_server.disclosure.policy_audit import DeskComparison
from qupia_server.disclosure.policy_shadow import ShadowTotal
from qupia_server.rpc.convert_audit import entry_name
from qupia_server.rpc.convert_decision import bundle_name, to_timestamp
from qupia_server.rpc.words import DESK_FAULTS, STEPS, number_of, refusal_number

DESK_NAME: Final = "policyDesk"
SHADOW_NAME: Final = "policyShadow"
MAX_FINDINGS: Final = 1_000
MAX_TALLIES: Final = 2_000


def draft_name(number: int) -> str:
    """Return the resource name of a draft, or empty for none."""
    return f"policyDrafts/{number}" if number else ""


def draft_to_proto(draft: Draft, etag: str) -> policy_pb2.PolicyDraft:
    """Return a draft as a message."""
    return policy_pb2.PolicyDraft(
        name=draft_name(draft.number),
        title=draft.title,
        bundle=bundle_name(draft.version),
        author=draft.author,
        create_time=to_timestamp(draft.at) if draft.at else None,
        checked=draft.checked,
        tested=draft.tested,
        replayed_against=bundle_name(draft.replayed_against),
        approver=draft.approver,
        withdrawn=draft.withdrawn,
        etag=etag,
    )


def desk_to_proto(look: Look, serving: str, max_delay: float, trouble: str = "") -> policy_pb2.PolicyDesk:
    """Return the desk as a message."""
    return policy_pb2.PolicyDesk(
        name=DESK_NAME,
        active=_revision(look.active) if look.active else None,
        scheduled=map(_revision, look.scheduled),
        serving_bundle=bundle_name(serving),
        max_delay=Duration(seconds=int(max_delay), nanos=round(max_delay % 1 * 1e9)),
        shadow_draft=draft_name(look.state.shadow),
        etag=look.etag,
        trouble=disclosure_pb2.RefusalReason.ValueType(refusal_number(trouble)),
    )


def _revision(revision: Revision) -> policy_pb2.PolicyRevision:
    start = to_timestamp(revision.since)
    return policy_pb2.PolicyRevision(number=revision.number, bundle=bundle_name(revision.version), start_time=start)


def step_to_proto(entry: Entry, audit_entry: str = "") -> policy_pb2.PolicyStep:
    """Return a step as a message."""
    facts: Mapping[str, object] = entry.facts
    passed, since = facts.get("passed"), facts.get("since")
    return policy_pb2.PolicyStep(
        number=entry.number,
        kind=policy_pb2.PolicyStepKind.ValueType(number_of(STEPS, Step(entry.step))),
        officer=entry.officer,
        create_time=to_timestamp(entry.at),
        policy_draft=draft_name(entry.draft),
        bundle=bundle_name(entry.version),
        passed=passed if isinstance(passed, bool) else None,
        counts={name: count for name, count in facts.items() if type(count) is int},
        start_time=to_timestamp(dt.datetime.fromisoformat(since)) if isinstance(since, str) else None,
        audit_entry=audit_entry,
    )


def findings_to_proto(findings: Iterable[Finding]) -> list[policy_pb2.PolicyFinding]:
    """Return faults and warnings as messages, the first thousand."""
    return [
        policy_pb2.PolicyFinding(
            file=one.file,
            rule=one.rule,
            line=one.line,
            code=one.code,
            advice=one.advice,
            refuses=one.severity is Severity.ERROR,
        )
        for one in tuple(findings)[:MAX_FINDINGS]
    ]


def shadow_to_proto(total: ShadowTotal | None) -> policy_pb2.PolicyShadow:
    """Return what a shadow has shown as a message; without one only its name."""
    if total is None:
        return policy_pb2.PolicyShadow(name=SHADOW_NAME)
    processes = [
        policy_pb2.PolicyShadowProcess(
            process=one.process,
            start_time=to_timestamp(one.began),
            update_time=to_timestamp(one.updated),
            total_count=one.report.total,
        )
        for one in total.processes
    ]
    return policy_pb2.PolicyShadow(
        name=SHADOW_NAME,
        policy_draft=draft_name(total.draft),
        start_time=processes[0].start_time if processes else None,
        comparison=comparison_to_proto(total.report),
        processes=processes,
    )


def audit_to_proto(found: DeskComparison) -> policy_service_pb2.AuditPolicyDeskResponse:
    """Return how the desk and the audit log differ as a message."""
    differences = [
        policy_service_pb2.PolicyDeskDifference(
            fault=policy_service_pb2.PolicyDeskFault.ValueType(number_of(DESK_FAULTS, one.fault)),
            step=one.number,
            etag=one.line,
            audit_entry=entry_name(one.entry),
            process=one.process,
            bundle=bundle_name(one.bundle),
        )
        for one in found.differences
    ]
    return policy_service_pb2.AuditPolicyDeskResponse(
        step_count=found.steps, recorded_count=found.recorded, differences=differences, ok=not differences
    )


def comparison_to_proto(report: ReplayReport) -> policy_pb2.PolicyComparison:
    """Return what differs between two bundles as a message."""
    tallies = [
        policy_pb2.PolicyTally(
            dimension=dimension,
            value=value,
            gain_count=tally.gains,
            loss_count=tally.losses,
            examples=tally.examples,
        )
        for dimension, values in sorted(report.by.items())
        for value, tally in sorted(values.items())
    ]
    return policy_pb2.PolicyComparison(
        old_bundle=bundle_name(report.old),
        new_bundle=bundle_name(report.new),
        total_count=report.total,
        same_count=report.same,
        gain_count=report.gains,
        loss_count=report.losses,
        duty_count=report.duties,
        undated_count=report.undated,
        skipped_counts=report.unplayable,
        tallies=tallies[:MAX_TALLIES],
    )
