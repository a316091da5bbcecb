"""Change the rules over the wire: who takes a step is who was identified, and each step is recorded before it is taken.

The desk belongs to the policies library; this use case brings what the desk does not know. Officers stand on it under
the keyed hash by which the audit log knows them. The entry of a step is durable before its line is written, and a
second one tells how it ended (`policy_steps`); what a killed process or a ledger that was away left without an end is
closed at the next start or the next step (`policy_audit`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from qupia_policies.build import build_engine
from qupia_policies.bundle import Bundle, load_bundle
from qupia_policies.change import OfficerRole, StepFault, StepRefused
from qupia_policies.desk import Desk, Look, Service
from qupia_policies.desk_folder import FolderStore
from qupia_policies.desk_log import DeskStore
from qupia_policies.engine import PolicyEngine
from qupia_policies.errors import BundleRefused, Finding
from qupia_policies.loader import read_folder
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.model import Principal
from qupia_server.disclosure.policy_audit import DeskComparison, alarm_for, beside, close_unfinished, compared
from qupia_server.disclosure.policy_shadow import ShadowTotal
from qupia_server.disclosure.policy_steps import ServedDesk, StepDrafts, StepWitness, TwoEntries
from qupia_server.errors import (
    InvalidRequest,
    NotFound,
    QupiaError,
    RequestIdReused,
    StateChanged,
    StepOutOfOrder,
    Unavailable,
)
from qupia_server.ledger.receipt import Receipt

ROLES: Final[Mapping[str, OfficerRole]] = {
    "policy_author": OfficerRole.AUTHOR,
    "policy_approver": OfficerRole.APPROVER,
    "auditor": OfficerRole.AUDITOR,
}
"""Roles of an identified person, and what they may do on a desk."""

GRACE: Final = dt.timedelta(minutes=1)
"""Time after which a process that serves another bundle than the one in force is a difference, and not late."""
THIS_PROCESS: Final = "this"
"""The process that answers, where no process says what it serves: it is alone."""
MAX_DOUBTFUL: Final = 64
"""Steps of this process whose end is asked about again."""

Found = TypeVar("Found")


async def _nothing() -> None:
    """Follow nothing."""


def _admit_all(bundle: Bundle) -> tuple[Finding, ...]:
    del bundle
    return ()


async def _no_shadow() -> ShadowTotal | None:
    return None


async def _no_peers() -> Mapping[str, str]:
    return {}


def _none_kept(days: int) -> Sequence[str]:
    del days
    return ()


class FolderDesk:
    """A desk in a folder: the ledger is kept elsewhere, so a step has an entry before and one after it.

    Args:
        folder: the desk.
    """

    def __init__(self, folder: Path) -> None:
        self._store = FolderStore(folder)

    @property
    def store(self) -> DeskStore:
        """What keeps it."""
        return self._store

    def taking(self, drafts: StepDrafts, loop: asyncio.AbstractEventLoop) -> tuple[DeskStore, StepWitness]:
        """Return what one step is taken on, and what records it."""
        return self._store, TwoEntries(drafts, loop)


@dataclass(frozen=True, slots=True)
class DeskRoom:
    """The desk that this process follows.

    Attributes:
        desk: None where the server decides by a plain bundle.
        follow: makes this process serve what is in force on the desk, at once.
        admit: tells what this server could not serve of a bundle.
        load: reads a bundle's folder, with what is served at hand.
        build: makes an engine that passed its cases, and keeps it to be served.
        shadow: gives what the shadow has shown in all processes of this desk.
        kept: gives the facts that servers of this desk kept in the last so many days, one request a line.
        max_delay: seconds that a process is behind the desk at most, beside the time of loading.
        peers: gives what each living process that shares the audit log serves, by its name.
        trouble: gives why what the desk says is in force is not served here; empty where it is.
    """

    desk: ServedDesk | None = None
    follow: Callable[[], Awaitable[None]] = _nothing
    admit: Callable[[Bundle], tuple[Finding, ...]] = _admit_all
    load: Callable[[Path], Bundle] = load_bundle
    build: Callable[[Bundle], PolicyEngine] = build_engine
    shadow: Callable[[], Awaitable[ShadowTotal | None]] = _no_shadow
    kept: Callable[[int], Sequence[str]] = _none_kept
    max_delay: float = 0.0
    trouble: Callable[[], str] = str
    peers: Callable[[], Awaitable[Mapping[str, str]]] = _no_peers


@dataclass(frozen=True, slots=True)
class Done(Generic[Found]):
    """A step that was taken.

    Attributes:
        found: what it returned.
        receipt: of its entry; None for a repeated call, which takes no step.
        look: the desk after it.
        etag: its state right after the step.
    """

    found: Found
    receipt: Receipt | None
    look: Look
    etag: str


class PolicyChanges:
    """Take steps on the desk that this server follows.

    Args:
        gate: the ports.
        room: the desk, and how this process follows it.
    """

    def __init__(self, gate: Gate, room: DeskRoom) -> None:
        self._gate, self._room = gate, room
        self._alone = asyncio.Lock()
        self._running: set[asyncio.Task[object]] = set()
        self._doubtful: list[StepWitness] = []

    @property
    def max_delay(self) -> float:
        """Seconds that a process is behind the desk at most, beside the time of loading."""
        return self._room.max_delay

    @property
    def serving(self) -> str:
        """Version of the bundle by which this process decides."""
        return self._gate.policies.current().snapshot.version

    def kept(self, days: int) -> Sequence[str]:
        """Return the facts that servers of this desk kept in the last so many days, one request a line; reads files.

        Raises:
            OSError: they cannot be read.
        """
        return self._room.kept(days)

    async def shadow(self) -> ShadowTotal | None:
        """Return what the shadow has shown in all processes of this desk; None when there is none.

        Raises:
            Unavailable: what they counted cannot be read now. StepOutOfOrder: the desk cannot be trusted.
        """
        try:
            return await self._room.shadow()
        except StepRefused as refused:
            raise _error_of(refused) from refused
        except OSError as error:
            raise Unavailable from error

    @property
    def trouble(self) -> str:
        """Return why this process goes on serving an earlier bundle than the desk names; empty where it does not."""
        return self._room.trouble()

    async def look(self) -> Look:
        """Return the desk as it stands.

        Raises:
            StepOutOfOrder: there is no desk, or it cannot be trusted.
        """
        store = self._desk().store
        try:
            return await asyncio.to_thread(lambda: Desk(store, self._gate.clock.now).look())
        except StepRefused as refused:
            raise _error_of(refused) from refused

    async def files(self, version: str) -> dict[str, bytes]:
        """Return the files of a bundle that was drafted here.

        Raises:
            NotFound: there is no such bundle. StepOutOfOrder: it was changed since.
        """
        store, look = self._desk().store, await self.look()
        if version not in {one.version for one in look.state.drafts.values()}:
            raise NotFound
        try:
            return await asyncio.to_thread(lambda: read_folder(Desk(store).bundle_dir(version)))
        except StepRefused as refused:
            raise _error_of(refused) from refused

    async def take(self, officer: Principal, step: Callable[[Desk, str], Found]) -> Done[Found]:
        """Take a step as an identified officer; a caller that goes away does not stop it halfway.

        Args:
            officer: who was identified.
            step: takes it, given the desk and the officer's name on it.

        Raises:
            StepOutOfOrder: something must come first, or this officer must not.
            StateChanged: it was decided on a state that has passed.
            RequestIdReused: the request id was used for another draft.
            InvalidRequest: the bundle's files are not a bundle's.
            Unavailable, LedgerFull: the entry is not durable; the step was not taken.
        """
        task = asyncio.create_task(self._taken(officer, step))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def begin(self) -> DeskComparison | None:
        """Close the steps that a killed process left unfinished, and alarm for what differs; for the start of a server.

        Returns:
            What differs; None without a desk.

        Raises:
            ConfigurationError: the desk cannot be trusted. Unavailable: the ledger is away.
        """
        if self._room.desk is None:
            return None
        found = await close_unfinished(self._room.desk.store, self._gate.audit, self._gate.ledger)
        alarm_for(found, self._gate.telemetry)
        return found

    async def audit(self) -> DeskComparison:
        """Compare the desk's log with the audit log, and what processes serve with what is in force.

        Raises:
            StepOutOfOrder: there is no desk. ConfigurationError: it cannot be trusted. Unavailable: no ledger.
        """
        found = await compared(self._desk().store, self._gate.audit)
        active = (await self.look()).active
        if active is not None and self._gate.clock.now() - active.since < GRACE:
            active = None
        return beside(found, active, await self._room.peers() or {THIS_PROCESS: self.serving})

    async def _taken(self, officer: Principal, step: Callable[[Desk, str], Found]) -> Done[Found]:
        served, name = self._desk(), self._gate.scribe.caller(officer)
        roles = frozenset(ROLES[role] for role in officer.roles if role in ROLES)
        loop = asyncio.get_running_loop()
        witnesses: list[StepWitness] = []

        def work() -> tuple[Found, Look]:
            lines = Desk(served.store).lines()
            drafts = StepDrafts(self._gate, officer, lines[0][1] if lines else "")
            store, witness = served.taking(drafts, loop)
            witnesses.append(witness)
            service = Service({name: roles}, witness, self._room.admit, self._room.load, self._room.build)
            desk = Desk(store, self._gate.clock.now, service)
            return step(desk, name), desk.look()

        # One step at a time: a check or a test takes a core for a while.
        async with self._alone:
            await self._settled()
            try:
                found, look = await self._worked(work)
            finally:
                self._doubtful += witnesses
        await self._followed()
        (witness,) = witnesses
        return Done(found, witness.receipt, look, witness.etag or look.etag)

    async def _settled(self) -> None:
        """Close what an earlier step of this process left without an end, before the next one is taken."""
        if self._room.desk is not None and any(witness.doubt for witness in self._doubtful):
            await close_unfinished(self._room.desk.store, self._gate.audit, self._gate.ledger)
        # One whose ledger was too slow may still come into doubt: the last ones are looked at again.
        self._doubtful = [witness for witness in self._doubtful if not witness.doubt][-MAX_DOUBTFUL:]

    async def _worked(self, work: Callable[[], tuple[Found, Look]]) -> tuple[Found, Look]:
        try:
            return await asyncio.to_thread(work)
        except StepRefused as refused:
            raise _error_of(refused) from refused
        except BundleRefused as refused:
            raise InvalidRequest({f"files[{one.file}]": one.advice for one in refused.findings[:16]}) from refused
        except QupiaError:
            raise
        except OSError as error:
            self._gate.telemetry.alarm("policy_desk", error=type(error).__name__)
            raise Unavailable from error

    async def _followed(self) -> None:
        try:
            await self._room.follow()
        except Exception as error:  # noqa: BLE001 - the step is taken; this process follows as the others do
            self._gate.telemetry.alarm("policies", error=type(error).__name__)

    def _desk(self) -> ServedDesk:
        if self._room.desk is None:
            advice = "This server decides by a bundle, not by a desk: set `policies` to a served desk."
            raise StepOutOfOrder({"fault": StepFault.NO_DESK.value, "advice": advice})
        return self._room.desk


def _error_of(refused: StepRefused) -> QupiaError:
    if refused.fault is StepFault.CHANGED_MEANWHILE:
        return StateChanged()
    if refused.fault is StepFault.REPEATED_OTHERWISE:
        return RequestIdReused()
    if refused.fault is StepFault.UNCERTAIN:
        return Unavailable()
    advice = str(refused) if refused.fault is not StepFault.NOT_THEIRS else "this needs another role"
    return StepOutOfOrder({"fault": refused.fault.value, "advice": advice})
