"""Years behind a name and words of kin are found place by place: one pattern for all of it took minutes on blanks."""

from __future__ import annotations

import re

import pytest

from qupia_redaction.model import Category
from qupia_redaction.recognizers import births
from qupia_redaction.recognizers.finding import Finding

_WHOLE = re.compile(
    r"(?:[ ]?[–—-][ ]|,[ ]?|[ ]\|[ ]|[ ]{2,})(?:[^\n,;:.0-9|–—]{1,28}"
    r"(?:\.?,[ ]?|[ ]\|[ ]|\.[ ]|[ ][–—-][ ]|[ ]{2,})){0,3}" + births._KIN_YEAR.pattern,
    re.I,
)
"""The same as one pattern, which takes minutes on blanks."""


@pytest.mark.parametrize(
    "text",
    [", 1950", ", сын, 1950, ", " - жена - 1920.", "  кузнец  сын   1911\n", ", а, б, в, 1950", ", а, б, в, г, 1950",
     ",1950", "1950", ", сын 1950", " | сын | 1950 | ", ". сын, 1950", f", {'а' * 29}, 1950", ", сын. 12.III.1950,"],
)  # fmt: skip
def test_years_behind_kin_are_found_as_by_one_pattern(text: str) -> None:
    found, whole = births._kin_year(text, 0), _WHOLE.match(text)
    assert (found and found.span(1)) == (whole and whole.span(1))


def test_blanks_between_a_name_and_a_year_come_to_an_end() -> None:
    """As one pattern this runs for hours."""
    text = "Үлгілі" + " " * 120 + "19500"
    name = Finding(0, 6, Category.PERSON, 0.9, "x")
    assert list(births.row_births(text, [name, name])) == []
