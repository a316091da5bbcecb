"""Compare the engine with the oracle of the page and with casbin's own enforcer without an index: `make agreement`.

10,000 requests at each of 10, 100, 1,000 and 10,000 rules, over bundles made at random from fixed seeds. Compared with
the oracle: effect, rules, reason, obligations, opening day, missing facts. Compared with casbin: whether it allows,
which rules matched, and the obligations that the oracle unites from casbin's rules. Requests with bad facts end before
rules are asked, so casbin does not see them; they are counted apart.

casbin's interpreter of matchers takes 0.15 s for each request at 10,000 rules. There all requests go through casbin's
enforcer, model, effect and loop over all rows with the matcher compiled by Python, and each tenth also through the
interpreter. Prints one JSON line for each size and one for all; the exit code is 1 when anything differs.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import casbin
from casbin.persist import load_policy_line

from qupia_policies.bundle import Bundle, load_bundle
from qupia_policies.engine import MODEL_TEXT, PolicyEngine, Request, Trace
from qupia_policies.wire import decide_line, read_facts
from tests.support import policy_generator, policy_oracle, small_cel
from tests.support.policy_generator import Generator

COMPARED: Final = ("effect", "rules", "reason", "obligations", "opens_on")
REQUESTS: Final = 10_000
BUNDLES: Final = {10: 20, 100: 10, 1_000: 5, 10_000: 4}
"""How many bundles of each size share the requests."""
SEED: Final = 5_000_000
INTERPRETED: Final = 1_000
"""Rules up to which casbin's own interpreter of matchers sees each request; above, one in ten."""
SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Job:
    """One bundle and its requests."""

    rules: int
    seed: int
    requests: int
    interpreted: int = 1


@dataclass(slots=True)
class Found:
    """What one job met: reasons, how many requests each judge saw, what differed, a digest of all that was said."""

    rules: int
    reasons: Counter[str] = field(default_factory=Counter)
    casbin: int = 0
    interpreted: int = 0
    differences: list[str] = field(default_factory=list)
    digest: str = ""


class _Compiled(casbin.Enforcer):  # type: ignore[misc]
    """casbin's enforcer over all rows; only the text of the matcher is compiled by Python instead of interpreted."""

    def _get_expression(self, expr: str, functions: dict[str, Any] | None = None) -> Any:
        known = self.__dict__.setdefault("known", {})
        if expr not in known:
            code = compile(expr.replace("&&", " and ").replace("||", " or ").strip(), "<matcher>", "eval")
            known[expr] = _Evaluator(code, dict(functions or {}))
        return known[expr]


class _Evaluator:
    def __init__(self, code: Any, functions: dict[str, Any]) -> None:
        self.code, self.functions = code, functions

    def eval(self, parameters: dict[str, Any]) -> Any:
        return eval(self.code, self.functions, parameters)  # noqa: S307 - the matcher of the product


def stock(bundle: Bundle, kind: type[casbin.Enforcer] = casbin.Enforcer) -> Any:
    """Return casbin's own enforcer over the same rules: no index, its own list, loop, effect and model."""
    rules = {rule.rule_id: rule for rule in bundle.rules}
    model = casbin.Model()
    model.load_model_from_text(MODEL_TEXT)
    for rule in bundle.rules:
        for act, name, archive in product(rule.actions, rule.kinds, rule.archives):
            load_policy_line(f"p, {rule.rule_id}, {act.value}, {name}, {archive}, -, {rule.effect.value}", model)
    enforcer = kind(model)
    enforcer.add_function("cond", lambda name, asked: rules[name].condition.holds(asked.activation))
    enforcer.add_function(
        "serves",
        lambda name, asked: rules[name].serves(asked.ground) and rules[name].in_force(asked.today, asked.place),
    )
    enforcer.add_function("note", lambda trace, name: trace.append(name) is None)
    return enforcer


