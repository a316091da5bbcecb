"""What a ground still needs of who asks: told in words, the same whatever the document holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.model import Action, Effect, Facts, Ground, Value
from qupia_policies.needs import WORDS, needs

BUNDLE = load_bundle(default_bundle_dir())
ENGINE = PolicyEngine(BUNDLE)
RESOURCE = {"secrecy": "none", "ownership": "state", "private_life": "yes", "term": "closed"}


def asked(ground: Ground | None, role: str = "citizen", *, kind: str = "letter", **purpose: str) -> Facts:
    subject = {"role": role, "kind": "person", "assurance": "high", "relation": "none"}
    return Facts(Action.READ, kind, "central", ground, {"subject": subject, "resource": RESOURCE, "purpose": purpose})


def test_every_fact_of_the_requester_that_an_allow_rule_reads_has_its_words() -> None:
    allows = [rule for rule in BUNDLE.rules if rule.effect is Effect.ALLOW and Action.READ in rule.actions]
    read = frozenset[str]().union(*(rule.condition.paths for rule in allows))
    own = {path for path in read if path.partition(".")[0] in {"subject", "purpose"}} - {"purpose.ground"}
    assert own | {"resource.permission"} == WORDS.keys()
    assert all(set(words) == {"kk", "ru", "en"} and all(words.values()) for words in WORDS.values())


@pytest.mark.parametrize(
    ("facts", "needed"),
    [
        (asked(Ground.COURT, "court"), ("purpose.case_no",)),
        (asked(Ground.COURT, "prosecutor", case_no="1"), ("purpose.authority_document",)),
        (asked(Ground.COURT), ("purpose.case_no", "subject.role")),
        (asked(Ground.OWN_DATA), ("subject.relation",)),
        (asked(Ground.WRITTEN_PERMISSION), ("resource.permission",)),
        (asked(Ground.STATE_BODY, "state_body"), ("purpose.basis",)),
        (asked(Ground.RESEARCH, "researcher"), ()),
        (asked(Ground.PUBLIC), ()),
        (asked(None), ()),
        (replace(asked(Ground.OWN_DATA), attributes={"subject": {}}), ()),
    ],
)
def test_the_nearest_rule_of_the_ground_says_what_it_needs(facts: Facts, needed: tuple[str, ...]) -> None:
    assert needs(ENGINE, facts) == needed


def test_neither_kind_nor_content_of_the_document_changes_it() -> None:
    contents: list[dict[str, Value]] = [
        {**RESOURCE},
        {**RESOURCE, "repression": True, "children": True},
        {**RESOURCE, "term": "open"},
    ]
    for ground in Ground:
        said = set()
        for kind in BUNDLE.schema.kinds:
            facts = asked(ground, kind=kind)
            said |= {
                needs(ENGINE, replace(facts, attributes={**facts.attributes, "resource": one})) for one in contents
            }
        assert len(said) == 1, ground
