"""Numbers that conditions order in rows and rings: judged as far as that is bounded, and never a false finding."""

from __future__ import annotations

import pytest

from qupia_policies.conditions import compile_condition
from qupia_policies.satisfy import MAX_TRIES, Solver
from qupia_policies.schema import Attribute, AttributeType

ATTRIBUTES = {
    attribute.path: attribute
    for attribute in (Attribute("subject", f"n{number}", AttributeType.INT, required=True) for number in range(40))
}


def judged(text: str) -> tuple[bool, int]:
    """Return whether a condition may hold, and how many nodes were looked at."""
    solver = Solver(ATTRIBUTES)
    return solver.possible(compile_condition(text, ATTRIBUTES).tree, {}), solver._work


def row(length: int) -> list[str]:
    return ["subject.n0 > 0", *(f"subject.n{number} < subject.n{number + 1}" for number in range(length - 1))]


@pytest.mark.parametrize("length", [2, 3, 4, 5, 8, 20, 40])
def test_a_row_of_numbers_can_hold_however_long_it_is(length: int) -> None:
    possible, work = judged(" && ".join(row(length)))
    assert possible
    assert work < MAX_TRIES * 100


@pytest.mark.parametrize("length", [2, 3, 4, 5, 8, 20, 40])
def test_a_ring_of_numbers_is_no_crash_and_costs_no_more_than_the_bound(length: int) -> None:
    possible, work = judged(" && ".join([*row(length), f"subject.n{length - 1} < subject.n0"]))
    assert not possible or length > 3, "short rings are seen"
    assert work < MAX_TRIES * 100


def test_many_rings_in_one_condition_cost_what_each_costs() -> None:
    pairs = [f"subject.n{at} < subject.n{at + 1} && subject.n{at + 1} < subject.n{at}" for at in range(0, 20, 2)]
    assert not judged(" && ".join(pairs))[0]
    possible, work = judged(" && ".join(["subject.n0 > 0", *(f"({one.replace('&&', '||')})" for one in pairs)]))
    assert possible
    assert work < MAX_TRIES * 100
