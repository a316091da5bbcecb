"""Tables fitted to a name are fitted to its mark; those of set widths stay as they are."""

from __future__ import annotations

import io
from itertools import pairwise

import pikepdf
import pytest

from tests.support.hostile_reader import folded, pdfium_text
from tests.support.width_attack import NoWords, redacted, spread
from tests.support.width_tables import SET, TABLES
from tests.support.width_type import LEFT, SERIF, TAIL

pytestmark = pytest.mark.skipif(not SERIF.exists(), reason="needs a TrueType font with Kazakh letters")

_NAME = spread(2)[1]


def _moves(pdf: bytes) -> set[float]:
    """Return where the strokes of a page begin, from left to right."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        instructions = pikepdf.parse_content_stream(document.pages[0])
        return {float(one.operands[0]) for one in instructions if str(one.operator) == "m"}


def test_columns_of_set_widths_stay() -> None:
    assert set(SET) <= _moves(redacted("table of set widths", _NAME, NoWords()))


def test_columns_of_set_widths_without_rules_stay() -> None:
    data = redacted("table of set widths, no rules", _NAME, NoWords())
    with pikepdf.open(io.BytesIO(data)) as document:
        instructions = pikepdf.parse_content_stream(document.pages[0])
        starts = {round(float(one.operands[4]), 1) for one in instructions if str(one.operator) == "Tm"}

    assert {round(x + 5.4, 1) for x in SET[:4]} <= starts


def test_a_column_is_as_wide_as_what_stays_in_it() -> None:
    starts = sorted(_moves(redacted("fitted table, ruled", _NAME, NoWords())))

    assert starts[0] == LEFT
    assert max(b - a for a, b in pairwise(starts)) < 80  # the name alone is wider


@pytest.mark.parametrize("layout", TABLES)
def test_words_of_a_table_stay_in_their_rows(layout: str) -> None:
    rows = folded(pdfium_text(redacted(layout, _NAME, NoWords())))

    assert folded("слесарь") in rows
    assert rows.index(folded("вакансия")) < rows.index(folded("токарь")) or "last" in layout
    assert rows.index(folded("вакансия")) < rows.index(folded(TAIL))
