"""The fence around unit tests stands."""

from __future__ import annotations

import asyncio
import socket

import pytest
from pytest_socket import SocketBlockedError


def test_a_socket_is_an_error() -> None:
    with pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)


async def test_an_event_loop_runs_without_network() -> None:
    assert await asyncio.sleep(0, result=7) == 7
