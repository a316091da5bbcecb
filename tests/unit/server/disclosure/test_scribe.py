"""Entries hold what section 1.4 asks for and nothing private in clear."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace

import pytest

from qupia_policies.model import Deadline, Decision, Obligations, Outcome, Profile, Reason
from qupia_redaction.model import Language, PrivateText
from qupia_server.disclosure.model import Purpose, PurposeCode
from qupia_server.disclosure.notices import working_days_after
from qupia_server.disclosure.scribe import Scribe, _disclosed
from qupia_server.ledger.entry import Event
from tests.support.fakes import FakePseudonyms, a_request, a_requester

SCRIBE = Scribe(FakePseudonyms())


def test_people_and_words_stand_under_keyed_hashes() -> None:
    purpose = Purpose(PurposeCode.OTHER, None, "1-45/1987", PrivateText("мой дед Secret Name"))
    draft = SCRIBE.opening(Event.TRANSFER, a_request("secret-name-file", purpose=purpose))
    seen = str(asdict(draft))
    for private in ("person:one", "Secret Name", "secret-name-file"):
        assert private not in seen
    assert draft.requester == SCRIBE.person("person:one")
    assert len(draft.declared_digest) == 64
    assert draft.case_number == "1-45/1987"


@pytest.mark.parametrize(
    "changes",
    [
        {"document_id": "d-2"},
        {"purpose": Purpose()},
        {"requester": a_requester("person:two")},
        {"requester": a_requester(role="researcher")},
        {"language": Language.KK},
        {"recipient_country": "DE"},
    ],
)
def test_the_body_digest_changes_with_everything_that_may_change_the_answer(changes: dict[str, object]) -> None:
    first = a_request()
    assert SCRIBE.body_digest(first) != SCRIBE.body_digest(replace(first, **changes))  # type: ignore[arg-type]


def test_the_body_digest_does_not_change_with_the_request_id() -> None:
    assert SCRIBE.body_digest(a_request()) == SCRIBE.body_digest(a_request(request_id="x"))


def test_a_request_id_is_unique_per_caller() -> None:
    one = a_request(request_id="x")
    two = replace(one, requester=a_requester("person:two"))
    assert SCRIBE.request_key(one) != SCRIBE.request_key(two)
    assert SCRIBE.request_key(a_request()) == ""


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [("2026-11-22", 10, "2026-12-04"), ("2026-11-23", 10, "2026-12-07"), ("2026-11-20", 1, "2026-11-23")],
)
def test_working_days(day: str, count: int, then: str) -> None:
    assert working_days_after(dt.date.fromisoformat(day), count).isoformat() == then


@pytest.mark.parametrize(
    ("duties", "deadlines", "due"),
    [
        ({"cite_source"}, {}, ""),
        ({"notify_subject"}, {}, "2026-12-07"),
        ({"notify_transfer"}, {"notify_transfer": Deadline(3, working=True)}, "2026-11-26"),
        ({"notify_transfer"}, {"notify_transfer": Deadline(3, working=False)}, "2026-11-26"),
        ({"notify_transfer"}, {"notify_transfer": Deadline(6, working=False)}, "2026-11-29"),
        ({"notify_subject", "notify_transfer"}, {"notify_transfer": Deadline(1, working=True)}, "2026-11-24"),
    ],
)
def test_a_notice_is_due_when_its_duty_says(duties: set[str], deadlines: dict[str, Deadline], due: str) -> None:
    obligations = Obligations(Profile.R0, frozenset(), duties=frozenset(duties), deadlines=deadlines)
    decision = Decision(Outcome.ALLOW, Reason.NONE, ("r",), obligations, "00", 1)
    opened = SCRIBE.opening(Event.TRANSFER, a_request())
    assert SCRIBE.decided(opened, decision, (), dt.date(2026, 11, 23)).notice_deadline == due


@pytest.mark.parametrize(
    ("hidden", "inside", "outside"),
    [
        ({"special", "health"}, {"person"}, {"special", "nationality", "health"}),
        ({"health"}, {"special", "person"}, {"nationality", "health"}),
        ({"family", "health"}, {"nationality", "religion"}, {"special", "family"}),
    ],
)
def test_what_was_disclosed_names_classes_only_where_some_are_hidden(
    hidden: set[str], inside: set[str], outside: set[str]
) -> None:
    told = set(_disclosed(frozenset(hidden)))
    assert inside <= told
    assert not outside & told
