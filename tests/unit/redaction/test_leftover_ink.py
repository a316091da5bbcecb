"""Ink that no reading explains, on pages that are read well otherwise: found in the grains, and read turned."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PIL import Image, ImageDraw

from qupia_redaction.model import Box
from qupia_redaction.page.bits import bits_of
from qupia_redaction.page.cells import ink_cells
from qupia_redaction.pipeline import redact
from qupia_redaction.read.dots import blended_dots
from qupia_redaction.read.looking import look
from tests.support.attacks.book import ATTACKS
from tests.support.attacks.kit import words_picture
from tests.support.attacks.run import LIMITS, order_for
from tests.support.engine import engine
from tests.support.fold_finder import FoldFinder

_DPI = 200
_LINES = (
    "комиссия рассмотрела представленные материалы о работе цеха", "жиналыс зауыттың жылдық есебін тыңдап бекітті",
    "отчёты поступают с опозданием на две недели против срока", "оқу залы кешке дейін ашық болады",
)  # fmt: skip
_PLACE = (1330, 60)


def noisy(page: Image.Image, noise: float = 12.0, dirt: int = 60) -> Image.Image:
    """Return it with grains and specks of dirt."""
    lot = np.random.default_rng(3)
    rough = np.asarray(page, dtype=np.float32) * 0.88 + lot.normal(0, noise, (page.height, page.width))
    for y, x in lot.integers(0, (page.height - 4, page.width - 4), (dirt, 2)):
        rough[y : y + 3, x : x + 3] = 60
    return Image.fromarray(np.clip(rough, 0, 255).astype(np.uint8))


def page_with(note: Image.Image | None, place: tuple[int, int] = _PLACE) -> Image.Image:
    page = Image.new("L", (1653, 520), 255)
    page.paste(words_picture(_LINES, 33), (80, 60))
    if note is not None:
        page.paste(0, place, note.point(lambda value: 255 - value))
    return noisy(page)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")
@pytest.mark.parametrize(
    ("turn", "mirrored", "place"),
    [(270, False, _PLACE), (180, False, (900, 400)), (0, True, (900, 400)), (35, False, (1200, 260))],
)
def test_a_name_in_the_margin_of_a_noisy_page_is_read_however_it_stands(
    turn: int, mirrored: bool, place: tuple[int, int]
) -> None:
    name = words_picture(["Ковальчук Марина"], 29)
    if mirrored:
        name = name.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    note = name.rotate(turn, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)

    said = "".join(word.text.reveal() for word in look(engine(), page_with(note, place), _DPI).words)

    assert "комиссия" in said
    assert "КовальчукМарина" in said


def test_grains_specks_rules_and_strokes_of_a_pen_are_no_words() -> None:
    page = page_with(None)
    pen = ImageDraw.Draw(page)
    pen.line((60, 480, 1600, 495), fill=40, width=3)
    pen.line((1620, 20, 1612, 500), fill=40, width=3)
    pen.line([(1100 + 6 * step, 420 + 30 * (step % 2)) for step in range(30)], fill=30, width=4)
    read = [Box(80, 60, 1300, 310)]

    assert not list(bits_of(page, _DPI, read))
    name = words_picture(["Ким"], 29).rotate(90, expand=True, fillcolor=255)
    page.paste(0, (1400, 100), name.point(lambda value: 255 - value))
    (_, origin, signs), *others = bits_of(page, _DPI, read)
    assert not others
    assert signs == 3
    assert abs(origin[0] - 1400) < 60
    assert abs(origin[1] - 100) < 60


@pytest.mark.parametrize("ink", [60, 190])
def test_cells_with_ink_are_those_of_letters_however_pale(ink: int) -> None:
    page = Image.new("L", (800, 400), 236)
    page.paste(words_picture(["Ковальчук"], 33, ink, 236), (200, 100))
    cells = ink_cells(noisy(page, 5, 0), 0.36, 24)
    rows, columns = np.nonzero(cells.crowded(4))

    assert rows.size > 20
    assert rows.min() * cells.side > 90
    assert columns.min() * cells.side > 190
    assert not cells.without([Box(200, 100, 480, 190)]).crowded(4).any()


@pytest.mark.parametrize("kind", ["dots", "grains", "fax"])
def test_dots_that_stand_for_grey_are_blended_and_nothing_else_is(kind: str) -> None:
    page = Image.new("L", (900, 700), 255)
    page.paste(words_picture(_LINES, 22), (20, 60))
    shown = {
        "dots": noisy(page, 6).point(lambda value: value * 0.9).convert("1").convert("L"),
        "grains": noisy(page, 18),
        "fax": page.point(lambda value: 255 if value > 128 else 0),
    }[kind]

    assert (blended_dots(shown, 200) is shown) is (kind != "dots")


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")
def test_a_name_in_pale_outlines_is_hidden() -> None:
    attack = ATTACKS["find: pale outlines"]
    given = redact(attack.make(), order_for(attack), LIMITS, FoldFinder(), engine())

    assert sum(given.report.marks.values()) == 1
