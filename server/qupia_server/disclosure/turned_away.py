"""Record refusals to identified callers that no use case recorded: a method that is not theirs, a malformed field.

Who is not identified is not recorded here: anybody could fill the log. The operator's log and a metric count them.
"""

from __future__ import annotations

from dataclasses import replace

from qupia_server.disclosure.answer import Answers
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.model import Principal
from qupia_server.errors import DeadlineTooShort, LedgerFull, QupiaError, Unavailable
from qupia_server.ledger.entry import EntryOutcome, Event

PASSING = (Unavailable, LedgerFull, DeadlineTooShort)
"""Nothing was decided: a part is away, or the caller was too slow for what a use case records itself."""


class TurnedAway:
    """Give every refusal its entry.

    Args:
        gate: the ports.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._answers = Answers(gate)

    async def recorded(self, caller: Principal, acting: Principal, asked: str, error: Exception) -> Exception:
        """Record the refusal unless it has its entry already, and return what the caller gets.

        Args:
            caller: who is on the wire.
            acting: whose rights counted.
            asked: UPPER_SNAKE name of what was called.
            error: why it ends; gets the name of its entry.

        Returns:
            The same error; or that the entry could not be stored, which the caller gets instead.
        """
        if not isinstance(error, QupiaError) or isinstance(error, PASSING) or error.entry:
            return error
        scribe = self._gate.scribe
        draft = scribe.plain(Event.DENIAL, EntryOutcome.REFUSED, f"{error.reason}.{asked}", acting)
        try:
            receipt = await self._answers.record(replace(draft, caller=scribe.caller(caller)))
        except QupiaError as away:
            return away
        error.entry = receipt.name
        return error
