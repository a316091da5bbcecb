"""What the READMEs show, and a folder that looks like a checkout in which to run it."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 600
"""Gives up on a command that hangs; no command is timed."""


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    def well(self) -> str:
        """Return what was printed; the command must have ended well."""
        assert self.code == 0, self.err
        return self.out


@dataclass(frozen=True)
class Checkout:
    """A folder that looks like a checkout in which `make serve` runs."""

    folder: Path

    def run(self, command: str, **variables: str) -> Result:
        """Run a line in a shell, as a reader would; `qupia` and `qupiactl` are on the path too."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "HOME": str(self.folder), "COLUMNS": "200", **variables}
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    """Return the commands of a README in order: lines of `sh` blocks, and those named in running text."""
    fenced = [line for block in blocks(text, "sh") for line in block.splitlines() if line.strip()]
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`((?:make|qupia|qupiactl|pip|pytest) [^`]+)`", prose)
    return list(dict.fromkeys(fenced + inline))


def recipe(target: str) -> list[str]:
    """Return the shell lines that `make TARGET` runs after its setup."""
    lines = make(f"-n {target}").splitlines()
    return [line for line in lines if ".ci/setup" not in line]


def make(arguments: str) -> str:
    command = ["make", "--no-print-directory", "-C", str(ROOT), *shlex.split(arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS).stdout


@contextmanager
def serving(folder: Path) -> Iterator[None]:
    """Run what `make serve` runs, on free ports, so that a server of the reader's own is left alone."""
    ports = {f"QUPIA_LISTEN__{door}_PORT": "0" for door in ("SERVICES", "PERSONS", "METRICS")}
    line = recipe("serve")[1]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            ["bash", "-c", line], cwd=folder, env={**os.environ, **ports}, stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + SECONDS
            while not (folder / ".qupia/ports.json").exists():
                assert process.poll() is None, (folder / "server.log").read_text(encoding="utf-8")
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.05)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS)
