"""What viewers draw in the fields of a form is drawn in the rendition, too."""

from __future__ import annotations

from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from qupia_redaction.pipeline import redact
from tests.support.features.parts import document, form
from tests.unit.redaction.pdfs.build import LIMITS, ORDER, NoOcr, TermFinder, text_of

MUTE = "/Tx BMC EMC 0.9 g 0 0 120 20 re f"


def _form(look: str, asked: bool = True, **keys: Any) -> bytes:
    """Return a form with one field with a value and a stored look."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        inner = Dictionary(XObject=Dictionary(N=form("BT /F1 12 Tf 5 5 Td (Stored words) Tj ET")(pdf)))
        plain = {"Type": Name.Annot, "Subtype": Name.Widget, "FT": Name.Tx, "T": String("f"), "F": 4}
        field = Dictionary(**{**plain, "V": String("Written words"), "DA": String("/F1 12 Tf 0 g"), **keys})
        field["/Rect"] = Array([30, 60, 150, 80])
        field["/AP"] = Dictionary(N=form(look, BBox=[0, 0, 120, 20], Resources=inner)(pdf))
        page.obj["/Annots"] = Array([pdf.make_indirect(field)])
        fonts = Dictionary(Font=page.obj["/Resources"]["/Font"])
        pdf.Root["/AcroForm"] = Dictionary(Fields=page.obj["/Annots"], NeedAppearances=asked, DR=fonts)

    return document(change)


def _text(master: bytes) -> str:
    return text_of(redact(master, ORDER, LIMITS, TermFinder({}), NoOcr()).data)


@pytest.mark.parametrize("more", [{}, {"FT": Name.Ch, "Opt": Array([String("Written words")])}], ids=["text", "choice"])
def test_a_value_whose_stored_look_says_nothing_is_drawn_where_viewers_are_told_to(more: dict[str, Any]) -> None:
    assert "Written words" in _text(_form(MUTE, **more))


def test_a_look_that_may_say_something_and_one_that_viewers_keep_are_drawn_as_they_are_stored() -> None:
    assert "Stored words" in _text(_form("/N Do"))
    assert "Written words" not in _text(_form("/N Do"))
    assert "Written words" not in _text(_form(MUTE, asked=False))


@pytest.mark.parametrize("listed", [7, Array([None, 7, Dictionary()])], ids=["a number", "among others"])
def test_fields_that_are_none_cost_nothing(listed: Any) -> None:
    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.obj["/Annots"] = listed
        pdf.Root["/AcroForm"] = Dictionary(Fields=Array(), NeedAppearances=True)

    assert "Apples and pears" in _text(document(change))
