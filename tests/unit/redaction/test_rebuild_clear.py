"""Colours that a mask makes clear: they leave as one colour, whatever the mask and the encoding."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from qupia_redaction.rebuild.images import copy_image
from qupia_redaction.rebuild.target import Target

WIDE, HIGH = 16, 8
HIDDEN = np.zeros((HIGH, WIDE), np.bool_)
HIDDEN[:, 4:12] = True
NAMED = np.full((HIGH, WIDE), 90, np.uint8)
NAMED[2:6, 6:10] = 40
NAMED[:, 12:] = 200
"""Something is written in what is hidden."""


def _picture(pdf: pikepdf.Pdf, data: bytes, bits: int = 8, **keys: Any) -> pikepdf.Stream:
    size = {"Width": WIDE, "Height": HIGH, "BitsPerComponent": bits}
    kind = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image}
    return pdf.make_stream(data, **kind, **size, **keys)


def _soft(pdf: pikepdf.Pdf, clear: int, **keys: Any) -> pikepdf.Stream:
    cover = np.where(HIDDEN, clear, 255).astype(np.uint8)
    return _picture(pdf, cover.tobytes(), ColorSpace=pikepdf.Name.DeviceGray, **keys)


def _stencil(pdf: pikepdf.Pdf, turned: bool) -> pikepdf.Stream:
    decode = {"Decode": pikepdf.Array([1, 0])} if turned else {}
    return _picture(pdf, np.packbits(turned != HIDDEN, axis=1).tobytes(), 1, ImageMask=True, **decode)


def _copied(data: bytes, kind: str, **keys: Any) -> tuple[bytes, bool]:
    """Return what is stored of a copy, and whether it is a JPEG."""
    pdf = pikepdf.new()
    picture = _picture(pdf, data, **{"ColorSpace": pikepdf.Name.DeviceGray, **keys})
    if kind in {"stencil", "turned stencil"}:
        picture["/Mask"] = _stencil(pdf, kind.startswith("turned"))
    else:
        picture["/SMask"] = _soft(pdf, int(kind))
    copy = copy_image(Target(pdf), picture)
    return bytes(copy.read_raw_bytes()), "/Filter" in copy


@pytest.mark.parametrize("kind", ["0", "4", "stencil", "turned stencil"])
def test_what_a_mask_makes_clear_leaves_as_one_colour(kind: str) -> None:
    left = np.frombuffer(_copied(NAMED.tobytes(), kind)[0], np.uint8).reshape(HIGH, WIDE)

    assert len(set(left[HIDDEN])) == 1
    assert (left[~HIDDEN] == NAMED[~HIDDEN]).all()


def test_what_is_seen_a_little_stays() -> None:
    assert _copied(NAMED.tobytes(), "40")[0] == NAMED.tobytes()


def test_samples_of_one_bit_are_one_colour_too() -> None:
    left = _copied(np.packbits(NAMED < 60, axis=1).tobytes(), "0", bits=1)[0]

    assert not any(left)


def test_a_jpeg_leaves_as_samples_where_its_mask_hides_something() -> None:
    file = io.BytesIO()
    Image.fromarray(NAMED).save(file, "JPEG", quality=95)

    left, coded = _copied(file.getvalue(), "0", Filter=pikepdf.Name.DCTDecode)

    assert not coded
    assert len(set(np.frombuffer(left, np.uint8).reshape(HIGH, WIDE)[HIDDEN])) == 1


def test_a_jpeg_whose_mask_hides_nothing_stays_one() -> None:
    file = io.BytesIO()
    Image.fromarray(NAMED).save(file, "JPEG", quality=95)

    assert _copied(file.getvalue(), "40", Filter=pikepdf.Name.DCTDecode)[1]


def test_a_stencil_that_a_soft_mask_replaces_does_not_leave() -> None:
    pdf = pikepdf.new()
    picture = _picture(pdf, NAMED.tobytes(), ColorSpace=pikepdf.Name.DeviceGray, SMask=_soft(pdf, 0))
    picture["/Mask"] = _stencil(pdf, turned=False)

    assert "/Mask" not in copy_image(Target(pdf), picture)
