"""A page that hides nothing looks and reads as before, whichever features of the format it uses."""

from __future__ import annotations

import io

import numpy as np
import pikepdf
import pymupdf
import pypdfium2
import pytest

from qupia_redaction.faults import PixelsNeeded
from qupia_redaction.model import Limits, PrivateText, RedactionOrder
from qupia_redaction.pdf.compose import finished
from qupia_redaction.pipeline import Redactor
from qupia_redaction.rebuild import Doubts, build
from qupia_redaction.workers.no_finder import build as no_finder
from tests.support.engine import engine
from tests.support.features import FEATURES
from tests.support.features.parts import add, document, drawn, drawn_text, put, simple_truetype

OTHERS = {
    "annotation-caret", "annotation-circle", "annotation-free-text", "annotation-highlight", "annotation-ink",
    "annotation-line", "annotation-polygon", "annotation-stamp", "annotation-text", "annotation-underline",
    "annotation-widget",
    "differences", "inline-ccitt", "missing-font", "multiple-master", "odd-numbers", "raw-short", "raw-soft-mask",
    "raw-stencil-mask", "state-font",
}  # fmt: skip
"""Annotations without a look are drawn by each reader in its own way; on the other pages something is in doubt."""

SHADED = {"inline-a85", "raw-indexed"}
"""What is nearly the colour of a ground is the ground: no eye tells, a search for names would."""

OTHER_TEXT = {"annotation-free-text-looks", "invisible-text", "marked-text", "text-without-object"}
"""What was not seen is gone, and what was drawn by an annotation stands on the page."""


@pytest.mark.parametrize("name", sorted(set(FEATURES) - OTHERS))
def test_a_page_that_hides_nothing_stays_as_it_is(name: str) -> None:
    master = FEATURES[name]()

    before, after = _seen(master), _seen(_redacted(master))

    assert np.abs(before[0].astype(np.int16) - after[0]).max() <= (4 if name in SHADED else 0)
    assert name in OTHER_TEXT or before[1] == after[1]


def test_what_was_not_seen_is_gone() -> None:
    assert "Cannot" not in _seen(_redacted(FEATURES["invisible-text"]()))[1]
    clip = document(drawn("q BT /F1 12 Tf 7 Tr 30 100 Td (Cannot be seen) Tj ET Q"))
    assert "Cannot" not in _seen(_redacted(clip))[1]


def test_letters_that_cut_out_what_is_painted_do_not_stay_where_something_is_hidden() -> None:
    master = FEATURES["text-clip"]()

    assert build(master, {}, doubts=Doubts(hides=False)).pages == 1
    with pytest.raises(PixelsNeeded):
        build(master, {}, doubts=Doubts(hides=True))


def test_colours_are_those_of_the_output_intent_and_its_words_go() -> None:
    master = FEATURES["output-intent"]()

    made = _redacted(master)

    with pymupdf.open(stream=master) as before, pymupdf.open(stream=made) as after:
        assert before[0].get_pixmap(dpi=100).samples == after[0].get_pixmap(dpi=100).samples
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert b"press" not in pdf.Root.OutputIntents.unparse(resolved=True)


def test_widths_of_letters_are_not_rounded() -> None:
    widths = pikepdf.Array([400.49] * 95)
    master = document(drawn_text(simple_truetype(Widths=widths), "(Words) Tj"))

    with pymupdf.open(stream=master) as made, pikepdf.open(io.BytesIO(finished(made))) as pdf:
        font = pdf.pages[0].obj["/Resources"]["/Font"]["/F2"]
        assert {float(width) for width in font.Widths} == {0, 400.49}


def test_a_page_keeps_its_unit_whichever_reader_follows_it() -> None:
    master = document(UserUnit=1.5)

    with pymupdf.open(stream=master) as before, pymupdf.open(stream=_redacted(master)) as after:
        assert before[0].get_pixmap(dpi=100).samples == after[0].get_pixmap(dpi=100).samples


def _in_a_letter(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    letter = pdf.make_stream(b"1000 0 d0 BT /F1 300 Tf (Plums) Tj ET")
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type3, FontBBox=[0, 0, 750, 750],
        FontMatrix=[0.001, 0, 0, 0.001, 0, 0], CharProcs=pikepdf.Dictionary(a=letter), FirstChar=97, LastChar=97,
        Widths=[1000], Encoding=pikepdf.Dictionary(Differences=pikepdf.Array([97, pikepdf.Name("/a")])),
        Resources=pikepdf.Dictionary(Font=page.obj["/Resources"]["/Font"]),
    )  # fmt: skip
    put(page, "Font", "F3", pdf.make_indirect(font))
    add(pdf, page, "BT /F3 40 Tf 30 60 Td (a) Tj ET")


def test_words_in_a_letter_that_is_a_program_are_not_copied() -> None:
    with pikepdf.open(io.BytesIO(_redacted(document(_in_a_letter)))) as pdf:
        streams = [item.read_raw_bytes() for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        assert pdf.pages[0].obj["/Resources"].get("/Font", pikepdf.Dictionary()).get("/F3") is None
    assert not any(b"Plums" in data for data in streams)


def test_names_of_nothing_and_words_without_meaning_are_left_out() -> None:
    with pikepdf.open(io.BytesIO(_redacted(document(drawn("/Secret gs (Secret) foo /Secret Do"))))) as pdf:
        content = pdf.pages[0].Contents.read_bytes()
    assert b"Secret" not in content
    assert b"foo" not in content


def _redacted(master: bytes) -> bytes:
    order = RedactionOrder(hide=frozenset(), terms=(PrivateText("Жоқсөз"),), terms_only=True, plain=True)
    return Redactor(no_finder(), engine()).redact(master, order, Limits()).data


def _seen(data: bytes) -> tuple[np.ndarray, str]:
    with pypdfium2.PdfDocument(data) as pdf:
        page = pdf[0]
        text = " ".join(page.get_textpage().get_text_range().split())
        return page.render(scale=100 / 72).to_numpy().copy(), text
