"""Check access: the decision of a disclosure, explained; nothing is rendered.

A preview is an answer, so it is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qupia_server.disclosure.answer import Answers, Stop
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.model import AccessAnswer, DisclosureRequest, Refusal, RefusalReason, Requester
from qupia_server.disclosure.turned_away import TurnedAway
from qupia_server.errors import LedgerFull, QupiaError
from qupia_server.ledger.entry import EntryOutcome, Event


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
        try:
            decided = await self._answers.decide(case, self._gate.policies.current())
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
        draft = replace(
            case.draft,
            outcome=EntryOutcome.ALLOWED,
            reason="ALLOWED.RULE",
            duration_ms=self._answers.elapsed(case),
        )
        receipt = await self._answers.record(draft)
        self._gate.telemetry.answer("check", "allowed", draft.reason)
        return AccessAnswer(decided.decision, decided.texts, decided.known.opens_on, receipt)

    async def refuse_malformed(self, requester: Requester, document_id: str, fields: Mapping[str, str]) -> QupiaError:
        """Record a question whose fields are malformed, as a preview, and return the error for the caller."""
        return await self._answers.refuse_malformed(Event.PREVIEW, requester, document_id, fields)
