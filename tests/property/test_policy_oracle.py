"""The engine agrees with an oracle that was written from the documentation: shipped bundles, thousands of requests."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from qupia_policies.bundle import Bundle, default_bundle_dir, load_bundle
from qupia_policies.engine import Pdp, PolicyEngine, Request
from qupia_policies.model import Action, Ground
from qupia_policies.schema import AttributeType
from qupia_policies.starter import starter_dir
from qupia_policies.wire import decide_line, read_facts
from tests.support import policy_oracle

REQUESTS = 3_000
DAYS = ["1951-11-22", "1952-02-29", "1956-11-23", "2026-11-21", "2026-11-22", "2026-11-23", "2027-03-01", "2030-01-01"]
COMPARED = ("effect", "rules", "reason", "obligations", "opens_on")


def value_of(rng: random.Random, kind: AttributeType, values: list[str]) -> Any:
    if kind is AttributeType.BOOL:
        return rng.random() < 0.5
    if kind is AttributeType.INT:
        return rng.randrange(4)
    if kind is AttributeType.DATE:
        return rng.choice(DAYS)
    if kind is AttributeType.STRINGS:
        return sorted(rng.sample(values, rng.randrange(3)))
    return rng.choice(values or ["", "demo", "17"])


def request(rng: random.Random, bundle: Bundle) -> dict[str, Any]:
    """Return facts, likely to be allowed or denied for one reason rather than for all at once."""
    facts: dict[str, Any] = {"action": rng.choice(list(Action)).value}
    facts |= {side: {} for side in ("subject", "resource", "purpose", "env")}
    outputs = {path for term in bundle.schema.terms for path in term.outputs}
    inputs = {path for term in bundle.schema.terms for path in term.inputs}
    dated = rng.random() < 0.5
    for path, item in bundle.schema.attributes.items():
        if path in {"resource.kind", "resource.archive", "purpose.ground"} or item.name.startswith("switch_"):
            continue
        if (path in outputs and dated) or (path in inputs and not dated):
            continue
        likely = 0.995 if item.required else 0.85 if path in inputs else 0.12
        if rng.random() < likely:
            facts[item.side][item.name] = value_of(rng, item.type, sorted(item.values))
    facts["env"]["today"] = rng.choice(DAYS[3:])
    facts["resource"] |= {"kind": rng.choice(sorted(bundle.schema.kinds)), "archive": rng.choice(["demo", "other"])}
    if rng.random() < 0.9:
        facts["purpose"]["ground"] = rng.choice(list(Ground)).value
    plain = {"secrecy": "none", "ownership": "state"}
    facts["resource"] |= {
        name: word for name, word in plain.items() if name in facts["resource"] and rng.random() < 0.8
    }
    return facts


@pytest.mark.parametrize("folder", [default_bundle_dir(), starter_dir()], ids=lambda path: path.name)
def test_engine_scan_and_the_oracle_of_the_documentation_agree(folder: Path) -> None:
    rng = random.Random(20261122)
    bundle, plain = load_bundle(folder), policy_oracle.load(folder)
    engine = PolicyEngine(bundle)
    scan = Pdp({item.rule_id: item for item in bundle.rules})
    seen: set[str] = set()
    allowed = 0
    for number in range(REQUESTS):
        facts = request(rng, bundle)
        got = decide_line(engine, json.dumps({"id": str(number), "facts": facts}))
        want = policy_oracle.decide(plain, json.loads(json.dumps(facts)))
        assert {key: got.get(key) for key in COMPARED} == {key: want.get(key) for key in COMPARED}, facts
        assert got["reason"] == "BAD_FACTS" or got["missing"] == want["missing"], facts
        whole, faults = engine.completed(read_facts(facts))
        assert bool(faults) is (got["reason"] == "BAD_FACTS")
        if not faults:
            unindexed, trace = scan.run(Request(whole), None)
            assert unindexed is (got["effect"] == "allow")
            assert not unindexed or sorted(trace) == got["rules"]
        seen.update(got["rules"])
        allowed += got["effect"] == "allow"
    assert allowed > REQUESTS // 50
    assert len(seen) > len(bundle.rules) // 2
