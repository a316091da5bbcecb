"""The memory of decisions: what it may answer by heart, and what it must ask the engine again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from qupia_policies.engine import PolicyEngine
from qupia_policies.memory import DecisionMemory
from qupia_policies.model import Action, Decision, Facts, Ground, Outcome, Reason
from tests.support.policy_bundles import bundle, rule

DAY = dt.date(2026, 3, 1)
FACTS = Facts(Action.READ, "order", "a-1", Ground.OWN_DATA, {"subject": {"role": "citizen", "known": True}})
DECISION = Decision(Outcome.REFUSE, Reason.NO_RULE, (), None, "b" * 64, 0)


class Engine:
    """Counts how often it is asked."""

    def __init__(self, reason: Reason = Reason.NO_RULE) -> None:
        self.asked: list[Facts] = []
        self.days = [DAY]
        self.reason = reason

    def decide(self, facts: Facts) -> Decision:
        self.asked.append(facts)
        return replace(DECISION, reason=self.reason)

    def today(self) -> dt.date:
        return self.days.pop(0) if len(self.days) > 1 else self.days[0]


def memory(engine: Engine, size: int = 8) -> DecisionMemory:
    return DecisionMemory(engine.decide, engine.today, size)


def with_subject(**named: Any) -> Facts:
    return replace(FACTS, attributes={"subject": named})


def test_the_same_facts_are_asked_once() -> None:
    engine = Engine()
    remembered = memory(engine)
    assert remembered.decide(FACTS) == remembered.decide(replace(FACTS)) == DECISION
    assert len(engine.asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(FACTS, action=Action.DISCOVER),
        replace(FACTS, kind="letter"),
        replace(FACTS, archive="a-2"),
        replace(FACTS, ground=None),
        with_subject(role="citizen", known=False),
        with_subject(role="citizen", known=1),
        with_subject(role="citizen"),
        replace(FACTS, attributes={"resource": FACTS.attributes["subject"]}),
    ],
)
def test_any_other_fact_is_another_question(other: Facts) -> None:
    engine = Engine()
    remembered = memory(engine)
    remembered.decide(FACTS)
    remembered.decide(other)
    assert len(engine.asked) == 2


def test_the_next_day_is_another_question() -> None:
    engine = Engine()
    remembered = memory(engine)
    remembered.decide(FACTS)
    engine.days = [DAY + dt.timedelta(1)]
    remembered.decide(FACTS)
    assert len(engine.asked) == 2


def test_an_answer_that_midnight_overtook_is_not_kept() -> None:
    engine = Engine()
    engine.days = [DAY, DAY + dt.timedelta(1), DAY]
    remembered = memory(engine)
    remembered.decide(FACTS)
    remembered.decide(FACTS)
    assert len(engine.asked) == 2


def test_a_failed_rule_is_asked_again() -> None:
    engine = Engine(Reason.RULE_ERROR)
    remembered = memory(engine)
    remembered.decide(FACTS)
    remembered.decide(FACTS)
    assert len(engine.asked) == 2


@pytest.mark.parametrize("attributes", [{"subject": {"role": ["list"]}}, {"subject": None}])
def test_facts_that_cannot_be_kept_go_to_the_engine(attributes: Mapping[str, Any]) -> None:
    engine = Engine()
    remembered = memory(engine)
    broken = replace(FACTS, attributes=attributes)
    remembered.decide(broken)
    remembered.decide(broken)
    assert len(engine.asked) == 2


def test_what_was_longest_unused_goes_first() -> None:
    engine = Engine()
    remembered = memory(engine, size=2)
    one, two, three = (replace(FACTS, archive=f"a-{number}") for number in range(3))
    for facts in (one, two, one, three, one, two):
        remembered.decide(facts)
    assert [facts.archive for facts in engine.asked] == ["a-0", "a-1", "a-2", "a-1"]


def at(fonds: str) -> Facts:
    return replace(FACTS, attributes={"subject": {"role": "citizen"}, "resource": {"fonds": fonds, "term": "open"}})


def test_where_a_document_lies_counts_only_when_some_rule_asks() -> None:
    for by_place, asked in ((True, 2), (False, 1)):
        engine = Engine()
        remembered = DecisionMemory(engine.decide, engine.today, by_place=by_place)
        remembered.decide(at("1"))
        remembered.decide(at("2"))
        assert len(engine.asked) == asked


@pytest.mark.parametrize("fonds", ["\ud800", "1\n", "1" * 200])
def test_a_place_that_the_schema_might_refuse_is_asked_about(fonds: str) -> None:
    engine = Engine()
    remembered = DecisionMemory(engine.decide, engine.today, by_place=False)
    remembered.decide(at("1"))
    remembered.decide(at(fonds))
    assert len(engine.asked) == 2


def test_an_engine_knows_whether_a_rule_asks_for_the_place() -> None:
    own = "archive: one\nrules:\n"
    denied = rule("no", "deny", place="{fonds: '1'}").replace('  archives: "*"\n', "")
    own += "".join(f"  {line}\n" for line in denied.splitlines())
    assert not PolicyEngine(bundle(rule("r"))).reads_places
    assert PolicyEngine(bundle(rule("r"), overlays__one=own)).reads_places
    assert PolicyEngine(bundle(rule("r", when='"has(resource.opis)"'))).reads_places


@pytest.mark.parametrize(("outcome", "asked"), [(Outcome.REFUSE, 2), (Outcome.ALLOW, 1)])
def test_refusals_are_worked_out_each_time_where_their_time_must_tell_nothing(outcome: Outcome, asked: int) -> None:
    calls: list[Facts] = []

    def decide(facts: Facts) -> Decision:
        calls.append(facts)
        return replace(DECISION, outcome=outcome)

    remembered = DecisionMemory(decide, lambda: DAY, refusals=False)
    assert remembered.decide(FACTS) == remembered.decide(FACTS)
    assert len(calls) == asked
