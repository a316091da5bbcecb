"""Two voices: requesters read words that tell nothing of the document, officers read theirs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.model import Decision, Effect, Outcome, Reason, Snapshot
from qupia_policies.rules import Rule
from qupia_redaction.model import Language
from qupia_server.disclosure.model import Refusal, RefusalReason
from qupia_server.rpc.convert_audit import bundle_to_proto
from qupia_server.rpc.convert_decision import (
    decision_to_proto,
    refusal_to_proto,
    refused_answer_to_proto,
    rules_to_proto,
)

BUNDLE = load_bundle(default_bundle_dir())
RULES = [rule.text for rule in BUNDLE.rules if rule.rule_id.startswith("deny-medical")]
SNAPSHOT = Snapshot("00", "title", 1, dt.datetime(2026, 11, 22, tzinfo=dt.UTC))


def test_a_requester_is_not_told_which_secret_it_is() -> None:
    (reference,) = rules_to_proto(RULES, Language.EN)
    assert "medical" not in reference.title.lower()
    assert "Health" not in reference.legal_basis


def test_an_officer_is() -> None:
    (listed,) = bundle_to_proto(SNAPSHOT, RULES).rules
    assert "medical" in listed.titles["en"]


@pytest.mark.parametrize("rule", [rule for rule in BUNDLE.rules if rule.effect is Effect.DENY], ids=lambda r: r.rule_id)
def test_no_refusal_names_its_rules(rule: Rule) -> None:
    refusal = Refusal(RefusalReason.POLICY, "DENY_RULE", rules=(rule.text,), bundle="00")
    decision = Decision(Outcome.REFUSE, Reason.DENY_RULE, (rule.rule_id,), None, "00", 1)
    for message in (
        refusal_to_proto(refusal, Language.EN),
        refused_answer_to_proto(refusal, Language.EN),
        decision_to_proto(decision, (rule.text,), Language.EN),
    ):
        assert rule.rule_id.encode() not in message.SerializeToString()
    allowed = replace(decision, outcome=Outcome.ALLOW)
    assert decision_to_proto(allowed, (rule.text,), Language.EN).rules[0].rule == rule.rule_id
