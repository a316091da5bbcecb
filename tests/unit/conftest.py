"""Unit tests have no network: a socket is an error, save the unix pair that an event loop needs."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import pytest_socket

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as workers have it; threads cost thrice


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    pytest_socket.disable_socket(allow_unix_socket=True)
    yield
    pytest_socket.enable_socket()
