"""Rules looked at together: never matching, shadowed, crowded; and what stands for all other values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qupia_policies.bundle import Bundle, parse_bundle
from qupia_policies.cel_tree import evaluate
from qupia_policies.conditions import Activation, compile_condition
from qupia_policies.errors import BundleRefused, Severity
from qupia_policies.satisfy import Solver
from tests.support.policy_bundles import bundle, facts, files, rule

ATTRIBUTES = bundle(rule("r")).schema.attributes


def strict(*rules: str, **others: str) -> Bundle:
    return parse_bundle(files(*rules, **others), strict=True)


DEAD = [
    "subject.role == 'a' && subject.role == 'b'",
    "subject.role == 'a' && subject.role != 'a'",
    "!(subject.role in ['a', 'b'])",
    "!has(subject.n) && (has(subject.n) && subject.n > 1)",
    "has(subject.n) && subject.n > 5 && subject.n < 5",
    "has(subject.n) && subject.n in [1, 2] && subject.n > 2",
    "has(resource.day) && resource.day < '2000-01-01' && resource.day > '2001-01-01'",
    "has(resource.sealed) && resource.sealed && !resource.sealed",
    "has(subject.names) && 'x' in subject.names && !('x' in subject.names)",
    "false",
    "size(subject.role) < 0",
    "has(subject.names) && size(subject.names) < 0",
    "has(subject.names) && size(subject.names) == 0 && 'x' in subject.names",
    "has(resource.fonds) && size(resource.fonds) > 1000",
    "has(resource.fonds) && resource.fonds == 'ab' && size(resource.fonds) == 3",
    "resource.archive == 'one' && resource.archive.startsWith('z') && resource.archive == 'two'",
    "has(resource.fonds) && resource.fonds.startsWith('1') && has(subject.n) && subject.n == 1 && subject.n == 2",
    "resource.archive == 'one' && resource.archive == 'two'",
]
ALIVE = [
    "has(subject.n) && subject.n > 4 && subject.n < 6",
    "has(subject.names) && 'x' in subject.names && !('y' in subject.names)",
    "has(resource.day) && resource.day > '2000-01-01' && resource.day < '2000-01-03'",
    "has(resource.day) && resource.day > env.today",
    "has(resource.fonds) && has(resource.opis) && resource.fonds == resource.opis && size(resource.fonds) == 5",
    "has(resource.fonds) && has(resource.opis) && resource.fonds != resource.opis && size(resource.fonds) == 1",
    "has(subject.names) && size(subject.names) == 7 && 'x' in subject.names",
    "has(subject.n) && has(resource.fonds) && size(resource.fonds) == subject.n && subject.n > 900",
    "resource.archive.startsWith('o') && resource.archive.endsWith('e')",
    "has(resource.fonds) && resource.fonds != '1' && resource.fonds != '2'",
    "true",
]


@pytest.mark.parametrize("text", DEAD)
def test_a_rule_that_can_never_match_is_refused_strictly_and_named_otherwise(text: str) -> None:
    dead = rule("dead", when=f'"{text}"')
    with pytest.raises(BundleRefused) as caught:
        strict(rule("good"), dead)
    finding = caught.value.findings[0]
    assert (finding.code, finding.rule, finding.line) == ("NEVER_MATCHES", "dead", 12)
    tolerated = bundle(rule("good"), dead).warnings
    assert [(item.code, item.severity) for item in tolerated] == [("NEVER_MATCHES", Severity.WARNING)]


@pytest.mark.parametrize("text", ALIVE)
def test_a_rule_that_can_match_is_admitted(text: str) -> None:
    assert strict(rule("good", when=f'"{text}"')).warnings == ()


def test_targets_and_grounds_count_too() -> None:
    assert bundle(rule("x", kinds="[letter]", when="\"resource.kind == 'photo'\"")).warnings
    assert bundle(rule("x", archives="[one]", when="\"resource.archive == 'two'\"")).warnings
    assert bundle(rule("x", when="\"has(purpose.ground) && purpose.ground == 'heir'\"")).warnings
    assert not bundle(rule("x", "deny", when="\"has(purpose.ground) && purpose.ground == 'heir'\"")).warnings


@pytest.mark.parametrize(
    ("allow", "deny", "shadowed"),
    [
        ({}, {}, True),
        ({"when": "\"subject.role == 'a'\""}, {"when": "\"subject.role in ['a', 'b']\""}, True),
        ({"when": "\"subject.role == 'a'\""}, {"when": "\"subject.role == 'b'\""}, False),
        ({"kinds": "[letter]"}, {"kinds": "[photo]"}, False),
        ({"kinds": "[letter]"}, {"kinds": "[letter, photo]"}, True),
        ({}, {"kinds": "[letter]"}, False),
        ({"archives": "[one]"}, {}, True),
        ({}, {"archives": "[one]"}, False),
        ({"actions": "[read, discover]"}, {}, False),
        ({}, {"when": '"has(subject.n) && subject.n > 1"'}, False),
        ({"when": '"has(subject.n) && subject.n == 3"'}, {"when": '"has(subject.n) && subject.n > 1"'}, True),
        ({}, {"valid": "{to: 2030-01-01}"}, False),
        ({"valid": "{to: 2029-01-01}"}, {"valid": "{to: 2030-01-01}"}, True),
        ({"valid": "{from: 2029-01-01}"}, {"valid": "{from: 2030-01-01}"}, False),
        ({}, {"when": "\"has(purpose.ground) && purpose.ground == 'public'\""}, True),
        ({}, {"when": "\"has(purpose.ground) && purpose.ground == 'heir'\""}, False),
    ],
)
def test_an_allow_that_a_deny_always_overrides_is_a_warning(
    allow: dict[str, str], deny: dict[str, str], shadowed: bool
) -> None:
    found = strict(rule("allow", **allow), rule("deny", "deny", **deny)).warnings
    assert [(item.code, item.rule) for item in found] == ([("SHADOWED", "allow")] if shadowed else [])


def test_a_crowded_target_is_a_warning() -> None:
    wide = [rule(f"w{n}") for n in range(150)]
    assert not strict(*wide, rule("k", kinds="[letter]")).warnings
    narrow = [rule(f"n{n}", kinds="[letter]", archives="[one]") for n in range(51)]
    (found,) = strict(*wide, *narrow).warnings
    assert (found.code, found.severity) == ("CROWDED_TARGET", Severity.WARNING)
    assert "201" in found.advice
    assert (found.rule, found.line > 0) == ("n50", True), "the rule with which it became too many"
    crossing = [rule(f"k{n}", kinds="[photo]") for n in range(101)]
    crossing += [rule(f"a{n}", archives="[two]") for n in range(101)]
    assert [item.code for item in strict(*crossing).warnings] == ["CROWDED_TARGET"]


PARTS = [part for text in (*DEAD, *ALIVE) for part in (text, f"!({text})")]
values = st.fixed_dictionaries(
    {"subject_role": st.sampled_from("ab"), "env_today": st.sampled_from(["1999-12-31", "2000-01-02", "2026-11-22"])},
    optional={
        "subject_n": st.integers(0, 7),
        "subject_names": st.lists(st.sampled_from("xyz"), unique=True).map(tuple),
        "resource_day": st.sampled_from(["1999-12-31", "2000-01-02", "2001-01-02"]),
        "resource_sealed": st.booleans(),
        "resource_fonds": st.sampled_from("123"),
        "archive": st.sampled_from(["one", "two", "ore"]),
    },
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=3), st.sampled_from(PARTS), values)
def test_the_tree_means_what_cel_means_and_the_solver_claims_only_what_is_so(
    parts: list[str], other: str, given_values: dict[str, object]
) -> None:
    condition = compile_condition(" && ".join(f"({part})" for part in parts), ATTRIBUTES)
    second = compile_condition(other, ATTRIBUTES)
    request = facts(**given_values)  # type: ignore[arg-type]
    sides = {**request.attributes, "resource": {**request.attributes["resource"], "archive": request.archive}}
    flat = {f"{side}.{name}": value for side, named in sides.items() for name, value in named.items()}
    activation, solver = Activation(request), Solver(ATTRIBUTES)
    held = condition.holds(activation)
    assert evaluate(condition.tree, flat) is held
    assert solver.possible(condition.tree, {}) or not held
    if held and solver.follows(condition.tree, second.tree, {}):
        assert second.holds(activation)
