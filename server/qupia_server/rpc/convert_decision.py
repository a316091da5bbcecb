"""Decisions, refusals, receipts and explanations: domain values to messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from qupia.v1 import disclosure_pb2, disclosure_service_pb2
from qupia_policies.model import Decision, Obligations, Outcome, RuleText
from qupia_policies.needs import WORDS as NEEDS
from qupia_redaction.model import Category, Language
from qupia_server.disclosure.model import AccessAnswer, GroundsAnswer, Refusal, Released
from qupia_server.ledger.receipt import Receipt
from qupia_server.rpc.texts import chosen, text_of
from qupia_server.rpc.words import CATEGORIES, GROUNDS, OUTCOMES, PROFILES, number_of, number_or_zero, refusal_number

PDF = "application/pdf"
MAX_REFUSAL_RULES = 8
MAX_REFUSAL_CHARS = 600
MAX_MISSING_FACTS = 16
"""A refusal travels in trailers, which have a limit of 8 KiB."""
HELD = frozenset({"resource.procedural", "resource.repression", "resource.children", "resource.blocked"})
"""Facts about content: that one of them was absent, or was not, would tell. The audit entry has them."""


def to_timestamp(instant: dt.datetime) -> Timestamp:
    """Return an aware datetime as a timestamp."""
    stamp = Timestamp()
    stamp.FromDatetime(instant.astimezone(dt.UTC))
    return stamp


def to_date(day: dt.date | None) -> Date | None:
    """Return a day as a date message, or None."""
    return None if day is None else Date(year=day.year, month=day.month, day=day.day)


def receipt_to_proto(receipt: Receipt) -> disclosure_pb2.Receipt:
    """Return the receipt as a message."""
    return disclosure_pb2.Receipt(
        audit_entry=receipt.name,
        sequence=receipt.sequence,
        leaf_hash=receipt.leaf_hash,
        create_time=to_timestamp(receipt.time),
        tree_size=receipt.tree_size,
        root_hash=receipt.root,
    )


def rules_to_proto(
    rules: Iterable[RuleText], language: Language, *, named: bool = True
) -> list[disclosure_pb2.RuleReference]:
    """Return rules with their titles in `language`.

    Args:
        rules: their words.
        language: of the titles.
        named: whether their ids are told. Those of a refusal are not: `deny-medical` tells what the document holds.
            The audit entry has them.
    """
    return [
        disclosure_pb2.RuleReference(
            rule=rule.rule_id if named else "", title=chosen(rule.title, language), legal_basis=rule.legal_basis
        )
        for rule in rules
    ]


def counts_to_proto(counts: Mapping[str, int]) -> list[disclosure_pb2.CategoryCount]:
    """Return numbers of details by category, in the wire's order."""
    paired = sorted((number_or_zero(CATEGORIES, name), count) for name, count in counts.items() if count)
    return [disclosure_pb2.CategoryCount(category=_category(number), count=count) for number, count in paired]


def _category(number: int) -> disclosure_pb2.DetailCategory.ValueType:
    return disclosure_pb2.DetailCategory.ValueType(number)


def _reason(*codes: str) -> disclosure_pb2.RefusalReason.ValueType:
    return disclosure_pb2.RefusalReason.ValueType(refusal_number(*codes))


def categories_to_proto(names: Iterable[str]) -> list[disclosure_pb2.DetailCategory.ValueType]:
    """Return categories, in the wire's order; words that the wire does not have are left out."""
    return [_category(number) for number in sorted(number_or_zero(CATEGORIES, name) for name in names) if number]


def obligations_to_proto(obligations: Obligations, open_persons: int = 0) -> disclosure_pb2.Obligations:
    """Return obligations as a message.

    Args:
        obligations: what has to be done.
        open_persons: number of persons whose own details stay visible, where it is known.
    """
    return disclosure_pb2.Obligations(
        profile=disclosure_pb2.RedactionProfile.ValueType(number_of(PROFILES, obligations.profile)),
        hidden_categories=categories_to_proto(obligations.hide),
        open_person_count=open_persons,
        extract_only=obligations.extract_only,
        metadata_only=obligations.metadata_only,
        duties=sorted(obligations.duties),
    )


def decision_to_proto(
    decision: Decision,
    rules: Iterable[RuleText],
    language: Language,
    hidden: Mapping[Category, int] | None = None,
    opens_on: dt.date | None = None,
) -> disclosure_pb2.Decision:
    """Return a decision with the words of its rules."""
    return disclosure_pb2.Decision(
        outcome=disclosure_pb2.DecisionOutcome.ValueType(number_of(OUTCOMES, decision.outcome)),
        reason=_reason() if decision.allowed else _reason(decision.reason.value),
        rules=rules_to_proto(rules, language, named=decision.allowed),
        bundle=bundle_name(decision.bundle_version),
        obligations=obligations_to_proto(decision.obligations) if decision.obligations else None,
        hidden_counts=counts_to_proto({category.value: count for category, count in (hidden or {}).items()}),
        missing_facts=told_missing(decision.missing_facts),
        opens_on=to_date(opens_on),
    )


