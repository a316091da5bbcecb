"""The indexed engine agrees with a plain scan of casbin and with an oracle written by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qupia_policies.bundle import parse_bundle
from qupia_policies.cel_check import ConditionRefused
from qupia_policies.conditions import compile_condition
from qupia_policies.engine import Pdp, PolicyEngine, Request
from qupia_policies.errors import BundleRefused
from qupia_policies.model import Action, Effect, Facts, Ground, Outcome, Profile, Reason, Value
from qupia_policies.schema import Attribute, AttributeType, Schema
from tests.support.policy_bundles import BASE, bundle, facts, files, rule

Sides = Mapping[str, Mapping[str, Value]]
Spec = dict[str, Any]

# A condition as CEL text and as what it means.
TERMS: dict[str, Callable[[Sides], bool]] = {
    "subject.role == 'a'": lambda f: f["subject"]["role"] == "a",
    "subject.role != 'a'": lambda f: f["subject"]["role"] != "a",
    "has(subject.n) && subject.n > 5": lambda f: int(str(f["subject"].get("n", -1))) > 5,
    "!has(subject.n)": lambda f: "n" not in f["subject"],
    "has(resource.term) && resource.term in ['open']": lambda f: f["resource"].get("term") == "open",
    "!(has(resource.sealed) && resource.sealed)": lambda f: f["resource"].get("sealed") is not True,
    "true": lambda _: True,
}
terms = st.lists(st.sampled_from(sorted(TERMS)), min_size=1, max_size=3)
specs = st.fixed_dictionaries(
    {
        "effect": st.sampled_from(["allow", "allow", "allow", "deny"]),
        "actions": st.sampled_from([["read"], ["discover"], ["read", "discover"]]),
        "kinds": st.sampled_from([["*"], ["letter"], ["photo"], ["letter", "photo"]]),
        "archives": st.sampled_from([["*"], ["one"], ["two"], ["one", "two"]]),
        "grounds": st.sampled_from([["public"], ["heir"], ["public", "heir"]]),
        "terms": terms,
        "profile": st.sampled_from(["R0", "R1", "R2", "R3", "R5"]),
        "open": st.sampled_from([[], ["requester"], ["permitted", "inherited"]]),
    }
)
fact_values = st.builds(
    lambda action, kind, archive, ground, role, n, term, sealed: Facts(
        action,
        kind,
        archive,
        ground,
        {
            "subject": {"role": role} | ({} if n is None else {"n": n}),
            "resource": ({} if term is None else {"term": term}) | ({} if sealed is None else {"sealed": sealed}),
        },
    ),
    st.sampled_from(Action),
    st.sampled_from(["letter", "photo"]),
    st.sampled_from(["one", "two", "three"]),
    st.sampled_from([None, Ground.PUBLIC, Ground.HEIR, Ground.COURT]),
    st.sampled_from("ab"),
    st.none() | st.integers(0, 10),
    st.sampled_from([None, "open", "closed"]),
    st.sampled_from([None, True, False]),
)


def text_of(number: int, spec: Spec) -> str:
    deny = spec["effect"] == "deny"
    return rule(
        f"r{number}",
        spec["effect"],
        actions=str(spec["actions"]),
        kinds=str(spec["kinds"]),
        archives=str(spec["archives"]),
        when='"' + " && ".join(f"({term})" for term in spec["terms"]) + '"',
        grounds="" if deny else str(spec["grounds"]),
        obligations="" if deny else f"{{profile: {spec['profile']}, open: {spec['open']}}}",
    )


def oracle(specs: list[Spec], f: Facts) -> tuple[Outcome, set[str], Profile | None, set[str]]:
    """Decide by the words of the specification, with nothing of the engine."""
    hits = [
        (f"r{n}", spec)
        for n, spec in enumerate(specs)
        if f.action.value in spec["actions"]
        and (spec["kinds"] == ["*"] or f.kind in spec["kinds"])
        and (spec["archives"] == ["*"] or f.archive in spec["archives"])
        and (spec["effect"] == "deny" or (f.ground is not None and f.ground.value in spec["grounds"]))
        and all(TERMS[term](f.attributes) for term in spec["terms"])
    ]
    if any(spec["effect"] == "deny" for _, spec in hits) or not hits:
        return Outcome.REFUSE, {name for name, spec in hits if spec["effect"] == "deny"}, None, set()
    profile = Profile(max(spec["profile"] for _, spec in hits))
    opened = {"requester", "permitted", "inherited"}
    for _, spec in hits:
        opened &= set(spec["open"]) if spec["profile"] != "R0" else opened
    return Outcome.ALLOW, {name for name, _ in hits}, profile, opened if profile is not Profile.R0 else set()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(specs, min_size=1, max_size=12),
    st.lists(fact_values, min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_index_scan_and_oracle_agree_in_any_order(rules: list[Spec], requests: list[Facts], rng: random.Random) -> None:
    texts = [text_of(number, spec) for number, spec in enumerate(rules)]
    shuffled = rng.sample(texts, len(texts))
    engine, other = PolicyEngine(bundle(*texts)), PolicyEngine(bundle(*shuffled))
    plain = Pdp({item.rule_id: item for item in engine.bundle.rules})
    for f in requests:
        outcome, names, profile, scopes = oracle(rules, f)
        decision, again = engine.decide(f), other.decide(f)
        assert decision.outcome is again.outcome is outcome
        assert plain.run(Request(f), None)[0] is (outcome is Outcome.ALLOW)
        assert decision.reason is again.reason
        if outcome is Outcome.ALLOW:
            assert set(decision.rules) == set(again.rules) == names == set(plain.run(Request(f), None)[1])
            assert decision.obligations == again.obligations
            assert decision.obligations is not None
            assert decision.obligations.profile is profile
            assert set(decision.obligations.open_scopes) == scopes
        else:
            assert decision.obligations is None
            assert set(decision.rules) <= names
            assert (decision.reason is Reason.DENY_RULE) is bool(names)


@settings(max_examples=100, deadline=None)
@given(st.lists(specs.filter(lambda spec: spec["effect"] == "allow"), min_size=1, max_size=8), fact_values)
def test_adding_a_deny_never_allows_and_another_ground_never_changes_the_answer(rules: list[Spec], f: Facts) -> None:
    texts = [text_of(number, spec) for number, spec in enumerate(rules)]
    before = PolicyEngine(bundle(*texts)).decide(f)
    with_deny = PolicyEngine(bundle(*texts, rule("no", "deny"))).decide(f)
    assert with_deny.outcome is Outcome.REFUSE or f.action is not Action.READ
    stranger = rule("stranger", grounds="[staff]", obligations="{profile: R5}")
    assert PolicyEngine(bundle(*texts, stranger)).decide(f).obligations == before.obligations


SCHEMA = Schema.of(
    frozenset({"letter"}),
    (
        Attribute("subject", "role", AttributeType.STRING, frozenset("ab"), required=True),
        Attribute("subject", "n", AttributeType.INT),
    ),
)
pieces = st.sampled_from(
    [
        "subject",
        ".",
        "role",
        "n",
        "has",
        "(",
        ")",
        "==",
        "!=",
        "&&",
        "||",
        "!",
        "'a'",
        "'b'",
        "1",
        "in",
        "[",
        "]",
        ",",
        "true",
        "false",
        "<",
        "eval",
        "p.eft",
        "__class__",
        ";",
        "or",
        "True",
        "'",
        '"',
        "\\",
        "size",
        " ",
        "\n",
        "ѕ",
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(pieces, max_size=25).map(" ".join) | st.lists(pieces, max_size=25).map("".join) | st.text(max_size=60))
def test_any_text_is_refused_or_is_a_condition_that_gives_a_boolean(text: str) -> None:
    try:
        condition = compile_condition(text, SCHEMA.attributes)
    except ConditionRefused:
        return
    engine = PolicyEngine(bundle(rule("r")))
    object.__setattr__(engine.rule("r"), "condition", condition)
    assert engine.decide(facts()).reason is not Reason.RULE_ERROR


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    st.integers(0, 10_000),
)
def test_any_bytes_in_a_bundle_are_refused_or_admitted_without_another_error(noise: bytes, at: int) -> None:
    whole = files(rule("r"))
    for name in (*BASE, "rules/r.yaml"):
        data = whole[name]
        cut = at % (len(data) + 1)
        try:
            parsed = parse_bundle({**whole, name: data[:cut] + noise + data[cut:]})
        except BundleRefused:
            continue
        assert all(item.effect in Effect for item in parsed.rules)
