"""Bound the time that one message of a stream waits for its reader."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from qupia_server.errors import DeadlineTooShort


class Patience:
    """Ends its block when it was not renewed for so long.

    A stream has one timer, which looks when the time of the last message is up: setting it anew for each message cost
    more than the message's own way through the loop.

    Args:
        seconds: how long one message may wait.

    Raises:
        DeadlineTooShort: at the end of the block, when nobody took a message in time.
    """

    __slots__ = ("_loop", "_seconds", "_timeout", "_timer", "_until")

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._timeout = asyncio.timeout(None)
        self._until = self._loop.time() + seconds
        self._timer = self._loop.call_at(self._until, self._look)

    def renew(self) -> None:
        """Start to wait for the next message."""
        self._until = self._loop.time() + self._seconds

    def _look(self) -> None:
        now = self._loop.time()
        if now >= self._until:
            self._timeout.reschedule(now)
        else:
            self._timer = self._loop.call_at(self._until, self._look)

    async def __aenter__(self) -> Self:
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError as late:
            raise DeadlineTooShort from late
