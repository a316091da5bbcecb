"""The client over real channels on loopback, mTLS and token, against a server that answers as it is told."""

# ruff: noqa: N802 - the contract names the methods

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from google.rpc import error_details_pb2, status_pb2

from qupia.v1 import (
    audit_pb2,
    audit_service_pb2,
    audit_service_pb2_grpc,
    disclosure_pb2,
    disclosure_service_pb2,
    disclosure_service_pb2_grpc,
    document_pb2,
    document_service_pb2,
    document_service_pb2_grpc,
    policy_pb2,
    policy_service_pb2_grpc,
)
from qupia_client import (
    Access,
    ArchiveCipher,
    Client,
    ConfigurationFault,
    Credentials,
    DateRange,
    Document,
    DocumentForm,
    DocumentKind,
    InvalidRequest,
    NotFound,
    Ownership,
    PrivateLife,
    Question,
    Refused,
    Secrecy,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
)
from qupia_client.crc32c import crc32c
from tests.support.client_fakes import CONTENT, ENTRY, chunks, header, packed, receipt, trailer

pytestmark = pytest.mark.enable_socket

TOKEN = "aaa.bbb.ccc"


@dataclass
class Script:
    """What the server does next, and what it saw."""

    seen: list[Any] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    away: int = 0
    cut: int | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)
    hold: bool = False

    def note(self, request: Any, context: grpc.ServicerContext) -> None:
        metadata = dict(context.invocation_metadata())
        self.seen.append(request)
        self.authorizations.append(str(metadata.get("authorization", "")))
        if self.authorizations[-1] != f"Bearer {TOKEN}":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "who calls?")
        if self.away:
            self.away -= 1
            context.abort(grpc.StatusCode.UNAVAILABLE, "away")


class Disclosures(disclosure_service_pb2_grpc.DisclosureServiceServicer):
    def __init__(self, script: Script) -> None:
        self.script = script

    def Disclose(self, request: Any, context: Any) -> Iterator[disclosure_service_pb2.DiscloseResponse]:
        self.script.note(request, context)
        if request.document == "documents/none":
            context.abort(grpc.StatusCode.NOT_FOUND, "none")
        if request.document == "documents/refused":
            status = status_pb2.Status(code=7, message="refused", details=[packed(a_refusal())])
            context.set_trailing_metadata([("grpc-status-details-bin", status.SerializeToString())])
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "refused")
        context.add_callback(self.script.cancelled.set)
        yield header()
        if self.script.hold:
            self.script.cancelled.wait(20)
        for number, message in enumerate(chunks()):
            if number == self.script.cut:
                context.abort(grpc.StatusCode.UNAVAILABLE, "cut")
            yield message
        yield trailer()

    def CheckAccess(self, request: Any, context: Any) -> disclosure_service_pb2.CheckAccessResponse:
        self.script.note(request, context)
        return an_answer()

    def BatchCheckAccess(self, request: Any, context: Any) -> disclosure_service_pb2.BatchCheckAccessResponse:
        self.script.note(request, context)
        bad = status_pb2.Status(code=3, message="bad", details=[packed(error_details_pb2.BadRequest())])
        result = disclosure_service_pb2.CheckAccessResult
        return disclosure_service_pb2.BatchCheckAccessResponse(
            results=[result(response=an_answer()), result(status=bad), result()][: len(request.requests)]
        )


