"""Beside other processes: a lease that is not renewed any more would let others close what still runs."""

from __future__ import annotations

import asyncio
from typing import cast
from unittest import mock

import pytest

from qupia_server.adapters.instances import SqlInstances
from qupia_server.app import upkeep
from qupia_server.app.gate import OpenGate
from qupia_server.errors import Unavailable


@pytest.mark.parametrize("error", [Unavailable(), KeyError("Сейтқали")])
async def test_the_lease_is_renewed_again_after_any_error(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, again = mock.Mock(spec=OpenGate, gate=mock.Mock()), asyncio.Event()
    rounds: list[Exception | None] = [error, None]

    async def one(_instances: SqlInstances, _opened: OpenGate) -> None:
        if (met := rounds.pop(0)) is not None:
            raise met
        again.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(upkeep, "RENEW_SECONDS", 0)
    monkeypatch.setattr(upkeep, "_round", one)
    task = asyncio.create_task(upkeep._rounds(mock.Mock(spec=SqlInstances), cast("OpenGate", opened)))
    await asyncio.wait_for(again.wait(), 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    opened.gate.telemetry.alarm.assert_called_once_with("upkeep", error=type(error).__name__)
