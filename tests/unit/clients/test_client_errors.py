"""A failed call becomes an error that says what the server let the caller know, and never less than its status."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from google.type.date_pb2 import Date

from qupia.v1 import disclosure_pb2
from qupia_client import errors
from qupia_client.enums import RefusalReason
from qupia_client.status import from_rpc_error
from tests.support.client_fakes import ENTRY, FailedCall, receipt


def info(reason: str, **metadata: str) -> Message:
    made: Message = error_details_pb2.ErrorInfo(reason=reason, domain="qupia.dev", metadata=metadata)
    return made


def refusal(**more: Date) -> disclosure_pb2.Refusal:
    return disclosure_pb2.Refusal(
        reason=disclosure_pb2.REFUSAL_REASON_DENY_RULE,
        rules=[disclosure_pb2.RuleReference(rule="r-75", title="75 лет", legal_basis="NAF Art. 16(1-1)")],
        text="Срок не истёк.",
        receipt=receipt(),
        **more,
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, errors.InvalidRequest),
        (grpc.StatusCode.NOT_FOUND, errors.NotFound),
        (grpc.StatusCode.ALREADY_EXISTS, errors.AlreadyExists),
        (grpc.StatusCode.UNAUTHENTICATED, errors.Unauthenticated),
        (grpc.StatusCode.PERMISSION_DENIED, errors.Forbidden),
        (grpc.StatusCode.FAILED_PRECONDITION, errors.Refused),
        (grpc.StatusCode.UNAVAILABLE, errors.Unavailable),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, errors.Unavailable),
        (grpc.StatusCode.DEADLINE_EXCEEDED, errors.OutOfTime),
        (grpc.StatusCode.CANCELLED, errors.CallCancelled),
        (grpc.StatusCode.DATA_LOSS, errors.DataLoss),
        (grpc.StatusCode.INTERNAL, errors.ServerFault),
        (grpc.StatusCode.UNKNOWN, errors.ServerFault),
    ],
)
def test_each_status_has_its_error(code: grpc.StatusCode, kind: type[Exception]) -> None:
    error = from_rpc_error(FailedCall(code, "words"))
    assert type(error) is kind
    assert (error.code, str(error)) == (code.name, "words")


def test_a_refusal_tells_rules_words_day_and_entry() -> None:
    failed = FailedCall(
        grpc.StatusCode.PERMISSION_DENIED,
        "refused",
        [info("DENY_RULE"), refusal(opens_on=Date(year=2031, month=3, day=17))],
    )
    error = from_rpc_error(failed)
    assert isinstance(error, errors.Refused)
    assert str(error) == "Срок не истёк."
    assert (error.reason, error.entry) == ("DENY_RULE", ENTRY)
    assert error.refusal is not None
    assert error.refusal.reason is RefusalReason.DENY_RULE
    assert error.refusal.rules[0].legal_basis == "NAF Art. 16(1-1)"
    assert str(error.refusal.opens_on) == "2031-03-17"


def test_the_entry_of_an_error_without_refusal_comes_from_its_metadata() -> None:
    error = from_rpc_error(FailedCall(grpc.StatusCode.NOT_FOUND, "", [info("NOT_FOUND", audit_entry=ENTRY)]))
    assert error.entry == ENTRY


def test_fields_and_retry_are_told() -> None:
    violation = error_details_pb2.BadRequest.FieldViolation(field="purpose.code", description="is missing")
    bad = FailedCall(grpc.StatusCode.INVALID_ARGUMENT, "", [error_details_pb2.BadRequest(field_violations=[violation])])
    away = FailedCall(
        grpc.StatusCode.UNAVAILABLE,
        "",
        [error_details_pb2.RetryInfo(retry_delay=Duration(seconds=2, nanos=500_000_000))],
    )
    assert from_rpc_error(bad).fields == {"purpose.code": "is missing"}
    assert from_rpc_error(away).retry_after == 2.5
    assert from_rpc_error(bad).retry_after is None


def test_localized_words_win_over_the_english_message() -> None:
    words = error_details_pb2.LocalizedMessage(locale="kk", message="Мұндай ресурс жоқ.")
    assert str(from_rpc_error(FailedCall(grpc.StatusCode.NOT_FOUND, "none", [words]))) == "Мұндай ресурс жоқ."


def test_bytes_that_did_not_match_are_data_loss_whatever_the_code() -> None:
    error = from_rpc_error(FailedCall(grpc.StatusCode.INVALID_ARGUMENT, "", [info("DIGEST_MISMATCH")]))
    assert type(error) is errors.DataLoss


@pytest.mark.parametrize("raw", [b"\xff\xff\xff", b"", b"\x0a"])
def test_broken_details_never_hide_the_status(raw: bytes) -> None:
    error = from_rpc_error(FailedCall(grpc.StatusCode.PERMISSION_DENIED, "denied", raw=raw))
    assert type(error) is errors.Forbidden
    assert str(error) == "denied"


def test_a_refusal_with_an_impossible_day_still_is_an_error_of_the_client() -> None:
    failed = FailedCall(
        grpc.StatusCode.PERMISSION_DENIED, "denied", [refusal(opens_on=Date(year=2031, month=13, day=40))]
    )
    assert type(from_rpc_error(failed)) is errors.Forbidden
