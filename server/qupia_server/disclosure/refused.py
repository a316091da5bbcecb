"""The exception by which a recorded refusal leaves the use cases."""

from __future__ import annotations

from qupia_server.disclosure.model import Refusal
from qupia_server.errors import QupiaError


class Refused(QupiaError):
    """The gate refused, with a reason, and the refusal is in the ledger.

    Attributes:
        refusal: what the requester may read of it.
    """

    reason = "REFUSED"
    public = "The request was refused."

    def __init__(self, refusal: Refusal) -> None:
        entry = refusal.receipt.name if refusal.receipt else ""
        super().__init__({"reason": refusal.reason.value, "code": refusal.heard}, entry=entry)
        self.refusal = refusal
