"""A desk in a folder: `desk.json`, `bundles/<version>/` and `log.jsonl`, which one step at a time holds by a lock.

The folder may be tampered with. Nothing here is believed: the desk checks the log line by line, and a bundle's bytes
against its version, each time it reads them.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .change import StepFault, StepRefused

LOG = "log.jsonl"
NAMED = "desk.json"
BUNDLES = "bundles"


class FolderStore:
    """Keep a desk in a folder.

    Args:
        folder: the desk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def named(self) -> Any:
        """Return what `desk.json` says.

        Raises:
            StepRefused: there is none, or it is no JSON.
        """
        try:
            return json.loads((self._folder / NAMED).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise StepRefused("this folder is no desk", StepFault.NO_DESK) from error

    def furnish(self, named: Mapping[str, Any]) -> None:
        """Make an empty desk in a new or empty folder.

        Raises:
            StepRefused: the folder holds something.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        if any(self._folder.iterdir()):
            raise StepRefused("the folder is not empty")
        (self._folder / BUNDLES).mkdir()
        (self._folder / LOG).touch()
        (self._folder / NAMED).write_text(json.dumps(named, indent=1), encoding="utf-8")

    def log(self) -> bytes:
        """Return the whole log.

        Raises:
            StepRefused: it cannot be read.
        """
        try:
            return (self._folder / LOG).read_bytes()
        except OSError as error:
            raise StepRefused("the log cannot be read") from error

    @contextmanager
    def holding(self) -> Iterator[HeldFile]:
        """Hold the log alone; who else wants it waits, in this process and in others.

        Raises:
            StepRefused: it cannot be read.
        """
        try:
            stream = (self._folder / LOG).open("r+b", buffering=0)
        except OSError as error:
            raise StepRefused("the log cannot be read") from error
        with stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield HeldFile(stream, self.log())

    def bundle_dir(self, version: str) -> Path:
        """Return where a bundle stands; nobody has looked at its bytes yet."""
        return self._folder / BUNDLES / version

    def keep(self, version: str, files: Mapping[str, bytes]) -> None:
        """Store a bundle, durably and whole; one that is there stays as it is."""
        store_bundle(self.bundle_dir(version), files)


class HeldFile:
    """The log while one step holds it."""

    def __init__(self, stream: io.FileIO, data: bytes) -> None:
        self._stream, self.data = stream, data

    def append(self, line: str) -> None:
        """Write a line behind the last whole one, durably; after any error the log is as it was.

        Raises:
            OSError: it could not be written, and is not there.
            StepRefused: it could not be written, and nobody can tell what is there.
        """
        end = self.data.rfind(b"\n") + 1
        try:
            self._write(end, line.encode() + b"\n")
        except BaseException as error:
            self._take_back(end, error)
            raise
        self.data = self.data[:end] + line.encode() + b"\n"

    def _write(self, end: int, data: bytes) -> None:
        """Write through: what a buffer kept after an error would be written when the file is closed."""
        handle, rest = self._stream.fileno(), memoryview(data)
        os.ftruncate(handle, end)
        while rest:
            written = os.pwrite(handle, rest, end)
            rest, end = rest[written:], end + written
        os.fsync(handle)

    def _take_back(self, end: int, error: BaseException) -> None:
        """Cut off what was written: whoever reads a whole line there believes that its step was taken."""
        try:
            os.ftruncate(self._stream.fileno(), end)
            os.fsync(self._stream.fileno())
        except OSError as worse:
            worse.__context__ = error
            raise StepRefused("the log may end in a step that was not taken", StepFault.UNCERTAIN) from worse


def store_bundle(target: Path, files: Mapping[str, bytes]) -> None:
    """Store a bundle's files as a folder, durably and whole; a folder that is there stays as it is.

    Raises:
        OSError: it cannot be written.
    """
    if target.exists():
        return
    part = target.with_name(f".{target.name}.{os.getpid()}")
    for name, data in files.items():
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        with (part / name).open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    try:
        part.rename(target)
    except OSError:
        shutil.rmtree(part)
    for folder in (target, target.parent):
        _settle(folder)


def _settle(folder: Path) -> None:
    """Make the names inside a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
