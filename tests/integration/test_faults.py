"""Bad input and faults against a running server: what each gets, what the ledger says, and that nothing leaves."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import functools
import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from sqlalchemy import event
from sqlalchemy.engine import Engine

from qupia.v1 import disclosure_pb2, disclosure_service_pb2
from qupia_client import (
    Client,
    Credentials,
    DataLoss,
    InvalidRequest,
    OutOfTime,
    Refused,
    Unauthenticated,
    Unavailable,
)
from qupia_server.adapters.dev_identity import DevIdentity
from qupia_server.adapters.ledger_sql import SqlLedger
from qupia_server.app import storage
from qupia_server.disclosure.scribe import IMPORTED
from qupia_server.ledger.entry import Entry, EntryOutcome, Event
from tests.support.live import (
    CALL_SECONDS,
    HIDDEN,
    OWNER,
    LightRedactor,
    Live,
    details_of,
    failed_disclose,
    live,
    own_data,
    prepare,
    settings_of,
)

pytestmark = pytest.mark.enable_socket

FAR_TOO_SHORT = 1.0
"""Deadline of calls whose work never ends, seconds."""
BIG = 64 << 20
"""More than the windows and buffers of one connection hold, bytes."""
OWN = disclosure_pb2.Purpose(code=disclosure_pb2.PURPOSE_CODE_PROTECT_RIGHTS, ground=disclosure_pb2.GROUND_OWN_DATA)


@pytest.fixture
def redactor() -> LightRedactor:
    return LightRedactor()


@pytest.fixture
def server(tmp_path: Path, redactor: LightRedactor) -> Iterator[Live]:
    settings = settings_of(tmp_path / "home")
    prepare(settings)
    with live(settings, redactor.started) as running:
        yield running


def reasons(server: Live) -> list[str]:
    """Return the reasons of all entries but the import of the catalogue and the loading of the bundle."""
    found = (entry.draft for entry in server.entries() if entry.draft.event is not Event.POLICY_LOAD)
    return [draft.reason for draft in found if draft.reason != IMPORTED]


def until(server: Live, found: Callable[[Entry], bool]) -> Entry:
    """Wait for an entry that the server writes after the call has ended for the client."""
    end = time.monotonic() + CALL_SECONDS
    while time.monotonic() < end:
        for entry in server.entries():
            if found(entry):
                return entry
        time.sleep(0.05)
    raise AssertionError("the entry did not come")


def allowed(server: Live, document: str = "doc-1", **fields: object) -> str:
    """Get a document whole and return the name of its entry."""
    with server.client() as client, client.disclose(**own_data(document, **fields)) as answer:
        assert len(answer.read()) == answer.size
        return answer.receipt.audit_entry


# Who calls


def expired(server: Live, folder: Path) -> str:
    return server.identity.mint_token(OWNER, ["citizen"], "high", ttl=-3600)


def foreign_key(server: Live, folder: Path) -> str:
    ours = server.settings.identity
    return DevIdentity.open(folder, "127.0.0.1", ours.issuer, ours.audience).mint_token(OWNER, ["citizen"], "high")


def foreign_issuer(server: Live, folder: Path) -> str:
    return dataclasses.replace(server.identity, issuer="https://elsewhere.test").mint_token(OWNER, ["citizen"])


def unsigned(server: Live, folder: Path) -> str:
    head, body, _signature = server.token().split(".")
    assert json.loads(base64.urlsafe_b64decode(head + "=="))["alg"] == "ES256"
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return f"{none}.{body}."


def signature_cut_off(server: Live, folder: Path) -> str:
    return server.token().rpartition(".")[0] + "."


@pytest.mark.parametrize("make", [expired, foreign_key, foreign_issuer, unsigned, signature_cut_off])
def test_a_bad_token_is_unauthenticated(server: Live, tmp_path: Path, make: Callable[[Live, Path], str]) -> None:
    with server.bearer(make(server, tmp_path / "foreign")) as client, pytest.raises(Unauthenticated) as caught:
        client.disclose(**own_data())
    assert (caught.value.code, caught.value.reason) == ("UNAUTHENTICATED", "UNAUTHENTICATED")
    assert reasons(server) == []
    assert allowed(server)


def test_a_certificate_of_another_ca_is_unauthenticated_without_any_call(server: Live, tmp_path: Path) -> None:
    foreign = DevIdentity.open(tmp_path / "foreign", "127.0.0.1", "https://elsewhere.test", "qupia")
    files = foreign.save_certificate("spiffe://qupia.localhost/archive-portal", "archive-portal")
    # The handshake itself fails, so there is no call that could carry a status of the server: the client finds out.
    with (
        Client(server.ports.services, Credentials(server.ca_file, *files)) as client,
        pytest.raises(Unauthenticated) as caught,
    ):
        client.disclose(**own_data())
    assert caught.value.reason == ""
    assert reasons(server) == []
    with server.service() as ours, pytest.raises(InvalidRequest):
        ours.disclose("doc-1", purpose="", ground="public")


# What is stored


def test_master_bytes_that_do_not_match_their_digest_are_data_loss_and_an_alarm(server: Live) -> None:
    for file in (server.settings.home / "objects" / "masters").rglob("*"):
        if file.is_file():
            data = bytearray(file.read_bytes())
            data[-3] ^= 1
            file.write_bytes(data)
    with server.client() as client, pytest.raises(DataLoss) as caught:
        client.disclose(**own_data())
    assert (caught.value.code, caught.value.reason) == ("DATA_LOSS", "MASTER_CORRUPT")
    assert server.metric("qupia_alarms_total", kind="master_corrupt") == 1
    entry = server.entry(caught.value.entry)
    assert (entry.draft.event, entry.draft.outcome) == (Event.DENIAL, EntryOutcome.REFUSED)
    assert entry.draft.reason.startswith("MASTER_CORRUPT.")
    assert reasons(server) == [entry.draft.reason]


def test_a_full_ledger_is_resource_exhausted_and_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, redactor: LightRedactor
) -> None:
    settings = settings_of(tmp_path / "home")
    prepare(settings)
    monkeypatch.setattr(storage, "SqlLedger", functools.partial(SqlLedger, queue_size=1))
    with live(settings, redactor.started) as server, server.client() as client:
        client.disclose(**own_data()).read()
        writer = sqlite3.connect(settings.home / "qupia.db", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")  # the ledger waits for this lock, and then so does its queue

        def ask(number: int) -> str | Unavailable:
            try:
                return client.disclose(**own_data(f"doc-{number % 6 + 1}")).receipt.audit_entry
            except Unavailable as error:
                return error

        with ThreadPoolExecutor(12) as pool:
            asked = [pool.submit(ask, number) for number in range(12)]
            while not any(one.done() for one in asked):
                time.sleep(0.01)
            writer.execute("ROLLBACK")
            answers = [one.result(CALL_SECONDS) for one in asked]
        writer.close()
        turned_away = [answer for answer in answers if isinstance(answer, Unavailable)]
        assert "RESOURCE_EXHAUSTED" in {error.code for error in turned_away}
        assert all(error.retry_after for error in turned_away)
        stored = {f"auditEntries/{entry.entry_id}" for entry in server.entries()}
        assert {answer for answer in answers if isinstance(answer, str)} <= stored
        client.disclose(**own_data()).read()


# Time


def test_a_deadline_during_redaction_is_recorded_as_aborted(server: Live, redactor: LightRedactor) -> None:
    redactor.behave = asyncio.Event().wait  # type: ignore[assignment]  # never ends
    with server.client() as client, pytest.raises(OutOfTime) as caught:
        client.disclose(**own_data(timeout=FAR_TOO_SHORT))
    assert caught.value.code == "DEADLINE_EXCEEDED"
    entry = until(server, lambda entry: entry.draft.event is Event.DENIAL)
    assert entry.draft.outcome is EntryOutcome.ABORTED
    assert len(reasons(server)) == 1
    assert redactor.jobs == 0


def test_a_client_that_goes_away_in_mid_stream_leaves_an_aborted_delivery(
    server: Live, redactor: LightRedactor
) -> None:
    redactor.size = BIG
    with server.client() as client, client.disclose(**own_data()) as answer:
        entry, size = answer.receipt.audit_entry, answer.size
        got = len(next(iter(answer)))
    end = until(server, lambda entry: entry.draft.event is Event.DELIVERY)
    assert end.draft.outcome is EntryOutcome.ABORTED
    assert f"auditEntries/{end.draft.previous}" == entry
    assert got <= end.draft.bytes_sent < size


# Repeats


def test_the_same_request_id_gives_the_same_decision_and_one_entry(server: Live) -> None:
    request = str(uuid.uuid4())
    first, second = allowed(server, request_id=request), allowed(server, request_id=request)
    assert first == second
    assert reasons(server) == ["ALLOWED.RULE", "DELIVERY.COMPLETE", "DELIVERY.COMPLETE"]


def test_a_repeated_refusal_is_the_recorded_one(server: Live) -> None:
    request, seen = str(uuid.uuid4()), []
    with server.client("person:stranger") as client:
        for _ in range(2):
            with pytest.raises(Refused) as caught:
                client.disclose("doc-1", purpose="other", ground="public", request_id=request)
            seen.append((caught.value.entry, caught.value.reason, str(caught.value)))
    assert seen[0] == seen[1]
    assert len(reasons(server)) == 1


def test_the_same_request_id_with_another_body_is_invalid(server: Live) -> None:
    request = str(uuid.uuid4())
    allowed(server, request_id=request)
    with server.client() as client, pytest.raises(InvalidRequest) as caught:
        client.disclose(**own_data("doc-2", request_id=request))
    assert (caught.value.code, caught.value.reason) == ("INVALID_ARGUMENT", "REQUEST_ID_REUSED")
    assert server.entry(caught.value.entry).draft.reason.startswith("REQUEST_ID_REUSED.")


def test_two_calls_at_once_with_one_request_id_make_one_entry(server: Live, redactor: LightRedactor) -> None:
    both, arrived = asyncio.Event(), 0

    async def meet() -> None:
        nonlocal arrived
        arrived += 1
        if arrived == 2:
            both.set()
        await both.wait()

    redactor.behave = meet
    request = str(uuid.uuid4())
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(allowed, server, request_id=request) for _ in range(2)]
        names = {call.result(CALL_SECONDS) for call in calls}
    assert len(names) == 1
    assert sorted(reasons(server)) == ["ALLOWED.RULE", "DELIVERY.COMPLETE", "DELIVERY.COMPLETE"]


# Fields and what may not be known


def test_a_missing_purpose_names_the_field(server: Live) -> None:
    with server.client() as client, pytest.raises(InvalidRequest) as caught:
        client.disclose("doc-1", purpose="", ground="own_data")
    assert caught.value.code == "INVALID_ARGUMENT"
    assert list(caught.value.fields) == ["purpose.code"]
    assert server.entry(caught.value.entry).draft.reason.startswith("PURPOSE_MISSING.")


def test_an_undiscoverable_document_answers_as_one_that_is_not_there(server: Live) -> None:
    """Status, words, details and size agree, and so do the steps and the statements that make up the time."""
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        answers = [unknown_answer(server, name, statements) for name in (*HIDDEN, "doc-no", *HIDDEN, "doc-no")]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert answers[0].code is grpc.StatusCode.NOT_FOUND
    assert answers == [answers[0]] * 6
    assert answers[0].steps == ("identify", "gather", "decide", "record")
    undiscoverable, unknown = "NOT_FOUND.UNDISCOVERABLE", "NOT_FOUND.UNKNOWN"
    assert reasons(server) == [undiscoverable, undiscoverable, unknown] * 2


@dataclasses.dataclass(frozen=True)
class UnknownAnswer:
    """All that a caller can see of an answer, the name of its entry masked, and the steps it took."""

    code: grpc.StatusCode
    message: str
    metadata: tuple[tuple[str, int], ...]
    status: bytes
    steps: tuple[str, ...]
    statements: tuple[str, ...]


def unknown_answer(server: Live, document: str, statements: list[str]) -> UnknownAnswer:
    purpose = disclosure_pb2.Purpose(code=disclosure_pb2.PURPOSE_CODE_OTHER, ground=disclosure_pb2.GROUND_PUBLIC)
    request = disclosure_service_pb2.DiscloseRequest(document=f"documents/{document}", purpose=purpose)
    token = server.token("person:stranger")
    with server.channel() as channel:
        server.spans.clear()
        statements.clear()
        error = failed_disclose(channel, token, request)
        took = tuple(statements)
    status = details_of(error)
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    entry = info.metadata["audit_entry"].encode()
    trailing: Any = error.trailing_metadata()  # pairs, whatever the stubs say
    return UnknownAnswer(
        error.code(),
        error.details() or "",
        tuple((key, len(value)) for key, value in trailing),
        status.SerializeToString(deterministic=True).replace(entry, b"-" * len(entry)),
        tuple(span.name for span in server.spans.get_finished_spans()),
        took,
    )


def test_calls_at_once_do_not_mix(server: Live) -> None:
    """Many callers at a time: each gets the document asked for under an entry of its own."""
    names = [f"doc-{number % 6 + 1}" for number in range(24)]
    with server.client() as client:
        lock, got = threading.Lock(), []

        def ask(name: str) -> None:
            with client.disclose(**own_data(name)) as answer:
                data = answer.read()
            with lock:
                got.append((name, answer.receipt.audit_entry, data))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(ask, names))
    assert len({entry for _, entry, _ in got}) == len(names)
    assert len({(name, data) for name, _, data in got}) == 6
    for name, entry, _ in got:
        assert server.entry(entry).draft.document == name
