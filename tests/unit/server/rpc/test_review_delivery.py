"""How a delivery ends under hostile readers: each byte handed to the transport counts, nobody holds it forever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from qupia.v1 import disclosure_pb2
from qupia.v1 import disclosure_service_pb2 as pb
from qupia_redaction import rendition as rendition_module
from qupia_redaction.model import Report
from qupia_server.disclosure.access_lists import AccessLists
from qupia_server.disclosure.check_access import CheckAccess
from qupia_server.disclosure.disclose import Disclose
from qupia_server.errors import DeadlineTooShort, InvalidRequest, Unavailable
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.ledger.receipt import Receipt
from qupia_server.rpc import disclosures as disclosures_module
from qupia_server.rpc.access_lists import AccessListing
from qupia_server.rpc.call import Call, Caller, enter
from qupia_server.rpc.chunks import CHUNK_BYTES
from qupia_server.rpc.disclosures import Disclosures
from qupia_server.rpc.identity import Identity
from qupia_server.rpc.paging import Pager
from tests.support.fakes import World, a_document, a_requester, a_world

REQUEST = pb.DiscloseRequest(
    document="documents/doc-one",
    purpose=disclosure_pb2.Purpose(
        code=disclosure_pb2.PURPOSE_CODE_PROTECT_RIGHTS, ground=disclosure_pb2.GROUND_OWN_DATA
    ),
)


class Stuck:
    """A transport that takes `takes` messages and then nothing more."""

    def __init__(self, takes: int) -> None:
        self.takes = takes

    def time_remaining(self) -> None:
        return None

    async def write(self, message: object) -> None:
        self.takes -= 1
        if self.takes < 0:
            await asyncio.Event().wait()


def a_service(world: World, **options: float) -> Any:
    """Return the servicer over two chunks of `doc-one`, in the call of an identified person."""
    world.catalogue.documents["doc-one"] = a_document("doc-one")

    async def redact(*_: object) -> rendition_module.CheckedRendition:
        return rendition_module.issue(bytes(2 * CHUNK_BYTES), Report(pages=1))

    world.redactor.redact = redact  # type: ignore[assignment,method-assign]
    call = Call("c", "/qupia.v1.DisclosureService/Disclose")
    call.caller = Caller(a_requester().caller)
    enter(call)
    gate = world.gate
    identity = Identity(None, {}, ("citizen",))
    lists = AccessListing(AccessLists(gate), identity, Pager(b"k" * 32))
    return Disclosures(Disclose(gate), CheckAccess(gate), identity, gate.telemetry, lists, None, **options)


def deliveries(world: World) -> list[EntryDraft]:
    return [entry.draft for entry in world.ledger.entries if entry.draft.event is Event.DELIVERY]


async def test_a_reader_that_stops_reading_is_ended_and_recorded() -> None:
    world = a_world()
    with pytest.raises(DeadlineTooShort):
        await a_service(world, idle_seconds=0.01).Disclose(REQUEST, Stuck(2))
    (end,) = deliveries(world)
    assert end.outcome is EntryOutcome.ABORTED


async def test_bytes_in_the_hands_of_the_transport_count_as_sent() -> None:
    world = a_world()
    task = asyncio.ensure_future(a_service(world).Disclose(REQUEST, Stuck(2)))
    for _ in range(50):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    (end,) = deliveries(world)
    # The second chunk was handed over: it may have left, or part of it.
    assert (end.outcome, end.bytes_sent) == (EntryOutcome.ABORTED, 2 * CHUNK_BYTES)


async def test_a_header_that_cannot_be_made_ends_the_delivery_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise UnicodeError

    monkeypatch.setattr(disclosures_module, "header_to_proto", broken)
    world = a_world()
    with pytest.raises(UnicodeError):
        await a_service(world).Disclose(REQUEST, Stuck(9))
    (end,) = deliveries(world)
    assert (end.outcome, end.bytes_sent) == (EntryOutcome.ABORTED, 0)


@pytest.mark.parametrize(("method", "event"), [("Disclose", Event.DENIAL), ("CheckAccess", Event.PREVIEW)])
async def test_a_malformed_request_is_recorded_as_what_was_asked(method: str, event: Event) -> None:
    world = a_world()
    kind = pb.DiscloseRequest if method == "Disclose" else pb.CheckAccessRequest
    asked = kind(document="documents/doc-one", purpose=REQUEST.purpose, request_id="not a uuid")
    with pytest.raises(InvalidRequest) as caught:
        await getattr(a_service(world), method)(asked, Stuck(9))
    (entry,) = world.ledger.entries
    assert (entry.draft.event, entry.draft.outcome) == (event, EntryOutcome.REFUSED)
    assert entry.draft.reason == "INVALID_REQUEST.INVALID_REQUEST"
    assert caught.value.entry == f"auditEntries/{entry.entry_id}"


class Slow(Stuck):
    """Takes every message, each after a while."""

    async def write(self, message: object) -> None:
        await asyncio.sleep(0.05)
        await super().write(message)


async def test_a_slow_reader_that_takes_each_message_in_time_gets_them_all() -> None:
    world = a_world()
    await a_service(world, idle_seconds=0.15).Disclose(REQUEST, Slow(9))  # four messages: longer than one may take
    (end,) = deliveries(world)
    assert end.outcome is EntryOutcome.DELIVERED


async def test_the_end_of_a_delivery_that_cannot_be_recorded_is_an_alarm() -> None:
    world = a_world()
    record = world.ledger.record

    def failing(draft: EntryDraft) -> Awaitable[Receipt]:
        if draft.event is not Event.DELIVERY:
            return record(draft)
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        answer.set_exception(Unavailable())
        return answer

    world.ledger.record = failing  # type: ignore[method-assign]
    service = a_service(world)
    await service.Disclose(REQUEST, Stuck(9))
    await service.settle()
    alarms = world.gate.telemetry.registry.get_sample_value("qupia_alarms_total", {"kind": "delivery_unrecorded"})
    assert alarms == 1
