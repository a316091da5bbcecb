"""Channels by which a redacted PDF leaks (redaction-threats), judged by readers other than the redactor."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pymupdf
import pytest
from PIL import Image

from qupia_redaction.pipeline import redact
from qupia_redaction.ports import OcrWord
from tests.unit.redaction.pdfs.build import (
    KEPT,
    LATIN_SECRET,
    LIMITS,
    ORDER,
    SECRET,
    NoOcr,
    TermFinder,
    changed,
    latin,
    redrawn,
    text_of,
    traces,
    typed,
)  # fmt: skip


class NothingDrawn(NoOcr):
    """Reads nothing in what is drawn beside the glyphs (the icon of a note)."""

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        return ()


def _info(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = LATIN_SECRET
    pdf.docinfo["/Custom"] = SECRET
    with pdf.open_metadata() as meta:
        meta["dc:title"] = SECRET
    pdf.Root["/PieceInfo"] = pikepdf.Dictionary(App=pikepdf.Dictionary(Private=pikepdf.String(SECRET)))
    pdf.Root["/Lang"] = pikepdf.String(LATIN_SECRET)


def _attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = SECRET.encode()
    stream = pdf.make_stream(SECRET.encode(), Type=pikepdf.Name.EmbeddedFile)
    pdf.Root["/AF"] = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Filespec, EF=pikepdf.Dictionary(F=stream))])


def _scripts(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(f"app.alert('{LATIN_SECRET}')"))
    pdf.Root["/OpenAction"] = action
    pdf.Root["/Names"] = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([SECRET, action])))
    pdf.pages[0].obj["/AA"] = pikepdf.Dictionary(O=action)


def _outline(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(SECRET, 0))
    pdf.Root["/PageLabels"] = pikepdf.Dictionary(Nums=pikepdf.Array([0, pikepdf.Dictionary(P=LATIN_SECRET)]))


def _orphan(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj["/Thumb"] = pdf.make_stream(SECRET.encode())
    pdf.make_indirect(pikepdf.Dictionary(Old=pikepdf.String(SECRET)))
    pdf.pages[0].obj["/Own"] = pdf.make_indirect(pikepdf.Dictionary(Old=pikepdf.String(LATIN_SECRET)))


def _content(prefix: bytes, suffix: bytes = b"") -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        page.contents_add(pdf.make_stream(prefix), prepend=True)
        page.contents_add(pdf.make_stream(suffix))

    return change


def _hidden_layer(pdf: pikepdf.Pdf) -> None:
    group = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String(SECRET)))
    pdf.Root["/OCProperties"] = pikepdf.Dictionary(
        OCGs=pikepdf.Array([group]), D=pikepdf.Dictionary(OFF=pikepdf.Array([group]))
    )
    page = pdf.pages[0]
    page.obj["/Resources"]["/Properties"] = pikepdf.Dictionary(L0=group)
    _content(b"", f"/OC /L0 BDC BT /helv 12 Tf 72 500 Td ({LATIN_SECRET}) Tj ET EMC".encode())(pdf)


def _annotations(document: pymupdf.Document) -> None:
    page = document[0]
    page.add_text_annot((300, 300), LATIN_SECRET).set_info(title=LATIN_SECRET, subject=SECRET)
    page.add_freetext_annot((72, 400, 400, 440), f"see {LATIN_SECRET} there", fontsize=12)
    page.insert_link({"kind": pymupdf.LINK_URI, "from": pymupdf.Rect(1, 1, 9, 9), "uri": f"http://x/{LATIN_SECRET}"})


def _widget(document: pymupdf.Document) -> None:
    widget = pymupdf.Widget()
    widget.field_type = 7  # a text field
    widget.field_name = LATIN_SECRET
    widget.field_label = LATIN_SECRET
    widget.field_value = f"I am {LATIN_SECRET} indeed"
    widget.rect = pymupdf.Rect(72, 400, 400, 430)
    document[0].add_widget(widget)


def _outside_crop(document: pymupdf.Document) -> None:
    document[0].insert_text((72, 780), LATIN_SECRET, fontsize=12)
    document[0].set_cropbox(pymupdf.Rect(0, 0, 595, 700))


def _rotated_page(document: pymupdf.Document) -> None:
    document[0].set_rotation(90)


def _off_origin(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.obj["/MediaBox"] = pikepdf.Array([-30, -40, 595, 842])
    page.obj["/UserUnit"] = 2


def _split_runs(document: pymupdf.Document) -> None:
    page = document[0]
    x = 72.0
    for char in f"again {LATIN_SECRET} ends":
        page.insert_text((x, 400), char, fontsize=12)
        x += pymupdf.get_text_length(char, fontsize=12)


def _white_box_over(document: pymupdf.Document) -> None:
    page = document[0]
    page.insert_text((72, 400), LATIN_SECRET, fontsize=12)
    page.draw_rect((60, 380, 300, 410), fill=(0, 0, 0), color=None)


def _white_on_white(document: pymupdf.Document) -> None:
    document[0].insert_text((72, 400), LATIN_SECRET, fontsize=12, color=(1, 1, 1))


def _invisible(document: pymupdf.Document) -> None:
    document[0].insert_text((72, 400), LATIN_SECRET, fontsize=12, render_mode=3)


def _turned_text(document: pymupdf.Document) -> None:
    document[0].insert_text((300, 600), f"see {LATIN_SECRET}", fontsize=12, rotate=90)


ACTUAL = b"/Span <</ActualText (nothing at all) /Alt (" + LATIN_SECRET.encode() + b")>> BDC\n% " + LATIN_SECRET.encode()


def _revised() -> bytes:
    """Return a file whose first revision names the secret and whose second one does not."""
    with pymupdf.open(stream=latin(), filetype="pdf") as document:
        path_free = bytes(document.tobytes())
    with pikepdf.open(io.BytesIO(path_free)) as pdf:
        number = (
            pdf.pages[0].obj["/Contents"].objgen[0]
            if not isinstance(pdf.pages[0].obj["/Contents"], pikepdf.Array)
            else pdf.pages[0].obj["/Contents"][0].objgen[0]
        )
    body = b"BT /helv 12 Tf 72 700 Td (Mr X is hired as a fitter) Tj ET"
    offset = len(path_free) + 1
    start = path_free.rfind(b"startxref")
    previous = int(path_free[start + 9 :].split()[0])
    update = b"\n%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, len(body), body)
    trailer = path_free[path_free.rfind(b"trailer") + 7 : start].strip().removesuffix(b">>")
    xref = b"xref\n%d 1\n%010d 00000 n \ntrailer\n%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        number, offset, trailer, previous, offset + len(update) - 1,
    )  # fmt: skip
    return path_free + update + xref


CHANNELS: dict[str, Callable[[], bytes]] = {
    "metadata": lambda: changed(typed(), _info),
    "attachments": lambda: changed(typed(), _attachment),
    "scripts and names": lambda: changed(typed(), _scripts),
    "outline and labels": lambda: changed(typed(), _outline),
    "orphans, thumbnails, private keys": lambda: changed(typed(), _orphan),
    "ActualText that lies, Alt, comments": lambda: changed(typed(), _content(ACTUAL + b"\n", b"\nEMC")),
    "layer that is off": lambda: changed(latin(), _hidden_layer),
    "annotations": lambda: redrawn(latin(), _annotations),
    "form field": lambda: redrawn(latin(), _widget),
    "outside the crop": lambda: redrawn(latin(), _outside_crop),
    "rotated page": lambda: redrawn(typed(), _rotated_page),
    "origin and user unit": lambda: changed(typed(), _off_origin),
    "split runs": lambda: redrawn(latin(), _split_runs),
    "covered text": lambda: redrawn(latin(), _white_box_over),
    "white text": lambda: redrawn(latin(), _white_on_white),
    "render mode 3": lambda: redrawn(latin(), _invisible),
    "turned text": lambda: redrawn(latin(), _turned_text),
    "older revision": _revised,
    "bytes after the end": lambda: typed() + b"\n" + SECRET.encode(),
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_channel_tells_the_secret(channel: str) -> None:
    master = CHANNELS[channel]()

    rendition = redact(master, ORDER, LIMITS, TermFinder(), NothingDrawn())

    assert traces(rendition.data, SECRET) == []
    assert traces(rendition.data, LATIN_SECRET) == []
    kept = " ".join(text_of(rendition.data).split())
    assert any(words in kept for words in (KEPT, "hired as a fitter", "слесарем в цех Көкжиек"))
    assert "производная копия" in kept


def test_the_readers_of_this_suite_see_what_is_there() -> None:
    for channel, make in CHANNELS.items():
        master = make()
        assert traces(master, SECRET) or traces(master, LATIN_SECRET), channel
