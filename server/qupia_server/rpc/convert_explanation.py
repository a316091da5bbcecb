"""Explanations: what `qupia policies explain` tells, as messages, with words for what could not be had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from qupia.v1 import disclosure_pb2, policy_pb2
from qupia_policies.explain import Voice
from qupia_policies.model import Outcome
from qupia_redaction.model import Language
from qupia_server.disclosure.explaining import Explained
from qupia_server.rpc.convert_audit import DECIDED, entry_name, refusal_reason
from qupia_server.rpc.convert_decision import bundle_name, categories_to_proto, to_date
from qupia_server.rpc.texts import text_of
from qupia_server.rpc.words import (
    EFFECTS,
    GROUNDS,
    LACKS,
    OUTCOMES,
    PERSONS,
    PROFILES,
    VOICES,
    number_of,
    number_or_zero,
    refusal_number,
)

Json = Mapping[str, Any]
"""Values as `qupia_policies.story` tells them."""


def explanation_to_proto(explained: Explained, language: Language) -> policy_pb2.Explanation:
    """Return a recorded decision in words."""
    draft, told = explained.entry.draft, explained.told
    refused = draft.outcome not in DECIDED
    outcome = Outcome.REFUSE if refused else Outcome.ALLOW
    officer = explained.voice is Voice.OFFICER
    message = policy_pb2.Explanation(
        audit_entry=entry_name(explained.entry.entry_id),
        outcome=disclosure_pb2.DecisionOutcome.ValueType(number_of(OUTCOMES, outcome)),
        reason=refusal_reason(draft) if officer or refused is False else _told_reason(explained),
        bundle=bundle_name(draft.bundle),
        voice=policy_pb2.ExplanationVoice.ValueType(number_of(VOICES, explained.voice)),
        lacks=[policy_pb2.ExplanationLack.ValueType(number_of(LACKS, one)) for one in explained.lacks],
        titles=told.get("titles", ()),
        reasons=told.get("reasons", ()) if explained.by_policy else (),
        legal_bases=told.get("legal_bases", ()),
        duty_texts=told.get("duties", ()),
        missing_facts=told.get("missing", draft.missing_facts if officer else ()),
        needs=told.get("needs", ()),
        opens_on=to_date(dt.date.fromisoformat(told["opens_on"])) if "opens_on" in told else None,
        rules=map(_rule, told.get("rules", ())) if officer else (),
        nearest_rules=map(_nearest, told.get("nearest", ())) if officer else (),
        obligations=_obligations(told["obligations"], explained.due) if officer and told.get("obligations") else None,
    )
    message.text = _text(explained, message, language)
    return message


def _told_reason(explained: Explained) -> disclosure_pb2.RefusalReason.ValueType:
    """Return why it was refused, as a requester may hear it: of rules that refused, in their spoken words."""
    told = str(explained.told.get("reason", "")) if explained.by_policy else ""
    return (
        disclosure_pb2.RefusalReason.ValueType(refusal_number(told)) if told else refusal_reason(explained.entry.draft)
    )


def _text(explained: Explained, message: policy_pb2.Explanation, language: Language) -> str:
    """Return the whole in a few sentences: reasons, what the ground needs, and what could not be had."""
    draft = explained.entry.draft
    code = draft.reason.partition(".")[2] if draft.outcome not in DECIDED else "ALLOWED"
    hidden = not explained.told and not explained.lacks
    said = list(message.reasons) or [text_of("NOT_FOUND" if hidden else code, language)]
    return " ".join([*said, *message.needs, *(text_of(lack.name, language) for lack in explained.lacks)])


def _rule(told: Json) -> policy_pb2.RuleExplanation:
    asks = told["asks"]
    return policy_pb2.RuleExplanation(
        rule=_reference(told),
        effect=policy_pb2.PolicyEffect.ValueType(number_or_zero(EFFECTS, told["effect"])),
        reason=told["reason"],
        condition=told["when"],
        grounds=_grounds(told["grounds"]),
        person_profiles=_profiles(asks.get("persons", {})),
        duties=asks.get("duties", ()),
    )


def _nearest(told: Json) -> policy_pb2.NearestRule:
    return policy_pb2.NearestRule(
        rule=_reference(told),
        failed_conditions=told["failed"],
        missing_facts=told["missing"],
        grounds=_grounds(told["serves_grounds"]),
        not_in_force=told["not_in_force"],
    )


def _reference(told: Json) -> disclosure_pb2.RuleReference:
    return disclosure_pb2.RuleReference(rule=told["id"], title=told["title"], legal_basis=told["legal_basis"])


def _grounds(names: Iterable[str]) -> list[disclosure_pb2.Ground.ValueType]:
    return [disclosure_pb2.Ground.ValueType(number_or_zero(GROUNDS, name)) for name in names]


def _profile(name: str) -> disclosure_pb2.RedactionProfile.ValueType:
    return disclosure_pb2.RedactionProfile.ValueType(number_or_zero(PROFILES, name))


def _person(name: str) -> disclosure_pb2.PersonScope.ValueType:
    return disclosure_pb2.PersonScope.ValueType(number_or_zero(PERSONS, name))


def _profiles(persons: Mapping[str, str]) -> list[disclosure_pb2.PersonProfile]:
    return [
        disclosure_pb2.PersonProfile(person=_person(name), profile=_profile(profile))
        for name, profile in persons.items()
    ]


def _obligations(told: Json, due: Mapping[str, dt.date]) -> disclosure_pb2.Obligations:
    deadlines = [
        disclosure_pb2.DutyDeadline(
            duty=duty,
            due_date=to_date(due.get(duty)),
            day_count=next(iter(given.values())),
            working_days="working_days" in given,
        )
        for duty, given in told["deadlines"].items()
    ]
    return disclosure_pb2.Obligations(
        profile=_profile(told["profile"]),
        hidden_categories=categories_to_proto(told["hide"]),
        extract_only=told["extract_only"],
        metadata_only=told["metadata_only"],
        duties=told["duties"],
        duty_deadlines=deadlines,
        person_profiles=_profiles(told["persons"]),
        open_persons=[_person(name) for name in told["open"]],
    )
