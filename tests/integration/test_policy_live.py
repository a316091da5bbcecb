"""Rules change while requests run: no call fails, each answer names its bundle, and none names the old one afterwards.

No bound of time is asserted but patience: what is measured stands in the benchmark `policy_swap`.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import grpc
import pytest

from qupia.v1 import policy_pb2, policy_service_pb2, policy_service_pb2_grpc
from qupia_client import (
    AsyncClient,
    Client,
    Credentials,
    InvalidRequest,
    NotFound,
    PolicyDeskFault,
    PolicyDraft,
    QupiaClientError,
)
from qupia_policies.bundle import default_bundle_dir
from qupia_policies.change import OPERATOR
from qupia_policies.desk import Desk
from qupia_policies.loader import content_version, read_folder
from tests.support.live import CALL_SECONDS, LightRedactor, Live, bearer, live, own_data, prepare, settings_of

PATIENCE = 60.0
"""How long a busy machine may take; no test measures it."""
ASKERS = 3
BOUND = "policyBundles/"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    Desk.open_served(folder / "desk", default_bundle_dir())
    return folder


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Live]:
    settings = settings_of(home, policies=str(home / "desk"))
    prepare(settings)
    with live(settings, LightRedactor().started) as running:
        yield running


@pytest.fixture(scope="module")
def second(server: Live, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Another server on the same desk, with a catalogue of its own."""
    settings = settings_of(tmp_path_factory.mktemp("second"), policies=str(home / "desk"), desk_recorded_elsewhere=True)
    prepare(settings)
    with live(settings, LightRedactor().started) as running:
        yield running


@pytest.fixture
def author(server: Live) -> Iterator[Client]:
    with server.client("officer:aliya", "policy_author") as client:
        yield client


@pytest.fixture
def approver(server: Live) -> Iterator[Client]:
    with server.client("officer:bolat", "policy_approver") as client:
        yield client


@dataclass(frozen=True)
class Answer:
    """When a call began and ended, and which bundle its answer named."""

    asker: str
    began: float
    ended: float
    bundle: str


@dataclass
class Load:
    """What clients that ask without pause got."""

    answers: list[Answer] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def until(self, enough: Callable[[], bool]) -> None:
        """Go on asking until it is so, or give up: whoever asserts sees what there is."""
        end = time.monotonic() + PATIENCE
        while not enough() and not self.failures and time.monotonic() < end:
            time.sleep(0.01)

    def of(self, bundle: str, where: str = "") -> list[Answer]:
        return [one for one in tuple(self.answers) if one.bundle == bundle and one.asker.startswith(where)]

    def ask(self, name: str, client: Client, discloses: bool) -> None:
        try:
            while not self.over.is_set():
                began = time.monotonic()
                bundle = _disclosed(client) if discloses else client.check(**own_data()).decision.bundle
                self.answers.append(Answer(name, began, time.monotonic(), bundle))
        except QupiaClientError as error:
            self.failures.append(f"{name} {type(error).__name__} {error}")


def _disclosed(client: Client) -> str:
    with client.disclose(**own_data("doc-2")) as answer:
        assert b"".join(answer).startswith(b"%PDF")
        return answer.decision.bundle


@contextmanager
def under_load(**servers: Live) -> Iterator[Load]:
    """Let clients ask the servers without pause for the length of the context."""
    load = Load()
    clients = [(f"{name}-{number}", one.client()) for name, one in servers.items() for number in range(ASKERS)]
    threads = [threading.Thread(target=load.ask, args=(name, client, name.endswith("-0"))) for name, client in clients]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.over.set()
        for thread in threads:
            thread.join(CALL_SECONDS)
        for _, client in clients:
            client.close()
    assert not any(thread.is_alive() for thread in threads)


def titled(title: str) -> dict[str, bytes]:
    files = read_folder(default_bundle_dir())
    files["bundle.yaml"] = re.sub(rb"(?m)^title: .*$", b"title: " + title.encode(), files["bundle.yaml"])
    return files


def approved(author: Client, approver: Client, title: str) -> PolicyDraft:
    draft = author.policies.create(titled(title), title)
    assert author.policies.check(draft.name).step.passed
    assert author.policies.test(draft.name).step.passed
    assert author.policies.replay(draft.name, [], min_replayed=0).step.passed
    approver.policies.approve(draft.name)
    return draft


def no_way_back(load: Load, old: str, new: str) -> None:
    """No call failed; each answer names one of the two, and no asker gets the old one after the new one."""
    assert load.failures == []
    assert {one.bundle for one in load.answers} == {old, new}
    for asker in {one.asker for one in load.answers}:
        named = [one.bundle for one in load.answers if one.asker == asker]
        assert not any(after == old and before == new for before, after in pairwise(named)), asker


