"""Both doors on real loopback TLS: who gets in, as whom, and what the bytes on the stream are."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import ssl
import threading
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import google_crc32c
import grpc
import pytest
import pytest_asyncio
import structlog
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from qupia.v1 import (
    audit_service_pb2,
    audit_service_pb2_grpc,
    disclosure_pb2,
    disclosure_service_pb2,
    disclosure_service_pb2_grpc,
    document_pb2,
    document_service_pb2,
    document_service_pb2_grpc,
)
from qupia_redaction import rendition as rendition_module
from qupia_redaction.model import Report
from qupia_server.adapters.dev_identity import DevIdentity
from qupia_server.adapters.jwks import CachedJwks, jwks_file, jwks_url
from qupia_server.disclosure.access_lists import AccessLists
from qupia_server.disclosure.check_access import CheckAccess
from qupia_server.disclosure.disclose import Disclose
from qupia_server.disclosure.documents import Documents
from qupia_server.disclosure.explaining import Explanations
from qupia_server.disclosure.policy_changes import DeskRoom, PolicyChanges
from qupia_server.disclosure.queries import AuditQueries, PolicyQueries
from qupia_server.disclosure.turned_away import TurnedAway
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.ledger.receipt import Receipt
from qupia_server.rpc.access_lists import AccessListing
from qupia_server.rpc.audit import AuditServicer
from qupia_server.rpc.disclosures import Disclosures
from qupia_server.rpc.documents import DocumentServicer
from qupia_server.rpc.identity import Identity, ServiceGrant
from qupia_server.rpc.paging import Pager
from qupia_server.rpc.policies import PolicyServicer
from qupia_server.rpc.server import SERVICES, QupiaServer, ServerSettings, Servicers, TlsFiles, build_server
from qupia_server.rpc.tokens import TokenRules, TokenVerifier
from tests.support.fakes import NoPast, World, a_document, a_world

pytestmark = pytest.mark.enable_socket

PORTAL = "spiffe://qupia.test/portal"
ISSUER, AUDIENCE = "https://issuer.test", "qupia"
ALLOWED = disclosure_pb2.Purpose(code=disclosure_pb2.PURPOSE_CODE_PROTECT_RIGHTS, ground=disclosure_pb2.GROUND_OWN_DATA)
BIG = bytes(range(256)) * 4096  # 1 MiB: four chunks


@dataclass
class House:
    """A running server and all that is needed to call it."""

    world: World
    dev: DevIdentity
    server: QupiaServer
    documents: DocumentServicer

    def services(
        self, certificate: bytes | None = None, key: bytes | None = None, ca: bytes | None = None
    ) -> grpc.aio.Channel:
        credentials = grpc.ssl_channel_credentials(ca or self.dev.ca_certificate, key, certificate)
        return grpc.aio.secure_channel(f"localhost:{self.server.services_port}", credentials)

    def portal(self) -> grpc.aio.Channel:
        minted = self.dev.mint_certificate(PORTAL)
        return self.services(minted.certificate, minted.key)

    def persons(self) -> grpc.aio.Channel:
        credentials = grpc.ssl_channel_credentials(self.dev.ca_certificate)
        return grpc.aio.secure_channel(f"localhost:{self.server.persons_port}", credentials)


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    # asyncio's selector may warn of a slow step on a busy machine; that is not what these tests are about.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    world = a_world()
    world.catalogue.documents["doc-one"] = a_document("doc-one")
    dev = DevIdentity.open(tmp_path / "identity", "127.0.0.1", ISSUER, AUDIENCE)
    tokens = TokenVerifier(TokenRules(ISSUER, AUDIENCE), CachedJwks(jwks_file(dev.jwks_file)))
    grants = {PORTAL: ServiceGrant(vouches_for=frozenset({"subject", "role"}))}
    identity = Identity(tokens, grants, ("auditor", "archivist", "researcher", "citizen"))
    pager, gate = Pager(b"k" * 32), world.gate
    lists = AccessListing(AccessLists(gate), identity, pager)
    disclosures = Disclosures(Disclose(gate), CheckAccess(gate), identity, gate.telemetry, lists)
    documents = DocumentServicer(Documents(gate, world.catalogue), identity, pager)  # type: ignore[arg-type]
    servicers = Servicers(
        disclosures,
        documents,
        AuditServicer(AuditQueries(gate), pager),
        PolicyServicer(
            PolicyQueries(gate), Explanations(gate, NoPast()), PolicyChanges(gate, DeskRoom()), lists, pager
        ),
        TurnedAway(gate),
    )
    pair = dev.server
    tls = TlsFiles(pair.certificate, pair.key, dev.ca_certificate)
    server = await build_server(servicers, identity, tls, ServerSettings(), gate.telemetry)
    await server.start()
    yield House(world, dev, server, documents)
    await server.drain(0)


def gives(house: House, rendition: rendition_module.CheckedRendition) -> None:
    """Let the redactor return `rendition`."""

    async def redact(*_: object) -> rendition_module.CheckedRendition:
        return rendition

    house.world.redactor.redact = redact  # type: ignore[assignment,method-assign]


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


def details_of(error: grpc.aio.AioRpcError) -> tuple[status_pb2.Status, error_details_pb2.ErrorInfo]:
    packed = dict(error.trailing_metadata() or ())
    status = status_pb2.Status.FromString(packed["grpc-status-details-bin"])
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    return status, info


def ask(document: str = "documents/doc-one", **fields: object) -> disclosure_service_pb2.DiscloseRequest:
    return disclosure_service_pb2.DiscloseRequest(document=document, purpose=ALLOWED, **fields)  # type: ignore[arg-type]


async def disclose(
    channel: grpc.aio.Channel, request: disclosure_service_pb2.DiscloseRequest, token: str = ""
) -> list[disclosure_service_pb2.DiscloseResponse]:
    stub = disclosure_service_pb2_grpc.DisclosureServiceStub(channel)
    return [message async for message in stub.Disclose(request, metadata=bearer(token) if token else None)]


async def refused(channel: grpc.aio.Channel, token: str = "") -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await disclose(channel, ask(), token)
    return caught.value


async def test_a_service_with_our_certificate_gets_header_chunks_and_trailer(house: House) -> None:
    gives(house, rendition_module.issue(BIG, Report(pages=7)))
    async with house.portal() as channel:
        messages = await disclose(channel, ask())
    assert [message.WhichOneof("payload") for message in messages] == ["header", *["chunk"] * 4, "trailer"]
    header, trailer = messages[0].header, messages[-1].trailer
    assert header.rendition.page_count == 7
    assert header.receipt.audit_entry == "auditEntries/e-0"
    data = b""
    for message in messages[1:-1]:
        assert message.chunk.offset == len(data)
        assert google_crc32c.value(message.chunk.data) == message.chunk.crc32c
        data += message.chunk.data
    assert data == BIG
    assert trailer.sha256 == hashlib.sha256(BIG).digest() == header.rendition.sha256
    assert trailer.size_bytes == len(BIG)
    transfer, delivery = house.world.ledger.entries
    assert (transfer.draft.event, transfer.draft.outcome) == (Event.TRANSFER, EntryOutcome.ALLOWED)
    assert (delivery.draft.outcome, delivery.draft.bytes_sent) == (EntryOutcome.DELIVERED, len(BIG))


async def test_a_person_gets_in_by_token(house: House) -> None:
    async with house.persons() as channel:
        messages = await disclose(channel, ask(), house.dev.mint_token("person:one", ["citizen"], "high"))
    assert messages[0].HasField("header")
    assert house.world.point.asked[0].attributes["subject"]["relation"] == "self"


async def test_a_service_brings_a_persons_token(house: House) -> None:
    token = house.dev.mint_token("person:one", ["researcher"], "high")
    async with house.portal() as channel:
        await disclose(channel, ask(), token)
        request = ask(on_behalf_of=disclosure_pb2.OnBehalfOf(requester_token=token))
        await disclose(channel, request)
    for facts in house.world.point.asked:
        assert facts.attributes["subject"]["role"] == "researcher"
        assert facts.attributes["subject"]["kind"] == "person"


async def test_claims_without_a_voucher_never_reach_the_policy(house: House) -> None:
    claims = [
        disclosure_pb2.ClaimedAttribute(name="role", value="researcher"),
        disclosure_pb2.ClaimedAttribute(name="assurance", value="high"),
        disclosure_pb2.ClaimedAttribute(name="archive", value="central"),
    ]
    async with house.portal() as channel:
        await disclose(channel, ask(on_behalf_of=disclosure_pb2.OnBehalfOf(attributes=claims)))
    subject = house.world.point.asked[0].attributes["subject"]
    assert subject == {"role": "researcher", "kind": "person", "assurance": "none", "relation": "none"}
    assert house.world.ledger.entries[0].draft.dropped_claims == ("assurance", "archive")


async def test_no_token_on_the_persons_port(house: House) -> None:
    async with house.persons() as channel:
        error = await refused(channel)
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED
    assert details_of(error)[1].reason == "UNAUTHENTICATED"
    assert not house.world.ledger.entries


async def test_no_certificate_on_the_services_port(house: House) -> None:
    token = house.dev.mint_token("person:one")
    async with house.services() as channel:
        error = await refused(channel, token)
    # TLS itself turns the channel away: there is no call that could be answered.
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert not house.world.ledger.entries


async def test_a_certificate_of_another_ca(house: House, tmp_path: Path) -> None:
    foreign = DevIdentity.open(tmp_path / "foreign", "127.0.0.1", ISSUER, AUDIENCE)
    minted = foreign.mint_certificate(PORTAL)
    async with house.services(minted.certificate, minted.key) as channel:
        error = await refused(channel)
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert not house.world.ledger.entries


async def test_a_certificate_of_ours_for_an_unknown_service(house: House) -> None:
    minted = house.dev.mint_certificate("spiffe://qupia.test/stranger")
    async with house.services(minted.certificate, minted.key) as channel:
        error = await refused(channel)
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("fault", ["foreign", "expired"])
async def test_a_bad_token(house: House, tmp_path: Path, fault: str) -> None:
    token = house.dev.mint_token("person:one", ttl=-3600)
    if fault == "foreign":
        token = DevIdentity.open(tmp_path / "foreign", "127.0.0.1", ISSUER, AUDIENCE).mint_token("person:one")
    async with house.persons() as channel:
        error = await refused(channel, token)
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED
    assert "person:one" not in str(details_of(error))


async def test_absent_and_undiscoverable_documents_answer_alike(house: House) -> None:
    answers = []
    async with house.portal() as channel:
        for discoverable, name in ((True, "documents/doc-none"), (False, "documents/doc-one")):
            house.world.point.discover = discoverable
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await disclose(channel, ask(name))
            status, info = details_of(caught.value)
            assert info.metadata.pop("audit_entry").startswith("auditEntries/e-")
            answers.append((caught.value.code(), caught.value.details(), info, status.details[1:], status.message))
            assert {key for key, _ in caught.value.trailing_metadata() or ()} == {
                "grpc-status-details-bin",
                "x-qupia-call-id",
            }
    assert answers[0] == answers[1]
    assert answers[0][0] is grpc.StatusCode.NOT_FOUND


async def test_a_malformed_request_is_recorded_and_names_its_fields(house: House) -> None:
    async with house.portal() as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await disclose(channel, ask("documents/NO!", request_id="1"))
    status, info = details_of(caught.value)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    violations = error_details_pb2.BadRequest()
    assert any(detail.Unpack(violations) for detail in status.details)
    assert {violation.field for violation in violations.field_violations} == {"document", "request_id"}
    assert info.metadata["audit_entry"] == "auditEntries/e-0"
    assert house.world.ledger.entries[0].draft.outcome is EntryOutcome.REFUSED


async def test_a_refusal_by_policy_says_why_in_the_language_of_the_request(house: House) -> None:
    house.world.point.read = False
    async with house.portal() as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await disclose(channel, ask(language=disclosure_pb2.LANGUAGE_KK))
        stub = disclosure_service_pb2_grpc.DisclosureServiceStub(channel)
        checked = await stub.CheckAccess(
            disclosure_service_pb2.CheckAccessRequest(
                document="documents/doc-one", purpose=ALLOWED, language=disclosure_pb2.LANGUAGE_KK
            )
        )
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    refusal = disclosure_pb2.Refusal()
    assert any(detail.Unpack(refusal) for detail in details_of(caught.value)[0].details)
    assert refusal.reason == disclosure_pb2.REFUSAL_REASON_DENY_RULE
    assert refusal.text == "қағида"
    assert refusal.receipt.audit_entry == "auditEntries/e-0"
    # For a check a refusal is an answer.
    assert checked.decision.outcome == disclosure_pb2.DECISION_OUTCOME_REFUSED
    assert checked.explanation == "қағида"
    assert checked.receipt.audit_entry == "auditEntries/e-1"


async def test_one_bad_element_of_a_batch_fails_alone(house: House) -> None:
    good = disclosure_service_pb2.CheckAccessRequest(document="documents/doc-one", purpose=ALLOWED)
    bad = disclosure_service_pb2.CheckAccessRequest(document="doc-one", purpose=ALLOWED)
    absent = disclosure_service_pb2.CheckAccessRequest(document="documents/doc-none", purpose=ALLOWED)
    async with house.portal() as channel:
        stub = disclosure_service_pb2_grpc.DisclosureServiceStub(channel)
        answer = await stub.BatchCheckAccess(
            disclosure_service_pb2.BatchCheckAccessRequest(requests=[good, bad, absent])
        )
    assert [result.WhichOneof("result") for result in answer.results] == ["response", "status", "status"]
    assert [result.status.code for result in answer.results[1:]] == [3, 5]


async def test_a_caller_that_goes_away_leaves_an_aborted_delivery(house: House) -> None:
    gives(house, rendition_module.issue(bytes(16 << 20), Report(pages=1)))
    recorded, record = asyncio.Event(), house.world.ledger.record

    async def noting(draft: EntryDraft) -> Receipt:
        receipt = await record(draft)
        if draft.event is Event.DELIVERY:
            recorded.set()
        return receipt

    house.world.ledger.record = noting  # type: ignore[method-assign]
    async with house.portal() as channel:
        stub = disclosure_service_pb2_grpc.DisclosureServiceStub(channel)
        call = stub.Disclose(ask())
        await call.read()
        call.cancel()
        await asyncio.wait_for(recorded.wait(), 30)
    delivery = house.world.ledger.entries[1].draft
    assert delivery.outcome is EntryOutcome.ABORTED
    assert delivery.bytes_sent < 16 << 20


async def test_methods_ask_for_roles(house: House) -> None:
    request = audit_service_pb2.ListAuditEntriesRequest(page_size=1)
    async with house.persons() as channel:
        await disclose(channel, ask(), house.dev.mint_token("person:one"))
        stub = audit_service_pb2_grpc.AuditServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.ListAuditEntries(request, metadata=bearer(house.dev.mint_token("person:one", ["citizen"])))
        assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
        auditor = bearer(house.dev.mint_token("person:auditor", ["auditor"]))
        first = await stub.ListAuditEntries(request, metadata=auditor)
        request.page_token = first.next_page_token
        second = await stub.ListAuditEntries(request, metadata=auditor)
    # 0 and 1 are the disclosure, 2 is the caller who was turned away.
    assert [entry.sequence for entry in (*first.audit_entries, *second.audit_entries)] == [2, 1]
    assert second.audit_entries[0].previous_entry == "auditEntries/e-0"


async def test_a_service_with_a_citizens_token_has_the_citizens_rights(house: House) -> None:
    async with house.portal() as channel:
        stub = audit_service_pb2_grpc.AuditServiceStub(channel)
        for metadata in (None, bearer(house.dev.mint_token("person:one", ["citizen"]))):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.ListAuditEntries(audit_service_pb2.ListAuditEntriesRequest(), metadata=metadata)
            assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED


async def test_an_unknown_exception_says_nothing(house: House) -> None:
    async def fails(*_: object) -> object:
        raise RuntimeError("driver: Secret Name")

    house.world.gate.audit.list_entries = fails  # type: ignore[assignment,method-assign]
    auditor = bearer(house.dev.mint_token("person:auditor", ["auditor"]))
    async with house.persons() as channel:
        stub = audit_service_pb2_grpc.AuditServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.ListAuditEntries(audit_service_pb2.ListAuditEntriesRequest(), metadata=auditor)
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert "Secret" not in str(caught.value)
    assert "Secret" not in str(details_of(caught.value))


async def test_log_lines_name_no_person_no_document_and_no_token(house: House) -> None:
    token = house.dev.mint_token("person:one", ["citizen"], name="Secret Name")
    with structlog.testing.capture_logs() as lines:
        async with house.persons() as channel:
            await disclose(channel, ask(), token)
            with pytest.raises(grpc.aio.AioRpcError):
                await disclose(channel, ask("documents/doc-none"), token)
            await refused(channel, "not.a.token")
    calls = [line for line in lines if line["event"] == "call"]
    assert [(line["status"], line["principal"]) for line in calls] == [
        ("OK", "person"),
        ("NOT_FOUND", "person"),
        ("UNAUTHENTICATED", "none"),
    ]
    assert len({line["call"] for line in calls}) == 3
    for secret in ("person:one", "Secret Name", token, "doc-one", "doc-none"):
        assert secret not in str(lines)


async def test_health_is_public_and_says_when_it_drains(house: House) -> None:
    async with house.persons() as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        for service in ("", *SERVICES):
            answer = await stub.Check(health_pb2.HealthCheckRequest(service=service))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        watch = stub.Watch(health_pb2.HealthCheckRequest(service=SERVICES[0]))
        assert (await watch.read()).status == health_pb2.HealthCheckResponse.SERVING
        await house.server.health.enter_graceful_shutdown()
        assert (await watch.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
        watch.cancel()


async def test_reflection_lists_our_services(house: House) -> None:
    from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

    async with house.persons() as channel:
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)  # type: ignore[arg-type]
        call = stub.ServerReflectionInfo()
        await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
        answer = await call.read()
        await call.done_writing()
    assert set(SERVICES) <= {service.name for service in answer.list_services_response.service}


async def test_a_message_above_the_limit_is_turned_away(house: House) -> None:
    chunk = disclosure_service_pb2.DiscloseRequest(document="x" * (5 << 20))
    async with house.portal() as channel:
        stub = disclosure_service_pb2_grpc.DisclosureServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            async for _ in stub.Disclose(chunk):
                pass
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_the_same_request_twice_gives_one_entry(house: House) -> None:
    request = ask(request_id=str(uuid.uuid4()))
    async with house.portal() as channel:
        first, second = await disclose(channel, request), await disclose(channel, request)
    assert first[0].header.receipt == second[0].header.receipt


async def test_an_upload_with_a_torn_piece_is_refused(house: House) -> None:
    async def pieces() -> AsyncIterator[document_service_pb2.UploadMasterRequest]:
        make = document_service_pb2.UploadMasterRequest
        header = document_service_pb2.UploadHeader(document="documents/doc-one", sha256=bytes(32), size_bytes=4)
        yield make(header=header)
        yield make(chunk=document_pb2.Chunk(offset=0, data=b"abcd", crc32c=1))

    kept: list[bytes] = []

    async def put(chunks: AsyncIterator[bytes], sha256: str, size: int) -> bool:
        kept.extend([piece async for piece in chunks])
        return True

    house.world.gate.masters.put = put  # type: ignore[assignment,method-assign]
    archivist = bearer(house.dev.mint_token("person:archivist", ["archivist"], archive="central"))
    async with house.persons() as channel:
        stub = document_service_pb2_grpc.DocumentServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.UploadMaster(pieces(), metadata=archivist)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert details_of(caught.value)[1].reason == "DIGEST_MISMATCH"
    assert kept == []


async def test_an_upload_that_falls_silent_is_ended(house: House) -> None:
    async def put(chunks: AsyncIterator[bytes], sha256: str, size: int) -> bool:
        return bool([piece async for piece in chunks])

    house.world.gate.masters.put = put  # type: ignore[assignment,method-assign]
    house.documents._idle_seconds = 0.05
    header = document_service_pb2.UploadHeader(document="documents/doc-one", sha256=bytes(32), size_bytes=4)
    archivist = bearer(house.dev.mint_token("person:archivist", ["archivist"], archive="central"))
    async with house.persons() as channel:
        call = document_service_pb2_grpc.DocumentServiceStub(channel).UploadMaster(metadata=archivist)
        await call.write(document_service_pb2.UploadMasterRequest(header=header))
        assert await call.code() is grpc.StatusCode.DEADLINE_EXCEEDED


@pytest.mark.parametrize("answer", ["keys", "redirect"])
async def test_keys_come_over_https_without_redirects(house: House, tmp_path: Path, answer: str) -> None:
    keys, asked = house.dev.jwks_file.read_bytes(), []

    class Issuer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if answer == "keys" or self.path == "/keys" else 302)
            self.send_header("Location", "/keys")
            self.send_header("Content-Length", str(len(keys)))
            self.end_headers()
            self.wfile.write(keys)

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(house.dev.folder / "server.pem", house.dev.folder / "server.key")
    trust = ssl.create_default_context(cafile=str(house.dev.folder / "ca.pem"))
    with ThreadingHTTPServer(("127.0.0.1", 0), Issuer) as issuer:
        issuer.socket = context.wrap_socket(issuer.socket, server_side=True)
        thread = threading.Thread(target=issuer.serve_forever, daemon=True)
        thread.start()
        url = f"https://localhost:{issuer.server_port}/"
        fetch, distrusting = jwks_url(url, trust), jwks_url(url)
        try:
            if answer == "keys":
                assert await fetch() == keys
                with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
                    await distrusting()
            else:
                with pytest.raises(OSError, match="302") as caught:
                    await fetch()
                caught.value.close()  # type: ignore[attr-defined]
        finally:
            issuer.shutdown()
            thread.join()
    assert asked == ["/"]
