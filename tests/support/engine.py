"""The OCR engine of the tests: one a process, since to load its models costs more than to read a page of few lines."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from PIL import Image, ImageOps

from qupia_redaction.ocr.link import Host
from qupia_redaction.ocr.tesseract import TesseractOcr

_LANGUAGES, _BLOCK = "eng+rus+kaz", 6
_WORD, _MARGIN = "5", 24
_TIMEOUT = 120.0


@lru_cache
def engine() -> TesseractOcr:
    """Return the redactor's engine, whose models are loaded once."""
    return TesseractOcr()


def read_block(image: Image.Image, dpi: int) -> str:
    """Read a picture as one block of text, with nothing of the redactor's but the way to a loaded engine."""
    grey = _inked(image.convert("L"))
    host = _host()
    if not host.version:
        return _by_program(grey, dpi)
    settings = {"user_defined_dpi": str(dpi)}
    asked = {"languages": _LANGUAGES, "segmentation": _BLOCK, "settings": settings, "size": grey.size}
    return "\n".join(_lines(host.ask({**asked, "memory": resource.RLIM_INFINITY}, grey.tobytes())))


@lru_cache
def _host() -> Host:
    return Host(_TIMEOUT)


def _inked(grey: Image.Image) -> Image.Image:
    """Return a picture without the bare paper around what is drawn."""
    box = ImageOps.invert(grey).getbbox()
    if box is None:
        return grey
    left, top, right, low = box
    around = (left - _MARGIN, top - _MARGIN, right + _MARGIN, low + _MARGIN)
    return grey.crop((max(around[0], 0), max(around[1], 0), min(around[2], grey.width), min(around[3], grey.height)))


def _lines(table: str) -> Iterator[str]:
    rows = (row.split("\t", 11) for row in table.splitlines())
    words = (cells for cells in rows if len(cells) == 12 and cells[0] == _WORD)
    for _, line in groupby(words, key=lambda cells: cells[1:5]):
        yield " ".join(cells[11] for cells in line)


def _by_program(grey: Image.Image, dpi: int) -> str:
    command = ["tesseract", "-", "-", "-l", _LANGUAGES, "--dpi", str(dpi), "--psm", str(_BLOCK)]
    env = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # its threads cost four times what they save
    data = b"P5 %d %d 255\n" % grey.size + grey.tobytes()
    return subprocess.run(command, input=data, capture_output=True, check=True, env=env).stdout.decode()
