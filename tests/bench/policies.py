"""Decisions at 10,000 rules against 10 rules: the p50 of single decisions, CPU time, in one run on generated bundles.

Rules are as long as those of the national bundle: titles and reasons in two voices and three languages.
"""

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
_WORDS = {
    "kk": "құжат жасалған соң жетпіс бес жыл толған соң ашылады архив жеке өмір отбасы құпиясы рұқсат".split(),
    "ru": "документ открывается по истечении семидесяти пяти лет архив личная жизнь семейная тайна разрешение".split(),
    "en": "the document opens after seventy five years archive private life family secret permission of heirs".split(),
}
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


def _said(rng: random.Random, words: int) -> str:
    """Return one text in three languages."""
    texts = {code: " ".join(rng.choices(_WORDS[code], k=words)).capitalize() for code in _WORDS}
    return f'{{kk: "{texts["kk"]}.", ru: "{texts["ru"]}.", en: "{texts["en"]}."}}'


def _texts(rng: random.Random) -> list[str]:
    """Return title and reason in two voices and three languages, as long as those of the national bundle."""
    return [
        line
        for key, words in (("title", 4), ("reason", 9))
        for line in (f"  {key}:", f"    officer: {_said(rng, words)}", f"    requester: {_said(rng, words)}")
    ]


def _rule(number: int, rng: random.Random, texts: random.Random) -> str:
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
        '  legal_basis: "NAF Art. 16(1-1); PD Art. 7(1)"',
        *_texts(texts),
    ]
    return "\n".join([*lines, *more, ""])


def make_bundle(rules: int, seed: int = 7) -> Bundle:
    """Generate a bundle of the given number of rules."""
    rng, words = random.Random(seed), random.Random(seed)
    texts = [_rule(n, rng, words) for n in range(rules)]
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


def p50(engine: PolicyEngine, requests: list[Facts]) -> float:
    """Return microseconds of CPU that half of all decisions stay below, each decision timed by itself."""
    spent = []
    for facts in requests:
        start = time.thread_time_ns()
        engine.decide(facts)
        spent.append(time.thread_time_ns() - start)
    return statistics.median(spent) / 1e3


def run() -> Iterable[dict[str, Any]]:
    """Yield the ratio of the p50 of one decision at 10,000 rules to that at 10 rules (target: at most 3)."""
    engines = [PolicyEngine(make_bundle(10)), PolicyEngine(make_bundle(10_000))]
    sets = [make_requests(engine.bundle) for engine in engines]
    for engine, requests in zip(engines, sets, strict=True):
        p50(engine, requests)
    pairs = [[p50(e, r) for e, r in zip(engines, sets, strict=True)] for _ in range(ROUNDS)]
    ratio = statistics.median(b / a for a, b in pairs)
    candidates = [statistics.mean(e.decide(f).candidates for f in r) for e, r in zip(engines, sets, strict=True)]
    yield _ratio.at_most(
        "decision_cpu_10000_rules_over_10",
        ratio,
        LIMIT,
        p50_us_10=round(statistics.median(p[0] for p in pairs), 1),
        p50_us_10000=round(statistics.median(p[1] for p in pairs), 1),
        candidates_10=round(candidates[0], 2),
        candidates_10000=round(candidates[1], 2),
    )
