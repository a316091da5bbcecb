"""The client's words are the contract's words, all of them, and they travel there and back."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from qupia.v1 import audit_pb2, disclosure_pb2, document_pb2, policy_pb2
from qupia_client import enums, values
from qupia_client.wire import from_wire, to_wire

PAIRS: list[tuple[type[enums.Word], Any]] = [
    (enums.Language, disclosure_pb2.Language),
    (enums.PurposeCode, disclosure_pb2.PurposeCode),
    (enums.StateBasis, disclosure_pb2.StateBasis),
    (enums.SecretKind, document_pb2.SecretKind),
    (enums.Ground, disclosure_pb2.Ground),
    (enums.DecisionOutcome, disclosure_pb2.DecisionOutcome),
    (enums.RefusalReason, disclosure_pb2.RefusalReason),
    (enums.RedactionProfile, disclosure_pb2.RedactionProfile),
    (enums.DetailCategory, disclosure_pb2.DetailCategory),
    (enums.DocumentKind, document_pb2.DocumentKind),
    (enums.DocumentForm, document_pb2.DocumentForm),
    (enums.DateCertainty, document_pb2.DateCertainty),
    (enums.Secrecy, document_pb2.Secrecy),
    (enums.PrivateLife, document_pb2.PrivateLife),
    (enums.Ownership, document_pb2.Ownership),
    (enums.AuditEvent, audit_pb2.AuditEvent),
    (enums.AuditOutcome, audit_pb2.AuditOutcome),
    (enums.PolicyEffect, policy_pb2.PolicyEffect),
    (enums.PolicyStepKind, policy_pb2.PolicyStepKind),
    (enums.ExplanationVoice, policy_pb2.ExplanationVoice),
    (enums.ExplanationLack, policy_pb2.ExplanationLack),
    (enums.PersonScope, disclosure_pb2.PersonScope),
]


@pytest.mark.parametrize(("words", "kind"), PAIRS, ids=lambda item: getattr(item, "__name__", ""))
def test_every_value_of_the_contract_has_its_word(words: type[enums.Word], kind: Any) -> None:
    back = [from_wire(number, kind, words) for number in kind.values()]
    assert back == list(words)
    assert [to_wire(word, kind) for word in words] == list(kind.values())


def test_no_enum_of_the_contract_is_forgotten() -> None:
    files = (disclosure_pb2, document_pb2, audit_pb2, policy_pb2)
    known = {kind.DESCRIPTOR.name for _, kind in PAIRS}
    assert known == {name for file in files for name in file.DESCRIPTOR.enum_types_by_name}


def test_a_word_of_a_newer_server_is_unspecified_and_never_an_allow() -> None:
    assert from_wire(999, disclosure_pb2.DecisionOutcome, enums.DecisionOutcome) is enums.DecisionOutcome.UNSPECIFIED


def test_a_wrong_word_is_told_with_the_right_ones_but_not_repeated() -> None:
    with pytest.raises(ValueError, match="own_data, written_permission") as caught:
        enums.Ground.parse("secret word")
    assert "secret" not in str(caught.value)


def test_words_are_read_in_any_case_and_with_hyphens() -> None:
    assert enums.Ground.parse("Own-Data") is enums.Ground.OWN_DATA


def test_what_may_be_said_with_a_question_are_its_fields() -> None:
    said = [field.name for field in dataclasses.fields(values.Question)]
    assert sorted(["document", "purpose", *values.Asking.__annotations__]) == sorted(said)
