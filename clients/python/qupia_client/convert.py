"""Disclosures, checks and their answers: messages to values and back."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable

from qupia.v1 import disclosure_pb2, disclosure_service_pb2, policy_service_pb2
from qupia_client import enums, values
from qupia_client.wire import day_of, from_wire, instant_of, resource, to_wire


def purpose_message(question: values.Question) -> disclosure_pb2.Purpose:
    """Return the purpose of a question.

    Raises:
        ValueError: purpose or ground is not a word of the contract.
    """
    return disclosure_pb2.Purpose(
        code=to_wire(enums.PurposeCode.parse(question.purpose or None), disclosure_pb2.PurposeCode),
        ground=to_wire(enums.Ground.parse(question.ground or None), disclosure_pb2.Ground),
        case_number=question.case_number,
        declared_text=question.declared_text,
        authority_document=question.authority_document,
        basis=to_wire(enums.StateBasis.parse(question.basis or None), disclosure_pb2.StateBasis),
        terms_accepted=question.terms_accepted,
    )


def requester_message(who: values.OnBehalfOf | str | None) -> disclosure_pb2.OnBehalfOf | None:
    """Return for whom a service asks; None for the caller. A bare string is the requester's token."""
    if who is None:
        return None
    asked = values.OnBehalfOf(token=who) if isinstance(who, str) else who
    claims = [disclosure_pb2.ClaimedAttribute(name=n, value=v) for n, v in sorted(asked.attributes.items())]
    return disclosure_pb2.OnBehalfOf(requester_token=asked.token, attributes=claims)


def disclose_message(question: values.Question, password: str = "") -> disclosure_service_pb2.DiscloseRequest:
    """Return the request of a disclosure, with a request id in any case."""
    return disclosure_service_pb2.DiscloseRequest(
        document=resource("documents", question.document),
        purpose=purpose_message(question),
        on_behalf_of=requester_message(question.on_behalf_of),
        request_id=question.request_id or str(uuid.uuid4()),
        language=language_message(question.language),
        password=password,
        recipient_country=question.recipient_country,
    )


def check_message(question: values.Question, *, all_grounds: bool = False) -> disclosure_service_pb2.CheckAccessRequest:
    """Return the request of a check, with a request id in any case."""
    return disclosure_service_pb2.CheckAccessRequest(
        document=resource("documents", question.document),
        purpose=purpose_message(question),
        on_behalf_of=requester_message(question.on_behalf_of),
        request_id=question.request_id or str(uuid.uuid4()),
        language=language_message(question.language),
        recipient_country=question.recipient_country,
        all_grounds=all_grounds,
    )


def language_message(language: enums.Language | str) -> disclosure_pb2.Language.ValueType:
    """Return the language of a request."""
    return to_wire(enums.Language.parse(language or None), disclosure_pb2.Language)


def rule_of(message: disclosure_pb2.RuleReference) -> values.Rule:
    """Return a rule as a requester may see it."""
    return values.Rule(message.rule, message.title, message.legal_basis)


def reason_of(number: int) -> enums.RefusalReason:
    """Return the reason of a refusal."""
    return from_wire(number, disclosure_pb2.RefusalReason, enums.RefusalReason)


def categories_of(numbers: Iterable[int]) -> tuple[enums.DetailCategory, ...]:
    """Return categories in the order sent."""
    return tuple(from_wire(n, disclosure_pb2.DetailCategory, enums.DetailCategory) for n in numbers)


def counts_of(counts: Iterable[disclosure_pb2.CategoryCount]) -> dict[enums.DetailCategory, int]:
    """Return how many details of each category; repeated categories add up."""
    totals: Counter[enums.DetailCategory] = Counter()
    for item in counts:
        totals[categories_of([item.category])[0]] += item.count
    return dict(totals)