def dated(decision: disclosure_pb2.Decision, due: Mapping[str, dt.date]) -> disclosure_pb2.Decision:
    """Return a decision with the last day of each duty that has one."""
    for duty, day in due.items():
        decision.obligations.duty_deadlines.add(duty=duty, due_date=to_date(day))
    return decision


def told_missing(facts: Iterable[str]) -> list[str]:
    """Return the absent facts that a requester may hear of: not those by which one learns what the document holds."""
    return [fact for fact in facts if fact not in HELD]


def bundle_name(version: str) -> str:
    """Return the resource name of a bundle, or empty."""
    return f"policyBundles/{version}" if version else ""


def refusal_to_proto(refusal: Refusal, language: Language) -> disclosure_pb2.Refusal:
    """Return a recorded refusal as a detail of a status; long lists and texts are cut."""
    return disclosure_pb2.Refusal(
        reason=_reason(refusal.heard, refusal.reason.value),
        rules=rules_to_proto(refusal.rules[:MAX_REFUSAL_RULES], language, named=False),
        text=refusal_text(refusal, language)[:MAX_REFUSAL_CHARS],
        opens_on=to_date(refusal.opens_on),
        receipt=receipt_to_proto(refusal.receipt) if refusal.receipt else None,
        missing_facts=told_missing(refusal.missing_facts)[:MAX_MISSING_FACTS],
    )


def refusal_text(refusal: Refusal, language: Language) -> str:
    """Return the reason in words: of the rules that refused, else of the code and of what the ground still needs."""
    said = [chosen(rule.reason, language) for rule in refusal.rules]
    unmet = [chosen(NEEDS[need], language) for need in refusal.needs if need in NEEDS]
    return " ".join(filter(None, said)) or " ".join([text_of(refusal.heard, language), *unmet])


def header_to_proto(released: Released, language: Language) -> disclosure_service_pb2.DiscloseResponse:
    """Return the first message of a disclosure."""
    rendition = released.rendition
    decision = decision_to_proto(released.decision, released.rules, language, rendition.report.marks, released.opens_on)
    decision.obligations.open_person_count = released.open_persons
    dated(decision, released.due)
    return disclosure_service_pb2.DiscloseResponse(
        header=disclosure_pb2.DisclosureHeader(
            decision=decision,
            receipt=receipt_to_proto(released.receipt),
            rendition=disclosure_pb2.RenditionInfo(
                size_bytes=len(rendition.data),
                media_type=PDF,
                page_count=rendition.report.pages,
                sha256=bytes.fromhex(rendition.sha256),
            ),
        )
    )


def answer_to_proto(answer: AccessAnswer, language: Language) -> disclosure_service_pb2.CheckAccessResponse:
    """Return what would be decided."""
    reasons = " ".join(filter(None, (chosen(rule.reason, language) for rule in answer.rules)))
    code = "ALLOWED" if answer.decision.allowed else answer.decision.reason.value
    decision = decision_to_proto(answer.decision, answer.rules, language, opens_on=answer.opens_on)
    return disclosure_service_pb2.CheckAccessResponse(
        decision=dated(decision, answer.due),
        explanation=reasons or text_of(code, language),
        receipt=receipt_to_proto(answer.receipt),
    )


def grounds_to_proto(found: GroundsAnswer, language: Language) -> disclosure_service_pb2.CheckAccessResponse:
    """Return what would be decided on every ground."""
    answer = answer_to_proto(found.main, language)
    answer.best_ground = disclosure_pb2.Ground.ValueType(number_of(GROUNDS, found.best) if found.best else 0)
    answer.ground_answers.extend(
        disclosure_service_pb2.GroundAnswer(
            ground=disclosure_pb2.Ground.ValueType(number_of(GROUNDS, one.ground)),
            decision=dated(decision_to_proto(one.decision, one.rules, language, opens_on=found.main.opens_on), one.due),
        )
        for one in found.answers
    )
    return answer


def refused_answer_to_proto(refusal: Refusal, language: Language) -> disclosure_service_pb2.CheckAccessResponse:
    """Return a refusal as the answer of a check: there it is no error."""
    return disclosure_service_pb2.CheckAccessResponse(
        decision=disclosure_pb2.Decision(
            outcome=disclosure_pb2.DecisionOutcome.ValueType(number_of(OUTCOMES, Outcome.REFUSE)),
            reason=_reason(refusal.heard, refusal.reason.value),
            rules=rules_to_proto(refusal.rules, language, named=False),
            bundle=bundle_name(refusal.bundle),
            missing_facts=told_missing(refusal.missing_facts),
            opens_on=to_date(refusal.opens_on),
        ),
        explanation=refusal_text(refusal, language),
        receipt=receipt_to_proto(refusal.receipt) if refusal.receipt else None,
    )
