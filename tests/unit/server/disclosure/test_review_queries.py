"""Reading the log leaves a trace, whichever way it is read."""

from __future__ import annotations

from qupia_server.disclosure.disclose import Disclose
from qupia_server.disclosure.queries import PolicyQueries
from qupia_server.ledger.entry import Event
from tests.support.fakes import a_request, a_requester, a_world


async def test_an_explanation_is_an_access_to_the_log() -> None:
    world = a_world()
    released = await Disclose(world.gate).release(a_request())
    explained = await PolicyQueries(world.gate).explain(a_requester().caller, released.receipt.entry_id)
    assert explained.entry.entry_id == released.receipt.entry_id
    last = world.ledger.entries[-1].draft
    assert (last.event, last.reason) == (Event.ACCESS, "ALLOWED.AUDIT_EXPLAINED")
