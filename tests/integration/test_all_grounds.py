"""CheckAccess on all grounds at once: each alone, the one that opens most named, one entry for the question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from qupia_client import Ground, InvalidRequest, NotFound
from qupia_client.values import Access
from qupia_server.ledger.entry import EntryOutcome, Event
from tests.support.live import CALL_SECONDS, HIDDEN, LightRedactor, Live, live, prepare, settings_of

ASKED = [ground for ground in Ground if ground is not Ground.UNSPECIFIED]
STRANGER = "person:stranger"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    settings = settings_of(tmp_path_factory.mktemp("home"))
    prepare(settings)
    with live(settings, LightRedactor().started) as running:
        yield running


def on_all(server: Live, document: str = "doc-1", subject: str | None = None, **asking: Any) -> Access:
    with server.client(subject) if subject else server.client() as client:
        return client.check(document, purpose="protect_rights", all_grounds=True, timeout=CALL_SECONDS, **asking)


def test_each_ground_is_answered_as_if_it_were_asked_alone(server: Live) -> None:
    found = on_all(server)
    assert list(found.grounds) == ASKED
    with server.client() as client:
        for ground, decision in found.grounds.items():
            alone = client.check("doc-1", purpose="protect_rights", ground=ground, timeout=CALL_SECONDS)
            assert (decision.allowed, decision.rules, decision.obligations, decision.missing_facts) == (
                alone.decision.allowed,
                alone.decision.rules,
                alone.decision.obligations,
                alone.decision.missing_facts,
            ), ground


def test_the_owner_learns_which_ground_opens_most_and_one_entry_records_it(server: Live) -> None:
    before = len(server.entries())
    found = on_all(server)
    assert found.best_ground is Ground.OWN_DATA
    assert found.decision == found.grounds[Ground.OWN_DATA]
    assert found.receipt is not None
    draft = server.entry(found.receipt.audit_entry).draft
    assert (draft.event, draft.outcome, draft.reason) == (Event.PREVIEW, EntryOutcome.ALLOWED, "ALLOWED.ALL_GROUNDS")
    assert draft.ground == "own_data"
    assert len(server.entries()) == before + 1


def test_a_stated_ground_keeps_its_own_answer_beside_the_others(server: Live) -> None:
    found = on_all(server, ground="public")
    assert found.decision == found.grounds[Ground.PUBLIC]
    assert not found.decision.allowed
    assert found.best_ground is Ground.OWN_DATA


def test_whom_no_ground_helps_is_refused_on_open_access_and_that_is_recorded(server: Live) -> None:
    found = on_all(server, subject=STRANGER)
    assert found.best_ground is Ground.UNSPECIFIED
    assert not any(decision.allowed for decision in found.grounds.values())
    assert found.decision == found.grounds[Ground.PUBLIC]
    assert found.receipt is not None
    assert server.entry(found.receipt.audit_entry).draft.outcome is EntryOutcome.REFUSED


def test_a_hidden_document_answers_as_one_that_is_not_there(server: Live) -> None:
    said = []
    for document in (HIDDEN[1], "no-such-document"):
        with pytest.raises(NotFound) as refused:
            on_all(server, document, STRANGER)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_the_purpose_must_still_be_stated(server: Live) -> None:
    with server.client() as client, pytest.raises(InvalidRequest) as refused:
        client.check("doc-1", purpose="", all_grounds=True, timeout=CALL_SECONDS)
    assert list(refused.value.fields) == ["purpose.code"]
