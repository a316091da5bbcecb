"""Lists agree with single checks, page by page, in both directions, over generated facts."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qupia_policies import listing
from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.listing import Candidate, TokenRefused, page
from qupia_policies.model import Decision
from qupia_policies.wire import decision_json, read_facts
from tests.property.test_policy_oracle import request
from tests.support import policy_oracle

ENGINE = PolicyEngine(load_bundle(default_bundle_dir()))
VERSION = ENGINE.bundle.version


def candidates(rng: random.Random, fixed: str) -> list[Candidate]:
    """Return requests that share one side: a requester (what may X see) or a document (who may see D)."""
    base = request(rng, ENGINE.bundle)
    found = []
    for number in range(rng.randrange(1, 60)):
        facts = request(rng, ENGINE.bundle)
        facts[fixed] = base[fixed]
        found.append(Candidate(f"c-{number:04}", read_facts(facts)))
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["subject", "resource"]), st.integers(1, 20), st.integers(1, 30))
def test_a_list_is_what_single_checks_say(seed: int, fixed: str, size: int, most: int) -> None:
    rng = random.Random(seed)
    whole = candidates(rng, fixed)
    singly = [(one.name, ENGINE.decide(one.facts)) for one in whole]
    listed: list[tuple[str, Decision]] = []
    token, looked_at = "", 0
    before, listing.MAX_LOOKED_AT = listing.MAX_LOOKED_AT, most  # type: ignore[misc]
    try:
        while True:
            found = page(ENGINE.decide, VERSION, whole, size, token)
            assert len(found.allowed) <= size
            assert found.looked_at <= most
            listed += found.allowed
            looked_at += found.looked_at
            token = found.next_token
            if not token:
                break
    finally:
        listing.MAX_LOOKED_AT = before  # type: ignore[misc]
    assert listed == [(name, decision) for name, decision in singly if decision.allowed]
    assert looked_at == len(whole)


def listed_whole(whole: list[Candidate]) -> dict[str, Decision]:
    """Return a whole list, in pages of three."""
    found: dict[str, Decision] = {}
    token = ""
    while True:
        one = page(ENGINE.decide, VERSION, whole, 3, token)
        found |= dict(one.allowed)
        token = one.next_token
        if not token:
            return found


@pytest.mark.parametrize("fixed", ["subject", "resource"])
def test_what_a_list_holds_is_what_the_oracle_of_the_documentation_allows(fixed: str) -> None:
    """Names, rules, obligations: worked out without the engine, from the bundle's files and the documentation alone."""
    rng, oracle, names = random.Random(20261123), policy_oracle.load(default_bundle_dir()), 0
    for _ in range(12):
        base = request(rng, ENGINE.bundle)
        asked = {f"c-{number:04}": {**request(rng, ENGINE.bundle), fixed: base[fixed]} for number in range(40)}
        listed = listed_whole([Candidate(name, read_facts(facts)) for name, facts in asked.items()])
        expected = {name: policy_oracle.decide(oracle, json.loads(json.dumps(one))) for name, one in asked.items()}
        allowed = {name: told for name, told in expected.items() if told["effect"] == "allow"}
        got = {name: decision_json(decision) for name, decision in listed.items()}
        assert got.keys() == allowed.keys()
        for name, told in allowed.items():
            assert [got[name][key] for key in ("rules", "obligations")] == [told["rules"], told["obligations"]], name
        names += len(allowed)
    assert names >= 5, "the lists hold something"


def test_a_document_is_in_the_list_of_a_person_exactly_when_the_person_is_in_the_list_of_the_document() -> None:
    rng, met = random.Random(7), 0
    people = {f"p-{number}": request(rng, ENGINE.bundle) for number in range(12)}
    documents = {f"d-{number:02}": request(rng, ENGINE.bundle)["resource"] for number in range(30)}
    facts = {
        (person, document): read_facts({**asked, "action": "read", "resource": held})
        for person, asked in people.items()
        for document, held in documents.items()
    }
    seen = {
        person: listed_whole([Candidate(document, facts[person, document]) for document in sorted(documents)])
        for person in people
    }
    for document in documents:
        readers = listed_whole([Candidate(person, facts[person, document]) for person in sorted(people)])
        assert readers == {person: list_[document] for person, list_ in seen.items() if document in list_}
        met += len(readers)
    assert met >= 5, "somebody may see something"


def test_a_token_of_another_bundle_or_of_nothing_is_refused() -> None:
    whole = candidates(random.Random(1), "subject")
    for token in (f"{'0' * 64}:c-0001", "c-0001", ":"):
        with pytest.raises(TokenRefused):
            page(ENGINE.decide, VERSION, whole, 5, token)
    with pytest.raises(TokenRefused):
        page(ENGINE.decide, "0" * 64, whole, 5)


def test_candidates_that_are_not_sorted_are_refused() -> None:
    whole = sorted(candidates(random.Random(2), "subject"), key=lambda one: one.name)
    assert len(whole) > 1
    with pytest.raises(ValueError, match="sorted"):
        page(ENGINE.decide, VERSION, [*whole[1:], whole[0]], 100)
    with pytest.raises(ValueError, match="at least one"):
        page(ENGINE.decide, VERSION, whole, 0)
