"""The entries of a step: one before it is taken, one that tells how it ended.

A step that has its first entry and no second one is *unfinished*: its process was killed, or the ledger was away. Who
holds the desk alone can tell how such a step ended, because then nobody is in the middle of one (`policy_audit`). A
desk that shares a database with the ledger has neither: the step and both entries are one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Final, Protocol

from qupia_policies.change import Entry as Taken
from qupia_policies.change import StepFault, StepRefused
from qupia_policies.desk_log import DeskStore
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.model import Principal
from qupia_server.errors import QupiaError, Unavailable
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.ledger.receipt import Receipt

WITNESS_SECONDS: Final = 30.0
"""Time that the ledger gets to take the entry of a step; after it the step is not taken."""
TAKEN: Final = "POLICY.TAKEN"
NOT_TAKEN: Final = "POLICY.NOT_TAKEN"


@dataclass(frozen=True, slots=True)
class StepDrafts:
    """Drafts the entries of one officer's steps on one desk.

    Attributes:
        gate: the ports.
        officer: who was identified.
        desk: the hash of the desk's first line, which tells it from any other.
    """

    gate: Gate
    officer: Principal
    desk: str

    def begun(self, taken: Taken, line_hash: str) -> EntryDraft:
        """Return the draft of the entry that comes first."""
        ended = "" if "passed" not in taken.facts else "_PASSED" if taken.facts["passed"] else "_FAILED"
        reason = f"ALLOWED.POLICY_{taken.step.name}{ended}"
        plain = self.gate.scribe.plain(Event.POLICY_CHANGE, EntryOutcome.ALLOWED, reason, self.officer)
        # The digest ties the entry to the line of the desk's log, so that lines cut off there are missed here.
        return replace(plain, bundle=taken.version, body_digest=line_hash, desk=self.desk)


def ended(begun: EntryDraft, entry_id: str, *, taken: bool) -> EntryDraft:
    """Return the draft of the entry that tells how a step ended.

    Args:
        begun: the draft of its first entry.
        entry_id: the id of its first entry.
        taken: whether its line stands on the desk.
    """
    outcome, reason = (EntryOutcome.TAKEN, TAKEN) if taken else (EntryOutcome.ABORTED, NOT_TAKEN)
    return replace(begun, outcome=outcome, reason=reason, previous=entry_id)


class StepWitness(Protocol):
    """Records one step and has it taken; called on the desk's thread.

    Attributes:
        receipt: of the first entry; None before it is durable.
        etag: the hash of the line, once it was written.
        doubt: the step may be left unfinished in the ledger.
    """

    receipt: Receipt | None
    etag: str
    doubt: bool

    def __call__(self, taken: Taken, line_hash: str, take: Callable[[], None]) -> None:
        """Record the step, have it taken, and record its end."""
        ...


class ServedDesk(Protocol):
    """The desk that this server follows."""

    @property
    def store(self) -> DeskStore:
        """What keeps it; its methods are called on threads."""
        ...

    def taking(self, drafts: StepDrafts, loop: asyncio.AbstractEventLoop) -> tuple[DeskStore, StepWitness]:
        """Return what one step is taken on, and what records it."""
        ...


class TwoEntries:
    """Record a step before it is taken, and its end after it: the desk and the ledger are kept apart.

    Args:
        drafts: makes the entries.
        loop: where the ledger lives.
    """

    def __init__(self, drafts: StepDrafts, loop: asyncio.AbstractEventLoop) -> None:
        self._drafts, self._loop = drafts, loop
        self.receipt: Receipt | None = None
        self.etag, self.doubt = "", False

    def __call__(self, taken: Taken, line_hash: str, take: Callable[[], None]) -> None:
        """Record the step, have it taken, and record its end.

        Raises:
            Unavailable, LedgerFull: it could not be recorded, and was not taken.
            StepRefused: nobody can tell whether it was taken.
        """
        draft = self._drafts.begun(taken, line_hash)
        self.receipt = self._begun(draft)
        try:
            take()
        except StepRefused as refused:
            self._failed(draft, known=refused.fault is not StepFault.UNCERTAIN)
            raise
        except BaseException:
            self._failed(draft, known=True)
            raise
        self.etag = line_hash
        self._end(draft, taken=True)

    def _begun(self, draft: EntryDraft) -> Receipt:
        future = asyncio.run_coroutine_threadsafe(self._record(draft), self._loop)
        try:
            return future.result(WITNESS_SECONDS)
        except TimeoutError as error:
            # The ledger may still take it: then it is told that nothing came of it.
            future.add_done_callback(lambda late: self._loop.call_soon_threadsafe(self._came_late, draft, late))
            raise Unavailable from error
        except BaseException:
            self.doubt = True
            raise

    def _came_late(self, draft: EntryDraft, late: Future[Receipt]) -> None:
        """Tell the end of a step whose entry came after its time; called on the loop."""
        if late.cancelled() or late.exception() is not None:
            self.doubt = True
            return
        task = self._loop.create_task(self._record(ended(draft, late.result().entry_id, taken=False)))
        task.add_done_callback(self._told_late)

    def _told_late(self, task: asyncio.Task[Receipt]) -> None:
        if task.cancelled() or task.exception() is not None:
            self.doubt = True
            self._alarm("late")

    def _failed(self, draft: EntryDraft, *, known: bool) -> None:
        if known:
            self._end(draft, taken=False)
        else:
            self.doubt = True
            self._alarm("uncertain")

    def _end(self, draft: EntryDraft, *, taken: bool) -> None:
        """Record how the step ended; what cannot be recorded now is left unfinished."""
        if self.receipt is None:
            return
        closing = ended(draft, self.receipt.entry_id, taken=taken)
        future = asyncio.run_coroutine_threadsafe(self._record(closing), self._loop)
        try:
            future.result(WITNESS_SECONDS)
        except (QupiaError, TimeoutError, RuntimeError, OSError) as error:
            self.doubt = True
            self._alarm(type(error).__name__)

    async def _record(self, draft: EntryDraft) -> Receipt:
        return await self._drafts.gate.ledger.record(draft)

    def _alarm(self, error: str) -> None:
        self._drafts.gate.telemetry.alarm("policy_step_unfinished", error=error)
