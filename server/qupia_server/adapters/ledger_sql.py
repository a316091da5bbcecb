"""The ledger's writer: group commit (policy-engine.md section 3).

While one commit runs the next batch collects by itself, so latency stays about one or two commits and throughput
grows with load. If a commit fails, or nobody can say whether it did, everybody who waits on it gets `Unavailable`;
an entry that nobody got a receipt for is harmless, a receipt without an entry is not.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from qupia_server.adapters.database import Database
from qupia_server.adapters.ledger_batch import Answer, Sources, store_batch
from qupia_server.disclosure.ports import Clock, Ids
from qupia_server.errors import LedgerFull, Unavailable
from qupia_server.ledger.entry import EntryDraft, Event
from qupia_server.ledger.receipt import Receipt

QUEUE_SIZE = 4096
"""Answers that may wait; more get LedgerFull."""
BATCH_SIZE = 256
"""Entries of one commit."""
LINGER_SECONDS = 0.01
"""How long ends of deliveries wait for company: the bytes have left, nobody waits for these entries to go on."""
CLOSE_SECONDS = 30.0
"""Time to store what waits when the process ends."""

_log = structlog.get_logger("qupia.ledger")


@dataclass(frozen=True, slots=True)
class _Waiting:
    draft: EntryDraft
    answer: asyncio.Future[Receipt]

    @property
    def patient(self) -> bool:
        """Whether nothing is held back until this entry is durable."""
        return self.draft.event is Event.DELIVERY


class SqlLedger:
    """One writer task over one database. Several processes may share a PostgreSQL: the head row's lock orders them.

    Args:
        database: an open database with the newest schema.
        clock, ids: time, ids and salts of entries.
        queue_size: answers that may wait.
        instance: the name under which this process opens deliveries.
    """

    def __init__(
        self, database: Database, clock: Clock, ids: Ids, *, queue_size: int = QUEUE_SIZE, instance: str = ""
    ) -> None:
        self._database = database
        self._sources = Sources(clock, ids, instance)
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(queue_size)
        self._hurry = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._taken = self._ended = 0
        self._progress = asyncio.Event()
        self._unanswered = 0
        self._closed = False

    def record(self, draft: EntryDraft) -> asyncio.Future[Receipt]:
        """Take the entry; the future ends when it is durable, and the entry is stored if nobody waits for it any more.

        Raises (when awaited):
            DuplicateRequest: an entry with this `request_key` exists.
            InvalidRequest: the entry holds text that cannot be recorded.
            LedgerFull: the queue is full.
            Unavailable: the entry could not be stored; the caller must release nothing.
        """
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(self._answered)
        self._unanswered += 1
        if self._closed:
            answer.set_exception(Unavailable())
            return answer
        waiting = _Waiting(draft, answer)
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            _log.error("alarm", kind="ledger_full")
            answer.set_exception(LedgerFull())
            return answer
        self._taken += 1
        if not waiting.patient:
            self._hurry.set()
        # A writer that ever ended is started anew: callers would wait for it for ever.
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="ledger-writer")
        return answer

    async def settled(self) -> None:
        """Return when every entry taken so far is durable, or was refused."""
        # Counted, not awaited: a caller that is gone has cancelled its future, and its entry is stored all the same.
        taken = self._taken
        while self._ended < taken:
            self._hurry.set()
            await self._progress.wait()

    def _end(self, batch: Sequence[_Waiting]) -> None:
        """Answer who was not answered, and count entries as stored or refused, in the order of their taking."""
        for waiting in batch:
            _settle(waiting.answer, Unavailable())
        self._ended += len(batch)
        self._progress.set()
        self._progress = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Number of entries that were taken and are not durable yet, for metrics."""
        return self._unanswered

    def _answered(self, future: asyncio.Future[Receipt]) -> None:
        """Look at the outcome, so that a failed entry of a caller that is gone is not reported as forgotten."""
        self._unanswered -= 1
        if not future.cancelled():
            future.exception()

    async def close(self) -> None:
        """Take no more, store what waits, stop the writer. The database stays open.

        What cannot be stored within CLOSE_SECONDS gets `Unavailable`: a database that is away must not keep the
        process from ending.
        """
        self._closed = True
        try:
            await asyncio.wait_for(self._queue.join(), CLOSE_SECONDS)
        except TimeoutError:
            _log.error("alarm", kind="ledger_unstored", waiting=self._queue.qsize())
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        while not self._queue.empty():
            self._end((self._queue.get_nowait(),))

    async def _write(self) -> None:
        while True:
            batch = [await self._queue.get()]
            if batch[0].patient and not self._closed:
                await self._company()
            self._hurry.clear()
            while len(batch) < BATCH_SIZE and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._store(batch)
            finally:
                self._end(batch)
                for _ in batch:
                    self._queue.task_done()

    async def _company(self) -> None:
        """Wait a moment for an entry that is in a hurry, so that one commit serves both."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await self._hurry.wait()

    async def _store(self, batch: list[_Waiting]) -> None:
        """Commit one batch, then answer everybody who waits on it."""
        drafts = [waiting.draft for waiting in batch]
        try:
            answers = await self._database.write(
                "record", lambda connection: store_batch(connection, drafts, self._sources)
            )
        except Unavailable:
            _log.error("alarm", kind="ledger_away", waiting=len(batch))
            return
        except Exception as error:  # noqa: BLE001 - edge of the writer task
            # The writer serves all later requests too: a defect fails its batch, closed, and not the server.
            _log.error("alarm", kind="ledger_defect", error=type(error).__name__, waiting=len(batch))
            return
        for waiting, answer in zip(batch, answers, strict=True):
            _settle(waiting.answer, answer)


def _settle(future: asyncio.Future[Receipt], answer: Answer | Unavailable) -> None:
    """Answer who waits; who has gone away, or was answered before, is left alone."""
    if future.done():
        return
    if isinstance(answer, Receipt):
        future.set_result(answer)
    else:
        future.set_exception(answer)
