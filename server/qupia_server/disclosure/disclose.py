"""The spine: one disclosure, from facts to release. It runs one way, without going back.

    gather, decide -> fetch -> read, find, mark, rebuild, check (the redactor) -> record -> release

A stop at any step goes straight to *record* and out. `Released` asks for a `CheckedRendition`, which only the
check makes, and for a `Receipt`, which only the ledger makes.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import replace

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import RedactionOrder
from qupia_redaction.rendition import CheckedRendition
from qupia_server.disclosure.answer import Answers, Case, Decided, Stop, observed
from qupia_server.disclosure.deliveries import unsent
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.model import (
    DisclosureRequest,
    Refusal,
    RefusalReason,
    Released,
    Requester,
)
from qupia_server.disclosure.notices import due_dates
from qupia_server.disclosure.order import CannotFulfil, cache_key, order_of
from qupia_server.disclosure.ports import DuplicateRequest
from qupia_server.disclosure.repeats import Recorded, Repeat, find_repeat
from qupia_server.errors import (
    DeadlineTooShort,
    LedgerFull,
    MasterCorrupt,
    QupiaError,
    RepeatChanged,
    Unavailable,
)
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.ledger.receipt import Receipt


class Disclose:
    """Answer requests for documents.

    Args:
        gate: the ports.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._answers = Answers(gate)

    async def release(self, request: DisclosureRequest, seconds: float | None = None) -> Released:
        """Return what may leave, or raise; either way the answer is in the ledger first.

        Args:
            request: who asks for what.
            seconds: time left until the caller's deadline; None without one.

        Raises:
            Refused: refused, recorded.
            NotFound: there is no such document, or the requester may not know of it; recorded.
            InvalidRequest: purpose or ground is missing; recorded.
            RequestIdReused, RepeatChanged: the request id was answered before, otherwise; recorded.
            DeadlineTooShort: the worker was stopped; recorded.
            MasterCorrupt: stored bytes are damaged; recorded, alarm raised.
            Unavailable, LedgerFull: a part is away; recorded unless that part is the ledger.
        """
        if self._gate.stamp_requests and not request.request_id:
            request = replace(request, request_id=str(uuid.uuid4()))  # what the pages bear stands in the entry
        try:
            return await self._attempt(request, seconds)
        except DuplicateRequest:
            # Another call with this request id was faster: its entry is there now, and this call repeats it.
            return await self._attempt(request, seconds)

    async def _attempt(self, request: DisclosureRequest, seconds: float | None) -> Released:
        case = self._answers.open(Event.TRANSFER, request)
        try:
            return await self._spine(case, seconds)
        except DuplicateRequest:
            raise
        except Recorded as recorded:
            raise recorded.error from recorded
        except LedgerFull:
            raise
        except Stop as stop:
            raise await self._answers.refuse(case, stop) from stop
        except asyncio.CancelledError:
            await asyncio.shield(self._record_cancelled(case))
            raise
        except QupiaError as error:
            raise await self._answers.refuse(case, self._stop_for(error)) from error
        except Exception as error:  # the gate's edge: whatever fails is a recorded refusal, never an open door
            self._gate.telemetry.alarm("internal_error", error=type(error).__name__)
            failed = Stop(Refusal(RefusalReason.INTERNAL, "INTERNAL"), QupiaError())
            raise await self._answers.refuse(case, failed) from error

    async def _spine(self, case: Case, seconds: float | None) -> Released:
        repeat = await find_repeat(self._gate, case)
        decided = await self._answers.decide(case, self._gate.policies.current())
        order = await self._order(case.request, decided)
        case.draft = replace(case.draft, word_lists=tuple(f"{one.kind.value}:{one.sha256}" for one in order.lists))
        rendition, cached = await self._rendition(decided, order, seconds)
        receipt = await self._record(case, repeat, rendition)
        self._gate.telemetry.answer("disclose", "allowed", "cached" if cached else "made")
        return Released(
            document=decided.known.document,
            decision=decided.decision,
            rules=decided.texts,
            rendition=rendition,
            receipt=receipt,
            request_id=case.request.request_id,
            cached=cached,
            open_persons=len(order.open_persons),
            opens_on=decided.opens_on,
            due=due_dates(decided.obligations, decided.known.today),
        )

    async def _order(self, request: DisclosureRequest, decided: Decided) -> RedactionOrder:
        try:
            order = order_of(request, decided.known, decided.obligations)
            lists = await self._gate.word_lists.of(decided.known.document.cipher)
            return replace(order, lists=lists, request=request.request_id if self._gate.stamp_requests else "")
        except CannotFulfil as error:
            reason = RefusalReason.OBLIGATION_UNFULFILLABLE
            raise Stop(Refusal(reason, reason.value, rules=decided.texts)) from error

    async def _rendition(
        self, decided: Decided, order: RedactionOrder, seconds: float | None
    ) -> tuple[CheckedRendition, bool]:
        """Return the checked rendition and whether it came from the cache."""
        gate, document = self._gate, decided.known.document
        if not document.master_sha256:
            raise Stop(Refusal(RefusalReason.MASTER_MISSING, "MASTER_MISSING"))
        if document.master_size > gate.limits.max_bytes:
            raise Stop(Refusal(RefusalReason.REDACTION, RefusalCode.TOO_MANY_BYTES.value))
        if order.request:
            return await self._made(document.master_sha256, order, seconds), False
        key = cache_key(gate.pseudonyms, document.master_sha256, order, decided.decision, gate.redactor.engines)
        with gate.telemetry.step("cache"):
            kept = await gate.cache.get(key)
        gate.telemetry.cache.labels("hit" if kept else "miss").inc()
        if kept is not None:
            return kept, True
        rendition = await self._made(document.master_sha256, order, seconds)
        await gate.cache.put(key, rendition)
        return rendition, False

    async def _made(self, master_sha256: str, order: RedactionOrder, seconds: float | None) -> CheckedRendition:
        gate = self._gate
        with gate.telemetry.step("fetch"):
            master = await gate.masters.get(master_sha256, gate.limits.max_bytes)
        with gate.telemetry.step("redact"):
            return await self._redact(master, order, seconds)

    async def _redact(self, master: bytes, order: RedactionOrder, seconds: float | None) -> CheckedRendition:
        try:
            rendition = await self._gate.redactor.redact(master, order, seconds)
        except RedactionRefused as refused:
            if (
                refused.code is RefusalCode.TIME_LIMIT
                and seconds is not None
                and seconds < self._gate.limits.max_seconds
            ):
                raise Stop(
                    Refusal(RefusalReason.DEADLINE, "DEADLINE"), DeadlineTooShort(), EntryOutcome.ABORTED
                ) from refused
            if refused.code is RefusalCode.LEAK_FOUND:
                self._gate.telemetry.alarm("leak_found")
            raise Stop(Refusal(RefusalReason.REDACTION, refused.code.value, page=refused.page)) from refused
        self._gate.telemetry.worked(rendition.report.seconds)
        return rendition

    async def _record(self, case: Case, repeat: Repeat | None, rendition: CheckedRendition) -> Receipt:
        """Make the entry durable, or show that the recorded answer to this request id still holds."""
        draft = replace(
            case.draft,
            outcome=EntryOutcome.ALLOWED,
            reason="ALLOWED.RULE",
            request_key=self._gate.scribe.request_key(case.request),
            hidden={category.value: count for category, count in sorted(rendition.report.marks.items())},
            rendition_sha256=rendition.sha256,
            rendition_size=len(rendition.data),
            duration_ms=self._answers.elapsed(case),
        )
        if repeat is not None:
            if not repeat.holds(draft):
                raise Stop(Refusal(RefusalReason.REPEAT_CHANGED, "REPEAT_CHANGED"), RepeatChanged())
            observed(case, "")
            return repeat.receipt
        # Kept: the ledger stores it whether or not the call is still there, and a call that ends closes it.
        recording = self._answers.begin(draft)
        case.allowing = draft, recording
        receipt = await self._answers.durable(recording)
        observed(case, receipt.entry_id)
        return receipt

    def _stop_for(self, error: QupiaError) -> Stop:
        """Turn an error of an adapter into a recorded stop."""
        if isinstance(error, MasterCorrupt):
            self._gate.telemetry.alarm("master_corrupt")
            return Stop(Refusal(RefusalReason.MASTER_CORRUPT, error.reason), error)
        if isinstance(error, Unavailable):
            return Stop(Refusal(RefusalReason.UNAVAILABLE, error.reason), error)
        return Stop(Refusal(RefusalReason.INTERNAL, error.reason), error)

    async def _record_cancelled(self, case: Case) -> None:
        try:
            if not await self._closed_unsent(case):
                stop = Stop(Refusal(RefusalReason.CANCELLED, "CANCELLED"), outcome=EntryOutcome.ABORTED)
                await self._answers.refuse(case, stop)
        except QupiaError as error:
            # Nothing was released and nobody waits for an answer: the alarm is all that is left to give.
            self._gate.telemetry.alarm("cancelled_unrecorded", error=error.reason)

    async def _closed_unsent(self, case: Case) -> bool:
        """Close the delivery of an allow that was recorded for a call that is gone; False when there is none."""
        if case.allowing is None:
            return False
        draft, recording = case.allowing
        try:
            receipt = await self._answers.durable(recording)
        except DuplicateRequest:
            return False
        observed(case, receipt.entry_id)
        await self._answers.record(unsent(draft, receipt.entry_id, "DELIVERY.ABORTED"))
        return True

    async def refuse_malformed(self, requester: Requester, document_id: str, fields: Mapping[str, str]) -> QupiaError:
        """Record a request whose fields are malformed and return the error for the caller."""
        return await self._answers.refuse_malformed(Event.TRANSFER, requester, document_id, fields)

    def delivered(self, released: Released, bytes_sent: int, complete: bool) -> asyncio.Future[Receipt]:
        """Record how the delivery ended; a decision is not a delivery. What is returned ends when it is durable.

        A failure here releases nothing more: it is an alarm, and the open delivery is closed at the next start.
        """
        draft = EntryDraft(
            event=Event.DELIVERY,
            outcome=EntryOutcome.DELIVERED if complete else EntryOutcome.ABORTED,
            reason="DELIVERY.COMPLETE" if complete else "DELIVERY.ABORTED",
            request_id=released.request_id,
            document=released.document.document_id,
            archive=released.document.cipher.archive,
            rendition_sha256=released.rendition.sha256,
            bytes_sent=bytes_sent,
            previous=released.receipt.entry_id,
        )
        # Counted, not logged: the line of the call says how it ended.
        self._gate.telemetry.answers.labels("deliver", draft.outcome.value, draft.reason).inc()
        recording = self._answers.begin(draft)
        recording.add_done_callback(self._undelivered)
        return recording

    def _undelivered(self, recording: asyncio.Future[Receipt]) -> None:
        """Raise the alarm for the end of a delivery that could not be recorded."""
        error = asyncio.CancelledError() if recording.cancelled() else recording.exception()
        if error is not None:
            self._gate.telemetry.alarm("delivery_unrecorded", error=type(error).__name__)
