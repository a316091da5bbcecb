"""Tables whose columns a name made as wide as they are, in other ways than by its own column alone."""

from __future__ import annotations

import pytest

from tests.support.hostile_reader import folded, pdfium_text
from tests.support.width_attack import NoWords, Stage, redacted, spread
from tests.support.width_fits import FITS
from tests.support.width_type import SERIF

pytestmark = pytest.mark.skipif(not SERIF.exists(), reason="needs a TrueType font with Kazakh letters")


@pytest.mark.parametrize("layout", FITS)
def test_columns_are_set_the_same_for_every_name(layout: str) -> None:
    stage = Stage(layout)

    assert len({stage.geometry(name) for name in spread(6)}) == 1


@pytest.mark.parametrize("layout", ["dashed rules", "one column"])
def test_a_table_leaves_as_the_same_bytes_and_with_its_words(layout: str) -> None:
    outputs = {redacted(layout, name, NoWords()) for name in spread(2)}

    assert len(outputs) == 1
    text = folded(pdfium_text(outputs.pop()))
    assert all(folded(word) in text for word in ("ФИО", "вакансия", "нет"))
