"""A step in one log and not in the other is named; steps that a killed process left are told apart from forgeries."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from qupia_policies.change import Entry as Taken
from qupia_policies.change import OfficerRole
from qupia_policies.desk import Desk, Service
from qupia_policies.starter import starter_dir
from qupia_server.disclosure.policy_audit import DeskComparison, DeskFault, compare
from qupia_server.ledger.entry import Entry, EntryDraft, EntryOutcome, Event

Lines = tuple[tuple[Taken, str], ...]
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Lines:
    folder = tmp_path_factory.mktemp("served") / "desk"
    Desk.open_served(folder, starter_dir())
    service = Service({"k-1": frozenset({OfficerRole.AUTHOR})}, lambda _entry, _line, take: take())
    desk = Desk(folder, service=service)
    desk.draft("k-1", starter_dir(), "one")
    desk.draft("k-1", starter_dir(), "two")
    return desk.lines()


class Log:
    """Entries of steps as a ledger has them."""

    def __init__(self, desk: str) -> None:
        self.entries: list[Entry] = []
        self._desk = desk

    def begun(self, line: str, desk: str | None = None) -> str:
        reason = "ALLOWED.POLICY_DRAFT"
        draft = EntryDraft(Event.POLICY_CHANGE, EntryOutcome.ALLOWED, reason, body_digest=line)
        return self._add(draft, self._desk if desk is None else desk)

    def ended(self, line: str, entry: str, outcome: EntryOutcome = EntryOutcome.TAKEN) -> None:
        self._add(EntryDraft(Event.POLICY_CHANGE, outcome, "R", body_digest=line, previous=entry), self._desk)

    def whole(self, lines: Lines) -> Log:
        for _, line in lines:
            self.ended(line, self.begun(line))
        return self

    def _add(self, draft: EntryDraft, desk: str) -> str:
        number = len(self.entries)
        values = {name: getattr(draft, name) for name in ("event", "outcome", "reason", "body_digest", "previous")}
        self.entries.append(Entry(f"e-{number}", number, NOW, "00", EntryDraft(**values, desk=desk)))
        return f"e-{number}"


def faults(found: DeskComparison) -> list[tuple[DeskFault, int]]:
    return [(one.fault, one.number) for one in found.differences]


def a_log(lines: Lines) -> Log:
    return Log(lines[0][1])


def test_two_whole_logs_do_not_differ(lines: Lines) -> None:
    found = compare(lines, a_log(lines).whole(lines[4:]).entries)
    assert (found.steps, found.recorded, found.differences, found.unfinished) == (6, 2, (), ())


def test_a_step_without_an_entry_was_not_taken_through_a_server(lines: Lines) -> None:
    assert faults(compare(lines, a_log(lines).whole(lines[5:]).entries)) == [(DeskFault.NOT_RECORDED, 5)]


def test_a_step_of_the_operator_beyond_the_first_is_no_exception(lines: Lines) -> None:
    whole = a_log(lines).whole(lines[4:5]).entries
    first = lines[3][0]
    forged = Taken(6, first.step, first.officer, first.at, first.draft, first.version, first.facts)
    assert faults(compare((*lines[:5], (forged, "f" * 64)), whole)) == [(DeskFault.NOT_RECORDED, 6)]


def test_a_line_that_was_cut_off_is_missed(lines: Lines) -> None:
    found = compare(lines[:-1], a_log(lines).whole(lines[4:]).entries)
    assert faults(found) == [(DeskFault.CUT_OFF, 0)]
    assert found.unfinished == (), "nobody makes it look like a step that was never taken"


def test_a_line_of_a_step_that_was_told_not_to_be_taken_contradicts(lines: Lines) -> None:
    log = a_log(lines).whole(lines[4:5])
    log.ended(lines[5][1], log.begun(lines[5][1]), EntryOutcome.ABORTED)
    assert faults(compare(lines, log.entries)) == [(DeskFault.CONTRADICTED, 6)]


def test_a_step_that_was_told_not_to_be_taken_and_is_not_there_is_in_order(lines: Lines) -> None:
    log = a_log(lines).whole(lines[4:])
    log.ended("a" * 64, log.begun("a" * 64), EntryOutcome.ABORTED)
    assert compare(lines, log.entries).differences == ()


def test_unfinished_steps_are_closed_by_what_the_desk_shows(lines: Lines) -> None:
    log = a_log(lines).whole(lines[4:5])
    log.begun(lines[5][1])
    log.begun("a" * 64)
    found = compare(lines, log.entries)
    assert faults(found) == [(DeskFault.UNFINISHED, 6), (DeskFault.UNFINISHED, 0)]
    assert [(entry.draft.body_digest, taken) for entry, taken in found.unfinished] == [
        (lines[5][1], True),
        ("a" * 64, False),
    ]


def test_entries_from_before_ends_were_recorded_are_believed(lines: Lines) -> None:
    log = a_log(lines)
    for _, line in lines[4:]:
        log.begun(line, desk="")
    assert compare(lines, log.entries).differences == ()
    log.begun("a" * 64, desk="")
    found = compare(lines, log.entries)
    assert (faults(found), found.unfinished) == ([(DeskFault.CUT_OFF, 0)], ())


def test_a_desk_that_was_exchanged_is_noticed(lines: Lines, tmp_path: Path) -> None:
    log = a_log(lines).whole(lines[4:])
    Desk.open_served(tmp_path / "other", starter_dir())
    other = Desk(tmp_path / "other").lines()
    assert faults(compare(other, log.entries)) == [(DeskFault.OTHER_DESK, 0)]
    newer = Log(other[0][1])
    newer.entries = log.entries
    newer.ended("b" * 64, newer.begun("b" * 64), EntryOutcome.ABORTED)
    assert compare(other, newer.entries).differences == (), "steps were taken on it since: it is the desk now"
