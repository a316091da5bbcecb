"""Bands are taken and put along their slope pixel by pixel, at the edges too; greys are counted as numpy sorts them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from qupia_redaction.layout.bands import Places
from qupia_redaction.model import Box
from qupia_redaction.page.askew import Band
from qupia_redaction.page.greys import darkest, median

HIGH, WIDE = 60, 90
LOT = np.random.default_rng(3)
GREY = LOT.integers(0, 256, (HIGH, WIDE), dtype=np.uint8)
COLOUR = LOT.integers(0, 256, (HIGH, WIDE, 3), dtype=np.uint8)
BANDS = [
    Band(Box(10, 20, 70, 30)),
    Band(Box(5, 20, 85, 34), 0.13),
    Band(Box(-8, -5, 120, 6), -0.1),
    Band(Box(20, 52, 88, 70), 0.2),
]


def rows_and_columns(band: Band) -> tuple[np.ndarray, np.ndarray]:
    columns = np.arange(max(round(band.box.x0), 0), min(round(band.box.x1), WIDE))
    falls = np.round(columns * band.slope).astype(int)
    rows = np.arange(round(band.box.y0), round(band.box.y1))[:, None] + falls
    return np.clip(rows, 0, HIGH - 1), columns


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("pixels", [GREY, COLOUR])
def test_pixels_along_a_slope_are_taken_and_put_where_they_belong(band: Band, pixels: np.ndarray) -> None:
    places, image = Places.along(band, 1.0, (HIGH, WIDE)), Image.fromarray(pixels)
    rows, columns = rows_and_columns(band)
    assert np.array_equal(places.taken(image), pixels[rows, columns])

    new = LOT.integers(0, 256, places.taken(image).shape, dtype=np.uint8)
    places.put(image, new)
    expected = pixels.copy()
    expected[rows, columns] = new
    assert np.array_equal(np.asarray(image), expected)


def test_a_band_beside_the_picture_takes_nothing_and_changes_nothing() -> None:
    places, image = Places.along(Band(Box(95, 3, 99, 9)), 1.0, (HIGH, WIDE)), Image.fromarray(GREY)
    assert not places.any
    assert places.taken(image).shape == (6, 0)
    places.put(image, np.zeros((6, 0), dtype=np.uint8))
    assert np.array_equal(np.asarray(image), GREY)


@pytest.mark.parametrize("grey", [GREY, GREY[:7, :9], np.array([[3, 4]], dtype=np.uint8)])
def test_the_median_is_that_of_sorted_pixels(grey: np.ndarray) -> None:
    assert median(grey) == float(np.median(grey))


@pytest.mark.parametrize("part", [1, 2, 4])
def test_squares_are_as_dark_as_their_darkest_pixel(part: int) -> None:
    high, wide = HIGH // part, WIDE // part
    squares = GREY[: high * part, : wide * part].reshape(high, part, wide, part)
    assert np.array_equal(darkest(GREY, part), squares.min(axis=(1, 3)))