def test_under_load_no_call_fails_and_what_begins_after_the_step_is_answered_by_the_new_bundle(
    server: Live, author: Client, approver: Client
) -> None:
    old = author.active_bundle().name
    new = approved(author, approver, "under load")
    with under_load(one=server) as load:
        load.until(lambda: len(load.of(old)) >= 10)
        approver.policies.activate(new.name)
        done = time.monotonic()
        load.until(lambda: len([one for one in load.of(new.bundle) if one.began > done]) >= 10)
    no_way_back(load, old, new.bundle)
    after = {one.bundle for one in load.answers if one.began > done}
    assert after == {new.bundle}, "whoever asks after the step was answered is answered by its outcome"


def test_a_rollback_under_load_is_one_step_too(server: Live, author: Client, approver: Client) -> None:
    old = author.active_bundle().name
    new = approved(author, approver, "to and fro")
    approver.policies.activate(new.name)
    with under_load(one=server) as load:
        load.until(lambda: len(load.of(new.bundle)) >= 5)
        approver.policies.roll_back()
        done = time.monotonic()
        load.until(lambda: len([one for one in load.of(old) if one.began > done]) >= 5)
    no_way_back(load, new.bundle, old)
    assert {one.bundle for one in load.answers if one.began > done} == {old}


def test_two_processes_on_one_desk_change_over_without_a_failed_call(
    server: Live, second: Live, author: Client, approver: Client
) -> None:
    old = author.active_bundle().name
    new = approved(author, approver, "both under load")
    with second.client("officer:saule", "auditor") as looker, under_load(one=server, two=second) as load:
        load.until(lambda: len(load.of(old, "one")) >= 5 and len(load.of(old, "two")) >= 5)
        approver.policies.activate(new.name)
        load.until(lambda: looker.policies.desk().serving_bundle == new.bundle)
        done = time.monotonic()
        load.until(lambda: len([one for one in load.of(new.bundle, "two") if one.began > done]) >= 5)
    no_way_back(load, old, new.bundle)
    assert {one.bundle for one in load.answers if one.began > done} == {new.bundle}


