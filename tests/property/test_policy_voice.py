"""A requester's explanation of a refusal is the same, byte for byte, whatever the document holds."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.explain import Voice
from qupia_policies.model import Facts, Reason
from qupia_policies.spoken import ordinary
from qupia_policies.story import Telling, story, story_of, story_text
from qupia_policies.wire import read_facts
from tests.property.test_policy_oracle import request

ENGINE = PolicyEngine(load_bundle(default_bundle_dir()))
LANGUAGES = ("kk", "ru", "en")
CONTENTS = {
    "secret_kinds": ([], ["medical"], ["adoption"], ["bank"], ["bank", "notarial"], ["investigation"]),
    "repression": (False, True),
    "procedural": (False, True),
    "children": (False, True),
}
"""What a document may hold that a requester cannot know."""


def told(facts: Facts, language: str) -> bytes:
    """Return what a requester reads and what their program gets."""
    one = story(ENGINE, facts, Telling(language, Voice.REQUESTER))
    return f"{json.dumps(one, sort_keys=True)}\n{story_text(one)}".encode()


def alike(asked: dict[str, Any], rng: random.Random) -> Iterator[Facts]:
    """Yield the same request for documents that differ alone in what they hold, as far as somebody looked at them."""
    looked_at = [name for name in CONTENTS if rng.random() < 0.8]
    whole = list(product(*(CONTENTS[name] for name in looked_at)))
    for chosen in rng.sample(whole, min(12, len(whole))):
        held = dict(zip(looked_at, chosen, strict=True))
        rest = {name: value for name, value in asked["resource"].items() if name not in CONTENTS}
        yield read_facts({**asked, "resource": {**rest, **held}})


def test_the_schema_names_what_a_document_holds() -> None:
    contents = {one.name for one in ENGINE.bundle.schema.attributes.values() if one.contents}
    assert contents == set(CONTENTS)


def test_a_refusal_is_told_in_the_same_bytes_whatever_the_document_holds() -> None:
    rng, refused, differing = random.Random(20261123), 0, 0
    for _ in range(150):
        asked = request(rng, ENGINE.bundle)
        asked["action"] = "read"
        decided = [(facts, ENGINE.decide(facts)) for facts in alike(asked, rng)]
        denied = [(facts, one) for facts, one in decided if not one.allowed]
        for language in LANGUAGES:
            assert len({told(facts, language) for facts, _ in denied}) <= 1, asked
        refused += len(denied)
        differing += len({(one.reason, one.rules) for _, one in denied}) > 1
    assert refused > 500
    assert differing > 10, "rules refuse differently, and nobody hears it"


def test_officers_hear_the_difference() -> None:
    rng = random.Random(3)
    texts = set()
    for _ in range(60):
        asked = request(rng, ENGINE.bundle)
        asked["action"] = "read"
        heard = {
            json.dumps(story(ENGINE, facts, Telling("en", Voice.OFFICER)), sort_keys=True)
            for facts in alike(asked, rng)
            if not ENGINE.decide(facts).allowed
        }
        texts.add(len(heard))
    assert max(texts) > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_facts_are_gone_every_refusal_is_told_in_the_same_general_words(language: str) -> None:
    rng, texts = random.Random(5), set()
    reasons = set()
    for _ in range(200):
        decision = ENGINE.decide(read_facts({**request(rng, ENGINE.bundle), "action": "read"}))
        if not decision.allowed and decision.reason is not Reason.BAD_FACTS:
            one = story_of(ENGINE, decision, None, Telling(language, Voice.REQUESTER))
            texts.add(json.dumps(one, sort_keys=True))
            reasons.add(decision.reason)
    assert len(reasons) > 1
    assert len(texts) == 1


def test_what_is_told_of_an_ordinary_document_is_what_was_decided() -> None:
    rng, seen = random.Random(11), 0
    for _ in range(100):
        facts = ordinary(ENGINE.bundle.schema, read_facts({**request(rng, ENGINE.bundle), "action": "read"}))
        decision = ENGINE.decide(facts)
        one = story(ENGINE, facts, Telling("en", Voice.REQUESTER))
        assert (one["effect"], one["reason"]) == ("allow" if decision.allowed else "deny", decision.reason.value)
        texts = {ENGINE.rule(rule_id).text.reason["en"] for rule_id in decision.rules}
        if decision.reason is Reason.DENY_RULE:
            assert set(one["reasons"]) == texts
            seen += 1
    assert seen > 20
