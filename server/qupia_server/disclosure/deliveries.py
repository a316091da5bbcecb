"""Close deliveries that a killed process left open: each allowed transfer gets its second entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from qupia_server.disclosure.gate import Gate
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event

BATCH = 256


async def close_open_deliveries(gate: Gate, older_than: dt.datetime, alive: Collection[str] = ()) -> int:
    """Record allowed transfers without a delivery entry as aborted.

    How many bytes left before the process died is not known; the entry says so by its reason.

    Args:
        gate: the ports.
        older_than: only transfers recorded before this instant (UTC); later ones may still be on their way.
        alive: processes whose deliveries may be under way; they close theirs themselves.

    Returns:
        Number of deliveries closed.
    """
    closed = 0
    while entries := await gate.audit.undelivered(older_than, BATCH, alive):
        for entry in entries:
            await gate.ledger.record(unsent(entry.draft, entry.entry_id, "DELIVERY.PROCESS_ENDED"))
            closed += 1
    return closed


def unsent(allowed: EntryDraft, entry_id: str, reason: str) -> EntryDraft:
    """Return the second entry of an allowed transfer of which no byte is known to have been sent."""
    return EntryDraft(
        event=Event.DELIVERY,
        outcome=EntryOutcome.ABORTED,
        reason=reason,
        request_id=allowed.request_id,
        document=allowed.document,
        archive=allowed.archive,
        rendition_sha256=allowed.rendition_sha256,
        previous=entry_id,
    )