class Documents(document_service_pb2_grpc.DocumentServiceServicer):
    def __init__(self, script: Script) -> None:
        self.script = script

    def CreateDocument(self, request: Any, context: Any) -> document_pb2.Document:
        self.script.note(request, context)
        made = document_pb2.Document()
        made.CopyFrom(request.document)
        made.name = f"documents/{request.document_id}"
        return made

    def UploadMaster(self, request_iterator: Any, context: Any) -> document_pb2.Document:
        messages = list(request_iterator)
        self.script.note(messages, context)
        content = b"".join(m.chunk.data for m in messages[1:])
        whole = hashlib.sha256(content).digest() == messages[0].header.sha256
        if not whole or any(crc32c(m.chunk.data) != m.chunk.crc32c for m in messages[1:]):
            context.abort(grpc.StatusCode.DATA_LOSS, "torn")
        return document_pb2.Document(name=messages[0].header.document, master_size_bytes=len(content))

    def GetDocument(self, request: Any, context: Any) -> document_pb2.Document:
        self.script.note(request, context)
        return document_pb2.Document(name=request.name)

    def ListDocuments(self, request: Any, context: Any) -> document_service_pb2.ListDocumentsResponse:
        self.script.note(request, context)
        page = int(request.page_token or "0")
        if request.archive == "archives/loop":
            return document_service_pb2.ListDocumentsResponse(next_page_token="1")
        names = [f"documents/d-{page}{n}" for n in range(2)]
        return document_service_pb2.ListDocumentsResponse(
            documents=[document_pb2.Document(name=name) for name in names],
            next_page_token=str(page + 1) if page < 2 else "",
        )


class Audit(audit_service_pb2_grpc.AuditServiceServicer):
    def __init__(self, script: Script) -> None:
        self.script = script

    def GetAuditEntry(self, request: Any, context: Any) -> audit_pb2.AuditEntry:
        self.script.note(request, context)
        return audit_pb2.AuditEntry(name=request.name, sequence=7)

    def ListAuditEntries(self, request: Any, context: Any) -> audit_service_pb2.ListAuditEntriesResponse:
        self.script.note(request, context)
        return audit_service_pb2.ListAuditEntriesResponse(audit_entries=[audit_pb2.AuditEntry(name=ENTRY)])


class Policies(policy_service_pb2_grpc.PolicyServiceServicer):
    def __init__(self, script: Script) -> None:
        self.script = script

    def GetActiveBundle(self, request: Any, context: Any) -> policy_pb2.PolicyBundle:
        self.script.note(request, context)
        return policy_pb2.PolicyBundle(name="policyBundles/ab", version="ab", rule_count=10)

    def ExplainDecision(self, request: Any, context: Any) -> policy_pb2.Explanation:
        self.script.note(request, context)
        return policy_pb2.Explanation(audit_entry=request.name, text="Потому что.")


def a_refusal() -> disclosure_pb2.Refusal:
    reason = disclosure_pb2.REFUSAL_REASON_NO_RULE
    return disclosure_pb2.Refusal(reason=reason, text="Нет.", receipt=receipt())


def an_answer() -> disclosure_service_pb2.CheckAccessResponse:
    return disclosure_service_pb2.CheckAccessResponse(decision=header().header.decision, receipt=receipt())


