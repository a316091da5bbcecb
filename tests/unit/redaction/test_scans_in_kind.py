"""A scan leaves as it came: same pixels, same encoding, about the same size; what is no plain scan is drawn anew."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pymupdf
import pytest
from PIL import Image

from qupia_redaction.layout.pixels import encode, without_colour
from qupia_redaction.pdf.scans import habits_of, stored_scan

MOST = 10_000_000


def _jpeg(quality: int = 60, sampling: int = 2, mode: str = "RGB") -> bytes:
    grain = np.random.default_rng(3).normal(0, 6, (842, 595, 1))
    paper = np.clip(np.array([230, 215, 190]) + grain, 0, 255).astype(np.uint8)
    paper[100:140, 80:300] = 40
    buffer = io.BytesIO()
    image = Image.fromarray(paper).convert(mode)
    image.save(buffer, "JPEG", quality=quality, subsampling=sampling, comment=b"Kenova Svetlana")
    return buffer.getvalue()


def _page(stored: bytes, change: Callable[[pymupdf.Page], None] | None = None) -> pymupdf.Page:
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    page.insert_image(page.rect, stream=stored, keep_proportion=False)
    if change:
        change(page)
    return pymupdf.open(stream=document.tobytes())[0]


@pytest.mark.parametrize(("quality", "sampling", "mode"), [(60, 2, "RGB"), (90, 0, "RGB"), (40, 0, "L")])
def test_a_scan_keeps_its_pixels_its_tables_and_its_size(quality: int, sampling: int, mode: str) -> None:
    stored = _jpeg(quality, sampling, mode)
    page = _page(stored)

    image = stored_scan(page, MOST)

    assert image is not None
    with Image.open(io.BytesIO(stored)) as before:
        assert np.array_equal(np.asarray(image), np.asarray(before))
        encoded = encode(image, habits_of(page))
        with Image.open(io.BytesIO(encoded.data)) as after:
            assert after.quantization == before.quantization  # type: ignore[attr-defined]
            assert after.mode == before.mode
            assert np.abs(np.asarray(after, np.int16) - np.asarray(before, np.int16)).mean() < 4
    assert len(encoded.data) <= 1.2 * len(stored)
    assert b"Kenova" not in encoded.data


def _words(page: pymupdf.Page) -> None:
    page.insert_text((80, 500), "typed over the scan")


def _cover(page: pymupdf.Page) -> None:
    page.draw_rect((80, 100, 300, 140), fill=(1, 1, 1), color=None)


def _crop(page: pymupdf.Page) -> None:
    page.set_cropbox(pymupdf.Rect(0, 150, 595, 842))


@pytest.mark.parametrize("change", [_words, _cover, _crop])
def test_a_page_that_shows_more_or_less_than_its_picture_is_drawn(change: Callable[[pymupdf.Page], None]) -> None:
    assert stored_scan(_page(_jpeg(), change), MOST) is None


def test_a_clipped_scan_is_drawn() -> None:
    document = pymupdf.open(stream=bytes(_page(_jpeg()).parent.tobytes()))
    page = document[0]
    page.clean_contents()
    xref = page.get_contents()[0]
    document.update_stream(xref, b"0 0 595 600 re W n\n" + document.xref_stream(xref))

    assert stored_scan(pymupdf.open(stream=document.tobytes())[0], MOST) is None


def test_pixels_with_texts_are_not_encoded() -> None:
    with Image.open(io.BytesIO(_jpeg())) as image, pytest.raises(ValueError, match="texts"):
        encode(image)


def test_a_scan_of_two_tones_keeps_its_resolution() -> None:
    image = Image.new("1", (1190, 1684), 1)
    image.paste(0, (100, 100, 400, 160))
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", compression="group4")

    pixels = stored_scan(_page(buffer.getvalue()), MOST)

    assert pixels is not None
    assert pixels.size == (1190, 1684)
    assert encode(without_colour(pixels)).bilevel


def _inline(page: pymupdf.Page) -> None:
    """Show a JPEG that stands in the content itself; the one of the same size in the resources is shown no more."""
    other = _jpeg(50).replace(b"Kenova", b"Elsewh")
    head = b"q 595 0 0 842 0 0 cm\nBI /W 595 /H 842 /CS /RGB /BPC 8 /F /DCT /L %d ID " % len(other)
    page.parent.update_stream(page.get_contents()[0], head + other + b"\nEI Q")


def test_a_picture_that_is_listed_but_not_shown_is_not_taken() -> None:
    page = _page(_jpeg(), _inline)
    assert len(page.get_images()) == 1
    assert stored_scan(page, MOST) is None
