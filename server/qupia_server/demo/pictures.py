"""Before and after side by side, as people will compare them."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

DPI = 100
GAP = 24


def side_by_side(before: Path, after: Path, target: Path, password: str | None = None) -> None:
    """Write a PNG of the first page on which the two files differ, before left and after right."""
    with (
        pypdfium2.PdfDocument(before, password=password) as old,
        pypdfium2.PdfDocument(after) as new,
    ):
        number = _first_difference(old, new)
        left, right = _page(old, number, DPI), _page(new, number, DPI)
    canvas = Image.new("RGB", (left.width + GAP + right.width, max(left.height, right.height)), "#808080")
    canvas.paste(left, (0, 0))
    canvas.paste(right, (left.width + GAP, 0))
    canvas.save(target, optimize=True)


def _first_difference(old: pypdfium2.PdfDocument, new: pypdfium2.PdfDocument) -> int:
    """Return the first page, from 0, whose upper three quarters differ: a stamp at the foot alone does not count."""
    for number in range(min(len(old), len(new))):
        left, right = _page(old, number, 36), _page(new, number, 36)
        if left.size != right.size:
            return number
        inner = (0, 0, left.width, left.height * 9 // 10)
        if ImageChops.difference(left.crop(inner), right.crop(inner)).getextrema() != ((0, 0),) * 3:
            return number
    return 0


def _page(document: pypdfium2.PdfDocument, number: int, dpi: int) -> Image.Image:
    picture: Image.Image = document[number].render(scale=dpi / 72).to_pil()
    return picture.convert("RGB")
