"""The answer to a disclosure, message by message: first the decision, then pieces, last the trailer. No I/O here."""

from __future__ import annotations

from qupia.v1 import disclosure_service_pb2
from qupia_client.convert import decision_of, receipt_of, rendition_of
from qupia_client.errors import UnexpectedAnswer
from qupia_client.intake import Intake
from qupia_client.values import Decision, Receipt, Rendition


class Incoming:
    """One answer on its way in.

    Attributes:
        decision, receipt, rendition: what the header said.
        intake: the state of the file.
    """

    def __init__(self, first: disclosure_service_pb2.DiscloseResponse | None) -> None:
        """Read the header.

        Raises:
            UnexpectedAnswer: there is none, or it has no allowing decision or no receipt.
            IntegrityFault: the announced file has no digest or an impossible size.
        """
        if first is None or first.WhichOneof("payload") != "header":
            raise UnexpectedAnswer("The answer does not begin with its decision.")
        header = first.header
        self.decision: Decision = decision_of(header.decision)
        # Never bytes without a stated allow and the name of its entry, whatever a server may think.
        if not self.decision.allowed or not header.receipt.audit_entry:
            raise UnexpectedAnswer("The answer has no allowing decision or no receipt.")
        self.receipt: Receipt = receipt_of(header.receipt)
        self.rendition: Rendition = rendition_of(header.rendition)
        self.intake = Intake(self.rendition)

    def piece(self, message: disclosure_service_pb2.DiscloseResponse) -> bytes:
        """Return the checked bytes of a message; empty for the trailer.

        Raises:
            IntegrityFault: bytes are missing, surplus, out of order or changed.
            UnexpectedAnswer: the message does not belong there.
        """
        match message.WhichOneof("payload"):
            case "chunk":
                return self.intake.take(message.chunk)
            case "trailer":
                self.intake.end(message.trailer)
                return b""
            case _:
                raise UnexpectedAnswer("The answer has a part that does not belong there.")