def test_a_bundle_of_ten_thousand_rules_travels_in_pieces(author: Client) -> None:
    rule = (default_bundle_dir() / "rules" / "10-public.yaml").read_bytes()
    files = titled("large") | {f"rules/9{number}.yaml": rule * (2_000_000 // len(rule)) for number in range(7)}
    assert sum(map(len, files.values())) > 13 << 20, "what 10,000 rules with their texts weigh"
    files["cases/99-empty.yaml"] = b""
    draft = author.policies.create(files, "large")
    assert draft.bundle == BOUND + content_version(files)
    assert author.policies.fetch(draft.bundle) == files


async def test_the_client_for_asyncio_does_the_same(server: Live) -> None:
    files = titled("by asyncio") | {"cases/99-large.yaml": b"# a comment\n" * 300_000}
    assert sum(map(len, files.values())) > 3 << 20
    token, auditor = server.token("officer:aliya", "policy_author"), server.token("officer:saule", "auditor")
    async with AsyncClient(server.ports.persons, Credentials(server.ca_file, token=token)) as client:
        draft = await client.policies.create(files, "by asyncio")
        small = await client.policies.create(titled("small"), "small")
        assert await client.policies.fetch(draft.bundle) == files
        assert await client.policies.fetch(small.bundle) == titled("small")
        with pytest.raises(NotFound):
            await client.policies.fetch("0" * 64)
    async with AsyncClient(server.ports.persons, Credentials(server.ca_file, token=auditor)) as client:
        found = await client.policies.audit()
    assert (found.differences, found.step_count) == ((), found.recorded_count + 4)


def piece(path: str, data: bytes, offset: int = 0, crc32c: int | None = None) -> policy_service_pb2.PolicyFileChunk:
    import google_crc32c

    told = google_crc32c.value(data) if crc32c is None else crc32c
    return policy_service_pb2.PolicyFileChunk(path=path, offset=offset, data=data, crc32c=told)


@pytest.mark.parametrize(
    ("size", "pieces", "field"),
    [
        (3, [piece("bundle.yaml", b"abc", offset=1)], "DIGEST_MISMATCH"),
        (3, [piece("bundle.yaml", b"abc", crc32c=1)], "DIGEST_MISMATCH"),
        (2, [piece("bundle.yaml", b"abc")], "DIGEST_MISMATCH"),
        (4, [piece("bundle.yaml", b"abc")], "DIGEST_MISMATCH"),
        (0, [], "INVALID_REQUEST"),
        ((64 << 20) + 1, [], "INVALID_REQUEST"),
        (2 << 20, [piece("bundle.yaml", bytes(2 << 20))], "INVALID_REQUEST"),
        (3, [piece("../desk.json", b"abc")], "INVALID_REQUEST"),
    ],
)
def test_an_upload_that_does_not_fit_leaves_nothing(
    server: Live, author: Client, size: int, pieces: list[policy_service_pb2.PolicyFileChunk], field: str
) -> None:
    before = author.policies.desk().etag
    header = policy_service_pb2.PolicyDraftHeader(policy_draft=policy_pb2.PolicyDraft(title="x"), size_bytes=size)
    messages = [policy_service_pb2.UploadPolicyDraftRequest(header=header)]
    messages += [policy_service_pb2.UploadPolicyDraftRequest(chunk=one) for one in pieces]
    with server.channel() as channel:
        stub = policy_service_pb2_grpc.PolicyServiceStub(channel)
        metadata = bearer(server.token("officer:aliya", "policy_author"))
        with pytest.raises(grpc.RpcError, match="INVALID_ARGUMENT") as failed:
            stub.UploadPolicyDraft(iter(messages), metadata=metadata, timeout=CALL_SECONDS)
    assert field in str(failed.value.trailing_metadata())
    assert author.policies.desk().etag == before


def test_an_upload_without_a_header_is_refused(server: Live) -> None:
    with server.channel() as channel:
        stub = policy_service_pb2_grpc.PolicyServiceStub(channel)
        metadata = bearer(server.token("officer:aliya", "policy_author"))
        message = policy_service_pb2.UploadPolicyDraftRequest(chunk=piece("bundle.yaml", b"x"))
        for messages in ([], [message]):
            with pytest.raises(grpc.RpcError, match="INVALID_ARGUMENT"):
                stub.UploadPolicyDraft(iter(messages), metadata=metadata, timeout=CALL_SECONDS)


def test_an_auditor_finds_a_step_that_no_server_took(server: Live, author: Client, home: Path) -> None:
    with server.client("officer:saule", "auditor") as auditor:
        author.policies.create(titled("recorded"), "recorded")
        assert auditor.policies.audit().differences == ()
        log = home / "desk" / "log.jsonl"
        whole = log.read_bytes()
        try:
            log.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
            cut = auditor.policies.audit()
        finally:
            log.write_bytes(whole)
    assert [(one.fault, one.step) for one in cut.differences] == [(PolicyDeskFault.CUT_OFF, 0)]
    entry = server.entry(cut.differences[0].audit_entry)
    assert entry.draft.body_digest == cut.differences[0].etag
    assert all(one.officer == OPERATOR for one in author.policies.steps(page_size=4) if one.number <= 4)


def test_a_replay_of_nothing_does_not_open_the_way(author: Client, approver: Client) -> None:
    name = author.policies.create(titled("nothing shown"), "nothing shown").name
    author.policies.check(name)
    author.policies.test(name)
    assert author.policies.replay(name, [], max_gains=0, max_losses=0).step.passed is False
    with pytest.raises(QupiaClientError):
        approver.policies.approve(name)
    openly = author.policies.replay(name, [], min_replayed=0).step
    assert (openly.passed, openly.counts["min_replayed"]) == (True, 0)
    with pytest.raises(InvalidRequest):
        author.policies.replay(name, [], min_replayed=-1)


def test_counts_of_a_shadow_are_those_of_all_processes_and_outlive_them(
    server: Live, author: Client, home: Path, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path / "third", policies=str(home / "desk"), desk_recorded_elsewhere=True)
    prepare(settings)
    name = author.policies.create(titled("shadow"), "shadow").name
    author.policies.check(name)
    author.policies.test(name)
    author.policies.shadow(name)
    load = Load()

    def counted(client: Client) -> list[int]:
        return [one.total_count for one in client.policies.shadow_report().processes if one.total_count]

    with live(settings, LightRedactor().started) as third, third.client("officer:saule", "auditor") as looker:
        with third.client() as elsewhere, server.client() as here:
            elsewhere.check(**own_data())
            here.check(**own_data())
        load.until(lambda: counted(looker) == [1, 1])
        assert counted(looker) == [1, 1]
    assert counted(author) == [1, 1], "what a process has counted is kept when it ends"
    found = author.policies.shadow_report()
    assert found.comparison is not None
    assert found.comparison.total_count == 2
    assert found.start_time == min(one.start_time for one in found.processes if one.start_time)
    assert all(one.update_time and one.start_time and one.update_time >= one.start_time for one in found.processes)
    author.policies.shadow(None)
    assert author.policies.shadow_report().processes == ()
