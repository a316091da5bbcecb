"""The one place that turns an error into a gRPC status with `google.rpc` details.

What is not in the error family becomes INTERNAL with a fixed sentence: a driver's message can disclose. NOT_FOUND
takes nothing from the error but the name of its audit entry, so that absent and undiscoverable documents cannot
differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode

from qupia_policies.model import Outcome
from qupia_redaction.errors import RedactionRefused
from qupia_redaction.model import Language
from qupia_server.disclosure.model import Refusal, RefusalReason
from qupia_server.disclosure.refused import Refused
from qupia_server.errors import (
    AlreadyExists,
    DeadlineTooShort,
    DigestMismatch,
    InvalidRequest,
    LedgerCorrupt,
    LedgerFull,
    MasterCorrupt,
    MethodForbidden,
    NotFound,
    QupiaError,
    RepeatChanged,
    RequestIdReused,
    StateChanged,
    StepOutOfOrder,
    Unauthenticated,
    Unavailable,
)
from qupia_server.rpc.convert_decision import refusal_to_proto
from qupia_server.rpc.texts import text_of

DOMAIN = "qupia.dev"
DETAILS_KEY = "grpc-status-details-bin"
MAX_FIELDS = 16
MAX_DETAIL_CHARS = 120
"""Trailers pass in base64 under a limit of 8 KiB; what does not fit is cut, or the client would get no status."""

CODES: Mapping[type[QupiaError], StatusCode] = {
    InvalidRequest: StatusCode.INVALID_ARGUMENT,
    RequestIdReused: StatusCode.INVALID_ARGUMENT,
    DigestMismatch: StatusCode.INVALID_ARGUMENT,
    RepeatChanged: StatusCode.FAILED_PRECONDITION,
    StepOutOfOrder: StatusCode.FAILED_PRECONDITION,
    StateChanged: StatusCode.ABORTED,
    Unauthenticated: StatusCode.UNAUTHENTICATED,
    MethodForbidden: StatusCode.PERMISSION_DENIED,
    NotFound: StatusCode.NOT_FOUND,
    AlreadyExists: StatusCode.ALREADY_EXISTS,
    Unavailable: StatusCode.UNAVAILABLE,
    LedgerFull: StatusCode.RESOURCE_EXHAUSTED,
    DeadlineTooShort: StatusCode.DEADLINE_EXCEEDED,
    MasterCorrupt: StatusCode.DATA_LOSS,
    LedgerCorrupt: StatusCode.DATA_LOSS,
}
"""Status codes of errors; what is not here is INTERNAL."""

REFUSAL_CODES: Mapping[RefusalReason, StatusCode] = {
    RefusalReason.POLICY: StatusCode.PERMISSION_DENIED,
    RefusalReason.NOT_FOUND: StatusCode.NOT_FOUND,
    RefusalReason.PURPOSE_MISSING: StatusCode.INVALID_ARGUMENT,
    RefusalReason.INVALID_REQUEST: StatusCode.INVALID_ARGUMENT,
    RefusalReason.REQUEST_ID_REUSED: StatusCode.INVALID_ARGUMENT,
    RefusalReason.OBLIGATION_UNFULFILLABLE: StatusCode.FAILED_PRECONDITION,
    RefusalReason.MASTER_MISSING: StatusCode.FAILED_PRECONDITION,
    RefusalReason.REDACTION: StatusCode.FAILED_PRECONDITION,
    RefusalReason.REPEAT_CHANGED: StatusCode.FAILED_PRECONDITION,
    RefusalReason.MASTER_CORRUPT: StatusCode.DATA_LOSS,
    RefusalReason.UNAVAILABLE: StatusCode.UNAVAILABLE,
    RefusalReason.DEADLINE: StatusCode.DEADLINE_EXCEEDED,
    RefusalReason.CANCELLED: StatusCode.CANCELLED,
    RefusalReason.INTERNAL: StatusCode.INTERNAL,
}
"""Status codes of recorded refusals, one for each reason."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A status on its way out.

    Attributes:
        code: the gRPC code.
        reason: reason of its ErrorInfo.
        message: fixed English sentence.
        status: the whole `google.rpc.Status`.
    """

    code: StatusCode
    reason: str
    message: str
    status: status_pb2.Status = field(repr=False)


def fault_of(error: Exception, language: Language) -> Fault:
    """Return the status for `error`, with words in `language`. Never fails, never quotes an unknown error."""
    if isinstance(error, Refused):
        return _refused(error, language)
    if isinstance(error, RedactionRefused):
        return _fault(StatusCode.FAILED_PRECONDITION, _said(error.code.value), {}, language)
    if isinstance(error, NotFound):
        return _not_found(error.entry, language)
    if isinstance(error, QupiaError):
        return _known(error, language)
    return _fault(StatusCode.INTERNAL, (QupiaError.reason, QupiaError.public), {}, language)


def _known(error: QupiaError, language: Language) -> Fault:
    code = next((CODES[kind] for kind in type(error).__mro__ if kind in CODES), StatusCode.INTERNAL)
    if code is StatusCode.INTERNAL:
        return _fault(code, (QupiaError.reason, QupiaError.public), _entry(error), language)
    metadata, details = _entry(error), list[Message]()
    if isinstance(error, InvalidRequest):
        details.append(_bad_request(error.facts))
    else:
        metadata |= _bounded(error.facts)
    if isinstance(error, (Unavailable, LedgerFull)):
        details.append(_retry(error.retry_seconds))
    if isinstance(error, RepeatChanged):
        details.append(_precondition(error.reason, "request_id", error.public))
    if isinstance(error, StepOutOfOrder):
        details.append(_precondition(error.facts["fault"], "policyDesk", error.facts["advice"][:MAX_DETAIL_CHARS]))
    said: tuple[str, ...] = (error.reason, error.public)
    if isinstance(error, StepOutOfOrder):
        said += (f"STEP_{error.facts['fault']}",)
    return _fault(code, said, metadata, language, details)


def _not_found(entry: str, language: Language) -> Fault:
    metadata = {"audit_entry": entry} if entry else {}
    return _fault(StatusCode.NOT_FOUND, (NotFound.reason, NotFound.public), metadata, language)


def _refused(error: Refused, language: Language) -> Fault:
    refusal = error.refusal
    code = REFUSAL_CODES[refusal.reason]
    if code is StatusCode.NOT_FOUND:
        return _not_found(error.entry, language)
    if code is StatusCode.INTERNAL:
        return _fault(code, (QupiaError.reason, QupiaError.public), _entry(error), language)
    details: list[Message] = [refusal_to_proto(refusal, language)]
    if refusal.fields:
        details.append(_bad_request(refusal.fields))
    if code is StatusCode.FAILED_PRECONDITION:
        details.append(_precondition(refusal.reason.value, "document", text_of(refusal.heard, Language.EN)))
    if code is StatusCode.UNAVAILABLE:
        details.append(_retry(Unavailable.retry_seconds))
    return _fault(code, _said(refusal.heard), _refusal_metadata(error), language, details)


def _said(code: str) -> tuple[str, str]:
    """Return reason and message of a code that has its own sentence."""
    return code, text_of(code, Language.EN)


def _refusal_metadata(error: Refused) -> dict[str, str]:
    refusal: Refusal = error.refusal
    metadata = _entry(error) | {"refusal": refusal.reason.value, "outcome": Outcome.REFUSE.value}
    if refusal.page is not None:
        metadata["page"] = str(refusal.page)
    if refusal.opens_on is not None:
        metadata["opens_on"] = refusal.opens_on.isoformat()
    return metadata


def _fault(
    code: StatusCode,
    said: tuple[str, ...],
    metadata: Mapping[str, str],
    language: Language,
    more: Iterable[Message] = (),
) -> Fault:
    """Return a fault; a third word of `said` names the sentence for people where it is finer than the reason."""
    reason, message, *words = said
    info = error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata=dict(metadata))
    words = error_details_pb2.LocalizedMessage(locale=language.value, message=text_of((words or [reason])[0], language))
    status = status_pb2.Status(code=code.value[0], message=message)
    for detail in (info, words, *more):
        packed = PackedMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return Fault(code, reason, message, status)


def _entry(error: QupiaError) -> dict[str, str]:
    return {"audit_entry": error.entry} if error.entry else {}


def _bounded(facts: Mapping[str, str]) -> dict[str, str]:
    """Cut facts to what fits into metadata: trailers have a limit, too."""
    return {name: value[:MAX_DETAIL_CHARS] for name, value in list(facts.items())[:MAX_FIELDS]}


def _bad_request(fields: Mapping[str, str]) -> error_details_pb2.BadRequest:
    violation = error_details_pb2.BadRequest.FieldViolation
    return error_details_pb2.BadRequest(
        field_violations=[violation(field=name, description=said) for name, said in _bounded(fields).items()]
    )


def _retry(seconds: float) -> error_details_pb2.RetryInfo:
    whole, part = divmod(seconds, 1)
    return error_details_pb2.RetryInfo(retry_delay=Duration(seconds=int(whole), nanos=int(part * 1_000_000_000)))


def _precondition(kind: str, subject: str, description: str) -> error_details_pb2.PreconditionFailure:
    violation = error_details_pb2.PreconditionFailure.Violation(type=kind, subject=subject, description=description)
    return error_details_pb2.PreconditionFailure(violations=[violation])
