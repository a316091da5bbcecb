"""The steps that a disclosure and a check share: validate, gather, decide; and how a refusal is recorded.

Every stop on the way is a `Stop`; the use case turns it into an entry and only then into an answer.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from qupia_policies.model import Action, Decision, Facts, Ground, Obligations, Reason, RuleText
from qupia_redaction.errors import RefusalCode
from qupia_server.disclosure.gate import DecisionPoint, Gate
from qupia_server.disclosure.gather import Known, facts_of
from qupia_server.disclosure.model import DisclosureRequest, Purpose, Refusal, RefusalReason, Requester
from qupia_server.disclosure.ports import DuplicateRequest
from qupia_server.disclosure.refused import Refused
from qupia_server.errors import InvalidRequest, NotFound, QupiaError, Unavailable
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.ledger.receipt import Receipt


class Stop(Exception):
    """A refusal that is not yet recorded.

    Attributes:
        refusal: why.
        error: the error the caller gets instead of `Refused`, or None.
        outcome: how the entry says it ended.
    """

    def __init__(
        self, refusal: Refusal, error: QupiaError | None = None, outcome: EntryOutcome = EntryOutcome.REFUSED
    ) -> None:
        super().__init__(refusal.reason.value)
        self.refusal = refusal
        self.error = error
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Decided:
    """An allowed request: what is known, the decision, its words, and for a preview when it opens to everybody."""

    known: Known
    decision: Decision
    obligations: Obligations
    texts: tuple[RuleText, ...]
    opens_on: dt.date | None


@dataclass(slots=True)
class Case:
    """One request on its way: the draft grows with what becomes known, so that any stop records all of it.

    Attributes:
        repeated: its request id was answered before.
        asked: what the rules were asked last, and what they said; told to who observes once there is an entry of it.
        allowing: the entry that allows it, on its way into the ledger or there, for a call that is cancelled then.
    """

    request: DisclosureRequest
    draft: EntryDraft
    started: dt.datetime
    repeated: bool = False
    asked: tuple[DecisionPoint, Facts, Decision] | None = None
    allowing: tuple[EntryDraft, asyncio.Future[Receipt]] | None = None


LASTING = frozenset(
    {
        RefusalReason.POLICY,
        RefusalReason.NOT_FOUND,
        RefusalReason.PURPOSE_MISSING,
        RefusalReason.OBLIGATION_UNFULFILLABLE,
        RefusalReason.MASTER_MISSING,
        RefusalReason.REDACTION,
    }
)
"""Refusals that answer a request id for good; after any other the same id may be tried again."""
PASSING = frozenset(
    code.value
    for code in (
        RefusalCode.TIME_LIMIT,
        RefusalCode.MEMORY_LIMIT,
        RefusalCode.WORKER_DIED,
        RefusalCode.ENGINE_ERROR,
    )
)
"""Codes of redaction that may be the machine's fault and not the document's: they never answer for good."""


def lasts(refusal: Refusal) -> bool:
    """Tell whether the same request would be refused again, so that its id is answered for good."""
    return refusal.reason in LASTING and refusal.code not in PASSING


class Answers:
    """Decide requests and record refusals, for every use case alike."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def open(self, event: Event, request: DisclosureRequest) -> Case:
        """Start a case."""
        return Case(request, self._gate.scribe.opening(event, request), self._gate.clock.now())

    async def decide(self, case: Case, point: DecisionPoint) -> Decided:
        """Gather the facts, ask whether the document may be known, then whether it may be read.

        Raises:
            Stop: refused.
            Unavailable: the catalogue is away.
        """
        gate, request = self._gate, case.request
        known = await self.find(case, point)
        with gate.telemetry.step("decide"):
            facts = facts_of(Action.READ, request.requester, request.purpose, known, request.recipient_country)
            read = point.decide(facts)
            case.asked = point, facts, read
        gate.telemetry.candidates.observe(read.candidates)
        case.draft = self.noted(case, read, point, known)
        _require_purpose(request)
        if not read.allowed or read.obligations is None:
            raise Stop(refused_by_policy(point, request, known, (facts, read)))
        # Whoever gets the document itself need not be told when it opens: a question to the rules on the fast path.
        preview = case.draft.event is Event.PREVIEW
        opens_on = opening(point.decide, request, known) if preview else None
        return Decided(known, read, read.obligations, point.texts(read.rules), opens_on)

    async def find(self, case: Case, point: DecisionPoint) -> Known:
        """Gather the facts, and ask whether the document may be known.

        Raises:
            Stop: there is no such document, or it may not be known.
            Unavailable: the catalogue is away.
        """
        gate, request = self._gate, case.request
        with gate.telemetry.step("gather"):
            known = await gate.gather(request.requester, request.document_id)
        case.draft = gate.scribe.located(case.draft, known)
        with gate.telemetry.step("decide"):
            # One question for a hidden document as for an unknown one: what follows is asked only of who may know.
            facts = facts_of(Action.DISCOVER, request.requester, request.purpose, known)
            discover = point.decide(facts)
        if not known.exists or not discover.allowed:
            case.asked = point, facts, discover
            case.draft = self.noted(case, discover, point, known)
            code = "UNDISCOVERABLE" if known.exists else "UNKNOWN"
            raise Stop(Refusal(RefusalReason.NOT_FOUND, code), NotFound())
        return known

    def noted(self, case: Case, decision: Decision, point: DecisionPoint, known: Known) -> EntryDraft:
        """Return the draft with a decision and what it obliges to."""
        bases = [text.legal_basis for text in point.texts(decision.rules)]
        return self._gate.scribe.decided(case.draft, decision, bases, known.today)

    async def refuse(self, case: Case, stop: Stop) -> QupiaError:
        """Record the refusal and return the error that the caller gets.

        Raises:
            Unavailable: the refusal could not be recorded; the caller gets that instead.
        """
        gate, refusal = self._gate, stop.refusal
        # A repeated id has its entry: this refusal gets one of its own, beside it.
        transfer = case.draft.event is Event.TRANSFER
        lasting = transfer and lasts(refusal) and not case.repeated
        draft = replace(
            case.draft,
            event=Event.DENIAL if transfer else case.draft.event,
            outcome=stop.outcome,
            reason=f"{refusal.reason.value}.{refusal.code}",
            request_key=gate.scribe.request_key(case.request) if lasting else "",
            duration_ms=self.elapsed(case),
        )
        receipt = await self.record(draft)
        observed(case, receipt.entry_id)
        gate.telemetry.answer(draft.event.value, stop.outcome.value, draft.reason)
        if stop.error is None:
            return Refused(replace(refusal, receipt=receipt))
        stop.error.entry = receipt.name
        return stop.error

    async def refuse_malformed(
        self, event: Event, requester: Requester, document_id: str, fields: Mapping[str, str]
    ) -> QupiaError:
        """Record a request whose fields are malformed as what it was, and return the error for the caller.

        Args:
            event: what was asked for: a transfer or a preview.
            requester: who asked.
            document_id: what was asked about, as far as it can be told.
            fields: what is wrong with which field.

        Raises:
            Unavailable: it could not be recorded; the caller gets that instead.
        """
        case = self.open(event, DisclosureRequest(document_id, requester, Purpose()))
        return await self.refuse(case, invalid(fields))

    async def record(self, draft: EntryDraft) -> Receipt:
        """Make the entry durable; see `durable`."""
        return await self.durable(self.begin(draft))

    def begin(self, draft: EntryDraft) -> asyncio.Future[Receipt]:
        """Hand the entry to the ledger, which stores it whether or not this call lives on."""
        return asyncio.ensure_future(self._gate.ledger.record(draft))

    async def durable(self, recording: asyncio.Future[Receipt]) -> Receipt:
        """Wait until an entry is durable; a call that ends meanwhile does not stop it.

        Raises:
            DuplicateRequest: the request id was answered by another call meanwhile.
            Unavailable, LedgerFull: it is not durable; nothing may be released.
        """
        with self._gate.telemetry.step("record"):
            try:
                return await asyncio.shield(recording)
            except (QupiaError, DuplicateRequest):
                raise
            except Exception as error:  # whatever a ledger fails with, the answer is the same: nothing leaves
                self._gate.telemetry.alarm("ledger_error", error=type(error).__name__)
                raise Unavailable from error

    def elapsed(self, case: Case) -> int:
        """Return milliseconds since the case was opened."""
        return int((self._gate.clock.now() - case.started).total_seconds() * 1000)


