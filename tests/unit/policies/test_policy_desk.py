"""Changing rules: what must come first, who may do what, what an intruder finds, and when a bundle is in force."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qupia_policies.bundle import default_bundle_dir
from qupia_policies.change import Entry, OfficerRole, Step, StepRefused
from qupia_policies.desk import Desk, Service
from qupia_policies.errors import BundleRefused
from qupia_policies.loader import content_version, read_folder
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


def test_an_approval_ends_with_the_comparison_that_was_approved(desk: Desk, changed: Path, clock: Clock) -> None:
    first(desk)
    other, second = ready(desk, default_bundle_dir()), ready(desk, changed)
    desk.approve("bolat", other)
    desk.approve("bolat", second)
    desk.activate("bolat", other)
    clock.now += dt.timedelta(minutes=1)
    desk.replay("aliya", second, (), {"least": 0})  # nobody but the author has seen this one
    with pytest.raises(StepRefused, match="second officer"):
        desk.activate("aliya", second)
    desk.approve("bolat", second)
    desk.replay("aliya", second, lines())  # against the same bundle: what was approved still stands
    desk.activate("aliya", second)
    assert in_force(desk) == content_version(read_folder(changed))


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


def test_what_was_to_come_later_is_cancelled_by_what_came_first(
    desk: Desk, changed: Path, tmp_path: Path, clock: Clock
) -> None:
    first(desk)
    later = ready(desk, changed)
    urgent = tmp_path / "urgent"
    write_starter(urgent)
    (urgent / "bundle.yaml").write_text("format: qupia-bundle-1\ntitle: Urgent\n", encoding="utf-8")
    soon = ready(desk, urgent)
    for number in (later, soon):
        desk.approve("bolat", number)
    desk.activate("bolat", later, NOW + dt.timedelta(days=1))
    desk.activate("bolat", soon)
    clock.now = NOW + dt.timedelta(days=2)
    assert in_force(desk) == content_version(read_folder(urgent))


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
        good + "{}\n",
    ):
        log.write_text(bad, encoding="utf-8")
        with pytest.raises(StepRefused, match="log"):
            desk.active()
        with pytest.raises(StepRefused, match="log"):
            desk.draft("aliya", starter_dir(), "x")
    log.write_text(good, encoding="utf-8")
    assert desk.active() is not None


def rechained(rows: list[dict[str, Any]]) -> str:
    """Return the log that a forger who knows the format would write."""
    head, lines = "0" * 64, []
    for number, row in enumerate(rows, 1):
        line = json.dumps(row | {"number": number, "before": head}, ensure_ascii=False, sort_keys=True)
        lines.append(line + "\n")
        head = hashlib.sha256(line.encode()).hexdigest()
    return "".join(lines)


FORGED: list[tuple[int, dict[str, Any] | None]] = [
    (1, {"officer": "bolat"}),  # then the approver approved his own draft
    (1, {"draft": 7}),
    (1, {"version": "0" * 64}),
    (2, {"facts": {"passed": False, "findings": 9}}),
    (2, {"draft": 2}),
    (3, {"version": "0" * 64}),
    (4, None),
    (4, {"officer": "aliya"}),
    (4, {"version": "0" * 64}),
    (5, {"version": "0" * 64}),
    (5, {"facts": {}}),
    (5, {"facts": {"since": "2020-01-01T00:00:00+00:00"}}),
    (5, {"facts": []}),
    (5, {"facts": None}),
    (2, {"facts": 1}),
    (1, {"draft": True}),
    (5, {"at": "2026-11-22T12:00:00"}),
]


def test_a_forged_log_whose_hashes_fit_is_not_believed(desk: Desk, tmp_path: Path) -> None:
    first(desk)
    log = tmp_path / "desk" / "log.jsonl"
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    log.write_text(rechained(rows), encoding="utf-8")
    assert desk.active() is not None, "the forger's way of writing is the desk's"
    for number, forged in FORGED:
        mine = [*rows[: number - 1], *([] if forged is None else [rows[number - 1] | forged]), *rows[number:]]
        log.write_text(rechained(mine), encoding="utf-8")
        with pytest.raises(StepRefused):
            desk.active()
        with pytest.raises(StepRefused):
            desk.draft("aliya", starter_dir(), "x")


def test_a_line_that_a_power_cut_broke_off_was_never_a_step(desk: Desk, tmp_path: Path, changed: Path) -> None:
    first(desk)
    log = tmp_path / "desk" / "log.jsonl"
    good = log.read_bytes()
    log.write_bytes(good[:-20])
    assert desk.active() is None, "the activation was not told to anybody"
    desk.activate("bolat", 1)
    assert [one.step for one in desk.entries()][-1] is Step.ACTIVATE
    log.write_bytes(log.read_bytes() + '{"number": 7, "title": "Ж'.encode()[:-1])
    desk.draft("dina", changed, "next")
    assert len(desk.state().drafts) == 2


def test_no_title_makes_the_log_unreadable(desk: Desk) -> None:
    for title in ("a\u2028b\u0085c\u000bd", "half \ud800", "line\nline"):
        desk.draft("dina", starter_dir(), title)
    assert len(desk.entries()) == 3


def test_a_desk_without_its_log_refuses(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "desk" / "log.jsonl").unlink()
    with pytest.raises(StepRefused, match="log"):
        desk.draft("dina", starter_dir(), "x")
    assert not (tmp_path / "desk" / "log.jsonl").exists()


def served(tmp_path: Path, clock: Clock, seen: list[tuple[Entry, str]]) -> Desk:
    Desk.open_served(tmp_path / "served", starter_dir(), clock)
    both = frozenset({OfficerRole.AUTHOR, OfficerRole.APPROVER})

    def witness(entry: Entry, line: str, take: Callable[[], None]) -> None:
        seen.append((entry, line))
        take()

    service = Service({"k-1": both, "k-2": both}, witness)
    return Desk(tmp_path / "served", clock, service)


def test_a_served_desk_takes_steps_of_a_service_only(tmp_path: Path, clock: Clock, desk: Desk) -> None:
    seen: list[tuple[Entry, str]] = []
    through = served(tmp_path, clock, seen)
    assert through.active() is not None
    with pytest.raises(StepRefused, match="served"):
        Desk(tmp_path / "served", clock).draft("k-1", starter_dir(), "by hand")
    with pytest.raises(StepRefused, match="named"):
        Desk(tmp_path / "desk", clock, Service({}, lambda _entry, _line, take: take())).draft(
            "aliya", starter_dir(), "x"
        )
    through.draft("k-1", starter_dir(), "by the service")
    assert [(entry.step, line == through.etag) for entry, line in seen] == [(Step.DRAFT, True)]


def test_a_step_that_its_witness_does_not_record_is_not_taken(tmp_path: Path, clock: Clock) -> None:
    def away(_entry: Entry, _line: str, _take: Callable[[], None]) -> None:
        raise OSError("the ledger is away")

    before = served(tmp_path, clock, []).etag
    roles = {"k-1": frozenset({OfficerRole.AUTHOR})}
    desk = Desk(tmp_path / "served", clock, Service(roles, away))
    with pytest.raises(OSError, match="away"):
        desk.draft("k-1", starter_dir(), "x")
    assert desk.etag == before


def test_files_that_are_handed_in_are_those_of_a_bundle(desk: Desk) -> None:
    good = read_folder(starter_dir())
    assert desk.draft("dina", good, "by name").version == content_version(good)
    for name in (
        "../rules/x.yaml",
        "rules/../../x.yaml",
        "rules/x/y.yaml",
        "rules/.yaml",
        "desk.json",
        "",
        "rules/x.yaml\n",
    ):
        with pytest.raises(BundleRefused, match="UNEXPECTED_FILE"):
            desk.draft("dina", {**good, name: b""}, "x")
    with pytest.raises(BundleRefused):
        desk.draft("dina", {}, "x")


def test_the_same_request_again_makes_no_second_draft(desk: Desk, changed: Path) -> None:
    made = desk.draft("dina", starter_dir(), "x", request="r-1")
    again = desk.draft("dina", starter_dir(), "x", "0" * 64, "r-1")
    assert (again.number, len(desk.entries())) == (made.number, 1)
    with pytest.raises(StepRefused, match="otherwise"):
        desk.draft("dina", changed, "x", request="r-1")
    assert desk.draft("aliya", starter_dir(), "x", request="r-1").draft == 2, "a request is its officer's own"


def test_a_shadow_ends_with_its_draft_and_with_another_bundle(desk: Desk, changed: Path) -> None:
    first(desk)
    desk.draft("aliya", changed, "x")
    with pytest.raises(StepRefused, match="check and test"):
        desk.shadow("aliya", 2)
    desk.check("aliya", 2)
    desk.test("aliya", 2)
    desk.shadow("aliya", 2)
    assert desk.state().shadow == 2
    desk.withdraw("aliya", 2)
    assert desk.state().shadow == 0
    number = ready(desk, changed)
    desk.shadow("aliya", number)
    desk.approve("bolat", number)
    desk.activate("bolat", number)
    assert desk.look().state.shadow == 0


def test_a_changed_bundle_is_not_put_in_force(desk: Desk, tmp_path: Path) -> None:
    number = ready(desk, starter_dir(), replayed=False)
    desk.approve("bolat", number)
    path = tmp_path / "desk" / "bundles" / desk.state().drafts[number].version / "bundle.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    with pytest.raises(StepRefused, match="was changed"):
        desk.activate("bolat", number)
    assert desk.active() is None


def test_limits_of_the_desk_hold_whatever_an_author_states(tmp_path: Path, changed: Path) -> None:
    officers = {"aliya": {OfficerRole.AUTHOR}, "bolat": {OfficerRole.APPROVER}}
    Desk.open_new(tmp_path / "bound", officers, {"gains": 0, "least": 1})
    bound = Desk(tmp_path / "bound")
    first(bound)
    number = ready(bound, changed, replayed=False)
    for stated in ({}, {"gains": 9}, {"gains": 9, "least": 0}):
        entry, report = bound.replay("aliya", number, lines(), stated)
        assert (report.gains, entry.facts["passed"], entry.facts["limits"]) == (1, False, {"gains": 0, "least": 1})
    assert bound.replay("aliya", number, (), {"least": 0})[0].facts["passed"] is False
    (tmp_path / "bound" / "desk.json").write_text('{"officers": {}, "limits": {"gain": 0}}', encoding="utf-8")
    with pytest.raises(StepRefused, match="no desk"):
        Desk(tmp_path / "bound")


@pytest.mark.parametrize("text", ["", '{"id": "r-3", "facts": null}', "no json"])
def test_a_replay_that_decided_nothing_shows_nothing(desk: Desk, changed: Path, text: str) -> None:
    first(desk)
    number = ready(desk, changed, replayed=False)
    found = [read_line(line.encode()) for line in text.splitlines()]
    entry, report = desk.replay("aliya", number, found, {"gains": 0, "losses": 0})
    assert (report.played, entry.facts["passed"]) == (0, False)
    with pytest.raises(StepRefused, match="replay the draft"):
        desk.approve("bolat", number)


def test_that_nothing_need_be_shown_is_stated_and_stands_in_the_log(desk: Desk, changed: Path) -> None:
    first(desk)
    number = ready(desk, changed, replayed=False)
    desk.replay("aliya", number, (), {"least": 2})
    assert desk.entries()[-1].facts["passed"] is False
    entry, _ = desk.replay("aliya", number, (), {"least": 0})
    assert (entry.facts["passed"], entry.facts["min_replayed"]) == (True, 0)
    assert desk.approve("bolat", number).number > entry.number


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
