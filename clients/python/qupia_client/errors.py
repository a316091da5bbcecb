"""The errors of the client; beside them only `ValueError` (a wrong word) and `OSError` (a file) leave it.

An error carries what the server let the caller know: a stable `reason` for machines, the fixed sentence for
people, the audit entry that recorded the answer, and for a refusal its rules and words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qupia_client.values import Refusal


@dataclass(frozen=True, slots=True)
class ErrorDetails:
    """What a status told, decoded.

    Attributes:
        code: name of the gRPC status, e.g. `PERMISSION_DENIED`; empty when the client itself found the fault.
        reason: UPPER_SNAKE code of the server, or empty.
        fields: what is wrong with which field of the request.
        metadata: whatever varies in the message, by name.
        entry: `auditEntries/{audit_entry}` that recorded this answer, or empty.
        retry_after: seconds after which trying again helps, or None.
        refusal: the reasoned refusal, or None.
    """

    code: str = ""
    reason: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    entry: str = ""
    retry_after: float | None = None
    refusal: Refusal | None = None


class QupiaClientError(Exception):
    """Base of the client's errors.

    Attributes:
        details: everything that is known about it.
    """

    def __init__(self, message: str, details: ErrorDetails | None = None) -> None:
        super().__init__(message)
        self.details = details or ErrorDetails()

    @property
    def code(self) -> str:
        """Name of the gRPC status, or empty."""
        return self.details.code

    @property
    def reason(self) -> str:
        """The server's stable code, or empty."""
        return self.details.reason

    @property
    def entry(self) -> str:
        """The audit entry that recorded this answer, or empty."""
        return self.details.entry

    @property
    def fields(self) -> Mapping[str, str]:
        """What is wrong with which field."""
        return self.details.fields

    @property
    def retry_after(self) -> float | None:
        """Seconds after which trying again helps, or None."""
        return self.details.retry_after

    @property
    def refusal(self) -> Refusal | None:
        """The reasoned refusal, or None."""
        return self.details.refusal


class ConfigurationFault(QupiaClientError):
    """The client cannot connect as configured; the message says which setting and what to do."""


class InvalidRequest(QupiaClientError):
    """A field is missing or wrong; `fields` says which."""


class Refused(QupiaClientError):
    """The gate refused, by policy or for the file: `reason` and `refusal` say why, `entry` names the record of it."""


class NotFound(QupiaClientError):
    """There is no such thing, or the caller may not know that there is one: the same answer for both."""


class AlreadyExists(QupiaClientError):
    """A thing of this name exists."""


class Unauthenticated(QupiaClientError):
    """The server does not know who calls: certificate or token is missing, expired or foreign."""


class Forbidden(QupiaClientError):
    """The caller's roles do not include this method."""


class StateChanged(QupiaClientError):
    """The step was decided on a state that has passed: look again and decide anew."""


class Unavailable(QupiaClientError):
    """The server or a part of it is away; nothing was released; `retry_after` says when to try again."""


class OutOfTime(QupiaClientError):
    """The answer did not come before the deadline; nothing was kept."""


class CallCancelled(QupiaClientError):
    """The call was broken off by this side."""


class DataLoss(QupiaClientError):
    """Bytes do not match their digest, at the server or on the way; nothing was kept."""


class IntegrityFault(DataLoss):
    """What arrived is torn, short, out of order or changed; found by the client itself; nothing was kept."""


class UnexpectedAnswer(QupiaClientError):
    """The server answered outside the contract."""


class ServerFault(QupiaClientError):
    """Any other failure of the server."""
