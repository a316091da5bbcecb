"""Pages with pictures that hide nothing stay: turned, mirrored, finer than a screen."""

from __future__ import annotations

import io

import pikepdf
import pymupdf
import pytest
from PIL import Image, ImageDraw

from qupia_redaction.model import Limits, PrivateText, RedactionOrder
from qupia_redaction.pdf.pictures import stores_more_than_shown
from qupia_redaction.pipeline import Redactor
from qupia_redaction.workers.no_finder import build
from tests.support.engine import engine
from tests.support.features.parts import photo, saved

TURNS = {
    "level": (1, 0, 0, 1), "mirrored": (-1, 0, 0, 1), "upside down": (1, 0, 0, -1), "turned left": (0, 1, -1, 0),
    "turned right": (0, -1, 1, 0), "turned and mirrored": (0, 1, 1, 0),
}  # fmt: skip


def _page(image: Image.Image, turn: tuple[int, int, int, int], cover: str = "") -> bytes:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 300))
        drawn = pdf.make_stream(
            image.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=image.width,
            Height=image.height, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
        )  # fmt: skip
        page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=drawn))
        numbers = " ".join(str(100 * side) for side in turn)
        page.obj["/Contents"] = pdf.make_stream(f"q {numbers} 150 150 cm /I Do Q {cover}".encode())
        buffer = io.BytesIO()
        pdf.save(buffer)
        return buffer.getvalue()


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS.keys())
def test_a_picture_at_right_angles_is_compared_as_it_stands(turn: tuple[int, int, int, int]) -> None:
    beside = f"1 g {150 + 15 * (turn[0] + turn[2])} {150 + 15 * (turn[1] + turn[3])} 25 25 re f"
    with pymupdf.open(stream=_page(photo((120, 90)), turn)) as document:
        assert not stores_more_than_shown(document[0], 10**7)
    with pymupdf.open(stream=_page(photo((120, 90)), turn, beside)) as document:
        assert stores_more_than_shown(document[0], 10**7)


NAMED = Image.new("RGB", (400, 100), (255, 255, 255))
ImageDraw.Draw(NAMED).text((20, 30), "Penfield Marlowe", fill=(242, 242, 242), font_size=36)


@pytest.mark.parametrize("cover", ["1 g 150 150 100 100 re f", "1 g 150 150 50 100 re f"])
def test_a_faint_name_under_paper_makes_pixels(cover: str) -> None:
    with pymupdf.open(stream=_page(NAMED, TURNS["level"], cover)) as document:
        assert stores_more_than_shown(document[0], 10**7)
    with pymupdf.open(stream=_page(NAMED, TURNS["level"])) as document:
        assert not stores_more_than_shown(document[0], 10**7)


def test_a_picture_under_another_in_the_same_place_makes_pixels() -> None:
    named = NAMED.point(lambda shade: 0 if shade < 255 else 255)
    with pikepdf.open(io.BytesIO(_page(named, TURNS["level"]))) as pdf:
        page = pdf.pages[0]
        page.obj["/Resources"]["/XObject"]["/J"] = pdf.make_stream(
            bytes([255]) * 100, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=10, Height=10,
            ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
        )  # fmt: skip
        page.contents_add(pdf.make_stream(b" q 100 0 0 100 150 150 cm /J Do Q"))
        buffer = io.BytesIO()
        pdf.save(buffer)
    with pymupdf.open(stream=buffer.getvalue()) as document:
        assert stores_more_than_shown(document[0], 10**7)


def _fine(words: str) -> bytes:
    """Return a page with a picture of 900 dpi beside the text."""
    image = Image.new("RGB", (900, 300), "white")
    ImageDraw.Draw(image).text((40, 120), words, fill="black", font_size=26)
    with pymupdf.open() as document:
        page = document.new_page(width=400, height=400)
        page.insert_text((40, 60), "A page with a small picture beside its words", fontsize=12)
        page.insert_image(pymupdf.Rect(40, 100, 112, 124), stream=saved(image, "PNG"))
        return bytes(document.tobytes())


def _redacted(master: bytes) -> bytes:
    order = RedactionOrder(hide=frozenset(), terms=(PrivateText("Penfield Marlowe"),), terms_only=True, plain=True)
    return Redactor(build(), engine()).redact(master, order, Limits()).data


def test_small_writing_in_a_fine_picture_is_found() -> None:
    with pymupdf.open(stream=_redacted(_fine("By Penfield Marlowe"))) as after:
        assert [image[2:4] for image in after[0].get_images()] != [(900, 300)]
