"""Names that are drawn as outlines, read by OCR: what is left of their page is the same bytes for each of them."""

from __future__ import annotations

import pytest

from qupia_redaction.model import Limits
from qupia_redaction.pipeline import redact
from tests.support.engine import engine
from tests.support.fold_finder import FoldFinder
from tests.support.hostile_reader import folded, pdfium_text
from tests.support.width_attack import ORDER
from tests.support.width_outlines import OUTLINED, outlined
from tests.support.width_type import KEPT, SERIF

pytestmark = pytest.mark.skipif(not SERIF.exists(), reason="needs a TrueType font with Kazakh letters")


@pytest.mark.parametrize("kind", OUTLINED)
def test_outlines_tell_no_width(kind: str) -> None:
    names = ("Ким Светлана", "Абаев Олжас")

    outputs = {redact(outlined(kind, n), ORDER, Limits(), FoldFinder(n), engine()).data for n in names}

    assert len(outputs) == 1
    text = folded(pdfium_text(outputs.pop()))
    assert all(folded(word) in text for word in KEPT.split() if len(word) > 1)  # words of one letter are not believed
