"""The second look at doubtful lines, cut out along their slope, and the look at what no reading explains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from qupia_redaction.model import Box, PrivateText
from qupia_redaction.page.askew import slope
from qupia_redaction.ports import OcrWord
from qupia_redaction.read.looking import _strip, look


def word(line: int, box: Box) -> OcrWord:
    return OcrWord(PrivateText("line"), box, 0.9, line)


class NoisyReader:
    """Reads the same words on every picture, not sure of any; counts the pictures that it reads as pages or blocks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.pictures = 0

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        """Return the words side by side."""
        self.pictures += 1
        places = (Box(100 + 200 * at, 100, 290 + 200 * at, 140) for at in range(9))
        parts = zip(self._text.split(), places, strict=False)
        return tuple(OcrWord(PrivateText(part), box, 0.55, 0) for part, box in parts)

    def glance(self, image: Image.Image, dpi: int, languages: Sequence[str]) -> tuple[OcrWord, ...]:
        """Return nothing."""
        return ()

    def versions(self) -> dict[str, str]:
        """Return nothing."""
        return {}


def test_a_doubtful_line_of_a_page_that_lies_askew_is_read_again_without_its_neighbours() -> None:
    """The strip holds the line, level, and nothing of the lines above and below it, which a straight cut holds."""
    page, fall = Image.new("L", (2000, 400), 255), 0.03
    for row, ink in ((100, 60), (160, 0), (220, 60)):
        for x in range(100, 1900):
            page.paste(ink, (x, round(row + fall * x), x + 1, round(row + fall * x) + 30))
    lines = [
        [word(number, Box(x, row + fall * x, x + 200, row + 30 + fall * (x + 200))) for x in (100, 900, 1700)]
        for number, row in enumerate((100, 160, 220))
    ]
    strip = _strip(page, lines[1], slope([(word.text.reveal(), word.box) for word in line] for line in lines))
    seen: npt.NDArray[np.uint8] = np.asarray(strip.picture)
    dark = np.asarray(np.less(seen, 20))
    assert float(np.mean((seen > 40) & (seen < 80))) < 0.02
    assert float(np.mean(dark.any(axis=0))) > 0.95
    assert float(np.mean(dark.any(axis=1))) < 0.85

    back = strip.back(OcrWord(PrivateText("x"), Box(0, 0, strip.picture.width, strip.picture.height), 0.9, 0), 7)
    assert back.line == 7
    assert abs((back.box.y0 + back.box.y1) / 2 - (175 + fall * 1000)) < 3
    assert abs(back.box.x0 - 100) < 15
    assert abs(back.box.x1 - 1900) < 15


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("Постановили утвердить распределение премий по цехам", True),
        ("Жиналыс зауыттың жылдық есебін тыңдап", True),
        ("ніобов жел жғне энцвниус әәнимій ятижонсоя анойіноя", False),
        ("ынжәйдәң Ковальчук кәзәшән", False),
    ],
)
def test_a_noisy_page_is_turned_only_where_its_lines_make_no_sense(text: str, sense: bool) -> None:
    page = Image.new("L", (2000, 300), 255)
    pen = ImageDraw.Draw(page)
    for x in (100 + 200 * at + step for at in range(len(text.split())) for step in range(0, 185, 12)):
        pen.line((x, 100, x + 6, 140), fill=0, width=4)

    reader = NoisyReader(text)
    look(reader, page, 200)

    assert (reader.pictures == 1) is sense
