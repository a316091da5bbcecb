"""Two voices: requesters read words that tell nothing of the document, officers read theirs."""

from __future__ import annotations

import datetime as dt

from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.model import Snapshot
from qupia_redaction.model import Language
from qupia_server.rpc.convert_audit import bundle_to_proto
from qupia_server.rpc.convert_decision import rules_to_proto

RULES = [rule.text for rule in load_bundle(default_bundle_dir()).rules if rule.rule_id.startswith("deny-medical")]
SNAPSHOT = Snapshot("00", "title", 1, dt.datetime(2026, 11, 22, tzinfo=dt.UTC))


def test_a_requester_is_not_told_which_secret_it_is() -> None:
    (reference,) = rules_to_proto(RULES, Language.EN)
    assert "medical" not in reference.title.lower()
    assert "Health" not in reference.legal_basis


def test_an_officer_is() -> None:
    (listed,) = bundle_to_proto(SNAPSHOT, RULES).rules
    assert "medical" in listed.titles["en"]
