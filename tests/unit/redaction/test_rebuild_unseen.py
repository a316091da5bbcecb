"""Samples that nobody sees: two indices of one colour, and low bytes."""

from __future__ import annotations

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest

from qupia_redaction.faults import PixelsNeeded
from qupia_redaction.rebuild import build
from qupia_redaction.rebuild.unseen import Palette, flat_grounds, high_bytes, one_index_a_colour
from tests.unit.redaction.pdfs.build import changed, typed

SIZE = 12, 8


def _indices(bits: int) -> np.ndarray:
    return np.random.default_rng(bits).integers(0, 1 << min(bits, 2), SIZE[::-1], dtype=np.uint8)


def _packed(indices: np.ndarray, bits: int) -> bytes:
    spread = np.unpackbits(indices[:, :, None], axis=2)[:, :, 8 - bits :]
    return np.packbits(spread.reshape(len(indices), -1), axis=1).tobytes()


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_indices_of_one_colour_become_one(bits: int) -> None:
    indices = _indices(bits)
    white = b"\xff\xff\xff" * (1 << min(bits, 2))
    assert one_index_a_colour(_packed(indices, bits), bits, Palette(white, 3)) == _packed(indices * 0, bits)
    other = b"".join(bytes([60 * index, 0, 0]) for index in range(1 << min(bits, 2)))
    assert one_index_a_colour(_packed(indices, bits), bits, Palette(other, 3)) == _packed(indices, bits)


def test_an_index_beyond_the_table_is_its_last_colour() -> None:
    assert one_index_a_colour(bytes([0, 1, 2, 9]), 8, Palette(b"\x00\xff\xff", 1)) == bytes([0, 1, 1, 1])


def test_low_bytes_go() -> None:
    assert high_bytes(b"\x10\x01\x20\x02") == b"\x10\x20"


def _with_picture(data: bytes, space: pikepdf.Object, bits: int, **more: pikepdf.Object) -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        picture = pdf.make_stream(data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        picture["/Width"], picture["/Height"] = SIZE
        picture["/BitsPerComponent"], picture["/ColorSpace"] = bits, space
        for key, value in more.items():
            picture[f"/{key}"] = value
        pdf.pages[0].obj["/Resources"]["/XObject"] = pikepdf.Dictionary(P=picture)
        pdf.pages[0].contents_add(pdf.make_stream(b"q 120 0 0 80 300 100 cm /P Do Q"))

    return changed(typed(), add)


def _stored(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pictures = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and "/Width" in item]
        return bytes(pictures[0].read_bytes())


def _drawn(data: bytes) -> np.ndarray:
    with pypdfium2.PdfDocument(data) as document:
        return np.asarray(document[0].render(scale=1).to_pil(), np.int16)


@pytest.mark.parametrize("deep", [False, True])
def test_a_copied_picture_looks_the_same_and_holds_no_more(deep: bool) -> None:
    indices = _indices(8)
    if deep:
        greys = np.stack([indices * 60, indices * 50 + 7], axis=2)
        master = _with_picture(greys.tobytes(), pikepdf.Name.DeviceGray, 16)
        left = (indices * 60).tobytes()
    else:
        table = pikepdf.String(b"\xff\xff\xff\x00\x00\x00\xff\xff\xff\xff\x00\x00")
        space = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 3, table])
        master = _with_picture(indices.tobytes(), space, 8)
        left = np.where(indices == 2, 0, indices).astype(np.uint8).tobytes()

    copy = build(master, {}).data

    assert _stored(copy) == left
    assert np.abs(_drawn(copy) - _drawn(master)).max() <= 1  # engines round 16 bits in their own ways


@pytest.mark.parametrize(
    ("key", "value", "left"), [("Decode", [255, 0], {0, 255}), ("Decode", [0, 255], {0}), ("Mask", [2, 2], {0, 2})]
)
def test_indices_that_something_else_names_are_one_a_colour_too(key: str, value: list[int], left: set[int]) -> None:
    table = pikepdf.String(b"\xff\xff\xff" * 255 + b"\x00\x00\x00")
    space = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 255, table])
    master = _with_picture(_indices(8).tobytes(), space, 8, **{key: pikepdf.Array(value)})

    copy = build(master, {}).data

    assert set(_stored(copy)) == left
    assert np.array_equal(_drawn(copy), _drawn(master))


