"""A process that keeps Tesseract's models loaded and reads each picture in a fork of itself.

Runs as a script of its own, with the standard library only: starting the engine anew costs a sparse page a fifth of its
reading. Hostile pixels reach Tesseract in the fork alone, which writes its table and ends: whatever they do to it, the
next picture meets the models as they were loaded. Limits: those of the fork's memory; the caller's patience, who kills
this process with all its forks.

Each request is a frame: lengths, a wish as JSON, bare grey pixels. Each answer is a frame: how the fork ended, CPU
seconds, the table.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

WISH = struct.Struct("<II")
"""Bytes of a request's wish and of its pixels."""
ANSWER = struct.Struct("<idI")
"""Status of the fork (0 is well), CPU seconds since the answer before, bytes of the table."""

LIBRARY = "libtesseract.so.5"
_PR_SET_PDEATHSIG = 1
_MOST_TABLE = 64 << 20
_FAILED = 1

Address = ctypes.c_void_p


class Library:
    """Tesseract's C interface, as much of it as is needed."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(LIBRARY)
        self._engines: dict[str, Address] = {}
        text, number = ctypes.c_char_p, ctypes.c_int
        for name, result, arguments in (
            ("Version", text, []),
            ("BaseAPICreate", Address, []),
            ("BaseAPIInit3", number, [Address, text, text]),
            ("BaseAPISetVariable", number, [Address, text, text]),
            ("BaseAPISetPageSegMode", None, [Address, number]),
            ("BaseAPISetImage", None, [Address, text, number, number, number, number]),
            ("BaseAPIGetTsvText", Address, [Address, number]),
        ):
            function = getattr(self._library, f"Tess{name}")
            function.restype, function.argtypes = result, arguments

    @property
    def version(self) -> bytes:
        """The engine's version."""
        return bytes(self._library.TessVersion())

    def engine(self, languages: str) -> Address:
        """Return an engine with the models of some languages; they are loaded once.

        Raises:
            ValueError: there are no such models.
        """
        if languages not in self._engines:
            engine = Address(self._library.TessBaseAPICreate())
            if self._library.TessBaseAPIInit3(engine, None, languages.encode()):
                raise ValueError("languages")
            self._engines[languages] = engine
        return self._engines[languages]

    def read(self, wish: dict[str, Any], pixels: bytes) -> bytes:
        """Return the table of words in a picture; changes the engine, so that a fork should ask.

        The pixels are let go once the engine has its own copy, if nobody else holds them.
        """
        engine = self.engine(wish["languages"])
        wide, high = wish["size"]
        if len(pixels) != wide * high:
            raise ValueError("size")
        for name, value in wish["settings"].items():
            if not self._library.TessBaseAPISetVariable(engine, name.encode(), value.encode()):
                raise ValueError("setting")
        self._library.TessBaseAPISetPageSegMode(engine, wish["segmentation"])
        self._library.TessBaseAPISetImage(engine, pixels, wide, high, 1, wide)
        del pixels
        table = self._library.TessBaseAPIGetTsvText(engine, 0)
        return ctypes.string_at(table) if table else b""


def serve(library: Library, source: BinaryIO, target: BinaryIO) -> None:
    """Answer requests until the source ends."""
    told = 0.0
    while len(head := source.read(WISH.size)) == WISH.size:
        lengths = WISH.unpack(head)
        wish, pixels = json.loads(source.read(lengths[0])), [source.read(lengths[1])]
        try:
            library.engine(wish["languages"])  # before the fork, so that the next one finds it
            status, table = _forked(library, wish, pixels)
        except (ValueError, OSError):
            status, table = _FAILED, b""
        now = _cpu()
        target.write(ANSWER.pack(status, now - told, len(table)) + table)
        target.flush()
        told = now


def _forked(library: Library, wish: dict[str, Any], pixels: list[bytes]) -> tuple[int, bytes]:
    """Read a picture in a child; return how it ended and what it wrote. Takes the pixels out of their list."""
    inward, outward = os.pipe()
    child = os.fork()
    if not child:
        os.close(inward)
        _read_and_end(library, wish, pixels, outward)
    pixels.clear()  # the child has them
    os.close(outward)
    with open(inward, "rb") as pipe:  # noqa: PTH123 - a descriptor, no path
        table = pipe.read(_MOST_TABLE + 1)
    if len(table) > _MOST_TABLE:
        os.kill(child, signal.SIGKILL)
        table = b""
    return os.waitpid(child, 0)[1], table


def _read_and_end(library: Library, wish: dict[str, Any], pixels: list[bytes], outward: int) -> None:
    """Write the table of a picture and end this process, whatever happens."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        os.close(0)
        os.close(1)
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (wish["memory"], hard))
        with open(outward, "wb") as pipe:
            pipe.write(library.read(wish, pixels.pop()))
        os._exit(0)
    finally:
        os._exit(_FAILED)


def _cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main() -> None:
    """Say the engine's version, then serve standard input; end at once where there is no such library."""
    try:
        library = Library()
    except (OSError, AttributeError):
        sys.exit(_FAILED)
    target = sys.stdout.buffer
    target.write(library.version + b"\n")
    target.flush()
    serve(library, sys.stdin.buffer, target)


if __name__ == "__main__":
    main()
