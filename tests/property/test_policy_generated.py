"""Over bundles and requests made at random the engine, casbin's own enforcer and the oracle of the page agree."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from qupia_policies.bundle import load_bundle
from qupia_policies.engine import PolicyEngine, Row, TargetIndex
from qupia_policies.model import Obligations
from qupia_policies.places import Place
from qupia_policies.rules import Rule
from qupia_policies.wire import decide_line
from tests.support.policy_agreement import Job, compare, main
from tests.support.policy_generator import Generator
from tests.support.policy_oracle import CLASSES

REASONS = {"NONE", "NO_RULE", "DENY_RULE", "BAD_FACTS", "OBLIGATION_CONFLICT"}
JOBS = [*(Job(10, seed, 150) for seed in range(6)), Job(100, 6, 300, 6), Job(100, 7, 300, 6), Job(600, 8, 300, 60)]
SMALL = ["--sizes", "10", "100", "--requests", "120", "--processes", "1"]


def test_engine_casbin_and_the_oracle_of_the_page_agree(tmp_path: Path) -> None:
    found = [compare(job, tmp_path / str(number)) for number, job in enumerate(JOBS)]
    assert [each for one in found for each in one.differences] == []
    assert {str(reason) for one in found for reason in one.reasons} == REASONS
    assert all(one.interpreted <= one.casbin for one in found)


def _said(arguments: list[str]) -> tuple[int, list[dict[str, Any]]]:
    lines: list[str] = []
    code = main(arguments, lines.append)
    return code, [json.loads(line) for line in lines]


def test_the_command_says_that_all_agree_and_says_the_same_again() -> None:
    code, lines = _said(SMALL)
    assert code == 0
    assert [line["requests"] for line in lines] == [120, 120, 240]
    assert all(line["ok"] and line["casbin"] > 90 for line in lines)
    assert [line["digest"] for line in _said(SMALL)[1]] == [line["digest"] for line in lines]


def _one_bucket_less(self: TargetIndex, act: str, kind: str, archive: str) -> list[Row]:
    return [row for row in WHOLE(self, act, kind, archive) if row[2:4] != ("*", archive)]


def _first_rule_only(self: PolicyEngine, rules: tuple[str, ...]) -> Obligations:
    return UNITED(self, rules[:1])


def _denies_of_place_forgotten(self: Rule, today: str, place: Place) -> bool:
    return self.limits is None or not self.limits.place


WHOLE, UNITED = TargetIndex.candidates, PolicyEngine._united
MUTANTS = [
    (TargetIndex, "candidates", _one_bucket_less, "rules"),
    (PolicyEngine, "_united", _first_rule_only, "obligations"),
    (Rule, "in_force", _denies_of_place_forgotten, "rules"),
]


@pytest.mark.parametrize(("owner", "name", "mutant", "seen"), MUTANTS, ids=["index", "obligations", "places"])
def test_a_mutant_of_the_engine_turns_the_command_red(
    monkeypatch: pytest.MonkeyPatch, owner: type, name: str, mutant: object, seen: str
) -> None:
    monkeypatch.setattr(owner, name, mutant)
    code, lines = _said(SMALL)
    assert code == 1
    assert lines[-1]["differences"] > 0
    assert not lines[-1]["ok"]
    assert any(f"oracle: {seen}" in each for line in lines for each in line["first"]), lines[-1]["first"]


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
