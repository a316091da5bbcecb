"""Compare the desk's log with the audit log: a step in one and not in the other is a fault of somebody or something.

Unfinished steps are no fault: their process was killed between the entry and the line, or between the line and the
second entry. They are closed by what the desk shows, while nobody else can be in the middle of a step.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from qupia_policies.change import OPERATOR, Revision, StepRefused
from qupia_policies.change import Entry as Taken
from qupia_policies.desk import Desk
from qupia_policies.desk_log import DeskStore
from qupia_server.disclosure.policy_steps import ended
from qupia_server.disclosure.ports import AuditReader, Ledger
from qupia_server.errors import ConfigurationError, Unavailable
from qupia_server.ledger.entry import Entry, EntryDraft, EntryOutcome
from qupia_server.telemetry import Telemetry

FIRST_STEPS: Final = 4
"""Steps by which the operator puts the first bundle in force: there is no ledger yet."""
MAX_TOLD: Final = 1_000
SECONDS: Final = 60.0
"""Time that the ledger gets to close what is unfinished."""


class DeskFault(StrEnum):
    """How the desk and the ledger differ."""

    NOT_RECORDED = "NOT_RECORDED"
    CUT_OFF = "CUT_OFF"
    CONTRADICTED = "CONTRADICTED"
    OTHER_DESK = "OTHER_DESK"
    UNFINISHED = "UNFINISHED"
    OTHER_BUNDLE = "OTHER_BUNDLE"


ADVICE: Final = {
    DeskFault.NOT_RECORDED: "The desk has this step and the audit log has not: it was not taken through this server.",
    DeskFault.CUT_OFF: "The audit log says that this step was taken, and the desk has not got it: it was changed.",
    DeskFault.CONTRADICTED: "The audit log says that this step was not taken, and the desk has it.",
    DeskFault.OTHER_DESK: "The newest step of the audit log was taken on another desk than this one.",
    DeskFault.OTHER_BUNDLE: "A process serves another bundle than the one in force: look at its alarms, or restart it.",
    DeskFault.UNFINISHED: "The end of this step is not recorded; the next start of a server records it.",
}
"""What each fault means, in a sentence."""


HARMLESS: Final = frozenset({DeskFault.UNFINISHED})
"""Faults that leave no doubt about what is in force: a step of another process may be in the middle of its entries."""


@dataclass(frozen=True, slots=True)
class DeskDifference:
    """One step that does not stand in both.

    Attributes:
        fault: how they differ.
        number: the step's number on the desk; 0 when it is not there.
        line: the hash of its line.
        entry: id of its first audit entry; empty when there is none.
        step: what was done, as the desk or the entry says.
        process: the process that serves another bundle.
        bundle: what it serves.
    """

    fault: DeskFault
    number: int
    line: str
    entry: str
    step: str
    process: str = ""
    bundle: str = ""


@dataclass(frozen=True, slots=True)
class DeskComparison:
    """What a comparison found.

    Attributes:
        steps: steps on the desk.
        recorded: those with an audit entry.
        differences: what differs, the desk's order first; the first thousand.
        unfinished: first entries of steps whose end is not recorded, and whether each was taken.
        by_hand: officers are named on the desk, and no server ever took a step on it: its own log is the record.
    """

    steps: int
    recorded: int
    differences: tuple[DeskDifference, ...] = ()
    unfinished: tuple[tuple[Entry, bool], ...] = ()
    by_hand: bool = False


def compare(lines: Sequence[tuple[Taken, str]], entries: Iterable[Entry]) -> DeskComparison:
    """Compare the lines of a desk, each with its hash, with the entries of steps, in the ledger's order."""
    begun: dict[str, Entry] = {}
    ends: dict[str, set[EntryOutcome]] = {}
    for entry in entries:
        if entry.draft.previous:
            ends.setdefault(entry.draft.previous, set()).add(entry.draft.outcome)
        elif entry.draft.body_digest:
            begun[entry.draft.body_digest] = entry
    found = [_of_line(taken, line, begun.get(line), ends) for taken, line in lines]
    there = {line for _, line in lines}
    desk = lines[0][1] if lines else ""
    gone = [entry for line, entry in begun.items() if line not in there and entry.draft.desk in {"", desk}]
    found += [_of_entry(entry, ends) for entry in gone]
    newest = max(begun.values(), key=lambda entry: entry.sequence, default=None)
    if newest is not None and newest.draft.desk not in {"", desk}:
        found.append(_difference(DeskFault.OTHER_DESK, newest))
    # Entries of before ends were recorded name no desk: they are believed as they stand.
    open_ones = (one for one in begun.values() if one.draft.desk and one.draft.desk == desk)
    unfinished = tuple((one, one.draft.body_digest in there) for one in open_ones if one.entry_id not in ends)
    differences = tuple(one for one in found if one is not None)[:MAX_TOLD]
    return DeskComparison(len(lines), sum(line in begun for line in there), differences, unfinished)


