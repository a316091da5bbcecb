"""The process that holds Tesseract's models, seen from its user: start, ask, wait no longer than allowed, end.

Limits: wall clock for one picture. An exchange that breaks off ends the process, so that the next one does not meet the
rest of it.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.ocr import host

_PIPE = 1 << 20
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends (Linux; a no-op where the call is missing)."""
    if hasattr(_LIBC, "prctl"):
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def environment() -> dict[str, str]:
    """Return the environment of an engine: one thread."""
    return {**os.environ, "OMP_THREAD_LIMIT": "1"}


class Host:
    """The process that holds the models; started when it is first asked for, ended with this object.

    Args:
        timeout_seconds: wall clock for one picture.

    Attributes:
        cpu_seconds: CPU of all answers so far, loading included.
    """

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout = timeout_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = _nothing
        self.cpu_seconds = 0.0

    @cached_property
    def version(self) -> str:
        """The version of the engine's library; "" where there is none."""
        try:
            return self._started()
        except (RedactionRefused, OSError):
            self._end()
            return ""

    def ask(self, wish: Mapping[str, Any], pixels: bytes) -> str:
        """Return the table of words in a picture.

        Raises:
            RedactionRefused: ENGINE_ERROR when the engine fails, TIME_LIMIT.
        """
        told = json.dumps(wish).encode()
        try:
            if self._process is None or self._process.poll() is not None:
                self._started()
            self._write(host.WISH.pack(len(told), len(pixels)) + told)
            self._write(pixels)
            del pixels  # the host has them, and takes its time
            deadline = time.monotonic() + self._timeout
            status, cpu, length = host.ANSWER.unpack(self._read(host.ANSWER.size, deadline))
            table = self._read(length, deadline)
        except OSError as error:
            self._end()
            raise RedactionRefused(RefusalCode.ENGINE_ERROR) from error
        except BaseException:  # whatever breaks an exchange off: the next one must not meet the rest of it
            self._end()
            raise
        self.cpu_seconds += cpu
        if status:
            raise RedactionRefused(RefusalCode.ENGINE_ERROR)
        return table.decode("utf-8", "replace")

    def _started(self) -> str:
        """Start the process and return the version that it tells."""
        self._end()
        self._process = subprocess.Popen(  # noqa: S603 - a script of our own
            [sys.executable, "-I", "-S", host.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            bufsize=0,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - workers have one thread
        )
        self._end = weakref.finalize(self, _ended, self._process)
        deadline, version = time.monotonic() + self._timeout, b""
        while not version.endswith(b"\n"):
            version += self._read(1, deadline)
        return version.decode("ascii", "replace").strip()

    def _write(self, data: bytes) -> None:
        stream = self._process.stdin if self._process else None
        view = memoryview(data)
        while view and stream:
            view = view[os.write(stream.fileno(), view) :]

    def _read(self, length: int, deadline: float) -> bytes:
        stream = self._process.stdout if self._process else None
        parts = bytearray()
        while len(parts) < length:
            if not stream or not select.select([stream], [], [], max(deadline - time.monotonic(), 0.0))[0]:
                raise RedactionRefused(RefusalCode.TIME_LIMIT)
            part = os.read(stream.fileno(), min(length - len(parts), _PIPE))
            if not part:
                raise RedactionRefused(RefusalCode.ENGINE_ERROR)
            parts += part
        return bytes(parts)


def _nothing() -> None:
    return None


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.wait()
