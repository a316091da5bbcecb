"""What a page does not show by default is not in the rendition, though nobody asked to hide it."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pymupdf
import pytest
from pikepdf import Array, Dictionary, Name

from qupia_redaction.intake.admission import admit
from qupia_redaction.model import PrivateText, RedactionOrder
from qupia_redaction.pdf.apply import CannotErase, erase_unseen
from qupia_redaction.pdf.pages import open_pages
from qupia_redaction.pdf.read import drawn_glyphs, read_page
from qupia_redaction.pipeline import redact
from qupia_redaction.workers.no_finder import build as no_finder
from tests.unit.redaction.pdfs.build import LIMITS, NoOcr, carve, changed, latin, redrawn, text_of

ORDER = RedactionOrder(frozenset(), terms=(PrivateText("Nobody Else"),), terms_only=True, plain=True)
WORDS = "a house with a view"
SHOWN = f"BT /helv 12 Tf 72 300 Td ({WORDS}) Tj ET".encode()

Change = Callable[[pikepdf.Pdf], None]


def _layer(pdf: pikepdf.Pdf) -> pikepdf.Object:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("plan")))
    pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([layer]), D=Dictionary())
    return layer


def _tagged(pdf: pikepdf.Pdf, membership: pikepdf.Object) -> None:
    page = pdf.pages[0]
    page.obj["/Resources"]["/Properties"] = Dictionary(M=membership)
    page.contents_add(pdf.make_stream(b"/OC /M BDC " + SHOWN + b" EMC"))


def _off(pdf: pikepdf.Pdf) -> None:
    layer = _layer(pdf)
    pdf.Root["/OCProperties"]["/D"]["/OFF"] = Array([layer])
    _tagged(pdf, layer)


def _hidden_though_on(pdf: pikepdf.Pdf) -> None:
    _tagged(pdf, Dictionary(Type=Name.OCMD, OCGs=Array([_layer(pdf)]), P=Name.AllOff))


def _expression(pdf: pikepdf.Pdf) -> None:
    _tagged(pdf, Dictionary(Type=Name.OCMD, VE=Array([Name.Not, _layer(pdf)])))


def _form_off(pdf: pikepdf.Pdf) -> None:
    layer, page = _layer(pdf), pdf.pages[0]
    pdf.Root["/OCProperties"]["/D"]["/OFF"] = Array([layer])
    form = pdf.make_stream(SHOWN, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842]), OC=layer)
    form["/Resources"] = page.obj["/Resources"]
    page.obj["/Resources"]["/XObject"] = Dictionary(F=form)
    page.contents_add(pdf.make_stream(b"/F Do"))


def _stamp_off(pdf: pikepdf.Pdf) -> None:
    layer = _layer(pdf)
    pdf.Root["/OCProperties"]["/D"]["/OFF"] = Array([layer])
    _hidden_stamp(pdf)
    stamp = pdf.pages[0].obj["/Annots"][0]
    stamp["/F"], stamp["/OC"] = 4, layer


def _hidden_stamp(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    look = pdf.make_stream(SHOWN, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842]))
    look["/Resources"] = page.obj["/Resources"]
    place = Array([0, 0, 595, 842])
    stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=place, F=2, AP=Dictionary(N=look))
    page.obj["/Annots"] = Array([pdf.make_indirect(stamp)])


@pytest.mark.parametrize("change", [_off, _hidden_though_on, _expression, _form_off, _hidden_stamp, _stamp_off])
def test_what_is_hidden_goes(change: Change) -> None:
    data = redact(changed(latin(), change), ORDER, LIMITS, no_finder(), NoOcr()).data

    assert WORDS not in text_of(data)
    assert "is hired as a fitter" in text_of(data)


def test_content_of_layers_that_are_on_stays() -> None:
    data = redact(changed(latin(), lambda pdf: _tagged(pdf, _layer(pdf))), ORDER, LIMITS, no_finder(), NoOcr()).data

    assert WORDS in text_of(data)


@pytest.mark.parametrize("loose", [False, True])
def test_a_soft_mask_makes_its_page_distrusted(loose: bool) -> None:
    def mask(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        group = pdf.make_stream(SHOWN, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842]))
        group["/Group"] = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
        state = Dictionary(SMask=Dictionary(S=Name.Luminosity, G=group))
        page.obj["/Resources"]["/ExtGState"] = Dictionary(G0=pdf.make_indirect(state) if loose else state)
        page.contents_add(pdf.make_stream(b"q /G0 gs 60 280 300 40 re f Q"))

    for data, distrusted in ((latin(), False), (changed(latin(), mask), True)):
        source = admit(data, None, LIMITS)
        assert [page.distrusted for page in open_pages(source.data, LIMITS.max_pixels)] == [distrusted]


def test_replacement_text_is_not_read() -> None:
    def replaced(document: pymupdf.Document) -> None:
        xref = document[0].get_contents()[0]
        document.update_stream(xref, b"/Span <</ActualText (nobody here)>> BDC\n" + SHOWN + b"\nEMC")

    with pymupdf.open(stream=redrawn(latin(), replaced), filetype="pdf") as document:
        glyphs = read_page(document[0], LIMITS.max_pixels).glyphs
    assert "".join(glyph.char for glyph in glyphs).startswith(WORDS)


def test_samples_that_no_row_shows_go() -> None:
    def picture(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        image = pdf.make_stream(bytes(range(0, 256, 4)) + WORDS.encode(), Type=Name.XObject, Subtype=Name.Image)
        image["/Width"] = image["/Height"] = image["/BitsPerComponent"] = 8
        image["/ColorSpace"] = Name.DeviceGray
        page.obj["/Resources"]["/XObject"] = Dictionary(I=image)
        page.contents_add(pdf.make_stream(b"q 8 0 0 8 300 300 cm /I Do Q"))

    data = redact(changed(latin(), picture), ORDER, LIMITS, no_finder(), NoOcr()).data

    assert bytes(range(0, 256, 4)) in carve(data)
    assert WORDS.encode() not in carve(data)


@pytest.mark.parametrize(("turn", "unit"), [(0, 2), (90, 1), (180, 0.5)])
def test_a_page_is_read_as_it_is_shown(turn: int, unit: float) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        page["/MediaBox"], page["/Rotate"], page["/UserUnit"] = Array([-30, -40, 565, 802]), turn, unit

    source = admit(changed(latin(), change), None, LIMITS)
    with pymupdf.open(stream=source.data, filetype="pdf") as document:
        page = document[0]
        (x0, y0, *_), *_ = page.get_text("words")
        assert (page.rotation, page.mediabox.tl) == (0, pymupdf.Point(0, 0))
        assert tuple(page.rect.br) == ((595, 842) if turn % 180 == 0 else (842, 595))
        assert page.rect.contains(pymupdf.Point(x0, y0))
    assert source.device.units == ({1: unit} if unit != 1 else {})


def _squashed(matrix: str) -> pymupdf.Page:
    """Return a page whose only line is drawn with a matrix that leaves nothing of its height."""
    page = pymupdf.open().new_page()
    page.insert_text((72, 500), "Prudence")
    at = page.get_contents()[0]
    content = page.parent.xref_stream(at).replace(b"1 0 0 1 72 342", matrix.encode() + b" 72 342")
    page.parent.update_stream(at, content)
    return page


def test_letters_squashed_to_nothing_go() -> None:
    page = _squashed("1 0 0 0.00001")
    assert len(drawn_glyphs(page)) == len("Prudence")
    erase_unseen(page, drawn_glyphs(page), ())
    assert not drawn_glyphs(page)


def test_unseen_letters_that_cannot_be_removed_are_told() -> None:
    page = _squashed("0 1 -0.001 0")
    with pytest.raises(CannotErase):
        erase_unseen(page, drawn_glyphs(page), ())
