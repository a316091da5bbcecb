"""Run a server of one's own on loopback for as long as the demo lasts."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qupia_server.errors import ConfigurationError

START_SECONDS = 120.0
STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Host:
    """Where the running server listens: `host:port` for services and for persons."""

    services: str
    persons: str


@contextmanager
def running_server(home: Path, log: Path) -> Iterator[Host]:
    """Start `qupia serve` in a process of its own, wait until it is ready, and end it by SIGTERM.

    Args:
        home: folder of configuration, keys and data; holds `ports.json` once the server is ready.
        log: file that gets the server's log lines.

    Raises:
        ConfigurationError: the server ended, or was not ready in time.
    """
    ports = home / "ports.json"
    ports.unlink(missing_ok=True)
    command = [sys.executable, "-m", "qupia_server.cli", "serve", "--home", str(home)]
    with log.open("wb") as sink, subprocess.Popen(command, stdout=sink, stderr=sink) as process:  # noqa: S603 - ours
        try:
            yield _wait(process, ports, log)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], ports: Path, log: Path) -> Host:
    deadline = time.monotonic() + START_SECONDS
    while not ports.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ConfigurationError({"server": f"It did not start; {log} says why."})
        time.sleep(0.05)
    said = json.loads(ports.read_text(encoding="utf-8"))
    return Host(said["services"], said["persons"])