def obligations_of(message: disclosure_pb2.Obligations) -> values.Obligations:
    """Return obligations."""
    return values.Obligations(
        profile=from_wire(message.profile, disclosure_pb2.RedactionProfile, enums.RedactionProfile),
        hidden_categories=categories_of(message.hidden_categories),
        open_person_count=message.open_person_count,
        extract_only=message.extract_only,
        metadata_only=message.metadata_only,
        duties=tuple(message.duties),
        due_dates={one.duty: day for one in message.duty_deadlines if (day := day_of(one.due_date)) is not None},
        person_profiles={
            from_wire(one.person, disclosure_pb2.PersonScope, enums.PersonScope): from_wire(
                one.profile, disclosure_pb2.RedactionProfile, enums.RedactionProfile
            )
            for one in message.person_profiles
        },
    )


def decision_of(message: disclosure_pb2.Decision) -> values.Decision:
    """Return a decision."""
    return values.Decision(
        outcome=from_wire(message.outcome, disclosure_pb2.DecisionOutcome, enums.DecisionOutcome),
        reason=reason_of(message.reason),
        rules=tuple(rule_of(rule) for rule in message.rules),
        bundle=message.bundle,
        obligations=obligations_of(message.obligations) if message.HasField("obligations") else None,
        hidden_counts=counts_of(message.hidden_counts),
        missing_facts=tuple(message.missing_facts),
        opens_on=day_of(message.opens_on),
    )


def receipt_of(message: disclosure_pb2.Receipt) -> values.Receipt:
    """Return a receipt."""
    return values.Receipt(
        audit_entry=message.audit_entry,
        sequence=message.sequence,
        leaf_hash=message.leaf_hash,
        create_time=instant_of(message.create_time) if message.HasField("create_time") else None,
        tree_size=message.tree_size,
        root_hash=message.root_hash,
    )


def refusal_of(message: disclosure_pb2.Refusal) -> values.Refusal:
    """Return a refusal."""
    return values.Refusal(
        reason=reason_of(message.reason),
        text=message.text,
        rules=tuple(rule_of(rule) for rule in message.rules),
        opens_on=day_of(message.opens_on),
        missing_facts=tuple(message.missing_facts),
        receipt=receipt_of(message.receipt) if message.HasField("receipt") else None,
    )


def rendition_of(message: disclosure_pb2.RenditionInfo) -> values.Rendition:
    """Return what a rendition is."""
    return values.Rendition(message.size_bytes, message.media_type, message.page_count, message.sha256)


def access_of(message: disclosure_service_pb2.CheckAccessResponse) -> values.Access:
    """Return the answer to a check."""
    return values.Access(
        decision=decision_of(message.decision),
        explanation=message.explanation,
        receipt=receipt_of(message.receipt) if message.HasField("receipt") else None,
        best_ground=from_wire(message.best_ground, disclosure_pb2.Ground, enums.Ground),
        grounds=_grounds(message.ground_answers),
    )


def _grounds(answers: Iterable[disclosure_service_pb2.GroundAnswer]) -> dict[enums.Ground, values.Decision]:
    return {from_wire(one.ground, disclosure_pb2.Ground, enums.Ground): decision_of(one.decision) for one in answers}


def document_access_of(message: disclosure_service_pb2.DocumentAccess) -> values.DocumentAccess:
    """Return a document that may be read."""
    return values.DocumentAccess(message.document, decision_of(message.decision))


def reader_of(message: policy_service_pb2.DocumentReader) -> values.DocumentReader:
    """Return somebody who may read a document."""
    best = from_wire(message.best_ground, disclosure_pb2.Ground, enums.Ground)
    openings = tuple(map(_opening, message.openings))
    grounds = _grounds(message.ground_answers)
    return values.DocumentReader(message.person, message.role, best, grounds, openings, message.untried)


def _opening(message: policy_service_pb2.ReaderOpening) -> values.ReaderOpening:
    return values.ReaderOpening(
        ground=from_wire(message.ground, disclosure_pb2.Ground, enums.Ground),
        needs=tuple(from_wire(need, policy_service_pb2.ReaderNeed, enums.ReaderNeed) for need in message.needs),
        bases=tuple(from_wire(basis, disclosure_pb2.StateBasis, enums.StateBasis) for basis in message.bases),
        decision=decision_of(message.decision),
    )
