"""Draw the documents of this folder: ten papers of the sample archive, the master left, what profile R3 leaves right.

python redaction/pictures/make.py        writes d-*.jpg beside this file; about a minute on two cores
"""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

from qupia_redaction.detect import build_finder
from qupia_redaction.model import Limits, RedactionOrder
from qupia_redaction.ocr.tesseract import TesseractOcr
from qupia_redaction.pipeline import redact
from qupia_server.cli.redact import PROFILES, ProfileName
from qupia_server.samples.build import render
from qupia_server.samples.papers import PAPERS

HERE = Path(__file__).resolve().parent
SHOWN = ("0001", "0002", "0003", "0004", "0005", "0007", "0008", "0010", "0012", "0017")
_DPI, _GAP, _MARGIN, _QUALITY = 75, 20, 24, 62


def main() -> None:
    """Write one picture a document."""
    finder, ocr = build_finder(), TesseractOcr()
    order = RedactionOrder(hide=PROFILES[ProfileName.R3], cipher="Ф. 12 Оп. 3 Д. 45")
    for paper in (make() for make in PAPERS):
        if paper.document_id.removeprefix("d-") in SHOWN:
            master = render(paper)
            after = redact(master, order, Limits(), finder, ocr).data
            _side_by_side(_page(master), _page(after)).save(HERE / f"{paper.document_id}.jpg", quality=_QUALITY)


def _page(data: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(data) as document:
        picture: Image.Image = document[0].render(scale=_DPI / 72).to_pil()
        return picture.convert("RGB")


def _side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    """Return both pages as far down as something is written on the first."""
    ink = ImageChops.difference(left.convert("L").point(lambda v: 255 * (v > 110)), Image.new("L", left.size, 255))
    low = min((ink.getbbox() or (0, 0, 0, left.height))[3] + _MARGIN, left.height)
    canvas = Image.new("RGB", (2 * left.width + _GAP, low), "#808080")
    canvas.paste(left.crop((0, 0, left.width, low)), (0, 0))
    canvas.paste(right.crop((0, 0, right.width, low)), (left.width + _GAP, 0))
    return canvas


if __name__ == "__main__":
    main()
