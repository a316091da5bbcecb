"""The shadow's bounds: it never waits, drops what is too much, counts a draft's faults, keeps nothing but counts."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qupia_policies.model import Action, Decision, Facts, Ground, Outcome, Reason
from qupia_server.adapters import policy_shadow
from qupia_server.adapters.policy_shadow import OTHER, Shadow

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
REFUSED = Decision(Outcome.REFUSE, Reason.NO_RULE, (), None, "0" * 64, 1)


def facts(archive: str = "a-1", role: str = "citizen") -> Facts:
    return Facts(Action.READ, "letter", archive, Ground.PUBLIC, {"subject": {"role": role}})


@contextmanager
def shadow(decide: Callable[[Facts], Decision]) -> Iterator[Shadow]:
    made = Shadow(3, decide, ("old", "new"), NOW)
    try:
        yield made
    finally:
        made.close()


def until(counted: threading.Event) -> None:
    assert counted.wait(20)


def test_a_full_queue_drops_and_says_how_much() -> None:
    held, begun = threading.Event(), threading.Event()

    def slow(_facts: Facts) -> Decision:
        begun.set()
        held.wait(20)
        return REFUSED

    with shadow(slow) as made:
        made.note(facts(), REFUSED)
        until(begun)
        for _ in range(policy_shadow.MAX_WAITING + 5):
            made.note(facts(), REFUSED)
        assert made.view().report.unplayable["dropped"] == 5
        held.set()


def test_a_draft_that_fails_is_counted_and_the_next_one_is_decided() -> None:
    done = threading.Event()

    def decide(asked: Facts) -> Decision:
        if asked.archive == "bad":
            raise ZeroDivisionError
        done.set()
        return REFUSED

    with shadow(decide) as made:
        made.note(facts("bad"), REFUSED)
        made.note(facts(), REFUSED)
        until(done)
    report = made.view().report
    assert (report.total, report.unplayable["failed"], report.same) == (2, 1, 1)


def test_what_callers_may_choose_does_not_fill_the_memory() -> None:
    with shadow(lambda _facts: REFUSED) as made:
        for number in range(policy_shadow.MAX_VALUES + 3):
            made._report.by["archive"][f"a-{number}"]
        assert made._bounded(facts("one-more")).archive == OTHER
        assert made._bounded(facts("a-1")).archive == "a-1"


def test_facts_that_are_counted_are_kept_no_longer() -> None:
    done = threading.Event()

    def decide(_facts: Facts) -> Decision:
        done.set()
        return REFUSED

    with shadow(decide) as made:
        made.note(facts(role="researcher"), REFUSED)
        until(done)
    assert made._waiting.empty()
    assert dict(made.view().report.by.get("role", {})) == {}, "an answer that is the same leaves a number only"
