"""Annotations and fields as wide as a hidden name: their boxes, marks and forms must not tell how wide it was."""

from __future__ import annotations

from collections.abc import Callable

import pymupdf
import pytest
from pikepdf import Array, Dictionary, Name

from qupia_redaction.model import Limits
from qupia_redaction.pipeline import redact
from tests.support.fold_finder import FoldFinder
from tests.support.hostile_reader import folded, pdfium_text
from tests.support.width_attack import ORDER, NoWords, spread
from tests.support.width_masters import master
from tests.support.width_sheets import Sheet
from tests.support.width_type import KEPT, LEFT, SERIF, TAIL, at, width

pytestmark = pytest.mark.skipif(not SERIF.exists(), reason="needs a TrueType font with Kazakh letters")

_NAMES = ("Ли Ая", *spread(3))
_START = LEFT + width("Гражданин ")


def _redacted(sheet: Sheet, name: str) -> bytes:
    return redact(sheet.saved(), ORDER, Limits(), FoldFinder(name), NoWords()).data


def _marked(sheet: Sheet, name: str, y: float = 700) -> None:
    """Mark the name in all ways at once."""
    x0, x1 = _START, _START + width(name)
    around = Array([x0, y + 11, x1, y + 11, x0, y - 3, x1, y - 3])
    for kind in ("Highlight", "Underline", "StrikeOut", "Squiggly"):
        sheet.annotate(kind, (x0, y - 3, x1, y + 11), C=Array([1, 1, 0]), QuadPoints=around)
    sheet.annotate("Square", (x0 - 2, y - 5, x1 + 2, y + 13), C=Array([1, 0, 0]))
    sheet.annotate("Link", (x0, y - 3, x1, y + 11), Border=Array([0, 0, 1]), C=Array([0, 0, 1]))


def _marked_twice(sheet: Sheet, name: str) -> None:
    """Mark the name where it stands a second time below its own place."""
    sheet.draw(at(f"Гражданин {name} вышел", LEFT, 660))
    _marked(sheet, name)
    _marked(sheet, name, 660)


def _many(sheet: Sheet, name: str) -> None:
    """Mark the name in many lines, each time at another place."""
    for row in range(18):
        y, x = 540 - 24 * row, _START + 3 * row
        sheet.draw(at("Гражданин", LEFT, y) + at(name, x, y))
        for low in (-3, -1, 4, 8):
            sheet.draw(f"1 0 0 rg {x:.2f} {y + low} {width(name):.2f} .6 re f 0 g")


def _field(sheet: Sheet, name: str) -> None:
    """Show the name in a field as wide as its value."""
    wide = width(name) + 8
    frame = f".9 g 0 0 {wide:.2f} 18 re f 0 g .5 w .5 .5 {wide - 1:.2f} 17 re S\n"
    look = sheet.form(frame + at(name, 4, 5), (0, 0, wide, 18))
    sheet.annotate("Widget", (LEFT, 500, LEFT + wide, 518), FT=Name.Tx, AP=Dictionary(N=look))


def _nested(sheet: Sheet, name: str) -> None:
    """Show the name in a form within a form, both of its width."""
    wide = width(name) + 4
    inner = sheet.form(at(name, 2, 4), (0, 0, wide, 16))
    outer = sheet.form("/Inner Do", (0, 0, wide, 16))
    outer["/Resources"] = Dictionary(XObject=Dictionary(Inner=inner))
    sheet.annotate("Stamp", (LEFT, 480, LEFT + wide, 496), AP=Dictionary(N=outer))


@pytest.mark.parametrize("show", [_marked, _marked_twice, _many, _field, _nested])
def test_annotations_tell_no_width(show: Callable[[Sheet, str], None]) -> None:
    outputs = set()
    for name in _NAMES:
        sheet = Sheet(master("left", name))
        show(sheet, name)
        outputs.add(_redacted(sheet, name))

    assert len(outputs) == 1
    text = folded(pdfium_text(outputs.pop()))
    assert folded(KEPT) in text
    assert folded(TAIL) in text
    assert all(folded(name) not in text for name in _NAMES)


def test_ruled_cells_stay_when_names_in_them_go() -> None:
    name = _NAMES[2]
    sheet = Sheet(master("left", name))
    rows = ((name, 640), ("вакансия", 620), (name, 600))
    cells = "".join(f"{x} {y - 6} {wide} 20 re S " for _, y in rows for x, wide in ((LEFT, 180), (LEFT + 180, 90)))
    sheet.draw(".5 w " + cells + "".join(at(text, LEFT + 5, y) for text, y in rows))

    with pymupdf.open(stream=_redacted(sheet, name)) as document:
        ruled = [box for kind, box in document[0].get_bboxlog() if kind == "stroke-path"]

    assert len(ruled) == 6
