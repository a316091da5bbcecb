"""Messages to values and back: what fits goes through unchanged, what does not is named by its field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from typing import Any

import pytest
from google.type.date_pb2 import Date

from qupia.v1 import audit_service_pb2, disclosure_pb2, document_pb2
from qupia.v1.disclosure_service_pb2 import CheckAccessRequest, DiscloseRequest
from qupia_client.records import audit_entry_of
from qupia_policies import vocabulary
from qupia_policies.change import Step
from qupia_policies.model import Effect, Ground, Outcome, Profile
from qupia_redaction.model import DETECTED, Language, PrivateText
from qupia_redaction.plan.special import SPECIAL_CLASSES
from qupia_server.disclosure.model import PurposeCode
from qupia_server.disclosure.records import (
    ArchiveCipher,
    Certainty,
    DateRange,
    Document,
    DocumentForm,
    DocumentKind,
    Ownership,
    PrivateLife,
    Secrecy,
)
from qupia_server.disclosure.scribe import Scribe
from qupia_server.errors import InvalidRequest
from qupia_server.ledger.entry import Entry, EntryDraft, EntryOutcome, Event, entry_from_canonical
from qupia_server.rpc import words
from qupia_server.rpc.convert_audit import entry_to_proto, filter_of
from qupia_server.rpc.convert_document import document_of, document_to_proto
from qupia_server.rpc.convert_request import behalf_of, language_of, request_of
from tests.support.fakes import FakePseudonyms, a_requester

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
ID = "0b5c1e9e-6c1b-4f9e-8f63-8f8f8f8f8f8f"
DOCUMENT = Document(
    document_id="doc-one",
    cipher=ArchiveCipher("central", "R-204", "3", "45", "6 verso"),
    kind=DocumentKind.LETTER,
    form=DocumentForm.ELECTRONIC_COPY,
    title=PrivateText("Хат"),
    created=DateRange(dt.date(1987, 3, 5), dt.date(1987, 12, 31), Certainty.APPROXIMATE),
    secrecy=Secrecy.NONE,
    ownership=Ownership.STATE,
    owner_consent=False,
    private_life=PrivateLife.YES,
    persons=("p-1", "p-2"),
    master_sha256="ab" * 32,
    master_size=7,
    accessioned=dt.date(2026, 3, 1),
    create_time=NOW,
    revision=3,
)


@pytest.mark.parametrize(
    ("table", "enum"),
    [
        (words.LANGUAGES, Language),
        (words.GROUNDS, Ground),
        (words.PROFILES, Profile),
        (words.CATEGORIES, DETECTED),
        (words.KINDS, DocumentKind),
        (words.FORMS, DocumentForm),
        (words.CERTAINTIES, Certainty),
        (words.SECRECIES, Secrecy),
        (words.PRIVATE_LIVES, PrivateLife),
        (words.OWNERSHIPS, Ownership),
        (words.EVENTS, Event),
        (words.AUDIT_OUTCOMES, EntryOutcome),
        (words.EFFECTS, Effect),
        (words.STEPS, Step),
        (words.PURPOSES, PurposeCode),
        (words.OUTCOMES, Outcome),
    ],
)
def test_every_word_has_one_wire_value(table: dict[int, Any], enum: Iterable[Enum]) -> None:
    assert list(table.values()) == list(dict.fromkeys(table.values()))
    assert set(table.values()) == set(enum)
    assert 0 not in table


def test_policies_and_redactor_mean_the_same_by_their_categories() -> None:
    assert {category.value for category in SPECIAL_CLASSES} == vocabulary.SPECIAL
    assert {category.value for category in DETECTED} == vocabulary.CATEGORIES


def ask(**changes: Any) -> DiscloseRequest:
    purpose = disclosure_pb2.Purpose(
        code=disclosure_pb2.PURPOSE_CODE_COURT_CASE,
        ground=disclosure_pb2.GROUND_COURT,
        case_number="№ 12-34/2026",
        declared_text="две\nстроки",
    )
    fields: dict[str, Any] = {
        "document": "documents/doc-one",
        "purpose": purpose,
        "request_id": ID.upper(),
        "language": disclosure_pb2.LANGUAGE_KK,
        "recipient_country": "KZ",
    }
    return DiscloseRequest(**(fields | changes))


def test_a_request_goes_through_whole() -> None:
    request = request_of(ask(), a_requester(), "Secret Word")
    assert (request.document_id, request.request_id, request.language) == ("doc-one", ID, Language.KK)
    assert (request.purpose.code, request.purpose.ground) == (PurposeCode.COURT_CASE, Ground.COURT)
    assert request.purpose.case_number == "№ 12-34/2026"
    assert request.purpose.declared_text.reveal() == "две\nстроки"
    assert request.password is not None
    assert request.password.reveal() == "Secret Word"
    assert "Secret" not in repr(request)
    assert "строки" not in repr(request)


def test_a_missing_purpose_goes_on_to_be_refused_and_recorded() -> None:
    request = request_of(CheckAccessRequest(document="documents/doc-one"), a_requester())
    assert (request.purpose.code, request.purpose.ground, request.password) == (None, None, None)
    assert request.language is Language.RU


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"document": ""}, "document"),
        ({"document": "doc-one"}, "document"),
        ({"document": "documents/"}, "document"),
        ({"document": "documents/abc"}, "document"),
        ({"document": "documents/Doc-One"}, "document"),
        ({"document": "documents/doc-one\n"}, "document"),
        ({"document": "documents/doc/one"}, "document"),
        ({"document": "documents/../etc"}, "document"),
        ({"document": "documents/-doc"}, "document"),
        ({"document": "documents/" + "d" * 64}, "document"),
        ({"document": "archives/doc-one"}, "document"),
        ({"document": "documents/құжат"}, "document"),
        ({"request_id": "1"}, "request_id"),
        ({"request_id": "0b5c1e9e-6c1b-1f9e-8f63-8f8f8f8f8f8f"}, "request_id"),
        ({"request_id": "{" + ID + "}"}, "request_id"),
        ({"language": 9}, "language"),
        ({"recipient_country": "kz"}, "recipient_country"),
        ({"recipient_country": "KAZ"}, "recipient_country"),
        ({"purpose": disclosure_pb2.Purpose(code=99)}, "purpose.code"),  # type: ignore[arg-type]
        ({"purpose": disclosure_pb2.Purpose(ground=99)}, "purpose.ground"),  # type: ignore[arg-type]
        ({"purpose": disclosure_pb2.Purpose(case_number="x" * 101)}, "purpose.case_number"),
        ({"purpose": disclosure_pb2.Purpose(case_number="a\nb")}, "purpose.case_number"),
        ({"purpose": disclosure_pb2.Purpose(declared_text="x" * 1001)}, "purpose.declared_text"),
    ],
)
def test_what_does_not_fit_is_named_and_not_repeated(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        request_of(ask(**changes), a_requester())
    assert list(caught.value.facts) == [field]
    value = changes.get(field)
    if isinstance(value, str) and len(value) > 3 and value not in "documents/{id}":
        assert value not in caught.value.facts[field]


def test_a_password_has_a_limit() -> None:
    with pytest.raises(InvalidRequest) as caught:
        request_of(ask(), a_requester(), "x" * 257)
    assert list(caught.value.facts) == ["password"]


def test_all_wrong_fields_are_named_at_once() -> None:
    with pytest.raises(InvalidRequest) as caught:
        request_of(ask(document="x", request_id="x", language=9), a_requester())
    assert set(caught.value.facts) == {"document", "request_id", "language"}


def test_an_unknown_language_still_gets_an_answer() -> None:
    assert language_of(99) is Language.RU
    assert language_of(disclosure_pb2.LANGUAGE_EN) is Language.EN


def claimed(*pairs: tuple[str, str], token: str = "") -> disclosure_pb2.OnBehalfOf:
    attributes = [disclosure_pb2.ClaimedAttribute(name=name, value=value) for name, value in pairs]
    return disclosure_pb2.OnBehalfOf(requester_token=token, attributes=attributes)


def test_claims_go_through() -> None:
    assert behalf_of(claimed(), given=False) is None
    behalf = behalf_of(claimed(("role", "court"), token="t"), given=True)
    assert behalf is not None
    assert behalf.token == "t"
    assert behalf.claims == (("role", "court"),)


@pytest.mark.parametrize(
    "message",
    [
        claimed(("", "x")),
        claimed(("role", "a"), ("role", "b")),
        claimed(("n" * 65, "x")),
        claimed(("role", "x" * 257)),
        claimed(*((f"n{number}", "x") for number in range(33))),
        claimed(token="t" * 8193),
    ],
)
def test_claims_have_limits(message: disclosure_pb2.OnBehalfOf) -> None:
    with pytest.raises(InvalidRequest):
        behalf_of(message, given=True)


def test_a_document_goes_round_unchanged() -> None:
    message = document_to_proto(DOCUMENT)
    assert message.name == "documents/doc-one"
    assert message.master_sha256 == b"\xab" * 32
    assert message.etag == "r3"
    back = document_of(message, "doc-one")
    stored = {"master_sha256": "", "master_size": 0, "create_time": None, "revision": 1}
    for name in Document.__dataclass_fields__:
        assert getattr(back, name) == stored.get(name, getattr(DOCUMENT, name))


@pytest.mark.parametrize(
    ("earliest", "latest", "days"),
    [
        (Date(year=1950), Date(year=1950), (dt.date(1950, 1, 1), dt.date(1950, 12, 31))),
        (Date(year=1952, month=2), Date(year=1952, month=2), (dt.date(1952, 2, 1), dt.date(1952, 2, 29))),
        (Date(year=1950, month=12), Date(year=1950, month=12), (dt.date(1950, 12, 1), dt.date(1950, 12, 31))),
        (Date(year=9999), Date(year=9999), (dt.date(9999, 1, 1), dt.date(9999, 12, 31))),
    ],
)
def test_a_year_or_a_month_is_a_range(earliest: Date, latest: Date, days: tuple[dt.date, dt.date]) -> None:
    message = document_to_proto(DOCUMENT)
    message.created.earliest.CopyFrom(earliest)
    message.created.latest.CopyFrom(latest)
    created = document_of(message, "doc-one").created
    assert (created.earliest, created.latest) == days


def test_a_year_of_arrival_counts_from_its_last_day() -> None:
    message = document_to_proto(DOCUMENT)
    assert (message.accession_date.year, message.accession_date.month) == (2026, 3)
    assert document_of(message, "doc-one").accessioned == DOCUMENT.accessioned
    message.accession_date.CopyFrom(Date(year=2025))
    assert document_of(message, "doc-one").accessioned == dt.date(2025, 12, 31)
    message.ClearField("accession_date")
    assert document_of(message, "doc-one").accessioned is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"accession_date": Date(month=2)}, "document.accession_date"),
        ({"archive": "central"}, "document.archive"),
        ({"kind": 0}, "document.kind"),
        ({"kind": 99}, "document.kind"),
        ({"form": 0}, "document.form"),
        ({"secrecy": 0}, "document.secrecy"),
        ({"private_life": 0}, "document.private_life"),
        ({"ownership": 0}, "document.ownership"),
        ({"cipher": document_pb2.ArchiveCipher(opis="1", item="1")}, "document.cipher.fonds"),
        ({"cipher": document_pb2.ArchiveCipher(fonds="x" * 65, opis="1", item="1")}, "document.cipher.fonds"),
        ({"persons_concerned": ["p-1"]}, "document.persons_concerned[0]"),
        ({"persons_concerned": ["persons/p"] * 501}, "document.persons_concerned"),
        ({"title": "x" * 1001}, "document.title"),
        ({"created": document_pb2.DateRange()}, "document.created.certainty"),
        ({"created": document_pb2.DateRange(certainty=document_pb2.DATE_CERTAINTY_EXACT)}, "document.created"),
        (
            {"created": document_pb2.DateRange(certainty=document_pb2.DATE_CERTAINTY_UNKNOWN, latest=Date(year=1))},
            "document.created.certainty",
        ),
        (
            {
                "created": document_pb2.DateRange(
                    certainty=document_pb2.DATE_CERTAINTY_EXACT, earliest=Date(year=1951), latest=Date(year=1950)
                )
            },
            "document.created",
        ),
        (
            {
                "created": document_pb2.DateRange(
                    certainty=document_pb2.DATE_CERTAINTY_EXACT,
                    earliest=Date(year=1951, month=2, day=30),
                    latest=Date(year=1952),
                )
            },
            "document.created.earliest",
        ),
    ],
)
def test_a_document_that_does_not_fit_is_refused_by_field(change: dict[str, Any], field: str) -> None:
    message = document_to_proto(DOCUMENT)
    for name in change:
        message.ClearField(name)  # type: ignore[arg-type]
    message.MergeFrom(document_pb2.Document(**change))
    with pytest.raises(InvalidRequest) as caught:
        document_of(message, "doc-one")
    assert list(caught.value.facts) == [field]


@pytest.mark.parametrize("level", ["fonds", "opis", "item"])
@pytest.mark.parametrize("odd", ["12\u200b", "١٢", "Р-２０́4", "ⲁ12", "12\u202e", "β-7", "№", " - ".replace("-", "")])
def test_an_id_that_the_rules_do_not_read_is_refused_before_it_is_stored(level: str, odd: str) -> None:
    message = document_to_proto(DOCUMENT)
    setattr(message.cipher, level, odd)
    with pytest.raises(InvalidRequest) as caught:
        document_of(message, "doc-one")
    assert list(caught.value.facts) == [f"document.cipher.{level}"]
    assert caught.value.facts[f"document.cipher.{level}"].startswith("Must be written with Latin")


@pytest.mark.parametrize("name", ["Р-204", "№ 45а", "Ғ-3/7", "12 (доп.)", "ӨҢІР-1", "R–204"])
def test_an_id_as_archives_write_them_is_stored_as_it_is(name: str) -> None:
    message = document_to_proto(DOCUMENT)
    message.cipher.fonds = message.cipher.opis = message.cipher.item = name
    cipher = document_of(message, "doc-one").cipher
    assert (cipher.fonds, cipher.opis, cipher.item) == (name, name, name)


def test_the_entry_of_an_import_shows_counts_and_digest_and_nothing_that_was_hidden() -> None:
    draft = Scribe(FakePseudonyms()).imported("uid-7", "ab" * 32, {"documents": 2, "masters": 1})
    message = entry_to_proto(Entry("e-1", 0, dt.datetime(2026, 11, 22, tzinfo=dt.UTC), "00" * 16, draft))
    assert dict(message.row_counts) == {"documents": 2, "masters": 1}
    assert message.source_sha256 == bytes.fromhex("ab" * 32)
    assert not message.hidden_counts
    assert message.requester_role == "operator"
    told = audit_entry_of(message)
    assert (told.row_counts, told.source_sha256) == ({"documents": 2, "masters": 1}, bytes.fromhex("ab" * 32))


def test_an_entry_shows_what_it_holds() -> None:
    draft = EntryDraft(
        event=Event.DENIAL,
        outcome=EntryOutcome.REFUSED,
        reason="POLICY.DENY_RULE",
        requester="hash-of-requester",
        caller="hash-of-service",
        purpose_code="court_case",
        ground="court",
        document="doc-one",
        archive="central",
        created_latest="1987-12-31",
        bundle="b" * 64,
        rules=("deny-rule",),
        profile="R3",
        hidden={"person": 3, "iin": 1},
        disclosed=("address",),
        rendition_sha256="ab" * 32,
        previous="e-1",
        duration_ms=1500,
    )
    entry = Entry("e-2", 2, NOW, "00" * 16, draft)
    message = entry_to_proto(entry)
    assert (message.name, message.sequence, message.previous_entry) == ("auditEntries/e-2", 2, "auditEntries/e-1")
    assert message.reason == disclosure_pb2.REFUSAL_REASON_DENY_RULE
    assert message.purpose_code == disclosure_pb2.PURPOSE_CODE_COURT_CASE
    assert message.profile == disclosure_pb2.REDACTION_PROFILE_R3
    assert {(count.category, count.count) for count in message.hidden_counts} == {
        (disclosure_pb2.DETAIL_CATEGORY_PERSON, 3),
        (disclosure_pb2.DETAIL_CATEGORY_IIN, 1),
    }
    assert message.calling_service == "hash-of-service"
    assert (message.duration.seconds, message.duration.nanos) == (1, 500_000_000)
    assert message.leaf_hash == entry.leaf_hash()
    assert (message.document_date.year, message.document_date.day) == (1987, 31)


def test_the_finer_code_of_a_refusal_wins() -> None:
    for reason, expected in (
        ("REDACTION.ENCRYPTED", "REFUSAL_REASON_ENCRYPTED"),
        ("MASTER_MISSING.MASTER_MISSING", "REFUSAL_REASON_NO_MASTER"),
        ("ALLOWED.RULE", "REFUSAL_REASON_UNSPECIFIED"),
    ):
        outcome = EntryOutcome.ALLOWED if reason.startswith("ALLOWED") else EntryOutcome.REFUSED
        entry = Entry("e-1", 1, NOW, "00" * 16, EntryDraft(Event.ACCESS, outcome, reason))
        assert disclosure_pb2.RefusalReason.Name(entry_to_proto(entry).reason) == expected


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"document": "doc-one"}, "document"),
        ({"outcome": 99}, "outcome"),
        ({"start_time": NOW, "end_time": NOW}, "end_time"),
        ({"requester": "x" * 129}, "requester"),
    ],
)
def test_a_filter_that_does_not_fit_is_refused(fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        filter_of(audit_service_pb2.ListAuditEntriesRequest(**fields))
    assert list(caught.value.facts) == [wrong]


def test_an_entry_names_the_word_lists_that_shaped_its_rendition() -> None:
    lists = (f"hide:{'ab' * 32}", f"keep:{'cd' * 32}")
    draft = replace(Scribe(FakePseudonyms()).imported("uid-7", "ab" * 32, {}), word_lists=lists)
    entry = Entry("e-1", 0, dt.datetime(2026, 11, 22, tzinfo=dt.UTC), "00" * 16, draft)

    assert audit_entry_of(entry_to_proto(entry)).word_lists == lists
    assert entry_from_canonical(entry.canonical()) == entry
