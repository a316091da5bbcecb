"""Tesseract behind a pipe: pixels in over standard input, words out over standard output, no file in between.

Hostile input reaches the engine as bare pixels only, in a process of its own for each picture: a fork of one that holds
the models (`host`), or where the engine's library is not what its program is, the program. Limits: one thread, wall
clock per picture; the children die with this process. What they write to standard error is thrown away: it may quote
the page.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from PIL import Image

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Box, PrivateText
from qupia_redaction.ocr.link import Host, die_with_parent, environment
from qupia_redaction.ocr.scripts import one_script
from qupia_redaction.ports import OcrWord

LANGUAGES = ("kaz", "rus", "eng")
_PROGRAM = "tesseract"
_PAGE, _BLOCK = 3, 6
"""How a picture is laid out, in the engine's numbers."""
_WORD_LEVEL = "5"
_LEAST_TALL, _TALL = 3, 1.5
"""Letters of a word, and heights over widths of its box, from which on it stands on its side."""


class TesseractOcr:
    """The `tesseract` program with Kazakh, Russian and English.

    Args:
        binary: name or path of the program.
        timeout_seconds: wall clock for one picture.
    """

    def __init__(self, binary: str = _PROGRAM, timeout_seconds: float = 120.0) -> None:
        self._binary = binary
        self._timeout = timeout_seconds
        self._host = Host(timeout_seconds) if binary == _PROGRAM else None

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        """Return the words of a picture in reading order; see `ports.Ocr`."""
        self.require()
        return tuple(one_script(_words(self._table(image, _Wish(dpi, LANGUAGES, _BLOCK if block else _PAGE)))))

    def glance(self, image: Image.Image, dpi: int, languages: Sequence[str]) -> tuple[OcrWord, ...]:
        """Return the words of a picture in few languages, without a look for white print; see `ports.Ocr`."""
        self.require()
        return tuple(_words(self._table(image, _Wish(dpi, languages, _BLOCK, (("tessedit_do_invert", "0"),)))))

    @property
    def cpu_seconds(self) -> float:
        """CPU that the host of the engine has used; what the program uses is that of a child."""
        return self._host.cpu_seconds if self._host else 0.0

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

    def _table(self, image: Image.Image, wish: _Wish) -> str:
        """Return the engine's table of words, from the host where it holds the very engine of the program."""
        grey = image if image.mode == "L" else image.convert("L")
        if self._host is not None and self._host.version == self._version:
            return self._host.ask(wish.told(grey.size), grey.tobytes())
        return self._run(wish.arguments(), b"P5 %d %d 255\n" % grey.size + grey.tobytes())

    def _run(self, arguments: list[str], data: bytes = b"") -> str:
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program with fixed arguments; the page goes in as pixels
                [self._binary, *arguments],
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(),
                timeout=self._timeout,
                check=True,
                preexec_fn=die_with_parent,  # workers have one thread
            )
        except subprocess.TimeoutExpired as error:
            raise RedactionRefused(RefusalCode.TIME_LIMIT) from error
        except (OSError, subprocess.CalledProcessError) as error:
            raise RedactionRefused(RefusalCode.ENGINE_ERROR) from error
        return done.stdout.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked of the engine for one picture: resolution, models, how it is laid out, settings."""

    dpi: int
    languages: Sequence[str]
    segmentation: int
    settings: tuple[tuple[str, str], ...] = ()

    def arguments(self) -> list[str]:
        """Return it as arguments of the program."""
        settings = [part for name, value in self.settings for part in ("-c", f"{name}={value}")]
        languages = "+".join(self.languages)
        return ["-", "-", "-l", languages, "--dpi", str(self.dpi), "--psm", str(self.segmentation), *settings, "tsv"]

    def told(self, size: tuple[int, int]) -> dict[str, Any]:
        """Return it as the host understands it."""
        return {
            "languages": "+".join(self.languages),
            "segmentation": self.segmentation,
            "settings": {**dict(self.settings), "user_defined_dpi": str(self.dpi)},
            "size": size,
            "memory": resource.getrlimit(resource.RLIMIT_DATA)[0],
        }


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
    return _with_courses(words)


def _with_courses(words: Sequence[OcrWord]) -> list[OcrWord]:
    """Say of words that the engine read on their side which way they run: it tells their boxes only.

    A line runs the way in which its words follow each other; one of a single word as most others of the picture do.
    """
    tall = [word for word in words if _is_tall(word)]
    if not tall:
        return list(words)
    ways: dict[int, int] = {}
    for last, word in pairwise(tall):
        if last.line == word.line:
            ways[word.line] = ways.get(word.line, 0) + (1 if word.box.y0 > last.box.y0 else -1)
    usual = sum(ways.values()) >= 0
    on_side: dict[int, list[OcrWord]] = {}
    for word in tall:
        on_side.setdefault(word.line, []).append(word)
    return [replace(w, course=_course(w.box, ways.get(w.line, 0) > 0 or (not ways.get(w.line) and usual)))
            if _is_tall(w) or any(_in_column(w.box, o.box) for o in on_side.get(w.line, ())) else w
            for w in words]  # fmt: skip


def _in_column(short: Box, tall: Box) -> bool:
    """Tell whether a short word stands above or below a tall one of its line: it lies on its side, too."""
    apart = short.y1 <= tall.y0 or tall.y1 <= short.y0
    return apart and tall.x0 < (short.x0 + short.x1) / 2 < tall.x1


def _is_tall(word: OcrWord) -> bool:
    box = word.box
    return len(word.text) >= _LEAST_TALL and box.y1 - box.y0 > _TALL * (box.x1 - box.x0)


def _course(box: Box, down: bool) -> tuple[float, float, float, float, float]:
    middle, ends = (box.x0 + box.x1) / 2, (box.y0, box.y1) if down else (box.y1, box.y0)
    return (middle, ends[0], middle, ends[1], box.x1 - box.x0)
