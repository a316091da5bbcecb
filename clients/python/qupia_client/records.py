"""Documents, audit entries and policies: messages to values and back."""

from __future__ import annotations

from google.type.date_pb2 import Date

from qupia.v1 import audit_pb2, disclosure_pb2, document_pb2, policy_pb2
from qupia_client import enums, values
from qupia_client.convert import categories_of, counts_of, obligations_of, reason_of, rule_of
from qupia_client.wire import archive_date_of, day_of, from_wire, instant_of, resource, to_wire


def document_message(document: values.Document) -> document_pb2.Document:
    """Return the message of a document to create; what only the server sets is left out."""
    return document_pb2.Document(
        archive=resource("archives", document.archive),
        cipher=document_pb2.ArchiveCipher(
            fonds=document.cipher.fonds,
            opis=document.cipher.opis,
            item=document.cipher.item,
            sheets=document.cipher.sheets,
        ),
        kind=to_wire(document.kind, document_pb2.DocumentKind),
        form=to_wire(document.form, document_pb2.DocumentForm),
        title=document.title,
        created=_range_message(document.created),
        secrecy=to_wire(document.secrecy, document_pb2.Secrecy),
        private_life=to_wire(document.private_life, document_pb2.PrivateLife),
        ownership=to_wire(document.ownership, document_pb2.Ownership),
        owner_consent=document.owner_consent,
        accession_date=_date_message(document.accession_date),
        secret_kinds=[to_wire(kind, document_pb2.SecretKind) for kind in document.secret_kinds],
        owner_catalogue=document.owner_catalogue,
        owner_restricted_until_date=_date_message(document.owner_restricted_until),
        transfer_date=_date_message(document.transfer_date),
        blocked=document.blocked,
        repression=document.repression,
        procedural=document.procedural,
        children=document.children,
        in_state_system=document.in_state_system,
        persons_concerned=[resource("persons", person) for person in document.persons_concerned],
    )


def document_of(message: document_pb2.Document) -> values.Document:
    """Return a document."""
    return values.Document(
        archive=message.archive,
        cipher=values.ArchiveCipher(
            message.cipher.fonds, message.cipher.opis, message.cipher.item, message.cipher.sheets
        ),
        kind=from_wire(message.kind, document_pb2.DocumentKind, enums.DocumentKind),
        form=from_wire(message.form, document_pb2.DocumentForm, enums.DocumentForm),
        created=_range_of(message.created),
        secrecy=from_wire(message.secrecy, document_pb2.Secrecy, enums.Secrecy),
        private_life=from_wire(message.private_life, document_pb2.PrivateLife, enums.PrivateLife),
        ownership=from_wire(message.ownership, document_pb2.Ownership, enums.Ownership),
        title=message.title,
        owner_consent=message.owner_consent,
        persons_concerned=tuple(message.persons_concerned),
        accession_date=archive_date_of(message.accession_date),
        secret_kinds=tuple(from_wire(kind, document_pb2.SecretKind, enums.SecretKind) for kind in message.secret_kinds),
        owner_catalogue=message.owner_catalogue,
        owner_restricted_until=archive_date_of(message.owner_restricted_until_date),
        transfer_date=archive_date_of(message.transfer_date),
        blocked=message.blocked,
        repression=message.repression,
        procedural=_said(message, "procedural"),
        children=_said(message, "children"),
        in_state_system=_said(message, "in_state_system"),
        name=message.name,
        master_sha256=message.master_sha256,
        master_size_bytes=message.master_size_bytes,
        create_time=instant_of(message.create_time) if message.HasField("create_time") else None,
        etag=message.etag,
    )


def _said(message: document_pb2.Document, name: str) -> bool | None:
    """Return what a document says of itself, or None where it says nothing."""
    return bool(getattr(message, name)) if message.HasField(name) else None  # type: ignore[arg-type]


