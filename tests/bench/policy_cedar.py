"""One decision over 1,000 rules against Cedar in process: the same rules as a policy set that is parsed once."""

from __future__ import annotations

import json
import re
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import cedarpy

from qupia_policies.engine import PolicyEngine
from qupia_policies.model import Facts
from qupia_policies.rules import Rule
from tests.bench import _ratio
from tests.bench.policies import make_bundle, make_requests

RULES, REQUESTS, ROUNDS = 1_000, 60, 5


def _policy(rule: Rule) -> str:
    """Return a rule as a Cedar policy: targets as parents of the document, the condition word for word."""
    text = re.sub(r"has\((\w+)\.(\w+)\)", r"\1 has \2", rule.condition.text).replace("'", '"')
    for ours, theirs in (("subject", "principal"), ("purpose", "context")):
        text = re.sub(rf"\b{ours}\b", theirs, text)
    targets = [f'resource in Kind::"{rule.kinds[0]}"']
    scope = "resource" if rule.archives[0] == "*" else f'resource in Archive::"{rule.archives[0]}"'
    word = "permit" if rule.effect.value == "allow" else "forbid"
    return f'{word}(principal, action == Action::"read", {scope}) when {{ {" && ".join([*targets, text])} }};'


def _asked(facts: Facts) -> tuple[dict[str, Any], cedarpy.Entities]:
    """Return a request and its entities as Cedar wants them, parsed before the clock starts."""
    sides = facts.attributes
    parents = [{"type": "Kind", "id": facts.kind}, {"type": "Archive", "id": facts.archive}]
    entities = [
        {"uid": {"type": "Person", "id": "p"}, "attrs": dict(sides["subject"]), "parents": []},
        {"uid": {"type": "Document", "id": "d"}, "attrs": dict(sides["resource"]), "parents": parents},
    ]
    request = {
        "principal": {"type": "Person", "id": "p"},
        "action": 'Action::"read"',
        "resource": {"type": "Document", "id": "d"},
        "context": dict(sides["purpose"]),
    }
    return request, cedarpy.Entities.from_json_str(json.dumps(entities))


def _seconds(decide: Callable[[Any], Any], asked: Sequence[Any]) -> float:
    """Return the CPU seconds of one decision."""
    start = time.process_time()
    for one in asked:
        decide(one)
    return (time.process_time() - start) / len(asked)


def run() -> Iterable[dict[str, Any]]:
    """Yield how many times our decision goes into Cedar's (target: at least once)."""
    bundle = make_bundle(RULES)
    engine, requests = PolicyEngine(bundle), make_requests(bundle, REQUESTS)
    policies = cedarpy.PolicySet.from_str("\n".join(map(_policy, bundle.rules)))
    asked = [_asked(facts) for facts in requests]

    def theirs(one: tuple[dict[str, Any], cedarpy.Entities]) -> bool:
        return bool(cedarpy.is_authorized(one[0], policies, one[1]).allowed)

    agreed = sum(engine.decide(facts).allowed is theirs(one) for facts, one in zip(requests, asked, strict=True))
    pairs = [(_seconds(theirs, asked), _seconds(engine.decide, requests)) for _ in range(ROUNDS)]
    more = {
        "us_ours": round(statistics.median(ours for _, ours in pairs) * 1e6, 1),
        "us_cedar": round(statistics.median(cedar for cedar, _ in pairs) * 1e6, 1),
        "agreed": agreed,
        "of": REQUESTS,
    }
    yield _ratio.at_least(
        "cedar_over_decision_at_1000_rules", statistics.median(cedar / ours for cedar, ours in pairs), 1, **more
    )
