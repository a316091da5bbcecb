"""Rules looked at together: never matching, shadowed, crowded; and what stands for all other values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qupia_policies.bundle import Bundle, parse_bundle
from qupia_policies.cel_tree import ABSENT, evaluate, partly
from qupia_policies.conditions import Activation, compile_condition
from qupia_policies.errors import BundleRefused, Severity
from qupia_policies.satisfy import Solver
from tests.support.policy_bundles import bundle, facts, files, rule

ATTRIBUTES = bundle(rule("r")).schema.attributes


SEALED = '"has(resource.sealed) && {}resource.sealed"'
NO_PHOTO = "\"resource.kind != 'photo'\""


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


TOGETHER = [
    ({}, [{"when": "\"subject.role == 'a'\""}, {"when": "\"subject.role == 'b'\""}], "d0 d1"),
    ({}, [{"when": "\"subject.role == 'a'\""}, {"when": "\"subject.role != 'a'\""}], "d0 d1"),
    ({}, [{"kinds": "[letter]"}, {"kinds": "[photo]"}], "d0 d1"),
    ({"kinds": "[letter, photo]"}, [{"kinds": "[letter]"}, {"kinds": "[photo]"}], "d0 d1"),
    ({"archives": "[one, two]"}, [{"archives": "[one]"}, {"archives": "[two]"}], "d0 d1"),
    ({}, [{"archives": "[one]"}, {"archives": "[two]"}], ""),
    ({}, [{"when": '"!has(resource.sealed) || resource.sealed"'}, {"when": SEALED.format("!")}], "d0 d1"),
    ({}, [{"when": SEALED.format("")}, {"when": SEALED.format("!")}], ""),
    ({"when": '"has(resource.sealed)"'}, [{"when": SEALED.format("")}, {"when": SEALED.format("!")}], "d0 d1"),
    (
        {},
        [{"kinds": "[letter]"}, {"when": "\"subject.role == 'a'\""}, {"when": NO_PHOTO}, {"kinds": "[photo]"}],
        "d2 d3",
    ),
    (
        {"when": '"has(subject.n)"'},
        [{"when": f'"has(subject.n) && subject.n {test}"'} for test in ("< 3", "== 3", "in [5, 4]", "> 5")],
        "d0 d1 d2 d3",
    ),
    (
        {"when": '"has(subject.n)"'},
        [{"when": f'"has(subject.n) && subject.n {test}"'} for test in ("< 3", "== 3", "> 5")],
        "",
    ),
    ({"actions": "[read, discover]"}, [{}, {"actions": "[discover]"}], "d0 d1"),
    ({"actions": "[read, discover]"}, [{}, {"actions": "[discover]", "kinds": "[letter]"}], ""),
    ({}, [{"when": "\"subject.role == 'a'\"", "valid": "{to: 2030-01-01}"}, {"when": "\"subject.role == 'b'\""}], ""),
]


@pytest.mark.parametrize(("allow", "denies", "named"), TOGETHER)
def test_denies_that_leave_nothing_together_are_a_warning(
    allow: dict[str, str], denies: list[dict[str, str]], named: str
) -> None:
    over = [rule(f"d{number}", "deny", **fields) for number, fields in enumerate(denies)]
    found = strict(rule("allow", **allow), rule("wide"), *over)
    assert " ".join(found.reach.shadows.get("allow", ())) == named
    if named:
        advice = next(item.advice for item in found.warnings if item.rule == "allow")
        assert all(f"'{name}'" in advice for name in named.split())


def test_an_overlays_deny_of_a_place_leaves_the_rest() -> None:
    own = rule("own", "deny", archives="", place='{fonds: "1"}').replace("\n", "\n  ").replace("- id", "  - id", 1)
    overlay = f"archive: one\nrules:\n{own}\n"
    assert strict(rule("open", archives="[one]"), overlays__one=overlay).warnings == ()


def test_a_change_is_looked_at_as_all_rules_would_be() -> None:
    first, second = (
        rule("d0", "deny", when="\"subject.role == 'a'\""),
        rule("d1", "deny", when="\"subject.role == 'b'\""),
    )
    half = strict(rule("open"), first)
    whole = parse_bundle(files(rule("open"), first, second), strict=True, previous=half)
    assert whole.reach == strict(rule("open"), first, second).reach
    assert whole.reach.shadows == {"open": ("d0", "d1")}
    again = parse_bundle(files(rule("open"), first), strict=True, previous=whole)
    assert again.reach == half.reach


def test_what_was_not_tried_to_the_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    whens = [f"subject.role == 'a' && has(subject.n) && subject.n > {n}" for n in range(4)]
    rules = [
        rule("open"),
        rule("else", kinds="[photo]"),
        *(rule(f"d{n}", "deny", when=f'"{w}"') for n, w in enumerate(whens)),
    ]
    assert strict(*rules).warnings == ()
    for name, value in (("shadow.MAX_TOGETHER", 3), ("satisfy.MAX_WORK", 150), ("satisfy.MAX_TRIES", 1)):
        with monkeypatch.context() as bounded:
            bounded.setattr(f"qupia_policies.{name}", value)
            (found,) = strict(*rules).warnings
        assert (found.code, found.severity) == ("NOT_TRIED", Severity.WARNING), name
        assert found.line > 0


def test_very_many_attributes_do_not_nest_without_end() -> None:
    names = [f"f{n}" for n in range(600)]
    fields = ", ".join(f"{name}: {{type: bool, required: true}}" for name in names)
    schema = f"kinds: [letter]\npurpose: {{{fields}}}\n"
    spans = [names[at : at + 60] for at in range(0, 600, 50)]
    denies = [
        rule(f"d{n}", "deny", when=f'"{" && ".join(f"purpose.{f}" for f in span)}"') for n, span in enumerate(spans)
    ]
    assert {item.code for item in bundle(rule("open"), *denies, schema=schema).warnings} <= {"NOT_TRIED"}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["letter", "photo", "*"]), st.sampled_from(["one", "two", "*"])), max_size=30)
)
def test_the_most_crowded_request_of_all_is_found(targets: list[tuple[str, str]]) -> None:
    rules = [rule(f"r{n}", kinds=f'["{k}"]', archives=f'["{h}"]') for n, (k, h) in enumerate(targets)]
    requests = [(kind, archive) for kind in ("letter", "photo") for archive in ("one", "two", "three")]
    most = max(sum(k in {kind, "*"} and h in {archive, "*"} for k, h in targets) for kind, archive in requests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qupia_policies.reach.MAX_CANDIDATES", 4)
        found = [
            item for item in bundle(rule("x", actions="[discover]"), *rules).warnings if item.code == "CROWDED_TARGET"
        ]
    assert [item.advice.startswith(f"Give rules narrower targets: {most} ") for item in found] == [True] * (most > 4)


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
@given(
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=3),
    st.sampled_from(PARTS),
    values,
    st.lists(st.sampled_from(PARTS), max_size=4),
)
def test_the_tree_means_what_cel_means_and_the_solver_claims_only_what_is_so(
    parts: list[str], other: str, given_values: dict[str, object], parts_of_others: list[str]
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
    others = [compile_condition(part, ATTRIBUTES) for part in parts_of_others]
    if held and solver.covered(condition.tree, [item.tree for item in others], {}):
        assert any(item.holds(activation) for item in others)
    some = {path: flat.get(path, ABSENT) for path in sorted(ATTRIBUTES) if len(path) % 2}
    assert partly(second.tree, some) in {None, second.holds(activation)}
