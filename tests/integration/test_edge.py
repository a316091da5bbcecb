"""The edge on a real connection: refusals are recorded, and an open stream does not keep the server from ending."""

from __future__ import annotations

from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2

from qupia.v1 import disclosure_pb2, disclosure_service_pb2, disclosure_service_pb2_grpc
from qupia_client import Forbidden, InvalidRequest, NotFound, Unauthenticated
from qupia_client.enums import AuditEvent, RefusalReason
from qupia_server.ledger.entry import EntryOutcome, Event
from qupia_server.rpc import interceptors
from tests.support.live import CALL_SECONDS, LightRedactor, health_stub, live, prepare, settings_of

pytestmark = pytest.mark.enable_socket

NEVER = 3600.0
"""Longer than any test waits for a server to end, seconds."""


def test_refusals_to_identified_callers_have_entries_and_others_have_none(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    prepare(settings)
    with live(settings, LightRedactor().started) as server:
        before = len(server.entries())
        with server.client() as client:
            with pytest.raises(Forbidden) as forbidden:
                next(client.audit_entries())
            with pytest.raises(InvalidRequest) as malformed:
                client.document("documents/NO GOOD NAME")
        with server.bearer("not-a-token") as client, pytest.raises(Unauthenticated) as unknown:
            next(client.audit_entries())
        with server.client("person:auditor", "auditor") as client:
            with pytest.raises(NotFound) as absent:
                client.audit_entry("auditEntries/none-of-these")
            told = client.audit_entry(forbidden.value.entry)
        assert (told.event, told.reason) == (AuditEvent.DENIAL, RefusalReason.METHOD_FORBIDDEN)
        assert unknown.value.entry == ""
        entries = [server.entry(caught.value.entry).draft for caught in (forbidden, malformed, absent)]
        assert len(server.entries()) == before + len(entries) + 1, "and the auditor's look"
    assert {(draft.event, draft.outcome) for draft in entries} == {(Event.DENIAL, EntryOutcome.REFUSED)}
    assert [draft.reason for draft in entries] == [
        "METHOD_FORBIDDEN.LIST_AUDIT_ENTRIES",
        "INVALID_REQUEST.GET_DOCUMENT",
        "NOT_FOUND.GET_AUDIT_ENTRY",
    ]
    assert all(draft.requester and draft.caller for draft in entries)


def test_an_element_of_a_batch_for_somebody_unknown_is_recorded(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    prepare(settings)
    with live(settings, LightRedactor().started) as server:
        with server.service() as client:
            stub = disclosure_service_pb2_grpc.DisclosureServiceStub(client._channel)
            behalf = disclosure_pb2.OnBehalfOf(requester_token="not-a-token")
            item = disclosure_service_pb2.CheckAccessRequest(document="documents/doc-1", on_behalf_of=behalf)
            request = disclosure_service_pb2.BatchCheckAccessRequest(requests=[item])
            answer = stub.BatchCheckAccess(request, timeout=CALL_SECONDS)
        assert answer.results[0].status.code == grpc.StatusCode.UNAUTHENTICATED.value[0]
        (entry,) = [entry.draft for entry in server.entries() if entry.draft.event is Event.DENIAL]
    assert entry.reason == "UNAUTHENTICATED.CHECK_ACCESS"


def test_who_watches_health_hears_the_end_and_does_not_delay_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, listen__drain_seconds=NEVER)
    prepare(settings)
    with live(settings, LightRedactor().started) as server:
        channel = server.channel()
        watch = health_stub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=NEVER)
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    # Leaving waits for the server to end, for a fraction of NEVER at most.
    assert [answer.status for answer in watch] == [health_pb2.HealthCheckResponse.NOT_SERVING]
    channel.close()


def test_calls_without_a_caller_are_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interceptors, "MAX_PUBLIC", 1)
    settings = settings_of(tmp_path)
    prepare(settings)
    with live(settings, LightRedactor().started) as server, server.channel() as channel:
        stub = health_stub(channel)
        watch = stub.Watch(health_pb2.HealthCheckRequest(), timeout=CALL_SECONDS)
        next(watch)
        with pytest.raises(grpc.RpcError) as caught:
            stub.Check(health_pb2.HealthCheckRequest(), timeout=CALL_SECONDS)
        assert isinstance(caught.value, grpc.Call)
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        with server.client() as client:
            assert client.document("documents/doc-1").name
        watch.cancel()


def test_an_auditor_sees_the_end_of_a_delivery_as_soon_as_the_requester_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qupia_server.adapters.ledger_sql.LINGER_SECONDS", NEVER)
    settings = settings_of(tmp_path)
    prepare(settings)
    with live(settings, LightRedactor().started) as server:
        with server.client() as client, client.disclose("doc-1", purpose="PROTECT_RIGHTS", ground="OWN_DATA") as given:
            name = given.receipt.audit_entry
            assert given.read()
        with server.client("person:auditor", "auditor") as client:
            first = next(client.audit_entries())
    assert (first.event, first.previous_entry) == (AuditEvent.DELIVERY, name)