FAINT, SEEN = 251, 235


@pytest.mark.parametrize("wide", [1, 3, 4])
def test_shades_of_a_ground_become_the_ground_and_others_stay(wide: int) -> None:
    pixels = np.full((40, wide), 255, np.uint8)
    pixels[3:6] = FAINT
    pixels[9] = SEEN
    flat = np.frombuffer(flat_grounds(pixels.tobytes(), wide, 1), np.uint8).reshape(-1, wide)

    assert sorted(set(flat.ravel())) == [SEEN, 255]
    assert (flat[9] == SEEN).all()


def test_colours_that_show_nothing_are_one() -> None:
    assert flat_grounds(bytes([255] * 8 + [9, 12, 9, 250]), 1, 12, [(8, 12)]) == bytes([255] * 8 + [8, 8, 8, 250])


def test_what_is_no_ground_keeps_its_shades() -> None:
    ramp = bytes(range(0, 240, 2))
    assert flat_grounds(ramp, 1, len(ramp)) == ramp


def test_the_soft_edge_of_what_is_seen_keeps_its_shades() -> None:
    mask = np.zeros((20, 30), np.uint8)
    mask[:, 10:12], mask[:, 9], mask[:, 8], mask[:, 12] = 200, 3, 1, 2
    mask[4:8, 20:24] = 3

    flat = np.frombuffer(flat_grounds(mask.tobytes(), 1, 30), np.uint8).reshape(20, 30)

    assert np.array_equal(flat[:, :13], mask[:, :13])
    assert not flat[:, 13:].any()


def test_shades_among_strewn_dots_are_no_soft_edge() -> None:
    paper = np.full((70, 90), 255, np.uint8)
    paper[20:50, 15:75] = 252
    paper[::5, ::5] = 0

    flat = np.frombuffer(flat_grounds(paper.tobytes(), 1, 90), np.uint8)

    assert set(flat) == {0, 255}


def test_beside_colours_that_show_nothing_shades_go() -> None:
    row = bytes([255] * 8 + [9, 252, 9, 252])
    assert flat_grounds(row, 1, 12, [(8, 12)]) == bytes([255] * 8 + [8, 255, 8, 255])


def test_indices_of_nearly_the_grounds_colour_become_the_ground() -> None:
    table = bytes([255] * 3 + [252] * 3 + [0] * 3)
    assert one_index_a_colour(bytes([0] * 9 + [1, 2]), 8, Palette(table, 3)) == bytes([0] * 10 + [2])
    assert one_index_a_colour(bytes([0] * 9 + [1, 2]), 8, Palette(table, 3, shades=False)) == bytes([0] * 9 + [1, 2])


@pytest.mark.parametrize("key", [None, "Decode"])
def test_a_name_in_a_shade_of_the_paper_does_not_leave(key: str | None) -> None:
    faint = np.full(SIZE[::-1], 255, np.uint8)
    faint[2:5, 3:7] = FAINT
    more = {key: pikepdf.Array([0, 1])} if key else {}

    copy = build(_with_picture(faint.tobytes(), pikepdf.Name.DeviceGray, 8, **more), {}).data

    assert set(_stored(copy)) == {255}


def test_indices_in_an_order_that_nobody_writes_make_pixels() -> None:
    space = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceGray, 255, pikepdf.String(bytes(256))])
    master = _with_picture(_indices(8).tobytes(), space, 8, Decode=pikepdf.Array([3, 9]))

    with pytest.raises(PixelsNeeded):
        build(master, {})


@pytest.mark.parametrize("across", [0, -1, 9])
def test_pictures_without_a_whole_row_stay_and_break_nothing(across: int) -> None:
    assert flat_grounds(bytes([255, 254] * 4), 1, across) == bytes([255, 254] * 4)
