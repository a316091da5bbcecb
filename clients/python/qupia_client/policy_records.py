"""Drafts, steps, the desk and comparisons: messages to values."""

from __future__ import annotations

import datetime as dt

from google.protobuf.timestamp_pb2 import Timestamp

from qupia.v1 import policy_pb2, policy_service_pb2
from qupia_client import policy_values as values
from qupia_client.convert import reason_of
from qupia_client.enums import PolicyDeskFault, PolicyStepKind
from qupia_client.wire import from_wire, instant_of


def draft_of(message: policy_pb2.PolicyDraft) -> values.PolicyDraft:
    """Return a draft."""
    return values.PolicyDraft(
        name=message.name,
        title=message.title,
        bundle=message.bundle,
        author=message.author,
        create_time=_time(message.create_time),
        checked=message.checked,
        tested=message.tested,
        replayed_against=message.replayed_against,
        approver=message.approver,
        withdrawn=message.withdrawn,
        etag=message.etag,
    )


def desk_of(message: policy_pb2.PolicyDesk) -> values.PolicyDesk:
    """Return the desk."""
    return values.PolicyDesk(
        active=_revision(message.active) if message.HasField("active") else None,
        scheduled=tuple(map(_revision, message.scheduled)),
        serving_bundle=message.serving_bundle,
        max_delay=message.max_delay.seconds + message.max_delay.nanos / 1e9,
        shadow_draft=message.shadow_draft,
        etag=message.etag,
        trouble=reason_of(message.trouble),
    )


def _revision(message: policy_pb2.PolicyRevision) -> values.PolicyRevision:
    return values.PolicyRevision(message.number, message.bundle, _time(message.start_time))


def step_of(message: policy_pb2.PolicyStep) -> values.PolicyStep:
    """Return a step."""
    return values.PolicyStep(
        number=message.number,
        kind=from_wire(message.kind, policy_pb2.PolicyStepKind, PolicyStepKind),
        officer=message.officer,
        create_time=_time(message.create_time),
        policy_draft=message.policy_draft,
        bundle=message.bundle,
        passed=message.passed if message.HasField("passed") else None,
        counts=dict(message.counts),
        start_time=_time(message.start_time),
        audit_entry=message.audit_entry,
    )


def result_of_step(message: policy_service_pb2.PolicyStepResponse) -> values.PolicyStepResult:
    """Return what a step did."""
    return values.PolicyStepResult(
        step=step_of(message.step),
        draft=draft_of(message.policy_draft) if message.HasField("policy_draft") else None,
        findings=tuple(
            values.PolicyFinding(one.file, one.rule, one.line, one.code, one.advice, one.refuses)
            for one in message.findings
        ),
        comparison=_comparison(message.comparison) if message.HasField("comparison") else None,
        etag=message.etag,
    )


def shadow_of(message: policy_pb2.PolicyShadow) -> values.PolicyShadow:
    """Return what a shadow has shown."""
    comparison = _comparison(message.comparison) if message.HasField("comparison") else None
    processes = tuple(
        values.PolicyShadowProcess(one.process, _time(one.start_time), _time(one.update_time), one.total_count)
        for one in message.processes
    )
    return values.PolicyShadow(message.policy_draft, _time(message.start_time), comparison, processes)


def audit_of(message: policy_service_pb2.AuditPolicyDeskResponse) -> values.PolicyDeskAudit:
    """Return how the desk and the audit log differ."""
    differences = tuple(
        values.PolicyDeskDifference(
            from_wire(one.fault, policy_service_pb2.PolicyDeskFault, PolicyDeskFault),
            one.step,
            one.etag,
            one.audit_entry,
            one.process,
            one.bundle,
        )
        for one in message.differences
    )
    return values.PolicyDeskAudit(message.step_count, message.recorded_count, differences, message.ok)


def _comparison(message: policy_pb2.PolicyComparison) -> values.PolicyComparison:
    return values.PolicyComparison(
        old_bundle=message.old_bundle,
        new_bundle=message.new_bundle,
        total_count=message.total_count,
        same_count=message.same_count,
        gain_count=message.gain_count,
        loss_count=message.loss_count,
        duty_count=message.duty_count,
        undated_count=message.undated_count,
        skipped_counts=dict(message.skipped_counts),
        tallies=tuple(
            values.PolicyTally(one.dimension, one.value, one.gain_count, one.loss_count, tuple(one.examples))
            for one in message.tallies
        ),
    )


def _time(stamp: Timestamp) -> dt.datetime | None:
    """Return the instant; None where none was sent."""
    return instant_of(stamp) if stamp.seconds or stamp.nanos else None
