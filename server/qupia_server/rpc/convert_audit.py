"""Audit entries, bundles and explanations: domain values to messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from google.protobuf.duration_pb2 import Duration
from google.type.date_pb2 import Date

from qupia.v1 import audit_pb2, audit_service_pb2, disclosure_pb2, policy_pb2
from qupia_policies.model import Effect, RuleText, Snapshot
from qupia_server.disclosure.ports import EntryFilter
from qupia_server.disclosure.scribe import IMPORTED
from qupia_server.ledger.entry import Entry, EntryDraft, EntryOutcome
from qupia_server.rpc.convert_decision import (
    bundle_name,
    categories_to_proto,
    counts_to_proto,
    to_date,
    to_timestamp,
)
from qupia_server.rpc.convert_document import document_name
from qupia_server.rpc.fields import Fields
from qupia_server.rpc.words import (
    AUDIT_OUTCOMES,
    BASES,
    EFFECTS,
    EVENTS,
    GROUNDS,
    PROFILES,
    PURPOSES,
    number_of,
    number_or_zero,
    refusal_number,
)

MAX_REQUESTER_CHARS = 128
DECIDED = {EntryOutcome.ALLOWED, EntryOutcome.DELIVERED, EntryOutcome.LOADED, EntryOutcome.TAKEN}


def filter_of(message: audit_service_pb2.ListAuditEntriesRequest) -> EntryFilter:
    """Return the filter that a list asks for.

    Raises:
        InvalidRequest: names every field that is wrong.
    """
    fields = Fields()
    since = fields.instant("start_time", message.start_time) if message.HasField("start_time") else None
    until = fields.instant("end_time", message.end_time) if message.HasField("end_time") else None
    if since and until and since >= until:
        fields.note("end_time", "Must lie after start_time.")
    only = EntryFilter(
        since=since,
        until=until,
        document=fields.optional_resource("document", "documents", message.document),
        requester=fields.text("requester", message.requester, MAX_REQUESTER_CHARS),
        outcome=fields.choice("outcome", message.outcome, AUDIT_OUTCOMES),
    )
    fields.check()
    return only


def _effect(effect: Effect) -> policy_pb2.PolicyEffect.ValueType:
    return policy_pb2.PolicyEffect.ValueType(number_of(EFFECTS, effect))


def entry_name(entry_id: str) -> str:
    """Return the resource name of an entry, or empty."""
    return f"auditEntries/{entry_id}" if entry_id else ""


def refusal_reason(draft: EntryDraft) -> disclosure_pb2.RefusalReason.ValueType:
    """Return why an entry refused: its reason reads `REASON.CODE`, the code is the finer word."""
    if draft.outcome in DECIDED:
        return disclosure_pb2.REFUSAL_REASON_UNSPECIFIED
    reason, _, code = draft.reason.partition(".")
    return disclosure_pb2.RefusalReason.ValueType(refusal_number(code, reason))


def entry_to_proto(entry: Entry) -> audit_pb2.AuditEntry:
    """Return an entry as a message."""
    draft = entry.draft
    seconds, millis = divmod(draft.duration_ms, 1000)
    imported = draft.reason == IMPORTED
    return audit_pb2.AuditEntry(
        name=entry_name(entry.entry_id),
        sequence=entry.sequence,
        create_time=to_timestamp(entry.time),
        event=audit_pb2.AuditEvent.ValueType(number_of(EVENTS, draft.event)),
        outcome=audit_pb2.AuditOutcome.ValueType(number_of(AUDIT_OUTCOMES, draft.outcome)),
        request_id=draft.request_id,
        requester=draft.requester,
        requester_role=draft.requester_role,
        calling_service=draft.caller if draft.caller != draft.requester else "",
        assurance=draft.assurance,
        purpose_code=disclosure_pb2.PurposeCode.ValueType(number_or_zero(PURPOSES, draft.purpose_code)),
        ground=disclosure_pb2.Ground.ValueType(number_or_zero(GROUNDS, draft.ground)),
        legal_basis=draft.legal_basis,
        case_number=draft.case_number,
        document=document_name(draft.document) if draft.document else "",
        archive=f"archives/{draft.archive}" if draft.archive else "",
        cipher=draft.cipher,
        document_date=_date_of(draft.created_latest),
        bundle=bundle_name(draft.bundle),
        rules=draft.rules,
        reason=refusal_reason(draft),
        profile=disclosure_pb2.RedactionProfile.ValueType(number_or_zero(PROFILES, draft.profile)),
        hidden_counts=counts_to_proto({} if imported else draft.hidden),
        row_counts=draft.hidden if imported else {},
        source_sha256=bytes.fromhex(draft.body_digest) if imported else b"",
        disclosed_categories=categories_to_proto(draft.disclosed),
        rendition_sha256=bytes.fromhex(draft.rendition_sha256),
        sent_bytes=draft.bytes_sent,
        previous_entry=entry_name(draft.previous),
        duration=Duration(seconds=seconds, nanos=millis * 1_000_000),
        leaf_hash=entry.leaf_hash(),
        recipient_country=draft.recipient_country,
        retention=draft.retention,
        authority_document=draft.authority_document,
        basis=disclosure_pb2.StateBasis.ValueType(number_or_zero(BASES, draft.basis)),
        duties=draft.duties,
        notice_date=_date_of(draft.notice_deadline),
        missing_facts=draft.missing_facts,
        word_lists=draft.word_lists,
    )


def _date_of(text: str) -> Date | None:
    return to_date(dt.date.fromisoformat(text)) if text else None


def bundle_to_proto(snapshot: Snapshot, rules: Iterable[RuleText]) -> policy_pb2.PolicyBundle:
    """Return the bundle in force as a message."""
    return policy_pb2.PolicyBundle(
        name=bundle_name(snapshot.version),
        title=snapshot.title,
        version=snapshot.version,
        rule_count=snapshot.rules,
        load_time=to_timestamp(snapshot.loaded_on),
        rules=[
            policy_pb2.PolicyRule(
                rule=rule.rule_id,
                effect=_effect(rule.effect),
                titles=dict(rule.for_officers().title),
                legal_basis=rule.legal_basis,
            )
            for rule in rules
        ],
    )
