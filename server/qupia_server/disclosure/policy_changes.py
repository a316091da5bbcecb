"""Change the rules over the wire: who takes a step is who was identified, and each step is recorded before it is taken.

The desk is a folder of the policies library; this use case brings what the desk does not know. Officers stand on it
under the keyed hash by which the audit log knows them. The entry of a step is durable before its line is written; a
step that fails behind its entry gets a second one that says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Generic, TypeVar

from qupia_policies.bundle import Bundle
from qupia_policies.change import Entry as Taken
from qupia_policies.change import OfficerRole, StepFault, StepRefused
from qupia_policies.desk import Desk, Look, Service
from qupia_policies.errors import BundleRefused, Finding
from qupia_policies.loader import read_folder
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.model import Principal
from qupia_server.disclosure.policy_shadow import ShadowView
from qupia_server.errors import (
    InvalidRequest,
    NotFound,
    QupiaError,
    RequestIdReused,
    StateChanged,
    StepOutOfOrder,
    Unavailable,
)
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.ledger.receipt import Receipt

ROLES: Final[Mapping[str, OfficerRole]] = {
    "policy_author": OfficerRole.AUTHOR,
    "policy_approver": OfficerRole.APPROVER,
    "auditor": OfficerRole.AUDITOR,
}
"""Roles of an identified person, and what they may do on a desk."""
WITNESS_SECONDS: Final = 30.0
"""Time that the ledger gets to take the entry of a step; after it the step is not taken."""

Found = TypeVar("Found")


async def _nothing() -> None:
    """Follow nothing."""


def _admit_all(bundle: Bundle) -> tuple[Finding, ...]:
    del bundle
    return ()


def _no_shadow() -> ShadowView | None:
    return None


def _none_kept(days: int) -> Sequence[str]:
    del days
    return ()


@dataclass(frozen=True, slots=True)
class DeskRoom:
    """The desk that this process follows.

    Attributes:
        folder: its folder; None where the server decides by a plain bundle.
        follow: makes this process serve what is in force on the desk, at once.
        admit: tells what this server could not serve of a bundle.
        shadow: gives what the shadow of this process has shown.
        kept: gives the facts that servers of this desk kept in the last so many days, one request a line.
        max_delay: seconds that a process is behind the desk at most, beside the time of loading.
    """

    folder: Path | None = None
    follow: Callable[[], Awaitable[None]] = _nothing
    admit: Callable[[Bundle], tuple[Finding, ...]] = _admit_all
    shadow: Callable[[], ShadowView | None] = _no_shadow
    kept: Callable[[int], Sequence[str]] = _none_kept
    max_delay: float = 0.0


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


@dataclass(slots=True)
class _Witness:
    """Records the steps of one call; called on the desk's thread, writes on the loop's."""

    gate: Gate
    officer: Principal
    loop: asyncio.AbstractEventLoop
    receipt: Receipt | None = None
    draft: EntryDraft | None = None
    etag: str = field(default="")

    def __call__(self, taken: Taken, line_hash: str) -> None:
        draft = self._drafted(taken, line_hash)
        future = asyncio.run_coroutine_threadsafe(self._recorded(draft), self.loop)
        try:
            self.receipt = future.result(WITNESS_SECONDS)
        except TimeoutError as error:
            future.cancel()
            raise Unavailable from error
        self.draft, self.etag = draft, line_hash

    async def _recorded(self, draft: EntryDraft) -> Receipt:
        return await self.gate.ledger.record(draft)

    def _drafted(self, taken: Taken, line_hash: str) -> EntryDraft:
        ended = "" if "passed" not in taken.facts else "_PASSED" if taken.facts["passed"] else "_FAILED"
        reason = f"ALLOWED.POLICY_{taken.step.name}{ended}"
        plain = self.gate.scribe.plain(Event.POLICY_CHANGE, EntryOutcome.ALLOWED, reason, self.officer)
        # The digest ties the entry to the line of the desk's log, so that lines cut off there are missed here.
        return replace(plain, bundle=taken.version, body_digest=line_hash)


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

    @property
    def shadow(self) -> ShadowView | None:
        """What the shadow of this process has shown; None when there is none."""
        return self._room.shadow()

    async def look(self) -> Look:
        """Return the desk as it stands.

        Raises:
            StepOutOfOrder: there is no desk, or it cannot be trusted.
        """
        folder = self._desk()
        try:
            return await asyncio.to_thread(lambda: Desk(folder, self._gate.clock.now).look())
        except StepRefused as refused:
            raise _error_of(refused) from refused

    async def files(self, version: str) -> dict[str, bytes]:
        """Return the files of a bundle that was drafted here.

        Raises:
            NotFound: there is no such bundle. StepOutOfOrder: it was changed since.
        """
        folder, look = self._desk(), await self.look()
        if version not in {one.version for one in look.state.drafts.values()}:
            raise NotFound
        try:
            return await asyncio.to_thread(lambda: read_folder(Desk(folder).bundle_dir(version)))
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

    async def _taken(self, officer: Principal, step: Callable[[Desk, str], Found]) -> Done[Found]:
        folder, name = self._desk(), self._gate.scribe.caller(officer)
        roles = frozenset(ROLES[role] for role in officer.roles if role in ROLES)
        witness = _Witness(self._gate, officer, asyncio.get_running_loop())
        service = Service({name: roles}, witness, self._room.admit)

        def work() -> tuple[Found, Look]:
            desk = Desk(folder, self._gate.clock.now, service)
            return step(desk, name), desk.look()

        # One step at a time: a check or a test takes a core for a while.
        async with self._alone:
            found, look = await self._worked(work, witness)
        await self._followed()
        return Done(found, witness.receipt, look, witness.etag or look.etag)

    async def _worked(self, work: Callable[[], tuple[Found, Look]], witness: _Witness) -> tuple[Found, Look]:
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
            if witness.draft is not None and witness.receipt is not None:
                await self._broken_off(witness.draft, witness.receipt)
            raise Unavailable from error

    async def _broken_off(self, draft: EntryDraft, receipt: Receipt) -> None:
        """Record that a step that has its entry was not taken after all."""
        await self._gate.ledger.record(replace(draft, outcome=EntryOutcome.ABORTED, previous=receipt.entry_id))

    async def _followed(self) -> None:
        try:
            await self._room.follow()
        except Exception as error:  # noqa: BLE001 - the step is taken; this process follows as the others do
            self._gate.telemetry.alarm("policies", error=type(error).__name__)

    def _desk(self) -> Path:
        if self._room.folder is None:
            advice = "This server decides by a bundle, not by a desk: set `policies` to a served desk."
            raise StepOutOfOrder({"fault": StepFault.NO_DESK.value, "advice": advice})
        return self._room.folder


def _error_of(refused: StepRefused) -> QupiaError:
    if refused.fault is StepFault.CHANGED_MEANWHILE:
        return StateChanged()
    if refused.fault is StepFault.REPEATED_OTHERWISE:
        return RequestIdReused()
    advice = str(refused) if refused.fault is not StepFault.NOT_THEIRS else "this needs another role"
    return StepOutOfOrder({"fault": refused.fault.value, "advice": advice})
