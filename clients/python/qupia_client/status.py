"""Turn a failed call into the client's errors.

Hostile input: the trailing metadata come from the network. They are bounded by gRPC's metadata limit (16
KiB); what does not parse counts as absent, so that a broken detail never hides the status itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Protocol, TypeGuard, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

from qupia.v1 import disclosure_pb2
from qupia_client import errors
from qupia_client.convert import refusal_of
from qupia_client.errors import ErrorDetails, QupiaClientError
from qupia_client.values import Refusal

M = TypeVar("M", bound=Message)

DETAILS_KEY: Final = "grpc-status-details-bin"
ENTRY_KEY: Final = "audit_entry"

_CODES: Final[Mapping[int, str]] = {code.value[0]: code.name for code in grpc.StatusCode}
_CLASSES: Final[Mapping[str, type[QupiaClientError]]] = {
    "CANCELLED": errors.CallCancelled,
    "INVALID_ARGUMENT": errors.InvalidRequest,
    "OUT_OF_RANGE": errors.InvalidRequest,
    "DEADLINE_EXCEEDED": errors.OutOfTime,
    "FAILED_PRECONDITION": errors.Refused,
    "NOT_FOUND": errors.NotFound,
    "ALREADY_EXISTS": errors.AlreadyExists,
    "ABORTED": errors.StateChanged,
    "PERMISSION_DENIED": errors.Forbidden,
    "RESOURCE_EXHAUSTED": errors.Unavailable,
    "UNAVAILABLE": errors.Unavailable,
    "UNAUTHENTICATED": errors.Unauthenticated,
    "DATA_LOSS": errors.DataLoss,
}


class _Failed(Protocol):
    """A failed call that carries a status, of the synchronous or the asyncio kind."""

    def code(self) -> grpc.StatusCode | None: ...

    def details(self) -> str | None: ...

    def trailing_metadata(self) -> Iterable[tuple[str, str | bytes]] | None: ...


def from_rpc_error(error: grpc.RpcError) -> QupiaClientError:
    """Return the client's error for a failed call."""
    if not _has_status(error):
        return errors.ServerFault("The call failed without a status.")
    status = _status_in(error.trailing_metadata() or ())
    code = error.code()
    status.code = code.value[0] if code is not None else grpc.StatusCode.UNKNOWN.value[0]
    status.message = status.message or error.details() or ""
    return from_status(status)


def _has_status(error: object) -> TypeGuard[_Failed]:
    """Tell whether a failure carries a status; that of asyncio does without being a `grpc.Call`."""
    return isinstance(error, (grpc.Call, grpc.aio.AioRpcError))


def from_status(status: status_pb2.Status) -> QupiaClientError:
    """Return the client's error for a `google.rpc.Status`."""
    details = decode(status)
    words = details.refusal.text if details.refusal is not None else ""
    local = _unpack(status.details, error_details_pb2.LocalizedMessage())
    if not words and local is not None:
        words = local.message
    return _kind(details)(words or status.message or details.code, details)


def _kind(details: ErrorDetails) -> type[QupiaClientError]:
    """Return the class for a status; two say more than their code."""
    if details.code == "PERMISSION_DENIED" and details.refusal is not None:
        return errors.Refused
    if details.reason == "DIGEST_MISMATCH":
        return errors.DataLoss
    return _CLASSES.get(details.code, errors.ServerFault)


def decode(status: status_pb2.Status) -> ErrorDetails:
    """Return what the details of a status say; at most one of each kind counts, the first."""
    info = _unpack(status.details, error_details_pb2.ErrorInfo())
    bad = _unpack(status.details, error_details_pb2.BadRequest())
    retry = _unpack(status.details, error_details_pb2.RetryInfo())
    refused = _unpack(status.details, disclosure_pb2.Refusal())
    refusal = _refusal(refused)
    metadata = dict(info.metadata) if info is not None else {}
    receipt = refusal.receipt if refusal is not None else None
    return ErrorDetails(
        code=_CODES.get(status.code, "UNKNOWN"),
        reason=info.reason if info is not None else "",
        fields={v.field: v.description for v in bad.field_violations} if bad is not None else {},
        metadata=metadata,
        entry=(receipt.audit_entry if receipt is not None else "") or metadata.get(ENTRY_KEY, ""),
        retry_after=retry.retry_delay.ToNanoseconds() / 1e9 if retry is not None else None,
        refusal=refusal,
    )


def _refusal(message: disclosure_pb2.Refusal | None) -> Refusal | None:
    """Return the refusal; one with impossible dates counts as absent."""
    try:
        return refusal_of(message) if message is not None else None
    except errors.UnexpectedAnswer:
        return None


def _status_in(metadata: Iterable[tuple[str, str | bytes]]) -> status_pb2.Status:
    """Return the status with details from trailing metadata, or an empty one."""
    for key, value in metadata:
        if key == DETAILS_KEY and isinstance(value, bytes):
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                break
    return status_pb2.Status()


def _unpack(details: Iterable[AnyMessage], into: M) -> M | None:
    """Return the first detail of the type of `into`, or None."""
    for detail in details:
        try:
            if detail.Unpack(into):
                return into
        except DecodeError:
            return None
    return None
