"""The error family of the server: each class has a fixed reason, public words and facts.

`rpc/status.py` is the one place that turns an error into a gRPC status. What an error carries here is what the
caller may read; what only the operator may know goes to the log where the error is raised, by name and count.
"""

from __future__ import annotations

from collections.abc import Mapping


class QupiaError(Exception):
    """Base of all errors with a public half.

    Attributes:
        reason: UPPER_SNAKE code, stable, for machines.
        public: fixed sentence for the caller; never holds text of a document or of the caller.
        facts: whatever varies, for ErrorInfo metadata.
        entry: resource name of the audit entry that records this answer, or empty.
    """

    reason = "INTERNAL"
    public = "The request could not be answered."

    def __init__(self, facts: Mapping[str, str] | None = None, *, entry: str = "") -> None:
        super().__init__(self.public)
        self.facts: Mapping[str, str] = dict(facts or {})
        self.entry = entry


class InvalidRequest(QupiaError):
    """A field is missing or wrong. `facts` maps field name to a sentence."""

    reason = "INVALID_REQUEST"
    public = "A field of the request is missing or not valid."


class RequestIdReused(QupiaError):
    """The request id was used before with another body."""

    reason = "REQUEST_ID_REUSED"
    public = "This request_id was used before with another body."


class RepeatChanged(QupiaError):
    """The request id was answered before and the same answer is no longer due."""

    reason = "REPEAT_CHANGED"
    public = "The recorded answer to this request_id no longer holds; ask again with a new request_id."


class Unauthenticated(QupiaError):
    """Nobody vouches for the caller."""

    reason = "UNAUTHENTICATED"
    public = "The caller could not be identified."


class MethodForbidden(QupiaError):
    """The caller's roles do not include this method."""

    reason = "METHOD_FORBIDDEN"
    public = "The caller may not use this method."


class NotFound(QupiaError):
    """There is no such document, or the caller may not know that there is one: the same answer for both."""

    reason = "NOT_FOUND"
    public = "There is no such resource."


class AlreadyExists(QupiaError):
    """A resource of this name exists."""

    reason = "ALREADY_EXISTS"
    public = "The resource exists already."


class StepOutOfOrder(QupiaError):
    """A step in changing the rules is not in order. `facts` holds `fault` (UPPER_SNAKE) and `advice` (a sentence)."""

    reason = "POLICY_STEP_REFUSED"
    public = "This step is not in order."


class StateChanged(QupiaError):
    """The step was decided on a state that has passed; look again."""

    reason = "STATE_CHANGED"
    public = "Somebody took another step meanwhile; look again and decide anew."


class Unavailable(QupiaError):
    """A part that the answer needs is away; nothing was released. Retrying helps."""

    reason = "UNAVAILABLE"
    public = "A part that the answer needs is away for the moment; nothing was released."
    retry_seconds = 2.0


class LedgerFull(QupiaError):
    """More answers wait to be recorded than the queue holds."""

    reason = "LEDGER_QUEUE_FULL"
    public = "Too many requests wait to be recorded; nothing was released."
    retry_seconds = 1.0


class DeadlineTooShort(QupiaError):
    """The work did not fit the caller's deadline; the worker was stopped."""

    reason = "DEADLINE_EXCEEDED"
    public = "The work did not end before the deadline; nothing was released."


class MasterCorrupt(QupiaError):
    """Stored bytes do not have the digest that they are addressed by."""

    reason = "MASTER_CORRUPT"
    public = "The stored document does not match its digest; nothing was released."


class LedgerCorrupt(QupiaError):
    """A stored audit entry does not match its leaf hash; somebody or something changed the log."""

    reason = "LEDGER_CORRUPT"
    public = "A stored audit entry does not match its leaf hash."


class DigestMismatch(QupiaError):
    """Uploaded bytes do not have the announced digest or size; nothing was kept."""

    reason = "DIGEST_MISMATCH"
    public = "The uploaded bytes do not match the announced digest or size; nothing was kept."


class ConfigurationError(QupiaError):
    """The server cannot start as configured. `facts` maps setting to a sentence on what to do."""

    reason = "CONFIGURATION"
    public = "The configuration is not usable."

    def __str__(self) -> str:
        """Name the settings, for the operator at the terminal."""
        return "; ".join(f"{name}: {advice}" for name, advice in self.facts.items()) or self.public
