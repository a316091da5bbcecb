"""The second look at doubtful lines: cut out along their slope, and put back where they stand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.looking import _slope, _strip
from qupia_redaction.model import Box, PrivateText
from qupia_redaction.ports import OcrWord


def word(line: int, box: Box) -> OcrWord:
    return OcrWord(PrivateText("line"), box, 0.9, line)


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
    strip = _strip(page, lines[1], _slope(lines))
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
