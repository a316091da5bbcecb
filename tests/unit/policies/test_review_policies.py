"""What a hostile fact or a slip in a rule must not do: break the decision open, or disarm a rule unseen."""

from __future__ import annotations

import pytest

from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.cel_check import ConditionRefused, check_condition
from qupia_policies.engine import PolicyEngine
from qupia_policies.model import Action, Facts, Ground, Outcome, Reason

ENGINE = PolicyEngine(load_bundle(default_bundle_dir()))


@pytest.mark.parametrize("archive", ["\ud800", "a\udfffb"])
def test_a_fact_that_cel_cannot_hold_is_a_refusal_not_an_exception(archive: str) -> None:
    subject = {"role": "archivist", "kind": "person", "assurance": "high", "relation": "none", "archive": archive}
    resource: dict[str, str | bool | int] = {
        "form": "electronic_copy",
        "secrecy": "none",
        "ownership": "state",
        "private_life": "yes",
        "term": "closed",
        "persons": 1,
    }
    facts = Facts(
        Action.READ,
        "letter",
        "central",
        Ground.STAFF,
        {"subject": subject, "resource": resource, "purpose": {}, "env": {"channel": "api"}},
    )
    decision = ENGINE.decide(facts)
    assert (decision.outcome, decision.reason) == (Outcome.REFUSE, Reason.BAD_FACTS)


@pytest.mark.parametrize("word", ["'\"court\"'", "\"'court'\"", "'\"court'"])
def test_quotes_inside_a_constant_do_not_pass_for_a_word_of_the_vocabulary(word: str) -> None:
    attributes = ENGINE.bundle.schema.attributes
    with pytest.raises(ConditionRefused) as caught:
        check_condition(f"subject.role in [{word}]", attributes)
    assert caught.value.code == "UNKNOWN_VALUE"
    check_condition("subject.role in ['court', \"archivist\"]", attributes)