def audit_entry_of(message: audit_pb2.AuditEntry) -> values.AuditEntry:
    """Return an audit entry."""
    return values.AuditEntry(
        name=message.name,
        sequence=message.sequence,
        create_time=instant_of(message.create_time) if message.HasField("create_time") else None,
        event=from_wire(message.event, audit_pb2.AuditEvent, enums.AuditEvent),
        outcome=from_wire(message.outcome, audit_pb2.AuditOutcome, enums.AuditOutcome),
        request_id=message.request_id,
        requester=message.requester,
        requester_role=message.requester_role,
        calling_service=message.calling_service,
        assurance=message.assurance,
        purpose_code=from_wire(message.purpose_code, disclosure_pb2.PurposeCode, enums.PurposeCode),
        ground=from_wire(message.ground, disclosure_pb2.Ground, enums.Ground),
        legal_basis=message.legal_basis,
        case_number=message.case_number,
        document=message.document,
        archive=message.archive,
        cipher=message.cipher,
        document_date=archive_date_of(message.document_date),
        bundle=message.bundle,
        rules=tuple(message.rules),
        reason=reason_of(message.reason),
        profile=from_wire(message.profile, disclosure_pb2.RedactionProfile, enums.RedactionProfile),
        hidden_counts=counts_of(message.hidden_counts),
        disclosed_categories=categories_of(message.disclosed_categories),
        rendition_sha256=message.rendition_sha256,
        sent_bytes=message.sent_bytes,
        previous_entry=message.previous_entry,
        duration_seconds=message.duration.seconds + message.duration.nanos / 1e9,
        leaf_hash=message.leaf_hash,
        recipient_country=message.recipient_country,
        retention=message.retention,
        authority_document=message.authority_document,
        basis=from_wire(message.basis, disclosure_pb2.StateBasis, enums.StateBasis),
        duties=tuple(message.duties),
        notice_date=day_of(message.notice_date),
        missing_facts=tuple(message.missing_facts),
        row_counts=dict(message.row_counts),
        source_sha256=message.source_sha256,
        word_lists=tuple(message.word_lists),
    )


def bundle_of(message: policy_pb2.PolicyBundle) -> values.PolicyBundle:
    """Return a policy bundle."""
    return values.PolicyBundle(
        name=message.name,
        title=message.title,
        version=message.version,
        rule_count=message.rule_count,
        load_time=instant_of(message.load_time) if message.HasField("load_time") else None,
        rules=tuple(
            values.PolicyRule(rule.rule, _effect_of(rule.effect), dict(rule.titles), rule.legal_basis)
            for rule in message.rules
        ),
    )


def explanation_of(message: policy_pb2.Explanation) -> values.Explanation:
    """Return an explanation."""
    return values.Explanation(
        audit_entry=message.audit_entry,
        outcome=from_wire(message.outcome, disclosure_pb2.DecisionOutcome, enums.DecisionOutcome),
        reason=reason_of(message.reason),
        rules=tuple(
            values.RuleExplanation(rule_of(item.rule), _effect_of(item.effect), item.reason) for item in message.rules
        ),
        obligations=obligations_of(message.obligations) if message.HasField("obligations") else None,
        missing_facts=tuple(message.missing_facts),
        text=message.text,
        opens_on=day_of(message.opens_on),
        bundle=message.bundle,
        voice=from_wire(message.voice, policy_pb2.ExplanationVoice, enums.ExplanationVoice),
        lacks=tuple(from_wire(one, policy_pb2.ExplanationLack, enums.ExplanationLack) for one in message.lacks),
        titles=tuple(message.titles),
        reasons=tuple(message.reasons),
        legal_bases=tuple(message.legal_bases),
        duty_texts=tuple(message.duty_texts),
        needs=tuple(message.needs),
        nearest_rules=tuple(map(_nearest_of, message.nearest_rules)),
    )


def _nearest_of(message: policy_pb2.NearestRule) -> values.NearestRule:
    return values.NearestRule(
        rule=rule_of(message.rule),
        failed_conditions=tuple(message.failed_conditions),
        missing_facts=tuple(message.missing_facts),
        grounds=tuple(from_wire(one, disclosure_pb2.Ground, enums.Ground) for one in message.grounds),
        not_in_force=message.not_in_force,
    )


def _effect_of(number: int) -> enums.PolicyEffect:
    return from_wire(number, policy_pb2.PolicyEffect, enums.PolicyEffect)


def _range_of(message: document_pb2.DateRange) -> values.DateRange:
    return values.DateRange(
        archive_date_of(message.earliest),
        archive_date_of(message.latest),
        from_wire(message.certainty, document_pb2.DateCertainty, enums.DateCertainty),
    )


def _range_message(created: values.DateRange) -> document_pb2.DateRange:
    return document_pb2.DateRange(
        earliest=_date_message(created.earliest),
        latest=_date_message(created.latest),
        certainty=to_wire(created.certainty, document_pb2.DateCertainty),
    )


def _date_message(date: values.ArchiveDate | None) -> Date | None:
    return Date(year=date.year, month=date.month, day=date.day) if date is not None else None
