"""Load, change, replay at 10,000 rules; one decision against casbin's documented `eval` model at 1,000 rules."""

from __future__ import annotations

import gc
import json
import re
import statistics
import tempfile
import time
from collections.abc import Iterable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import casbin

from qupia_policies.bundle import Bundle, load_bundle, parse_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.model import Facts
from qupia_policies.replay import replay
from qupia_policies.rules import Rule
from qupia_policies.starter import starter_dir
from qupia_policies.wire import facts_json, read_line
from tests.bench import _ratio
from tests.bench.policies import make_bundle, make_requests, p50

RULES, PEER_RULES, PEER_REQUESTS, REPLAYED = 10_000, 1_000, 12, 4_000
EVAL_MODEL = """
[request_definition]
r = sub, obj, pur, act
[policy_definition]
p = act, kind, arch, sub_rule, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = eval(p.sub_rule) && r.obj.kind == p.kind && r.obj.archive == p.arch && r.act == p.act
"""


class Side:
    """Attributes as casbin's documents hand them over; what is absent is empty."""

    code = ""
    sealed = False

    def __init__(self, named: Any) -> None:
        self.__dict__.update(named)


def _eval_rows(rules: Iterable[Rule]) -> list[list[str]]:
    """Return the same rules in the words of the `eval` model."""
    rows = []
    for rule in rules:
        text = re.sub(r"has\([\w.]+\) && ", "", rule.condition.text)
        for side, short in (("subject", "r.sub"), ("resource", "r.obj"), ("purpose", "r.pur")):
            text = text.replace(f"{side}.", f"{short}.")
        text = text.replace("!(has(r.obj.sealed) && r.obj.sealed)", "r.obj.sealed == False")
        text = text.replace("!(r.obj.sealed)", "r.obj.sealed == False")
        rows.append(["read", rule.kinds[0], rule.archives[0], text, rule.effect.value])
    return rows


def _eval_seconds(bundle: Bundle, requests: list[Facts]) -> tuple[float, list[bool]]:
    model = casbin.Enforcer.new_model(text=EVAL_MODEL)
    enforcer = casbin.Enforcer(model)
    enforcer.add_policies(_eval_rows(rule for rule in bundle.rules if "*" not in rule.archives))
    answers, spent = [], []
    for facts in requests:
        sides = facts.attributes
        thing = Side({**sides["resource"], "kind": facts.kind, "archive": facts.archive})
        start = time.process_time()
        answers.append(enforcer.enforce(Side(sides["subject"]), thing, Side(sides["purpose"]), "read"))
        spent.append(time.process_time() - start)
    return statistics.median(spent), answers


def _peer() -> dict[str, Any]:
    whole = make_bundle(PEER_RULES)
    bundle = parse_bundle(whole.files)
    engine = PolicyEngine(bundle)
    requests = make_requests(bundle, PEER_REQUESTS)
    theirs, answers = _eval_seconds(bundle, requests)
    agreed = sum(engine.decide(facts).allowed is answer for facts, answer in zip(requests, answers, strict=True))
    many = make_requests(bundle)
    mine = statistics.median(p50(engine, many) for _ in range(5)) / 1e6
    more = {"us_ours": round(mine * 1e6, 1), "ms_eval": round(theirs * 1e3, 1), "agreed": agreed, "of": PEER_REQUESTS}
    return _ratio.at_least("eval_model_over_decision_at_1000_rules", theirs / mine, 1_000, **more)


def _rss() -> float:
    """Return the megabytes that this process holds."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def _child(pipe: Connection, folder: Path) -> None:
    """Load in a process that has generated nothing itself: memory that was used and freed before would not grow."""
    PolicyEngine(load_bundle(starter_dir()))
    gc.collect()
    held, start = _rss(), time.process_time()
    engine = PolicyEngine(load_bundle(folder, strict=False))
    seconds, grown = time.process_time() - start, _rss() - held
    pipe.send((seconds, grown, len(engine.bundle.rules)))


def _loading(bundle: Bundle) -> tuple[float, float]:
    """Return CPU seconds and megabytes from a folder of files to an engine that decides."""
    here, there = get_context("spawn").Pipe()
    with tempfile.TemporaryDirectory() as folder:
        for name, data in bundle.files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        process = get_context("spawn").Process(target=_child, args=(there, Path(folder)))
        process.start()
        seconds, grown, rules = here.recv()
        process.join()
    assert rules == RULES
    return seconds, grown


def _change(bundle: Bundle) -> float:
    """Return the CPU seconds from the bytes of a bundle with one changed rule to an engine that decides by it."""
    files = dict(bundle.files)
    name = sorted(name for name in files if name.startswith("rules/"))[2]
    assert b"subject.age > " in files[name]
    files[name] = files[name].replace(b"subject.age > ", b"subject.age >= ", 1)
    start = time.process_time()
    changed = parse_bundle(files, previous=bundle)
    PolicyEngine(changed)
    spent = time.process_time() - start
    assert sum(new is not old for new, old in zip(changed.rules, bundle.rules, strict=True)) == 1
    return spent


def _replay(engine: PolicyEngine) -> float:
    """Return the CPU seconds that replaying 100,000 recorded decisions would take one core."""
    texts = [
        json.dumps({"id": str(n), "facts": facts_json(f)}) for n, f in enumerate(make_requests(engine.bundle, REPLAYED))
    ]
    start = time.process_time()
    report = replay(engine, engine, map(read_line, texts))
    spent = time.process_time() - start
    assert report.same == REPLAYED
    return spent / REPLAYED * 100_000


def run() -> Iterable[dict[str, Any]]:
    """Yield seconds, megabytes and the ratio to the peer, each with its limit."""
    yield _peer()
    bundle = make_bundle(RULES)
    seconds, grown = _loading(bundle)
    yield _ratio.at_most("load_10000_rules_cpu_seconds", seconds, 5.0)
    yield _ratio.at_most("load_10000_rules_megabytes", grown, 80.0)
    yield _ratio.at_most(
        "one_changed_rule_of_10000_cpu_seconds", statistics.median(_change(bundle) for _ in range(5)), 0.3
    )
    yield _ratio.at_most("replay_100000_cpu_seconds", _replay(PolicyEngine(bundle)), 60.0)
