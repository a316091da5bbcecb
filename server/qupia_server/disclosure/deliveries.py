"""Close deliveries that a killed process left open: each allowed transfer gets its second entry."""

from __future__ import annotations

import datetime as dt

from qupia_server.disclosure.gate import Gate
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event

BATCH = 256


async def close_open_deliveries(gate: Gate, older_than: dt.datetime) -> int:
    """Record allowed transfers without a delivery entry as aborted.

    How many bytes left before the process died is not known; the entry says so by its reason.

    Args:
        gate: the ports.
        older_than: only transfers recorded before this instant (UTC); later ones may still be on their way.

    Returns:
        Number of deliveries closed.
    """
    closed = 0
    while entries := await gate.audit.undelivered(older_than, BATCH):
        for entry in entries:
            await gate.ledger.record(
                EntryDraft(
                    event=Event.DELIVERY,
                    outcome=EntryOutcome.ABORTED,
                    reason="DELIVERY.PROCESS_ENDED",
                    request_id=entry.draft.request_id,
                    document=entry.draft.document,
                    archive=entry.draft.archive,
                    rendition_sha256=entry.draft.rendition_sha256,
                    previous=entry.entry_id,
                )
            )
            closed += 1
    return closed
