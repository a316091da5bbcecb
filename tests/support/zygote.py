"""Lives of one server: a process that has imported everything forks one child for each life, and the child serves.

Two hundred restarts are cheap that way. gRPC is started in the children only, after the fork, which is what it allows;
the zygote itself never serves. Commands come on standard input, one line a life: `seed target nth`. On standard output
the zygote says `pid N` and `ended STATUS`, and the living child journals each step of the spine that it enters (`>`)
and leaves (`<`). Nothing is buffered, so that the journal is true to the moment of a kill.

Run as: python -m tests.support.zygote HOME LOG RENDITION_BYTES
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from qupia_redaction.model import DETECTED, RedactionOrder
from qupia_redaction.rendition import CheckedRendition
from qupia_server import app
from qupia_server.adapters.clock import SystemClock
from qupia_server.adapters.policy_book import PolicyBook
from qupia_server.app.identity import open_identity
from qupia_server.app.policy_place import bundle_folder
from qupia_server.config import WorkerSettings
from qupia_server.disclosure.order import Duty
from qupia_server.disclosure.ports import Redactor
from qupia_server.telemetry import Telemetry, configure_logs
from tests.support.live import LightRedactor, settings_of

REDACTION = ("read", "find", "mark", "rebuild", "check")
"""Steps inside the redactor, as the spine names them."""
SPINE = ("start", "identify", "gather", "decide", "cache", "fetch", *REDACTION, "record", "release")
"""Every step at which a life can be ended; `start` is all before requests are taken."""
PARENT_DEATH_SIGNAL = 1
"""`PR_SET_PDEATHSIG` of prctl(2)."""
LAST_THREAD_SECONDS = 20.0
PAUSE = 0.002
STALL = 0.25
CACHE_BYTES = 5 << 19
"""Room for two renditions of 1 MiB and a half: there are hits, misses and evictions."""


def say(line: str) -> None:
    """Write one line in one system call."""
    os.write(1, f"{line}\n".encode())


class Journal:
    """Journals steps, pauses a moment in each, and stalls in the one where this life is to end."""

    def __init__(self, seed: int, target: str, nth: int) -> None:
        self._random = random.Random(seed)
        self._target, self._left = target, nth

    @contextmanager
    def at(self, step: str) -> Iterator[None]:
        """Stand in a step. The stall comes before or after the step's own work, by chance."""
        say(f"> {step}")
        self._left -= step == self._target
        stalls = step == self._target and self._left == 0
        first = self._random.random() < 0.5
        self._pause(stalls and first)
        yield
        self._pause(stalls and not first)
        say(f"< {step}")

    def _pause(self, stalls: bool) -> None:
        if stalls:
            say("! stall")
        time.sleep(STALL if stalls else self._random.random() * PAUSE)


class JournalTelemetry(Telemetry):
    """Journals the steps that the server itself reports."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        if name == "redact":
            yield  # its inner steps are journalled instead
            return
        with self._journal.at(name):
            yield


class SteppingRedactor(LightRedactor):
    """Takes the steps of a real redaction, without its work; other calls go on meanwhile."""

    def __init__(self, journal: Journal, size: int) -> None:
        super().__init__(size=size)
        self._journal = journal

    async def redact(self, master: bytes, order: RedactionOrder, seconds: float | None) -> CheckedRendition:
        for step in REDACTION:
            with self._journal.at(step):
                await asyncio.sleep(PAUSE)
        return await super().redact(master, order, seconds)

    @asynccontextmanager
    async def started(self, settings: WorkerSettings) -> AsyncIterator[Redactor]:
        yield self


def life(home: Path, log: Path, size: int, command: str) -> None:
    """Serve until killed or told to stop."""
    seed, target, nth = command.split()
    with log.open("ab") as sink:
        os.dup2(sink.fileno(), 2)
    journal = Journal(int(seed), target, int(nth))
    settings = settings_of(home, store__cache_bytes=CACHE_BYTES, listen__metrics_port=-1)
    starting = journal.at("start")
    starting.__enter__()

    def ready(ports: app.Ports) -> None:
        starting.__exit__(None, None, None)
        say(f"ready {ports.persons}")

    telemetry, redactor = JournalTelemetry(journal), SteppingRedactor(journal, size)
    asyncio.run(app.serve(settings, ready, telemetry, redactor.started))


async def rehearse(home: Path) -> None:
    """Use once what every start uses, so that lives inherit it warm: schema, bundle, identity.

    Neither gRPC nor the object store: their threads would not live on in a child, which would then wait for them.
    """
    settings = settings_of(home)
    await app.upgrade_database(settings)
    open_identity(settings)
    known = frozenset(category.value for category in DETECTED), frozenset(duty.value for duty in Duty)
    PolicyBook(SystemClock(), *known).load(bundle_folder(settings))


def die_with_the_parent() -> None:
    """Ask the kernel to end this process with its parent, so that a killed test leaves nothing behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)


def require_one_thread() -> None:
    """Wait until the rehearsal's threads have ended, and fail loudly if one stays: a fork would cut it off."""
    tasks, end = Path("/proc/self/task"), time.monotonic() + LAST_THREAD_SECONDS
    while tasks.exists() and len(list(tasks.iterdir())) > 1:
        assert time.monotonic() < end, "the zygote must have one thread only"
        time.sleep(PAUSE)


def main() -> None:
    """Fork a life for each line of standard input, one after the other."""
    home, log, size = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    configure_logs("ERROR")
    asyncio.run(rehearse(home))
    require_one_thread()
    die_with_the_parent()
    gc.collect()
    gc.freeze()  # what is shared stays shared
    for command in iter(sys.stdin.readline, ""):
        pid = os.fork()
        if pid == 0:
            die_with_the_parent()
            status = 1
            try:
                life(home, log, size, command)
                status = 0
            finally:
                os._exit(status)
        say(f"pid {pid}")
        _, ended = os.waitpid(pid, 0)
        say(f"ended {os.waitstatus_to_exitcode(ended)}")


if __name__ == "__main__":
    main()
