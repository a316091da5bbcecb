"""Decisions at 10,000 rules against 10 rules, CPU time, measured in one run on generated bundles."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterable
from typing import Any

from qupia_policies.bundle import Bundle, parse_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.model import Action, Facts, Ground
from tests.bench import _ratio

KINDS = [f"kind_{n}" for n in range(30)]
ARCHIVES = [f"archive-{n}" for n in range(231)]
ROLES = [f"role_{n}" for n in range(8)]
CODES = ["genealogy", "research", "court", "rights"]
REQUESTS, ROUNDS, LIMIT = 400, 7, 3.0

_TERMS = (
    "subject.role == '{role}'",
    "resource.term != 'open'",
    "resource.term == 'open'",
    "subject.age > {n}",
    "has(purpose.code) && purpose.code == '{code}'",
    "!(has(resource.sealed) && resource.sealed)",
)
_HEAD = {
    "bundle.yaml": b"format: qupia-bundle-1\ntitle: bench\n",
    "obligations.yaml": b"profiles: {R0: {}, R1: {}, R2: {}, R3: {}, R4: {}, R5: {}}\n",
}


def _schema() -> bytes:
    return (
        f"kinds: [{', '.join(KINDS)}]\n"
        f"subject: {{role: {{type: string, meaning: role, required: true, values: [{', '.join(ROLES)}]}}, "
        "age: {type: int, meaning: none, required: true}}\n"
        "resource: {term: {type: string, required: true, values: [open, closed]}, sealed: {type: bool}}\n"
        f"purpose: {{code: {{type: string, values: [{', '.join(CODES)}]}}}}\n"
    ).encode()


def _rule(number: int, rng: random.Random) -> str:
    terms = [
        term.format(role=rng.choice(ROLES), n=rng.randrange(90), code=rng.choice(CODES))
        for term in rng.sample(_TERMS, rng.randrange(2, 5))
    ]
    allow = rng.random() < 0.85
    # Wildcards are rare, as among an archive's own rules: what every request pays for is the national bundle.
    kind = rng.choice(KINDS)
    archive = rng.choice(ARCHIVES) if rng.random() < 0.999 else '"*"'
    more = ["  grounds: [public]", "  obligations: {profile: R1}"] if allow else []
    lines = [
        f"- id: rule-{number}",
        f"  effect: {'allow' if allow else 'deny'}",
        "  actions: [read]",
        f"  kinds: [{kind}]",
        f"  archives: [{archive}]",
        f'  when: "{" && ".join(terms)}"',
        "  legal_basis: none",
        "  title: {kk: t, ru: t, en: t}",
        "  reason: {kk: r, ru: r, en: r}",
    ]
    return "\n".join([*lines, *more, ""])


def make_bundle(rules: int, seed: int = 7) -> Bundle:
    """Generate a bundle of the given number of rules."""
    rng = random.Random(seed)
    texts = [_rule(n, rng) for n in range(rules)]
    parts = {f"rules/{n:05}.yaml": "".join(texts[n : n + 2_000]).encode() for n in range(0, rules, 2_000)}
    return parse_bundle({**_HEAD, "schema.yaml": _schema(), **parts})


def make_requests(bundle: Bundle, count: int = REQUESTS, seed: int = 11) -> list[Facts]:
    """Generate requests, each aimed at the target of some rule, so that every request has candidates."""
    rng = random.Random(seed)
    return [_aimed(rng, bundle) for _ in range(count)]


def _aimed(rng: random.Random, bundle: Bundle) -> Facts:
    rule = rng.choice(bundle.rules)
    return _request(rng, rule.kinds[0], rule.archives[0])


def _request(rng: random.Random, kind: str, archive: str) -> Facts:
    purpose = {"code": rng.choice(CODES)} if rng.random() < 0.7 else {}
    return Facts(
        Action.READ,
        kind,
        ARCHIVES[0] if archive == "*" else archive,
        Ground.PUBLIC,
        {
            "subject": {"role": rng.choice(ROLES), "age": rng.randrange(100)},
            "resource": {"term": rng.choice(["open", "closed"])},
            "purpose": purpose,
            "env": {"today": "2026-11-22"},  # as the server says it
        },
    )


def _cost(engine: PolicyEngine, requests: list[Facts]) -> float:
    """Return microseconds of CPU for one decision."""
    start = time.process_time()
    for facts in requests:
        engine.decide(facts)
    return (time.process_time() - start) / len(requests) * 1e6


def run() -> Iterable[dict[str, Any]]:
    """Yield the ratio of CPU time for one decision at 10,000 rules against 10 rules (target: at most 3)."""
    small = make_bundle(10)
    start = time.process_time()
    large = make_bundle(10_000)
    engines = [PolicyEngine(small), PolicyEngine(large)]
    load_seconds = time.process_time() - start
    sets = [make_requests(small), make_requests(large)]
    for engine, requests in zip(engines, sets, strict=True):
        _cost(engine, requests)
    pairs = [[_cost(e, r) for e, r in zip(engines, sets, strict=True)] for _ in range(ROUNDS)]
    ratio = statistics.median(b / a for a, b in pairs)
    candidates = [statistics.mean(e.decide(f).candidates for f in r) for e, r in zip(engines, sets, strict=True)]
    yield _ratio.at_most(
        "decision_cpu_10000_rules_over_10",
        ratio,
        LIMIT,
        us_10=round(statistics.median(p[0] for p in pairs), 1),
        us_10000=round(statistics.median(p[1] for p in pairs), 1),
        candidates_10=round(candidates[0], 2),
        candidates_10000=round(candidates[1], 2),
        load_10000_cpu_seconds=round(load_seconds, 2),
    )
