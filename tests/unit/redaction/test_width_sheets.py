"""Names on pages on which forms, clips, pictures, shades and strokes depend on them: the same bytes for each name."""

from __future__ import annotations

import pytest

from qupia_redaction.model import Limits
from qupia_redaction.pipeline import redact
from tests.support.fold_finder import FoldFinder
from tests.support.hostile_reader import folded, pdfium_text
from tests.support.width_attack import ORDER, NoWords, spread
from tests.support.width_sheets import SHEETS, TOLD, sheet_of
from tests.support.width_type import SERIF, TAIL

pytestmark = pytest.mark.skipif(not SERIF.exists(), reason="needs a TrueType font with Kazakh letters")

_NAMES = ("Ли Ая", *spread(3))


def _redacted(kind: str, name: str) -> bytes:
    return redact(sheet_of(kind, name), ORDER, Limits(), FoldFinder(name), NoWords()).data


@pytest.mark.parametrize("kind", sorted(SHEETS.keys() - TOLD))
def test_renditions_of_a_sheet_are_the_same_bytes_for_every_name(kind: str) -> None:
    outputs = {_redacted(kind, name) for name in _NAMES}

    assert len(outputs) == 1
    text = folded(pdfium_text(outputs.pop()))
    assert folded(TAIL) in text
    assert all(folded(name) not in text for name in _NAMES)


def test_the_sheets_differ_indeed() -> None:
    for kind in SHEETS:
        assert sheet_of(kind, _NAMES[0]) != sheet_of(kind, _NAMES[-1]), kind
