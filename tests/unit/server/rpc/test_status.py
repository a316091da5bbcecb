"""Errors to statuses: the right code, the right details, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2 as details
from grpc import StatusCode

from qupia.v1 import disclosure_pb2
from qupia_policies.change import StepFault
from qupia_policies.model import RuleText
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Language
from qupia_server import errors
from qupia_server.disclosure.model import Refusal, RefusalReason
from qupia_server.disclosure.refused import Refused
from qupia_server.ledger.receipt import Receipt
from qupia_server.rpc.status import CODES, REFUSAL_CODES, Fault, fault_of
from qupia_server.rpc.texts import TEXTS, text_of

RECEIPT = Receipt("e-7", 7, b"l" * 32, dt.datetime(2026, 11, 22, tzinfo=dt.UTC), 8, b"r" * 32)
WORDS = {"kk": "қағида", "ru": "правило", "en": "rule"}
RULE = RuleText("deny-rule", WORDS, WORDS, "NAF Art. 16(1-1)")
MAPPED = {StepFault.CHANGED_MEANWHILE, StepFault.REPEATED_OTHERWISE}
"""Faults that become errors of their own."""
KINDS = {
    "ErrorInfo": details.ErrorInfo,
    "BadRequest": details.BadRequest,
    "RetryInfo": details.RetryInfo,
    "PreconditionFailure": details.PreconditionFailure,
    "LocalizedMessage": details.LocalizedMessage,
    "Refusal": disclosure_pb2.Refusal,
}


def opened(fault: Fault) -> dict[str, Message]:
    """Return the details by name; none may come twice (AIP-193)."""
    found: dict[str, Message] = {}
    for packed in fault.status.details:
        name = packed.TypeName().rpartition(".")[2]
        assert name not in found
        found[name] = KINDS[name]()
        packed.Unpack(found[name])
    return found


def info(fault: Fault) -> details.ErrorInfo:
    found = opened(fault)["ErrorInfo"]
    assert isinstance(found, details.ErrorInfo)
    return found


TABLE: list[tuple[Exception, StatusCode, str, set[str]]] = [
    (errors.InvalidRequest({"page_size": "No."}), StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", {"BadRequest"}),
    (errors.RequestIdReused(), StatusCode.INVALID_ARGUMENT, "REQUEST_ID_REUSED", set()),
    (errors.DigestMismatch(), StatusCode.INVALID_ARGUMENT, "DIGEST_MISMATCH", set()),
    (errors.RepeatChanged(), StatusCode.FAILED_PRECONDITION, "REPEAT_CHANGED", {"PreconditionFailure"}),
    (
        errors.StepOutOfOrder({"fault": "NOT_CHECKED", "advice": "check the draft first"}),
        StatusCode.FAILED_PRECONDITION,
        "POLICY_STEP_REFUSED",
        {"PreconditionFailure"},
    ),
    (errors.StateChanged(), StatusCode.ABORTED, "STATE_CHANGED", set()),
    (errors.Unauthenticated(), StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED", set()),
    (errors.MethodForbidden(), StatusCode.PERMISSION_DENIED, "METHOD_FORBIDDEN", set()),
    (errors.NotFound(), StatusCode.NOT_FOUND, "NOT_FOUND", set()),
    (errors.AlreadyExists(), StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS", set()),
    (errors.Unavailable(), StatusCode.UNAVAILABLE, "UNAVAILABLE", {"RetryInfo"}),
    (errors.LedgerFull(), StatusCode.RESOURCE_EXHAUSTED, "LEDGER_QUEUE_FULL", {"RetryInfo"}),
    (errors.DeadlineTooShort(), StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", set()),
    (errors.MasterCorrupt(), StatusCode.DATA_LOSS, "MASTER_CORRUPT", set()),
    (errors.LedgerCorrupt(), StatusCode.DATA_LOSS, errors.LedgerCorrupt.reason, set()),
    (errors.ConfigurationError({"home": "/secret/path"}), StatusCode.INTERNAL, "INTERNAL", set()),
    (errors.QupiaError({"driver": "secret"}), StatusCode.INTERNAL, "INTERNAL", set()),
    (RuntimeError("driver: secret"), StatusCode.INTERNAL, "INTERNAL", set()),
    (RedactionRefused(RefusalCode.ENCRYPTED, 3), StatusCode.FAILED_PRECONDITION, "ENCRYPTED", set()),
]


@pytest.mark.parametrize(("error", "code", "reason", "more"), TABLE, ids=lambda value: type(value).__name__)
def test_each_error_has_its_status(error: Exception, code: StatusCode, reason: str, more: set[str]) -> None:
    fault = fault_of(error, Language.EN)
    assert (fault.code, fault.status.code) == (code, code.value[0])
    assert (info(fault).reason, info(fault).domain) == (reason, "qupia.dev")
    assert opened(fault).keys() == {"ErrorInfo", "LocalizedMessage"} | more
    assert fault.status.message == fault.message
    assert "secret" not in str(fault.status)


def test_every_error_of_the_family_has_a_code() -> None:
    family = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.QupiaError) and kind is not errors.QupiaError
    }
    assert family - {errors.ConfigurationError} == set(CODES)


def test_every_reason_of_a_refusal_has_a_code() -> None:
    assert set(REFUSAL_CODES) == set(RefusalReason)


def test_every_code_has_words_in_three_languages() -> None:
    for code in RefusalCode:
        assert all(TEXTS[code.value])
    for kind in CODES:
        assert all(TEXTS[kind.reason])
    for code_of_rule in ("NO_RULE", "DENY_RULE", "RULE_ERROR", "OBLIGATION_CONFLICT", "BAD_FACTS"):
        assert len({text_of(code_of_rule, language) for language in Language}) == 3


@pytest.mark.parametrize("fault", [one for one in StepFault if one not in MAPPED])
def test_every_fault_of_a_step_has_its_sentence_in_three_languages(fault: StepFault) -> None:
    error = errors.StepOutOfOrder({"fault": fault.value, "advice": "x"})
    words = [opened(fault_of(error, language))["LocalizedMessage"] for language in Language]
    said = {one.message for one in words if isinstance(one, details.LocalizedMessage)}
    assert len(said) == 3
    assert text_of("INTERNAL", Language.EN) not in said


@pytest.mark.parametrize("language", list(Language))
def test_words_come_in_the_language_of_the_request(language: Language) -> None:
    found = opened(fault_of(errors.NotFound(), language))["LocalizedMessage"]
    assert found == details.LocalizedMessage(locale=language.value, message=text_of("NOT_FOUND", language))


def test_absent_and_undiscoverable_are_one_answer() -> None:
    answers = [
        fault_of(error, Language.RU)
        for error in (
            errors.NotFound(entry="auditEntries/e-7"),
            errors.NotFound({"document": "documents/secret"}, entry="auditEntries/e-7"),
            Refused(Refusal(RefusalReason.NOT_FOUND, "UNKNOWN", receipt=RECEIPT)),
            Refused(
                Refusal(
                    RefusalReason.NOT_FOUND, "UNDISCOVERABLE", (RULE,), opens_on=dt.date(2062, 1, 1), receipt=RECEIPT
                )
            ),
        )
    ]
    assert len({answer.status.SerializeToString(deterministic=True) for answer in answers}) == 1
    assert dict(info(answers[0]).metadata) == {"audit_entry": "auditEntries/e-7"}


def test_wrong_fields_are_named() -> None:
    found = opened(fault_of(errors.InvalidRequest({"a": "No.", "b": "Nor this."}), Language.EN))["BadRequest"]
    assert isinstance(found, details.BadRequest)
    assert [(violation.field, violation.description) for violation in found.field_violations] == [
        ("a", "No."),
        ("b", "Nor this."),
    ]


def test_a_retry_says_when() -> None:
    found = opened(fault_of(errors.Unavailable(), Language.EN))["RetryInfo"]
    assert isinstance(found, details.RetryInfo)
    assert found.retry_delay.seconds == 2


def test_a_refusal_by_policy_carries_reason_rule_day_and_receipt() -> None:
    refusal = Refusal(
        RefusalReason.POLICY, "DENY_RULE", (RULE,), opens_on=dt.date(2062, 1, 1), missing_facts=("f",), receipt=RECEIPT
    )
    fault = fault_of(Refused(refusal), Language.KK)
    assert (fault.code, info(fault).reason) == (StatusCode.PERMISSION_DENIED, "DENY_RULE")
    assert info(fault).metadata["audit_entry"] == "auditEntries/e-7"
    assert info(fault).metadata["opens_on"] == "2062-01-01"
    found = opened(fault)["Refusal"]
    assert isinstance(found, disclosure_pb2.Refusal)
    assert found.reason == disclosure_pb2.REFUSAL_REASON_DENY_RULE
    assert (found.text, found.rules[0].title, found.opens_on.year) == ("қағида", "қағида", 2062)
    assert found.receipt.audit_entry == "auditEntries/e-7"
    assert found.missing_facts == ["f"]


@pytest.mark.parametrize("code", list(RefusalCode))
def test_a_refusal_for_the_file_names_the_code(code: RefusalCode) -> None:
    fault = fault_of(Refused(Refusal(RefusalReason.REDACTION, code.value, page=3, receipt=RECEIPT)), Language.EN)
    found = opened(fault)["Refusal"]
    assert isinstance(found, disclosure_pb2.Refusal)
    assert fault.code is StatusCode.FAILED_PRECONDITION
    assert disclosure_pb2.RefusalReason.Name(found.reason) == f"REFUSAL_REASON_{code.value}"
    assert found.text == text_of(code.value, Language.EN)
    assert info(fault).metadata["page"] == "3"
    assert "PreconditionFailure" in opened(fault)


def test_a_status_fits_into_trailers() -> None:
    limit = 6_000  # base64 makes 8 KiB of it, which is what clients take
    wrong = errors.InvalidRequest({f"field_{number}": "x" * 10_000 for number in range(1000)})
    assert fault_of(wrong, Language.EN).status.ByteSize() < limit
    long = {"kk": "қ" * 100, "ru": "п" * 100, "en": "r" * 100}
    rules = tuple(RuleText(f"rule-{number}", long, long, "NAF Art. 16(1-1)") for number in range(100))
    refusal = Refusal(RefusalReason.POLICY, "DENY_RULE", rules, missing_facts=("resource.term",) * 100, receipt=RECEIPT)
    assert fault_of(Refused(refusal), Language.KK).status.ByteSize() < limit
