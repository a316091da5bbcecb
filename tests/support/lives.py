"""The lives of a server in processes of their own: begun, watched by their journal, and ended by a signal."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

PATIENCE = 60.0
"""How long anything may take on a slow machine, seconds; no test measures it."""
ROOT = Path(__file__).parents[2]


class Lives:
    """Starts a server again and again on one folder, and knows in which steps of the spine it is.

    Attributes:
        pid: of the life.
        target: where it listens for persons, once it is ready.
        status: how the last life ended; a signal is its negative number.
    """

    def __init__(self, home: Path, rendition_bytes: int = 1 << 20) -> None:
        arguments = [str(home), str(home / "server.log"), str(rendition_bytes)]
        command = [sys.executable, "-m", "tests.support.zygote", *arguments]
        one_thread = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # it is going to fork
        self._zygote = subprocess.Popen(
            command, cwd=ROOT, env=one_thread, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._words: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._standing: Counter[str] = Counter()
        self._stalled, self._ready, self._ended = threading.Event(), threading.Event(), threading.Event()
        self._reader = threading.Thread(target=self._read, name="journal")
        self._reader.start()
        self.pid = 0
        self.target = ""
        self.status: int | None = None

    def begin(self, seed: int, step: str = "-", nth: int = 0) -> None:
        """Start a life; it stalls when it enters `step` for the `nth` time."""
        assert self._zygote.stdin is not None
        self._standing.clear()
        self.status = None
        for event in (self._stalled, self._ready, self._ended):
            event.clear()
        print(seed, step, nth, file=self._zygote.stdin, flush=True)
        word = self._words.get(timeout=PATIENCE)
        assert word, "the zygote has ended"
        self.pid = int(word)

    def wait_ready(self) -> bool:
        """Return True when requests are taken, False when the life stalled or ended before."""
        while not self._ready.wait(0.01):
            if self._stalled.is_set() or self._ended.is_set():
                return False
        return True

    def wait_stalled(self, seconds: float) -> None:
        """Wait until the life stalls, at most for `seconds`."""
        self._stalled.wait(seconds)

    def end(self, number: signal.Signals) -> Counter[str]:
        """Send the signal, wait for the end, and return the steps in which it came."""
        os.kill(self.pid, number)
        self.wait_ended()
        return +self._standing

    def wait_ended(self) -> None:
        """Wait until the life is over; `status` says how it ended."""
        assert self._ended.wait(PATIENCE)

    def close(self) -> None:
        """End the zygote, and the last life if it has not ended by itself."""
        if self.pid and not self._ended.is_set():
            os.kill(self.pid, signal.SIGKILL)
        assert self._zygote.stdin is not None
        self._zygote.stdin.close()
        self._reader.join()
        self._zygote.wait(PATIENCE)
        assert self._zygote.stdout is not None
        self._zygote.stdout.close()

    def _read(self) -> None:
        assert self._zygote.stdout is not None
        for line in self._zygote.stdout:
            word, _, rest = line.rstrip("\n").partition(" ")
            self._hear(word, rest)
        self._words.put("")

    def _hear(self, word: str, rest: str) -> None:
        if word == ">":
            self._standing[rest] += 1
        elif word == "<":
            self._standing[rest] -= 1
        elif word == "!":
            self._stalled.set()
        elif word == "pid":
            self._words.put(rest)
        elif word == "ready":
            self.target = rest
            self._ready.set()
        elif word == "ended":
            self.status = int(rest)
            self._ended.set()
