"""Tesseract behind a pipe: pixels in over standard input, words out over standard output, no file in between.

Hostile input reaches the engine as bare pixels only (a PNM that we wrote ourselves). Limits: one thread, wall clock per
picture; the child dies with this process. What it writes to standard error is thrown away: it may quote the page.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from functools import cached_property

from PIL import Image

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Box, PrivateText
from qupia_redaction.ports import OcrWord
from qupia_redaction.scripts import one_script

LANGUAGES = ("kaz", "rus", "eng")
_PR_SET_PDEATHSIG = 1
_WORD_LEVEL = "5"
_LIBC = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends (Linux; a no-op where the call is missing)."""
    if hasattr(_LIBC, "prctl"):
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class TesseractOcr:
    """The `tesseract` program with Kazakh, Russian and English.

    Args:
        binary: name or path of the program.
        timeout_seconds: wall clock for one picture.
    """

    def __init__(self, binary: str = "tesseract", timeout_seconds: float = 120.0) -> None:
        self._binary = binary
        self._timeout = timeout_seconds

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        """Return the words of a picture in reading order; see `ports.Ocr`."""
        self.require()
        psm = "6" if block else "3"
        command = ["-", "-", "-l", "+".join(LANGUAGES), "--dpi", str(dpi), "--psm", psm, "tsv"]
        return tuple(one_script(_words(self._run(command, _pnm(image)))))

    def glance(self, image: Image.Image, dpi: int, languages: Sequence[str]) -> tuple[OcrWord, ...]:
        """Return the words of a picture in few languages, without a look for white print; see `ports.Ocr`."""
        self.require()
        command = ["-", "-", "-l", "+".join(languages), "--dpi", str(dpi), "--psm", "6"]
        return tuple(_words(self._run([*command, "-c", "tessedit_do_invert=0", "tsv"], _pnm(image))))

    def versions(self) -> Mapping[str, str]:
        """Return the engine's version, or nothing where it is not installed."""
        return {"tesseract": self._version} if shutil.which(self._binary) else {}

    def require(self) -> None:
        """Refuse when the program or one of its languages is missing.

        Raises:
            RedactionRefused: ENGINE_ERROR.
        """
        if not set(LANGUAGES) <= self._languages:
            raise RedactionRefused(RefusalCode.ENGINE_ERROR)

    @cached_property
    def _languages(self) -> frozenset[str]:
        return frozenset(self._run(["--list-langs"]).split())

    @cached_property
    def _version(self) -> str:
        return self._run(["--version"]).split()[1]

    def _run(self, arguments: list[str], data: bytes = b"") -> str:
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program with fixed arguments; the page goes in as pixels
                [self._binary, *arguments],
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
                timeout=self._timeout,
                check=True,
                preexec_fn=die_with_parent,  # workers have one thread
            )
        except subprocess.TimeoutExpired as error:
            raise RedactionRefused(RefusalCode.TIME_LIMIT) from error
        except (OSError, subprocess.CalledProcessError) as error:
            raise RedactionRefused(RefusalCode.ENGINE_ERROR) from error
        return done.stdout.decode("utf-8", "replace")


def _pnm(image: Image.Image) -> bytes:
    grey = image if image.mode == "L" else image.convert("L")
    return b"P5 %d %d 255\n" % grey.size + grey.tobytes()


def _words(table: str) -> list[OcrWord]:
    words: list[OcrWord] = []
    lines: dict[tuple[str, ...], int] = {}
    for row in table.splitlines():
        cells = row.split("\t", 11)
        if len(cells) != 12 or cells[0] != _WORD_LEVEL or not cells[11].strip():
            continue
        line = lines.setdefault(tuple(cells[1:5]), len(lines))
        left, top, width, height = (float(cell) for cell in cells[6:10])
        box = Box(left, top, left + max(width, 1), top + max(height, 1))
        words.append(OcrWord(PrivateText(cells[11].strip()), box, max(float(cells[10]), 0.0) / 100, line))
    return words