def issue(folder: Path, name: str, ca: tuple[Any, Any] | None = None) -> tuple[Any, Any]:
    """Write a key and a certificate, by the CA or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca[1].subject if ca else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(hours=1))
        .not_valid_after(today + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=ca is None, path_length=None), critical=True)
    )
    certificate = builder.sign(ca[0] if ca else key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / f"{name}.key").write_bytes(key.private_bytes(pem, *plain))
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(pem))
    return key, certificate


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    ca = issue(folder, "ca")
    for name in ("server", "service"):
        issue(folder, name, ca)
    issue(folder, "foreign")
    (folder / "token").write_text(TOKEN + "\n")
    return folder


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def target(keys: Path, script: Script) -> Iterator[str]:
    server = grpc.server(futures.ThreadPoolExecutor(4))
    gate = Disclosures(script)  # type: ignore[abstract]  # the other methods stay unimplemented here
    documents = Documents(script)  # type: ignore[abstract]  # the other methods stay unimplemented here
    disclosure_service_pb2_grpc.add_DisclosureServiceServicer_to_server(gate, server)
    document_service_pb2_grpc.add_DocumentServiceServicer_to_server(documents, server)
    audit_service_pb2_grpc.add_AuditServiceServicer_to_server(Audit(script), server)
    scripted = Policies(script)  # type: ignore[abstract]  # the other methods stay unimplemented here
    policy_service_pb2_grpc.add_PolicyServiceServicer_to_server(scripted, server)
    pair = ((keys / "server.key").read_bytes(), (keys / "server.pem").read_bytes())
    secure = grpc.ssl_server_credentials([pair], (keys / "ca.pem").read_bytes(), require_client_auth=True)
    port = server.add_secure_port("127.0.0.1:0", secure)
    server.start()
    yield f"localhost:{port}"
    server.stop(None).wait()


def credentials(keys: Path, **other: Any) -> Credentials:
    usual: dict[str, Any] = {
        "ca_file": keys / "ca.pem",
        "certificate_file": keys / "service.pem",
        "key_file": keys / "service.key",
        "token_file": keys / "token",
    }
    return Credentials(**(usual | other))


@pytest.fixture
def client(target: str, keys: Path) -> Iterator[Client]:
    with Client(target, credentials(keys)) as made:
        yield made


def test_a_disclosure_over_mtls_with_token(client: Client, script: Script, tmp_path: Path) -> None:
    with client.disclose("d-0001", purpose="protect_rights", ground="own_data") as answer:
        assert answer.decision.rules[0].rule == "own-data"
        path = answer.save(tmp_path / "out.pdf")
    assert path.read_bytes() == CONTENT
    [request] = script.seen
    assert request.document == "documents/d-0001"
    assert request.purpose.ground == disclosure_pb2.GROUND_OWN_DATA
    assert request.request_id == answer.request_id


def test_a_stream_that_is_cut_leaves_nothing_and_is_not_repeated(
    client: Client, script: Script, tmp_path: Path
) -> None:
    script.cut = 1
    with client.disclose("d-0001", purpose="research") as answer, pytest.raises(Unavailable):
        answer.save(tmp_path / "out.pdf")
    assert list(tmp_path.iterdir()) == []
    assert len(script.seen) == 1


def test_leaving_early_cancels_the_call_at_the_server(client: Client, script: Script) -> None:
    script.hold = True
    with client.disclose("d-0001", purpose="research"):
        assert not script.cancelled.is_set()
    assert script.cancelled.wait(20)


def test_refusals_and_unknown_documents(client: Client) -> None:
    with pytest.raises(Refused, match="Нет") as refused:
        client.disclose("refused", purpose="research")
    assert refused.value.entry == ENTRY
    with pytest.raises(NotFound):
        client.disclose("none", purpose="research")


def test_a_check_is_repeated_with_the_same_request_id_while_the_server_is_away(client: Client, script: Script) -> None:
    script.away = 2
    assert client.check("d-0001", purpose="research", ground="public").decision.allowed
    assert len({request.request_id for request in script.seen}) == 1
    assert len(script.seen) == 3


def test_a_batch_gives_each_question_its_own_answer(client: Client) -> None:
    good, bad, none = client.batch_check([Question("d-1"), Question("d-2"), Question("d-3")])
    assert isinstance(good, Access)
    assert isinstance(bad, InvalidRequest)
    assert isinstance(none, UnexpectedAnswer)
    with pytest.raises(UnexpectedAnswer):
        client.batch_check([Question("d-1")] * 4)


def test_pages_are_fetched_as_needed_and_never_for_ever(client: Client, script: Script) -> None:
    listed = client.documents(kind="letter")
    assert script.seen == []
    next(listed)
    assert len(script.seen) == 1
    assert len(list(listed)) == 5
    with pytest.raises(UnexpectedAnswer):
        list(client.documents(archive="loop"))


def test_create_and_get(client: Client, script: Script) -> None:
    described = Document(
        archive="a-1",
        cipher=ArchiveCipher("17", "2", "45"),
        kind=DocumentKind.LETTER,
        form=DocumentForm.ELECTRONIC_COPY,
        created=DateRange.exact(dt.date(1951, 3, 17)),
        secrecy=Secrecy.NONE,
        private_life=PrivateLife.YES,
        ownership=Ownership.STATE,
        title="Письмо",
        persons_concerned=("p-1",),
    )
    made = client.create_document(described, document_id="d-0009")
    assert (made.name, made.archive, made.persons_concerned) == ("documents/d-0009", "archives/a-1", ("persons/p-1",))
    assert (made.created, made.title, made.kind) == (described.created, "Письмо", DocumentKind.LETTER)
    assert script.seen[0].request_id
    assert client.document("d-0009").name == "documents/d-0009"


def test_an_upload_arrives_with_digest_and_checksums(client: Client, script: Script, tmp_path: Path) -> None:
    master = tmp_path / "master.pdf"
    master.write_bytes(CONTENT * 60)
    moved: list[int] = []
    made = client.upload_master("d-0009", master, progress=lambda done, _: moved.append(done))
    assert made.master_size_bytes == len(CONTENT) * 60
    first, *pieces = script.seen[0]
    assert first.header.size_bytes == len(CONTENT) * 60
    assert [piece.chunk.offset for piece in pieces] == [0, 262_144, 524_288]
    assert moved[-1] == len(CONTENT) * 60
    with pytest.raises(ValueError, match="no bytes"):
        client.upload_master("d-0009", Path("/dev/null"))


def test_audit_and_policies(client: Client, script: Script) -> None:
    start = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    assert [entry.name for entry in client.audit_entries(start=start, outcome="refused")] == [ENTRY]
    assert script.seen[0].start_time.ToDatetime(tzinfo=dt.UTC) == start
    assert client.audit_entry("e-1").sequence == 7
    assert client.active_bundle().rule_count == 10
    assert client.explain("e-1", language="en").text == "Потому что."
    assert script.seen[-1].language == disclosure_pb2.LANGUAGE_EN


def test_a_wrong_token_is_unauthenticated_and_a_renewed_one_is_taken(
    target: str, keys: Path, tmp_path: Path, script: Script
) -> None:
    token = tmp_path / "token"
    token.write_text("old.old.old")
    with Client(target, credentials(keys, token_file=token)) as client:
        with pytest.raises(Unauthenticated):
            client.active_bundle()
        token.write_text(TOKEN)
        assert client.active_bundle().version == "ab"


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ({"ca_file": "foreign.pem"}, ConfigurationFault),
        ({"certificate_file": "foreign.pem", "key_file": "foreign.key"}, Unauthenticated),
        ({"certificate_file": None, "key_file": None}, Unauthenticated),
    ],
)
def test_no_call_gets_through_with_a_foreign_ca_or_without_a_certificate(
    other: dict[str, str | None], kind: type[Exception], target: str, keys: Path, script: Script
) -> None:
    files = {name: keys / file if file else None for name, file in other.items()}
    with Client(target, credentials(keys, **files)) as client, pytest.raises(kind):
        client.check("d-0001", purpose="research", timeout=20)
    assert script.seen == []


def test_from_a_profile_and_by_the_command(target: str, keys: Path, tmp_path: Path) -> None:
    profile = tmp_path / "client.env"
    names = {"QUPIA_CA": "ca.pem", "QUPIA_CERT": "service.pem", "QUPIA_KEY": "service.key", "QUPIA_TOKEN_FILE": "token"}
    lines = [f"QUPIA_TARGET={target}", *(f"{name}={keys / file}" for name, file in names.items())]
    profile.write_text("\n".join(lines))
    with Client.from_env(profile) as client:
        assert client.active_bundle().version == "ab"
    command = [sys.executable, "-c", "from qupia_client.cli import main; main()", "--profile", str(profile)]
    more = ["disclose", "d-0001", "--purpose", "protect_rights", "-o", str(tmp_path / "out.pdf")]
    done = subprocess.run([*command, *more], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.pdf").read_bytes() == CONTENT
    assert "\x1b" not in done.stderr


def test_the_lines_of_the_readme_do_what_they_say(
    target: str, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = Path(__file__).parents[2] / "clients" / "python" / "README.md"
    [lines] = re.findall(r"```python\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    names = {"QUPIA_CA": "ca.pem", "QUPIA_CERT": "service.pem", "QUPIA_KEY": "service.key", "QUPIA_TOKEN_FILE": "token"}
    for name, file in names.items():
        monkeypatch.setenv(name, str(keys / file))
    monkeypatch.setenv("QUPIA_TARGET", target)
    monkeypatch.chdir(tmp_path)
    assert len(lines.splitlines()) <= 15
    exec(compile(lines, str(readme), "exec"), {})  # noqa: S102 - our own README
    assert (tmp_path / "out.pdf").read_bytes() == CONTENT
    assert capsys.readouterr().out.splitlines() == ["rule: Свои данные", "hidden: person 3", f"entry: {ENTRY}"]