@dataclass(frozen=True, slots=True)
class Judges:
    """The engine and those who know better, over one bundle."""

    engine: PolicyEngine
    page: Any
    interpreter: Any
    compiled: Any

    @classmethod
    def of(cls, folder: Path) -> Judges:
        """Read the bundle twice: by the product, and by the page."""
        bundle = load_bundle(folder, strict=False)
        return cls(PolicyEngine(bundle), policy_oracle.load(folder), stock(bundle), stock(bundle, _Compiled))

    def differences(self, facts: Any, *, interpreted: bool) -> tuple[dict[str, Any], list[str]]:
        """Return the engine's answer, and what others say otherwise."""
        got = decide_line(self.engine, json.dumps({"id": "", "facts": facts}))
        want = policy_oracle.decide(self.page, copy.deepcopy(facts))
        wrong = [f"oracle: {key}" for key in COMPARED if got.get(key) != want.get(key)]
        if got["reason"] == want["reason"] != "BAD_FACTS" and got["missing"] != want["missing"]:
            wrong.append("oracle: missing")
        if "BAD_FACTS" not in {got["reason"], want["reason"]}:
            whole, _ = self.engine.completed(read_facts(facts))
            wrong += self._by_casbin(self.compiled, Request(whole), got)
            wrong += self._by_casbin(self.interpreter, Request(whole), got) if interpreted else []
        return got, wrong

    def _by_casbin(self, enforcer: Any, request: Request, got: dict[str, Any]) -> list[str]:
        trace = Trace()
        allowed = enforcer.enforce(request, trace)
        matched, reason = sorted(trace), got["reason"]
        if allowed is not (reason in {"NONE", "OBLIGATION_CONFLICT"}):
            return ["casbin: effect"]
        if not allowed:
            last = trace[-1:] if reason == "DENY_RULE" else []
            return [] if last == got["rules"] else ["casbin: rules"]
        if matched != sorted(got["rules"]):
            return ["casbin: rules"]
        hits = [rule for rule, _, _ in self.page["rules"] if rule["id"] in set(matched)]
        united = policy_oracle.unite(self.page["obligations"], hits)
        return ["casbin: obligations"] if reason == "NONE" and united != got["obligations"] else []


def compare(job: Job, folder: Path) -> Found:
    """Run one job in an empty folder."""
    made, found, told = Generator(job.seed, job.rules), Found(job.rules), hashlib.sha256()
    made.write(folder)
    judges = Judges.of(folder)
    told.update(judges.engine.bundle.version.encode())
    for number in range(job.requests):
        facts, interpreted = made.facts(), number % job.interpreted == 0
        got, wrong = judges.differences(facts, interpreted=interpreted)
        told.update(json.dumps([facts, got], sort_keys=True).encode())
        found.reasons[got["reason"]] += 1
        found.casbin += got["reason"] != "BAD_FACTS"
        found.interpreted += interpreted and got["reason"] != "BAD_FACTS"
        found.differences += [f"seed {job.seed}, {job.rules} rules, request {number}: {each}" for each in wrong]
    found.digest = told.hexdigest()
    return found


def _run(job: Job) -> Found:
    with tempfile.TemporaryDirectory(prefix="qupia-agreement-") as folder:
        return compare(job, Path(folder))


def jobs(sizes: list[int], requests: int) -> list[Job]:
    """Share the requests of each size among its bundles; the last takes what is left over."""
    found = []
    for size in sizes:
        count = min(BUNDLES.get(size, 1), requests)
        shares = [requests // count] * (count - 1)
        every = 1 if size <= INTERPRETED else 10
        found += [Job(size, SEED + size + n, share, every) for n, share in enumerate([*shares, requests - sum(shares)])]
    return found


def source_digest() -> str:
    """Return a digest of what makes bundles and requests and of who judges them."""
    told = hashlib.sha256(str(SEED).encode())
    for part in (policy_generator, policy_oracle, small_cel):
        told.update(Path(str(part.__file__)).read_bytes())
    return told.hexdigest()


def _told(name: str, found: list[Found]) -> dict[str, Any]:
    """Return the line of one size, or of all."""
    differences = [each for one in found for each in one.differences]
    reasons = sum((one.reasons for one in found), Counter[str]())
    return {
        "name": name,
        "requests": sum(reasons.values()),
        "bundles": len(found),
        "differences": len(differences),
        "first": differences[:SHOWN],
        "casbin": sum(one.casbin for one in found),
        "casbin_interpreted": sum(one.interpreted for one in found),
        "reasons": dict(sorted((str(name), count) for name, count in reasons.items())),
        "digest": hashlib.sha256("".join(one.digest for one in found).encode()).hexdigest(),
        "ok": bool(found) and not differences,
    }


def _each(todo: list[Job], processes: int) -> Iterator[Found]:
    if processes <= 1:
        yield from map(_run, todo)
        return
    with get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(_run, todo)


def main(arguments: list[str], write: Callable[[str], object] = print) -> int:
    """Run the comparison; return 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=sorted(BUNDLES), help="rules of a bundle")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="at each size")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(arguments)
    start, found = time.monotonic(), list(_each(jobs(asked.sizes, asked.requests), asked.processes))
    for size in asked.sizes:
        write(json.dumps(_told(f"agreement_{size}_rules", [one for one in found if one.rules == size])))
    whole = _told("agreement", found) | {"sources": source_digest(), "seconds": round(time.monotonic() - start)}
    write(json.dumps(whole))
    return 0 if whole["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
