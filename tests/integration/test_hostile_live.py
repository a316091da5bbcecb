"""Bad files and short deadlines against a running server with its real workers: a reason for each, and work goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import psutil
import pytest

from qupia.v1 import disclosure_pb2, disclosure_service_pb2, disclosure_service_pb2_grpc
from qupia_client import OutOfTime, Refused
from qupia_server.ledger.entry import EntryOutcome, Event
from qupia_server.samples.build import render
from qupia_server.samples.papers import PAPERS
from tests.support.live import CALL_SECONDS, Live, bearer, live, own_data, prepare, settings_of, small_catalogue

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

SCANNED = "d-0004"
FAR_TOO_SHORT = 1.5
"""Seconds, of which a scan needs several times as many."""
BUSY = 0.3
"""CPU seconds after which a worker must have begun."""

BAD = {
    "doc-1": ({"NOT_A_PDF"}, b"GIF89a, or whatever it is, but no PDF" * 10),
    "doc-2": ({"DAMAGED", "NOT_A_PDF", "EMPTY", "READERS_DISAGREE"}, None),  # half of a good file
    "doc-3": ({"ENCRYPTED"}, None),
    "doc-4": ({"TOO_MANY_PAGES"}, None),
}
"""Documents of the small catalogue, with the codes that fit and the bytes of their masters."""


def paper(document: str) -> bytes:
    """Return one paper of the sample archive."""
    return next(render(made) for made in (make() for make in PAPERS) if made.document_id == document)


def encrypted(data: bytes, target: Path) -> bytes:
    source = target.with_suffix(".plain")
    source.write_bytes(data)
    with pikepdf.open(source) as document:
        document.save(target, encryption=pikepdf.Encryption(user="only-the-owner", owner="only-the-owner"))
    return target.read_bytes()


def many_pages(count: int, target: Path) -> bytes:
    with pikepdf.new() as document:
        for _ in range(count):
            document.add_blank_page(page_size=(100, 100))
        document.save(target)
    return target.read_bytes()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("hostile")
    settings = settings_of(folder / "home", workers__max_pages=50)
    catalogue, good = small_catalogue(folder / "small"), paper("d-0002")
    masters = {
        "doc-1": BAD["doc-1"][1],
        "doc-2": good[: len(good) // 2],
        "doc-3": encrypted(good, folder / "encrypted.pdf"),
        "doc-4": many_pages(51, folder / "many.pdf"),
        "doc-5": paper(SCANNED),
        "doc-6": good,
    }
    for name, data in masters.items():
        assert data
        (catalogue.parent / f"{name}.pdf").write_bytes(data)
    prepare(settings, catalogue)
    with live(settings) as running:
        yield running


def ours() -> dict[int, str]:
    """Return the running processes of the redaction: workers, and the hosts of the models beside them."""
    commands = {child.pid: command(child) for child in psutil.Process().children(recursive=True)}
    return {pid: line for pid, line in commands.items() if "qupia_redaction" in line}


def workers() -> set[int]:
    """Return the ids of the running worker processes; engines that other tests of this process keep are none."""
    return {pid for pid, line in ours().items() if "ocr/host" not in line}


def cpu_seconds() -> float:
    """Return what the workers and their programs have computed."""
    children = [psutil.Process(pid) for pid in ours()]
    return sum(sum(child.cpu_times()) for child in children)


def command(process: psutil.Process) -> str:
    try:
        return json.dumps(process.cmdline())
    except psutil.Error:
        return ""


@pytest.mark.parametrize("document", BAD)
def test_a_bad_file_is_refused_with_its_reason_and_work_goes_on(server: Live, document: str) -> None:
    with server.client() as client, pytest.raises(Refused) as caught:
        client.disclose(**own_data(document))
    assert caught.value.code == "FAILED_PRECONDITION"
    entry = server.entry(caught.value.entry)
    assert (entry.draft.event, entry.draft.outcome) == (Event.DENIAL, EntryOutcome.REFUSED)
    kind, _, code = entry.draft.reason.partition(".")
    assert kind == "REDACTION"
    assert code in BAD[document][0]
    assert caught.value.reason == code
    works(server)


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until it holds; what the server does after the call has ended takes a moment."""
    end = time.monotonic() + CALL_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def works(server: Live, language: str = "ru") -> None:
    """See to it that a good file still gets its rendition."""
    with server.client() as client, client.disclose(**own_data("doc-6", language=language)) as answer:
        assert answer.read().startswith(b"%PDF-")


def test_a_deadline_during_the_reading_kills_the_worker_and_is_recorded(server: Live) -> None:
    works(server)
    before = workers()
    assert len(before) == 1
    with server.client() as client, pytest.raises(OutOfTime):
        client.disclose(**own_data("doc-5", timeout=FAR_TOO_SHORT))
    wait_for(lambda: not before & workers() and server.entries()[-1].draft.event is Event.DENIAL)
    entry = server.entries()[-1]
    assert (entry.draft.event, entry.draft.outcome) == (Event.DENIAL, EntryOutcome.ABORTED)
    assert entry.draft.document == "doc-5"
    works(server)


def test_a_caller_who_goes_away_during_the_reading_ends_the_work(server: Live) -> None:
    works(server, language="en")  # not from the cache, so that a worker is up
    before, size, spent = workers(), len(server.entries()), cpu_seconds()
    purpose = disclosure_pb2.Purpose(
        code=disclosure_pb2.PURPOSE_CODE_PROTECT_RIGHTS, ground=disclosure_pb2.GROUND_OWN_DATA
    )
    request = disclosure_service_pb2.DiscloseRequest(document="documents/doc-5", purpose=purpose)
    with server.channel() as channel:
        stub = disclosure_service_pb2_grpc.DisclosureServiceStub(channel)
        call = stub.Disclose(request, metadata=bearer(server.token()), timeout=CALL_SECONDS)
        wait_for(lambda: cpu_seconds() > spent + BUSY)  # the worker is at it
        call.cancel()
    wait_for(lambda: not before & workers() and len(server.entries()) > size)
    entry = server.entries()[-1]
    assert (entry.draft.outcome, entry.draft.reason) == (EntryOutcome.ABORTED, "CANCELLED.CANCELLED")
    works(server)
