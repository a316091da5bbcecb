"""Annotations and fields as wide as a hidden name: their boxes, marks and forms must not tell how wide it was."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pymupdf
import pytest
from pikepdf import Array, Dictionary, Name

from qupia_redaction.model import Limits
from qupia_redaction.pipeline import redact
from tests.support.fold_finder import FoldFinder
from tests.support.hostile_reader import folded, pdfium_text
from tests.support.width_attack import ORDER, NoWords, spread
from tests.support.width_masters import master
from tests.support.width_type import KEPT, LEFT, SERIF, TAIL, at, width

pytestmark = pytest.mark.skipif(not SERIF.exists(), reason="needs a TrueType font with Kazakh letters")

_NAMES = ("Ли Ая", *spread(3))
_START = LEFT + width("Гражданин ")


class _Sheet:
    """A page with lines that are always the same, to which a test adds what depends on the name."""

    def __init__(self, name: str) -> None:
        self._pdf = pikepdf.open(io.BytesIO(master("left", name)))
        self.page = self._pdf.pages[0].obj
        self.page["/Annots"] = Array()

    def draw(self, operators: str) -> None:
        """Draw below everything else on the page."""
        old = self.page["/Contents"].read_bytes()
        self.page["/Contents"] = self._pdf.make_stream(operators.encode() + b"\n" + old)

    def form(self, operators: str, wide: float, high: float) -> pikepdf.Object:
        """Return a form with the fonts of the page."""
        form = self._pdf.make_stream(operators.encode())
        form["/Type"], form["/Subtype"], form["/BBox"] = Name.XObject, Name.Form, Array([0, 0, wide, high])
        form["/Resources"] = self.page["/Resources"]
        return form

    def annotate(self, kind: str, box: tuple[float, float, float, float], **keys: object) -> None:
        """Put an annotation over a place of the page."""
        made = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([round(s, 3) for s in box]), F=4)
        for key, value in keys.items():
            made[f"/{key}"] = value
        self.page["/Annots"].append(self._pdf.make_indirect(made))
        if kind == "Widget":
            self._pdf.Root["/AcroForm"] = Dictionary(Fields=self.page["/Annots"])

    def redacted(self, name: str) -> bytes:
        """Return the rendition in which the name is hidden."""
        buffer = io.BytesIO()
        self._pdf.save(buffer, static_id=True)
        return redact(buffer.getvalue(), ORDER, Limits(), FoldFinder(name), NoWords()).data


def _marked(sheet: _Sheet, name: str, y: float = 700) -> None:
    """Mark the name in all ways at once."""
    x0, x1 = _START, _START + width(name)
    around = Array([x0, y + 11, x1, y + 11, x0, y - 3, x1, y - 3])
    for kind in ("Highlight", "Underline", "StrikeOut", "Squiggly"):
        sheet.annotate(kind, (x0, y - 3, x1, y + 11), C=Array([1, 1, 0]), QuadPoints=around)
    sheet.annotate("Square", (x0 - 2, y - 5, x1 + 2, y + 13), C=Array([1, 0, 0]))
    sheet.annotate("Link", (x0, y - 3, x1, y + 11), Border=Array([0, 0, 1]), C=Array([0, 0, 1]))


def _marked_twice(sheet: _Sheet, name: str) -> None:
    """Mark the name where it stands a second time below its own place."""
    sheet.draw(at(f"Гражданин {name} вышел", LEFT, 660))
    _marked(sheet, name)
    _marked(sheet, name, 660)


def _many(sheet: _Sheet, name: str) -> None:
    """Mark the name in many lines, each time at another place."""
    for row in range(18):
        y, x = 540 - 24 * row, _START + 3 * row
        sheet.draw(at("Гражданин", LEFT, y) + at(name, x, y))
        for low in (-3, -1, 4, 8):
            sheet.draw(f"1 0 0 rg {x:.2f} {y + low} {width(name):.2f} .6 re f 0 g")


def _field(sheet: _Sheet, name: str) -> None:
    """Show the name in a field as wide as its value."""
    wide = width(name) + 8
    frame = f".9 g 0 0 {wide:.2f} 18 re f 0 g .5 w .5 .5 {wide - 1:.2f} 17 re S\n"
    look = sheet.form(frame + at(name, 4, 5), wide, 18)
    sheet.annotate("Widget", (LEFT, 500, LEFT + wide, 518), FT=Name.Tx, AP=Dictionary(N=look))


def _nested(sheet: _Sheet, name: str) -> None:
    """Show the name in a form within a form, both of its width."""
    wide = width(name) + 4
    inner = sheet.form(at(name, 2, 4), wide, 16)
    outer = sheet.form("/Inner Do", wide, 16)
    outer["/Resources"] = Dictionary(XObject=Dictionary(Inner=inner))
    sheet.annotate("Stamp", (LEFT, 480, LEFT + wide, 496), AP=Dictionary(N=outer))


@pytest.mark.parametrize("show", [_marked, _marked_twice, _many, _field, _nested])
def test_annotations_tell_no_width(show: Callable[[_Sheet, str], None]) -> None:
    outputs = set()
    for name in _NAMES:
        sheet = _Sheet(name)
        show(sheet, name)
        outputs.add(sheet.redacted(name))

    assert len(outputs) == 1
    text = folded(pdfium_text(outputs.pop()))
    assert folded(KEPT) in text
    assert folded(TAIL) in text
    assert all(folded(name) not in text for name in _NAMES)


def test_ruled_cells_stay_when_names_in_them_go() -> None:
    name = _NAMES[2]
    sheet = _Sheet(name)
    rows = ((name, 640), ("вакансия", 620), (name, 600))
    cells = "".join(f"{x} {y - 6} {wide} 20 re S " for _, y in rows for x, wide in ((LEFT, 180), (LEFT + 180, 90)))
    sheet.draw(".5 w " + cells + "".join(at(text, LEFT + 5, y) for text, y in rows))

    with pymupdf.open(stream=sheet.redacted(name)) as document:
        ruled = [box for kind, box in document[0].get_bboxlog() if kind == "stroke-path"]

    assert len(ruled) == 6