def _of_line(taken: Taken, line: str, entry: Entry | None, ends: dict[str, set[EntryOutcome]]) -> DeskDifference | None:
    if entry is None:
        if taken.officer == OPERATOR and taken.number <= FIRST_STEPS:
            return None
        return DeskDifference(DeskFault.NOT_RECORDED, taken.number, line, "", taken.step.value)
    told = ends.get(entry.entry_id, set())
    if EntryOutcome.TAKEN in told or (not told and not entry.draft.desk):
        return None
    fault = DeskFault.CONTRADICTED if told else DeskFault.UNFINISHED
    return DeskDifference(fault, taken.number, line, entry.entry_id, taken.step.value)


def _of_entry(entry: Entry, ends: dict[str, set[EntryOutcome]]) -> DeskDifference | None:
    """Tell what is wrong with an entry whose line is not on the desk; nothing when it says so."""
    told = ends.get(entry.entry_id, set())
    if EntryOutcome.ABORTED in told:  # beside TAKEN: an operator accepted the desk without it
        return None
    unfinished = not told and bool(entry.draft.desk)
    return _difference(DeskFault.UNFINISHED if unfinished else DeskFault.CUT_OFF, entry)


def _difference(fault: DeskFault, entry: Entry) -> DeskDifference:
    step = entry.draft.reason.partition(".")[2].removeprefix("POLICY_").lower()
    return DeskDifference(fault, 0, entry.draft.body_digest, entry.entry_id, step)


def beside(found: DeskComparison, active: Revision | None, serving: Mapping[str, str]) -> DeskComparison:
    """Add the processes that serve another bundle than the revision in force.

    Args:
        found: what the logs show.
        active: the revision in force, for a while; None: it has only just come into force.
        serving: what each living process serves, by its name; empty where it has not said.
    """
    if active is None:
        return found
    others = tuple(
        DeskDifference(DeskFault.OTHER_BUNDLE, active.number, "", "", "", process, bundle)
        for process, bundle in sorted(serving.items())
        if bundle not in {"", active.version}
    )
    return replace(found, differences=(*found.differences, *others))


class DeskDiffers(ConfigurationError):
    """Desk and audit log differ, so that nobody can tell whether officers put in force what the desk says.

    Attributes:
        difference: the first that leaves doubt.
    """

    def __init__(self, difference: DeskDifference) -> None:
        self.difference = difference
        step = f"step {difference.number}" if difference.number else "a step that the desk has not got"
        advice = f"{ADVICE[difference.fault]} Look at 'qupia policies audit'."
        super().__init__({"policies": f"The desk is refused, {difference.fault.value} at {step}. {advice}"})


def require_same(found: DeskComparison) -> None:
    """Refuse a desk on which there is doubt about what is in force.

    Raises:
        DeskDiffers: a step stands in one log and not in the other.
    """
    doubtful = next((one for one in found.differences if one.fault not in HARMLESS), None)
    if doubtful is not None:
        raise DeskDiffers(doubtful)


