"""Which further facts could open a ground: sound in what it leaves out, by trying every fact there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pytest

from qupia_policies.assume import could_help
from qupia_policies.engine import PolicyEngine
from qupia_policies.model import Facts, Ground
from tests.support.policy_bundles import bundle, facts, rule

N, NAMES = "subject.n", "subject.names"
ABSENT = frozenset({N, NAMES})
HAS_N = '"has(subject.n) && subject.n == 1"'
BOTH = "\"has(subject.n) && subject.n == 1 && has(subject.names) && 'x' in subject.names\""
SEALED = '"has(resource.sealed) && resource.sealed"'
CASES: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "a rule that asks for one of them": ((rule("r", when=HAS_N),), frozenset({N})),
    "a rule that asks for both": ((rule("r", when=BOTH),), ABSENT),
    "a rule that holds and asks for nothing": ((rule("r"),), frozenset()),
    "a rule that fails by something else": (
        (rule("r", when="\"subject.role == 'b' && has(subject.n) && subject.n == 1\""),),
        frozenset(),
    ),
    "no rule of the ground": ((rule("r", grounds="[heir]", when=HAS_N),), frozenset()),
    "no rule of the kind": ((rule("r", kinds="[photo]", when=HAS_N),), frozenset()),
    "a deny that matches whatever they are": (
        (rule("r", when=HAS_N), rule("d", "deny", when="\"subject.role == 'a'\"")),
        frozenset(),
    ),
    "a deny that asks for one of them": (
        (rule("r"), rule("d", "deny", when='"!has(subject.n)"')),
        frozenset({N}),
    ),
    "a deny that is over": (
        (rule("r", when=HAS_N), rule("d", "deny", valid="{to: '2001-01-01'}")),
        frozenset({N}),
    ),
    "a deny of what the document is not": ((rule("r", when=HAS_N), rule("d", "deny", when=SEALED)), frozenset({N})),
}


@pytest.mark.parametrize("name", CASES)
def test_what_could_help_is_named(name: str) -> None:
    rules, expected = CASES[name]
    assert could_help(PolicyEngine(bundle(*rules)), facts(), ABSENT) == expected


@pytest.mark.parametrize("name", CASES)
def test_what_is_left_out_opens_nothing_whatever_it_is(name: str) -> None:
    engine = PolicyEngine(bundle(*CASES[name][0]))
    bare = facts()
    helping = could_help(engine, bare, ABSENT)
    refused = not engine.decide(bare).allowed
    for n, names in product((None, 0, 1, 2), (None, (), ("x",), ("y",))):
        given = {key: value for key, value in {"n": n, "names": names}.items() if value is not None}
        useless = {f"subject.{key}" for key in given}.isdisjoint(helping)
        if refused and useless:
            assert not engine.decide(with_facts(bare, given)).allowed, given


def with_facts(bare: Facts, given: Mapping[str, object]) -> Facts:
    sides = {**bare.attributes, "subject": {**bare.attributes["subject"], **given}}
    return replace(bare, attributes=sides)  # type: ignore[arg-type]


def test_facts_that_are_wrong_stay_wrong_whatever_is_added() -> None:
    engine = PolicyEngine(bundle(rule("r", when=HAS_N)))
    assert could_help(engine, facts(resource_day="never"), ABSENT) == frozenset()
    nobody = replace(facts(), attributes={"subject": {}, "resource": {}, "purpose": {}, "env": {}})
    assert could_help(engine, nobody, ABSENT) == frozenset()
    assert could_help(engine, nobody, ABSENT | {"subject.role"}) == {N, "subject.role"}


def test_another_ground_is_another_question() -> None:
    engine = PolicyEngine(bundle(rule("r", when=HAS_N), rule("h", grounds="[heir]", when='"has(subject.names)"')))
    assert could_help(engine, facts(ground=Ground.HEIR), ABSENT) == {NAMES}