def observed(case: Case, entry_id: str) -> None:
    """Tell whoever observes decisions what a case asked, under the entry that records it; once for each case.

    Args:
        case: the request.
        entry_id: its entry; empty where the entry of an earlier call answers.
    """
    if case.asked is not None:
        (point, facts, decision), case.asked = case.asked, None
        point.noted(facts, decision, entry_id)


def invalid(fields: Mapping[str, str], reason: RefusalReason = RefusalReason.INVALID_REQUEST) -> Stop:
    """Return the stop for fields that are missing or wrong."""
    return Stop(Refusal(reason, reason.value, fields=dict(fields)), InvalidRequest(fields))


def _require_purpose(request: DisclosureRequest) -> None:
    """Refuse a request without purpose or ground.

    This comes after *discover*, so that a missing field does not tell whether the document exists (AIP-211).
    """
    missing = {}
    if request.purpose.code is None:
        missing["purpose.code"] = "State what the document is wanted for."
    if request.purpose.ground is None:
        missing["purpose.ground"] = "State the one ground the request rests on."
    if missing:
        raise invalid(missing, RefusalReason.PURPOSE_MISSING)


def opening(decide: Callable[[Facts], Decision], request: DisclosureRequest, known: Known) -> dt.date | None:
    """Return the first day on which the document is open to everybody; None when it is, or when nobody can tell.

    The rules are asked on open access: a term of years tells no day where another rule keeps the document closed.
    """
    purpose = replace(request.purpose, ground=Ground.PUBLIC, terms_accepted=None)
    return decide(facts_of(Action.READ, request.requester, purpose, known)).opens_on


def refused_by_policy(
    point: DecisionPoint, request: DisclosureRequest, known: Known, asked: tuple[Facts, Decision]
) -> Refusal:
    """Return a refusal by the rules as its requester hears it; the entry keeps what was decided."""
    facts, decision = asked
    told, plain = point.spoken(facts, decision), point.ordinary(facts)
    return Refusal(
        reason=RefusalReason.POLICY,
        code=decision.reason.value,
        rules=point.texts(told.rules),
        opens_on=opening(lambda one: point.decide(point.ordinary(one)), request, known),
        missing_facts=told.missing_facts,
        needs=point.needs(plain) if told.reason is Reason.NO_RULE else (),
        bundle=decision.bundle_version,
        told=told.reason.value,
    )
