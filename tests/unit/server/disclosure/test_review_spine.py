"""Races around the entry: a call that ends while its entry is on the way."""

from __future__ import annotations

import asyncio

import pytest

from qupia_server.disclosure.disclose import Disclose
from qupia_server.errors import Unavailable
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.ledger.receipt import Receipt
from tests.support.fakes import a_request, a_world


async def test_a_call_that_ends_while_its_allow_is_recorded_leaves_no_open_transfer() -> None:
    world = a_world()
    record, reached, durable = world.ledger.record, asyncio.Event(), asyncio.Event()

    async def slow(draft: EntryDraft) -> Receipt:
        async def store() -> Receipt:
            await durable.wait()
            return await record(draft)

        reached.set()
        return await asyncio.shield(asyncio.ensure_future(store()))

    world.ledger.record = slow  # type: ignore[method-assign]
    call = asyncio.ensure_future(Disclose(world.gate).release(a_request()))
    await reached.wait()
    call.cancel()
    await asyncio.sleep(0)
    durable.set()
    with pytest.raises(asyncio.CancelledError):
        await call
    allowed, end = [entry.draft for entry in world.ledger.entries]
    assert (allowed.event, allowed.outcome) == (Event.TRANSFER, EntryOutcome.ALLOWED)
    assert (end.event, end.outcome, end.bytes_sent) == (Event.DELIVERY, EntryOutcome.ABORTED, 0)
    assert end.previous == world.ledger.entries[0].entry_id


async def test_a_failed_allow_leaves_nothing_of_the_rendition_in_the_refusal() -> None:
    world = a_world()
    record = world.ledger.record

    async def once(draft: EntryDraft) -> Receipt:
        if draft.outcome is EntryOutcome.ALLOWED:
            raise Unavailable
        return await record(draft)

    world.ledger.record = once  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        await Disclose(world.gate).release(a_request())
    (entry,) = world.ledger.entries
    assert (entry.draft.event, entry.draft.outcome) == (Event.DENIAL, EntryOutcome.REFUSED)
    assert (entry.draft.rendition_sha256, dict(entry.draft.hidden)) == ("", {})
