"""Changing rules: what must come first, who may do what, what an intruder finds, and when a bundle is in force."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from qupia_policies.bundle import default_bundle_dir
from qupia_policies.change import OfficerRole, Step, StepRefused
from qupia_policies.desk import Desk
from qupia_policies.starter import starter_dir, write_starter
from qupia_policies.wire import Line, read_line

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
FACTS = (
    '{"id": "r-1", "facts": {"action": "read", "subject": {"role": "citizen", "assurance": "low"}, "resource": '
    '{"kind": "order", "archive": "demo", "fonds": "12", "private_life": "no", "term": "unknown"}, '
    '"purpose": {"ground": "public"}, "env": {"today": "2026-11-22"}}}'
)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    both = {OfficerRole.AUTHOR, OfficerRole.APPROVER}
    officers = {"aliya": both, "bolat": both, "dina": {OfficerRole.AUTHOR}, "saule": {OfficerRole.AUDITOR}}
    Desk.open_new(tmp_path / "desk", officers)
    return Desk(tmp_path / "desk", clock)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    folder = tmp_path / "changed"
    write_starter(folder)
    (folder / "overlays" / "demo.yaml").unlink()
    path = folder / "cases" / "10-cases.yaml"
    text = path.read_text(encoding="utf-8").replace("[public-after-term, demo-fonds-12-hides-names], profile: R3", "[public-after-term], profile: R0")  # fmt: skip # noqa: E501
    path.write_text(text, encoding="utf-8")
    return folder


def lines() -> list[Line]:
    return [read_line(FACTS), read_line('{"id": "r-2"}')]


def ready(desk: Desk, folder: Path, *, replayed: bool = True, author: str = "aliya") -> int:
    number = desk.draft(author, folder, "a change").draft
    assert desk.check(author, number)[0].facts["passed"]
    assert desk.test(author, number)[0].facts["passed"]
    if replayed:
        desk.replay(author, number, lines())
    return number


def in_force(desk: Desk) -> str:
    active = desk.active()
    assert active is not None
    return active.version


def first(desk: Desk) -> int:
    number = ready(desk, starter_dir(), replayed=False)
    desk.approve("bolat", number)
    desk.activate("bolat", number)
    return number


def test_from_draft_to_rollback(desk: Desk, changed: Path, clock: Clock) -> None:
    first(desk)
    old = in_force(desk)
    clock.now += dt.timedelta(hours=1)
    number = desk.draft("aliya", changed, "names of fonds 12").draft
    desk.check("aliya", number)
    desk.test("aliya", number)
    entry, report = desk.replay("aliya", number, lines(), {"gains": 1})
    assert (report.gains, report.losses, entry.facts["not_replayable"], entry.facts["passed"]) == (1, 0, 1, True)
    desk.approve("bolat", number)
    desk.activate("aliya", number)
    assert in_force(desk) != old
    clock.now += dt.timedelta(hours=1)
    desk.rollback("bolat")
    assert in_force(desk) == old
    assert [one.number for one in desk.state().revisions] == [1, 2, 3]
    assert [entry.number for entry in desk.entries()] == list(range(1, len(desk.entries()) + 1))


def test_nobody_approves_their_own_draft_whatever_their_roles(desk: Desk) -> None:
    number = ready(desk, starter_dir(), replayed=False)
    with pytest.raises(StepRefused, match="another officer"):
        desk.approve("aliya", number)
    desk.approve("bolat", number)


@pytest.mark.parametrize(
    ("step", "officer"),
    [
        (Step.DRAFT, "saule"),
        (Step.DRAFT, "nobody"),
        (Step.CHECK, "saule"),
        (Step.APPROVE, "dina"),
        (Step.ACTIVATE, "dina"),
        (Step.ROLLBACK, "dina"),
    ],
)
def test_each_step_needs_its_role(desk: Desk, step: Step, officer: str) -> None:
    before = desk.entries()
    more = {Step.DRAFT: (starter_dir(), "x"), Step.ROLLBACK: ()}.get(step, (1,))
    with pytest.raises(StepRefused, match="may not"):
        getattr(desk, step.value)(officer, *more)
    assert desk.entries() == before


def test_what_must_come_first(desk: Desk, changed: Path) -> None:
    number = desk.draft("aliya", starter_dir(), "x").draft
    with pytest.raises(StepRefused, match="check the draft first"):
        desk.test("aliya", number)
    desk.check("aliya", number)
    with pytest.raises(StepRefused, match="check and test"):
        desk.approve("bolat", number)
    desk.test("aliya", number)
    with pytest.raises(StepRefused, match="second officer"):
        desk.activate("bolat", number)
    with pytest.raises(StepRefused, match="nothing to compare"):
        desk.replay("aliya", number, lines())
    desk.approve("bolat", number)
    with pytest.raises(StepRefused, match="no bundle to go back"):
        desk.rollback("bolat")
    desk.activate("bolat", number)
    with pytest.raises(StepRefused, match="no bundle to go back"):
        desk.rollback("bolat")
    other = ready(desk, changed, replayed=False)
    with pytest.raises(StepRefused, match="replay"):
        desk.approve("bolat", other)
    with pytest.raises(StepRefused, match="no open draft"):
        desk.check("aliya", 99)


def test_a_threshold_blocks(desk: Desk, changed: Path) -> None:
    first(desk)
    number = ready(desk, changed, replayed=False)
    entry, _ = desk.replay("aliya", number, lines(), {"gains": 0})
    assert entry.facts["passed"] is False
    with pytest.raises(StepRefused, match="replay"):
        desk.approve("bolat", number)


def test_a_bundle_that_changed_meanwhile_must_be_compared_with_anew(desk: Desk, changed: Path, clock: Clock) -> None:
    first(desk)
    waiting = ready(desk, default_bundle_dir())
    desk.approve("bolat", waiting)
    other = ready(desk, changed)
    desk.approve("bolat", other)
    clock.now += dt.timedelta(hours=1)
    desk.activate("bolat", other)
    with pytest.raises(StepRefused, match="replay"):
        desk.activate("bolat", waiting)


def test_activation_at_a_time_and_a_rollback_that_cancels_it(desk: Desk, changed: Path, clock: Clock) -> None:
    first(desk)
    old = in_force(desk)
    number = ready(desk, changed)
    desk.approve("bolat", number)
    with pytest.raises(StepRefused, match="past"):
        desk.activate("bolat", number, NOW - dt.timedelta(seconds=1))
    desk.activate("bolat", number, NOW + dt.timedelta(days=1))
    assert in_force(desk) == old
    clock.now = NOW + dt.timedelta(days=1)
    new = in_force(desk)
    assert new != old
    clock.now = NOW + dt.timedelta(days=2)
    third = ready(desk, default_bundle_dir())
    desk.approve("bolat", third)
    desk.activate("bolat", third, NOW + dt.timedelta(days=9))
    desk.rollback("bolat")
    clock.now = NOW + dt.timedelta(days=10)
    assert in_force(desk) == old, "what was to come is cancelled"


def test_a_faulty_or_failing_draft_goes_no_further(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    write_starter(folder)
    path = folder / "rules" / "10-rules.yaml"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("effect: deny", "effect: Deny"), encoding="utf-8")
    number = desk.draft("aliya", folder, "x").draft
    entry, findings = desk.check("aliya", number)
    assert (entry.facts["passed"], findings[0].code) == (False, "UNKNOWN_EFFECT")
    with pytest.raises(StepRefused, match="check"):
        desk.test("aliya", number)
    path.write_text(good.replace("profile: R0", "profile: R1"), encoding="utf-8")
    number = desk.draft("aliya", folder, "x").draft
    assert desk.check("aliya", number)[0].facts["passed"]
    entry, findings = desk.test("aliya", number)
    assert (entry.facts["passed"], {item.code for item in findings}) == (False, {"CASE_FAILED"})
    with pytest.raises(StepRefused, match="test"):
        desk.approve("bolat", number)


def test_a_withdrawn_draft_is_gone(desk: Desk) -> None:
    number = ready(desk, starter_dir(), replayed=False)
    desk.withdraw("aliya", number)
    with pytest.raises(StepRefused, match="no open draft"):
        desk.approve("bolat", number)


def test_a_step_decided_on_another_state_is_refused(desk: Desk) -> None:
    seen = desk.etag
    desk.draft("aliya", starter_dir(), "mine", seen)
    with pytest.raises(StepRefused, match="look again"):
        desk.draft("dina", starter_dir(), "mine, too", seen)
    desk.draft("dina", starter_dir(), "mine, too", desk.etag)


def test_a_changed_log_is_noticed(desk: Desk, tmp_path: Path) -> None:
    first(desk)
    log = tmp_path / "desk" / "log.jsonl"
    good = log.read_text(encoding="utf-8")
    rows = good.splitlines()
    for bad in (
        good.replace('"officer": "bolat"', '"officer": "dina"', 1),
        "\n".join([rows[0], *rows[2:]]) + "\n",
        "\n".join([rows[1], rows[0], *rows[2:]]) + "\n",
        good.replace('"passed": true', '"passed": 1'),
        good[:-20],
        good + "{}\n",
    ):
        log.write_text(bad, encoding="utf-8")
        with pytest.raises(StepRefused, match="log"):
            desk.active()
        with pytest.raises(StepRefused, match="log"):
            desk.draft("aliya", starter_dir(), "x")
    log.write_text(good, encoding="utf-8")
    assert desk.active() is not None


def test_a_changed_bundle_is_not_put_in_force(desk: Desk, tmp_path: Path) -> None:
    number = ready(desk, starter_dir(), replayed=False)
    desk.approve("bolat", number)
    path = tmp_path / "desk" / "bundles" / desk.state().drafts[number].version / "bundle.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    with pytest.raises(StepRefused, match="was changed"):
        desk.activate("bolat", number)
    assert desk.active() is None


@pytest.mark.parametrize(
    "officers",
    [
        {"aliya": {OfficerRole.AUTHOR, OfficerRole.APPROVER}},
        {"aliya": {OfficerRole.AUTHOR}},
        {"Aliya Б": {OfficerRole.AUTHOR}, "bolat": {OfficerRole.APPROVER}},
    ],
)
def test_a_desk_needs_four_eyes(tmp_path: Path, officers: dict[str, set[OfficerRole]]) -> None:
    with pytest.raises(StepRefused):
        Desk.open_new(tmp_path / "new", officers)


def test_a_folder_that_is_no_desk_or_not_empty(tmp_path: Path) -> None:
    with pytest.raises(StepRefused, match="no desk"):
        Desk(tmp_path)
    (tmp_path / "desk.json").write_text(json.dumps({"officers": {"a": ["king"]}}), encoding="utf-8")
    with pytest.raises(StepRefused, match="no desk"):
        Desk(tmp_path)
    with pytest.raises(StepRefused, match="not empty"):
        Desk.open_new(tmp_path, {"a": {OfficerRole.AUTHOR}, "b": {OfficerRole.APPROVER}})
