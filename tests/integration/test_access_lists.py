"""What may X see, and who may see D: the lists agree with single checks, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from qupia_client import Forbidden, Ground, InvalidRequest, NotFound, ReaderNeed
from qupia_server.ledger.entry import Event
from tests.support.live import CALL_SECONDS, HIDDEN, OWNER, LightRedactor, Live, live, prepare, settings_of

STRANGER = "person:stranger"
NAMES = [*(f"documents/doc-{number}" for number in range(1, 7)), *(f"documents/{name}" for name in HIDDEN)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    settings = settings_of(tmp_path_factory.mktemp("home"))
    prepare(settings)
    with live(settings, LightRedactor().started) as running:
        yield running


@pytest.mark.parametrize(("subject", "ground"), [(OWNER, "own_data"), (OWNER, "public"), (STRANGER, "own_data")])
def test_what_x_may_see_is_what_single_checks_allow(server: Live, subject: str, ground: str) -> None:
    with server.client(subject) as client:
        listed = {one.document: one.decision for one in client.access(purpose="protect_rights", ground=ground)}
        for name in NAMES:
            try:
                alone = client.check(name, purpose="protect_rights", ground=ground, timeout=CALL_SECONDS).decision
            except NotFound:
                alone = None
            told = listed.get(name)
            assert (told is not None) == (alone is not None and alone.allowed), name
            if told is not None and alone is not None:
                assert (told.rules, told.obligations, told.bundle) == (alone.rules, alone.obligations, alone.bundle)
    assert bool(listed) == (subject == OWNER and ground == "own_data"), "the list is not empty by accident"


def test_small_pages_give_the_same_list_and_each_is_recorded(server: Live) -> None:
    with server.client() as client:
        whole = list(client.access(purpose="protect_rights", ground="own_data"))
        before = len(server.entries())
        assert list(client.access(purpose="protect_rights", ground="own_data", page_size=2)) == whole
    recorded = [entry.draft for entry in server.entries()[before:]]
    assert {(one.event, one.reason, one.ground) for one in recorded} == {
        (Event.PREVIEW, "ALLOWED.LIST_ACCESS", "own_data")
    }
    assert len(recorded) >= len(whole) // 2


def test_a_list_needs_purpose_and_ground(server: Live) -> None:
    with server.client() as client, pytest.raises(InvalidRequest) as refused:
        list(client.access(purpose="protect_rights"))
    assert list(refused.value.fields) == ["purpose.ground"]


def test_who_may_see_d_is_what_single_checks_allow(server: Live) -> None:
    with server.client("officer:saule", "privacy_officer") as officer:
        readers = list(officer.readers("doc-1", purpose="protect_rights"))
    roles = {one.role: one for one in readers if not one.person}
    persons = [one for one in readers if one.person]
    assert [one.role for one in persons] == ["citizen"], "the owner is the one person tied to it"
    assert persons[0].best_ground is Ground.OWN_DATA
    assert OWNER not in persons[0].person
    for role, subject in (("citizen", OWNER), ("citizen", STRANGER), ("researcher", STRANGER), ("court", STRANGER)):
        found = persons[0] if subject == OWNER else roles.get(role)
        with server.client(subject, role) as client:
            alone = client.check("doc-1", purpose="protect_rights", all_grounds=True, timeout=CALL_SECONDS)
        allowed = {ground: one.obligations for ground, one in alone.grounds.items() if one.allowed}
        assert ({} if found is None else {ground: one.obligations for ground, one in found.grounds.items()}) == allowed
        assert (Ground.UNSPECIFIED if found is None else found.best_ground) is alone.best_ground, role


def test_readers_page_and_the_question_is_recorded(server: Live) -> None:
    with server.client("officer:saule", "auditor") as officer:
        whole = list(officer.readers("doc-1", purpose="protect_rights"))
        assert list(officer.readers("doc-1", purpose="protect_rights", page_size=1)) == whole
        entry = server.entries()[-1].draft
        assert (entry.event, entry.reason, entry.document) == (Event.ACCESS, "ALLOWED.DOCUMENT_READERS", "doc-1")
        with pytest.raises(NotFound):
            list(officer.readers("no-such-document", purpose="protect_rights"))


@pytest.mark.parametrize("role", ["citizen", "researcher", "archivist", "policy_author"])
def test_who_may_see_d_is_not_for_everybody(server: Live, role: str) -> None:
    with server.client(STRANGER, role) as client, pytest.raises(Forbidden):
        list(client.readers("doc-1", purpose="protect_rights"))


def test_a_prosecutor_is_listed_with_what_a_request_brings(server: Live) -> None:
    with server.client("officer:saule", "privacy_officer") as officer:
        for document in ("doc-1", "doc-2", "doc-3"):
            readers = {one.role: one for one in officer.readers(document, purpose="official_duty") if not one.person}
            told = {(one.ground, one.needs) for one in readers["prosecutor"].openings}
            assert told == {(Ground.COURT, (ReaderNeed.CASE_NUMBER, ReaderNeed.AUTHORITY_DOCUMENT))}
            with server.client(STRANGER, "prosecutor") as client:
                stated: dict[str, Any] = {"purpose": "official_duty", "ground": "court", "authority_document": "5"}
                alone = client.check(document, case_number="1-2", **stated).decision
                assert not client.check(document, **stated).decision.allowed
            assert alone.allowed
            assert alone.rules == readers["prosecutor"].openings[0].decision.rules
    assert readers["prosecutor"].best_ground is Ground.UNSPECIFIED