def alarm_for(found: DeskComparison, telemetry: Telemetry, quiet: frozenset[DeskFault] = frozenset()) -> None:
    """Raise an alarm for each kind of difference, with its first step; none for those in `quiet`."""
    for fault, count in Counter(one.fault for one in found.differences if one.fault not in quiet).items():
        first = next(one for one in found.differences if one.fault is fault)
        telemetry.alarm("policy_desk_differs", fault=fault.value, step=first.number, entry=first.entry, steps=count)


async def compared(store: DeskStore, audit: AuditReader) -> DeskComparison:
    """Compare a desk with the audit log.

    The ledger is read first: a step that is taken meanwhile is unfinished or not recorded at worst, never cut off.

    Raises:
        ConfigurationError: the desk cannot be trusted. Unavailable: the ledger is away.
    """
    entries = await audit.policy_steps()
    try:
        served, lines = await asyncio.to_thread(_read, store)
    except StepRefused as refused:
        raise ConfigurationError({"policies": f"The desk is refused: {refused}."}) from refused
    # A desk that says it is not served, where steps were taken through a server before, is compared all the same.
    if not served and not any(entry.draft.desk for entry in entries):
        return DeskComparison(len(lines), 0, by_hand=True)
    known = {entry.draft.body_digest for entry in entries}
    fresh = [line for _, line in lines if line not in known]
    return compare(lines, await audit.policy_steps() if fresh else entries)


async def accept_desk(store: DeskStore, audit: AuditReader, ledger: Ledger, operator: EntryDraft) -> DeskComparison:
    """Record that the desk is right as it stands, for each step that differs: after a restore, or on a new desk.

    Args:
        store: the desk.
        audit: where its steps stand.
        ledger: where this is recorded.
        operator: draft of an entry that says who accepts.

    Returns:
        What differed before.

    Raises:
        ConfigurationError: the desk cannot be trusted. Unavailable: the ledger is away.
    """
    found = await compared(store, audit)
    _, lines = await asyncio.to_thread(_read, store)
    versions = {line: taken.version for taken, line in lines}
    begun = {entry.entry_id: entry.draft for entry in await audit.policy_steps()}
    for one in found.differences:
        if one.fault in HARMLESS:
            continue
        draft, entry_id = begun.get(one.entry, operator), one.entry
        if one.fault in {DeskFault.NOT_RECORDED, DeskFault.OTHER_DESK}:
            line = one.line if one.fault is DeskFault.NOT_RECORDED else lines[-1][1]
            draft = replace(operator, body_digest=line, desk=lines[0][1], bundle=versions[line])
            entry_id = (await ledger.record(draft)).entry_id
        told = ended(draft, entry_id, taken=one.fault is not DeskFault.CUT_OFF)
        who = {name: getattr(operator, name) for name in ("requester", "requester_role", "caller", "assurance")}
        await ledger.record(replace(told, **who))
    return found


def _read(store: DeskStore) -> tuple[bool, tuple[tuple[Taken, str], ...]]:
    desk = Desk(store)
    return desk.served, desk.lines()


async def close_unfinished(store: DeskStore, audit: AuditReader, ledger: Ledger) -> DeskComparison:
    """Record the end of unfinished steps, holding the desk so that nobody is in the middle of one, and compare.

    Raises:
        ConfigurationError: the desk cannot be trusted. Unavailable: the ledger is away.
    """
    loop = asyncio.get_running_loop()

    async def close() -> None:
        # Entries that are still on their way belong to steps of this very process.
        await ledger.settled()
        lines = await asyncio.to_thread(lambda: Desk(store).lines())
        for entry, taken in compare(lines, await audit.policy_steps()).unfinished:
            await ledger.record(ended(entry.draft, entry.entry_id, taken=taken))

    def alone() -> None:
        with store.holding():
            asyncio.run_coroutine_threadsafe(close(), loop).result(SECONDS)

    if (await compared(store, audit)).unfinished:
        try:
            await asyncio.to_thread(alone)
        except TimeoutError as error:
            raise Unavailable from error
        except StepRefused as refused:
            raise ConfigurationError({"policies": f"The desk is refused: {refused}."}) from refused
    return await compared(store, audit)
