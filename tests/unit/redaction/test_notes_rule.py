"""The rule above notes stays, whichever name stands in one; a stroke as wide as what is hidden goes."""

from __future__ import annotations

import pymupdf
import pytest

from qupia_redaction.model import Limits
from qupia_redaction.pipeline import redact
from tests.support.fold_finder import FoldFinder
from tests.support.width_attack import ORDER, NoWords

_NUMBER = "7319004482"


def _strokes(line: str, number: str) -> int:
    """Return how many strokes stay of one as wide as a number well above a line, which begins where the stroke does."""
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 700), line, fontsize=8)
        page.insert_text((72, 300), "A line of the page that stays", fontsize=11)
        wide = pymupdf.get_text_length(line[: line.index(number) + len(number)], fontsize=8)
        page.draw_line((72, 688), (72 + wide, 688), width=0.5)
        master = document.tobytes()
    data = redact(master, ORDER, Limits(), FoldFinder(number), NoWords()).data
    with pymupdf.open(stream=data) as document:
        return sum(path["type"] == "s" for path in document[0].get_cdrawings())


@pytest.mark.parametrize(
    ("line", "stay"), [(f"1 Fund {_NUMBER}, list 2", 1), (f"{_NUMBER}, list 2", 0), (f"Fund {_NUMBER}, list 2", 0)]
)
def test_the_rule_above_a_note_whose_number_stays_is_no_stroke_of_its_words(line: str, stay: int) -> None:
    assert _strokes(line, _NUMBER) == stay
