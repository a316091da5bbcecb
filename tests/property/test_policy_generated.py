"""Over bundles and requests made at random the engine, casbin's own enforcer and the oracle of the page agree."""

from __future__ import annotations

import copy
import json
import shutil
from itertools import product
from pathlib import Path
from typing import Any

import casbin
import pytest

from qupia_policies.bundle import Bundle, load_bundle
from qupia_policies.engine import MODEL_TEXT, PolicyEngine, Request, Trace
from qupia_policies.wire import decide_line, read_facts
from tests.support import policy_oracle
from tests.support.policy_generator import Generator
from tests.support.policy_oracle import CLASSES

COMPARED = ("effect", "rules", "reason", "obligations", "opens_on")
REASONS = {"NONE", "NO_RULE", "DENY_RULE", "BAD_FACTS", "OBLIGATION_CONFLICT"}
SIZES = [*((seed, 10, 150, 150) for seed in range(6)), (6, 100, 300, 50), (7, 100, 300, 50), (8, 600, 300, 5)]


def stock(bundle: Bundle) -> Any:
    """Return casbin's own enforcer over the same rules: no index, its own loop, its own evaluation of the matcher."""
    rules = {rule.rule_id: rule for rule in bundle.rules}
    model = casbin.Model()
    model.load_model_from_text(MODEL_TEXT)
    enforcer = casbin.Enforcer(model)
    for rule in bundle.rules:
        for act, kind, archive in product(rule.actions, rule.kinds, rule.archives):
            enforcer.add_policy(rule.rule_id, act.value, kind, archive, "-", rule.effect.value)
    enforcer.add_function("cond", lambda name, asked: rules[name].condition.holds(asked.activation))
    enforcer.add_function(
        "serves",
        lambda name, asked: rules[name].serves(asked.ground) and rules[name].in_force(asked.today, asked.place),
    )
    enforcer.add_function("note", lambda trace, name: trace.append(name) is None)
    return enforcer


def compare(folder: Path, made: Generator, requests: int, scanned: int) -> set[str]:
    """Return the reasons that were met."""
    made.write(folder)
    bundle, page = load_bundle(folder, strict=False), policy_oracle.load(folder)
    engine, scan = PolicyEngine(bundle), stock(bundle)
    reasons: set[str] = set()
    for number in range(requests):
        facts = made.facts()
        got = decide_line(engine, json.dumps({"id": "", "facts": facts}))
        want = policy_oracle.decide(page, copy.deepcopy(facts))
        assert {key: got.get(key) for key in COMPARED} == {key: want.get(key) for key in COMPARED}, facts
        assert got["reason"] == "BAD_FACTS" or got["missing"] == want["missing"], facts
        reasons.add(got["reason"])
        if number < scanned and got["reason"] in {"NONE", "NO_RULE", "DENY_RULE"}:
            whole, _ = engine.completed(read_facts(facts))
            trace = Trace()
            allowed = scan.enforce(Request(whole), trace)
            assert allowed is (got["effect"] == "allow")
            assert not allowed or sorted(trace) == got["rules"]
            assert got["reason"] != "DENY_RULE" or trace[-1] == got["rules"][0]
    return reasons


def test_engine_casbin_and_the_oracle_of_the_page_agree(tmp_path: Path) -> None:
    met: set[str] = set()
    for seed, rules, requests, scanned in SIZES:
        met |= compare(tmp_path / str(seed), Generator(seed, rules), requests, scanned)
    assert met == REASONS


@pytest.mark.parametrize("seed", [3, 5, 11])
def test_an_archives_own_rules_never_loosen(tmp_path: Path, seed: int) -> None:
    made = Generator(seed, 60)
    made.write(tmp_path)
    strict = PolicyEngine(load_bundle(tmp_path, strict=False))
    shutil.rmtree(tmp_path / "overlays")
    national = PolicyEngine(load_bundle(tmp_path, strict=False))
    order, allowed = list(national.bundle.vocabulary.profiles), 0
    for _ in range(300):
        facts = json.dumps({"id": "", "facts": made.facts()})
        more, less = decide_line(strict, facts), decide_line(national, facts)
        if more["effect"] == "deny":
            continue
        allowed += 1
        assert less["effect"] == "allow", facts
        asked, before = more["obligations"], less["obligations"]
        assert all(order.index(asked["persons"][name]) >= order.index(before["persons"][name]) for name in CLASSES)
        assert set(asked["hide"]) >= set(before["hide"])
        assert set(asked["duties"]) >= set(before["duties"])
    assert allowed > 20
