"""Check access: the decision of a disclosure, explained; nothing is rendered.

A preview is an answer, so it is recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from qupia_policies.grounds import opens_most
from qupia_policies.model import Action, Decision, Ground
from qupia_server.disclosure.answer import Answers, Case, Stop, invalid, observed
from qupia_server.disclosure.gate import DecisionPoint, Gate
from qupia_server.disclosure.gather import Known, facts_of
from qupia_server.disclosure.model import (
    AccessAnswer,
    DisclosureRequest,
    GroundAnswer,
    GroundsAnswer,
    Refusal,
    RefusalReason,
    Requester,
)
from qupia_server.disclosure.notices import due_dates
from qupia_server.disclosure.turned_away import TurnedAway
from qupia_server.errors import LedgerFull, QupiaError
from qupia_server.ledger.entry import EntryOutcome, Event

Found = TypeVar("Found")


def answered(ground: Ground, decision: Decision, point: DecisionPoint, known: Known) -> GroundAnswer:
    """Return the decision on one ground with its words and the last days of its duties."""
    return GroundAnswer(ground, decision, point.texts(decision.rules), due_dates(decision.obligations, known.today))


@dataclass(frozen=True, slots=True)
class _OnAll:
    """Every ground decided, before it is recorded."""

    answers: tuple[GroundAnswer, ...]
    main: Ground
    best: Ground | None
    opens_on: dt.date | None


class CheckAccess:
    """Tell what a disclosure would be answered.

    Args:
        gate: the ports.

    Attributes:
        turned_away: records elements of a batch that fail before they are a question.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._answers = Answers(gate)
        self.turned_away = TurnedAway(gate)

    async def check(self, request: DisclosureRequest) -> AccessAnswer:
        """Return the decision, or raise what `Disclose.release` would raise before it fetched anything.

        Raises:
            Refused, NotFound, InvalidRequest: as for a disclosure; recorded as a preview.
            Unavailable, LedgerFull: a part is away.
        """
        case = self._answers.open(Event.PREVIEW, request)
        decided = await self._guarded(case, self._answers.decide)
        draft = replace(
            case.draft,
            outcome=EntryOutcome.ALLOWED,
            reason="ALLOWED.RULE",
            duration_ms=self._answers.elapsed(case),
        )
        receipt = await self._answers.record(draft)
        observed(case, receipt.entry_id)
        self._gate.telemetry.answer("check", "allowed", draft.reason)
        due = due_dates(decided.obligations, decided.known.today)
        return AccessAnswer(decided.decision, decided.texts, decided.opens_on, receipt, due)

    async def check_all_grounds(self, request: DisclosureRequest) -> GroundsAnswer:
        """Return the decision on every ground, each alone; a refusal by policy is an answer here.

        One entry records it, with the ground that opens most; the purpose's ground may be left out.

        Raises:
            NotFound, InvalidRequest: as for a disclosure; recorded as a preview.
            Unavailable, LedgerFull: a part is away.
        """
        case = self._answers.open(Event.PREVIEW, request)
        found = await self._guarded(case, self._decided_on_all)
        receipt = await self._answers.record(replace(case.draft, duration_ms=self._answers.elapsed(case)))
        observed(case, receipt.entry_id)
        self._gate.telemetry.answer("check", case.draft.outcome.value, case.draft.reason)
        told = next(one for one in found.answers if one.ground is found.main)
        main = AccessAnswer(told.decision, told.rules, found.opens_on, receipt, told.due)
        return GroundsAnswer(main, found.answers, found.best)

    async def _decided_on_all(self, case: Case, point: DecisionPoint) -> _OnAll:
        known, asked = await self._answers.find(case, point), case.request
        if asked.purpose.code is None:
            raise invalid({"purpose.code": "State what the document is wanted for."}, RefusalReason.PURPOSE_MISSING)
        with self._gate.telemetry.step("decide"):
            facts = {
                ground: facts_of(
                    Action.READ,
                    asked.requester,
                    replace(asked.purpose, ground=ground),
                    known,
                    asked.recipient_country,
                )
                for ground in Ground
            }
            decisions = {ground: point.decide(one) for ground, one in facts.items()}
        best = opens_most(decisions, point.profiles)
        main = asked.purpose.ground or best or Ground.PUBLIC
        told = best or main
        case.asked = point, facts[told], decisions[told]
        self._note(case, point, known, (told, decisions[told]))
        heard = {ground: point.spoken(facts[ground], one) for ground, one in decisions.items()}
        answers = tuple(answered(ground, one, point, known) for ground, one in heard.items())
        public = None if decisions[Ground.PUBLIC].allowed else point.decide(point.ordinary(facts[Ground.PUBLIC]))
        return _OnAll(answers, main, best, public.opens_on if public else None)

    def _note(self, case: Case, point: DecisionPoint, known: Known, told: tuple[Ground, Decision]) -> None:
        """Draft the entry of the most that is told."""
        ground, decision = told
        draft = self._answers.noted(case, decision, point, known)
        outcome = EntryOutcome.ALLOWED if decision.allowed else EntryOutcome.REFUSED
        reason = "ALLOWED.ALL_GROUNDS" if decision.allowed else f"{RefusalReason.POLICY.value}.{decision.reason.value}"
        case.draft = replace(draft, ground=ground.value, outcome=outcome, reason=reason)

    async def _guarded(self, case: Case, decide: Callable[[Case, DecisionPoint], Awaitable[Found]]) -> Found:
        """Decide, or record why that cannot be and raise it."""
        try:
            return await decide(case, self._gate.policies.current())
        except LedgerFull:
            raise
        except Stop as stop:
            raise await self._answers.refuse(case, stop) from stop
        except QupiaError as error:
            stopped = Stop(Refusal(RefusalReason.UNAVAILABLE, error.reason), error)
            raise await self._answers.refuse(case, stopped) from error
        except Exception as error:  # the gate's edge, as in Disclose: whatever fails is a recorded refusal
            self._gate.telemetry.alarm("internal_error", error=type(error).__name__)
            failed = Stop(Refusal(RefusalReason.INTERNAL, "INTERNAL"), QupiaError())
            raise await self._answers.refuse(case, failed) from error

    async def refuse_malformed(self, requester: Requester, document_id: str, fields: Mapping[str, str]) -> QupiaError:
        """Record a question whose fields are malformed, as a preview, and return the error for the caller."""
        return await self._answers.refuse_malformed(Event.PREVIEW, requester, document_id, fields)
