"""A reader that holds its stream open past the time to drain: it is cut off, and recorded before the server ends."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from qupia_server.ledger.entry import EntryOutcome
from tests.support.live import LightRedactor, live, own_data, prepare, read_ledger_now, settings_of

pytestmark = pytest.mark.enable_socket

SIZE = 32 << 20


def test_a_stream_that_outlasts_the_drain_is_recorded_with_its_bytes(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, listen__drain_seconds=0.1)
    prepare(settings)
    with ExitStack() as held:
        with live(settings, LightRedactor(size=SIZE).started) as server:
            answer = held.enter_context(held.enter_context(server.client()).disclose(**own_data()))
            next(iter(answer))
        transfer, delivery = read_ledger_now(settings)[-2:]
    assert (delivery.draft.previous, delivery.draft.outcome) == (transfer.entry_id, EntryOutcome.ABORTED)
    assert delivery.draft.reason == "DELIVERY.ABORTED"
    assert 0 < delivery.draft.bytes_sent < SIZE
