"""Reading the log leaves a trace, whichever way it is read."""

from __future__ import annotations

from qupia_server.disclosure.disclose import Disclose
from qupia_server.disclosure.explaining import Explanations, Lack
from qupia_server.disclosure.model import Principal
from qupia_server.ledger.entry import Event
from tests.support.fakes import NoPast, a_request, a_requester, a_world


async def test_an_explanation_is_an_access_to_the_log_and_names_what_it_lacks() -> None:
    world = a_world()
    released = await Disclose(world.gate).release(a_request())
    caller: Principal = a_requester().caller
    explained = await Explanations(world.gate, NoPast()).explain(caller, released.receipt.entry_id, None, "en")
    assert explained.entry.entry_id == released.receipt.entry_id
    assert explained.lacks == (Lack.BUNDLE_GONE,)
    last = world.ledger.entries[-1].draft
    assert (last.event, last.reason) == (Event.ACCESS, "ALLOWED.AUDIT_EXPLAINED")
