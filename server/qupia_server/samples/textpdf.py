"""Sheets to born-digital PDFs: real glyphs, embedded font subsets, reproducible bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from fpdf import FPDF

from qupia_server.samples.sheet import Drawn, Face, Picture, Ring, Sheet, Stroke, Text, font_path

_MADE_ON = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def text_pdf(sheets: Sequence[Sheet]) -> bytes:
    """Typeset sheets; the same sheets give the same bytes (with the same library versions)."""
    pdf = FPDF(unit="pt", format=sheets[0].size)
    pdf.set_creation_date(_MADE_ON)
    pdf.set_auto_page_break(False)
    for face in Face:
        pdf.add_font(face.value, fname=str(font_path(face)))
    for sheet in sheets:
        pdf.add_page(format=sheet.size)
        for thing in sheet.drawn:
            _draw(pdf, thing)
    return bytes(pdf.output())


def _draw(pdf: FPDF, thing: Drawn) -> None:
    match thing:
        case Text():
            _draw_text(pdf, thing)
        case Stroke():
            pdf.set_draw_color(*thing.colour)
            pdf.set_line_width(thing.weight)
            pdf.polyline(list(thing.points))
        case Ring():
            pdf.set_draw_color(*thing.colour)
            pdf.set_line_width(thing.weight)
            pdf.circle(x=thing.x, y=thing.y, radius=thing.radius)
        case Picture():
            pdf.image(thing.image, thing.x, thing.y, thing.side, thing.side)


def _draw_text(pdf: FPDF, thing: Text) -> None:
    pdf.set_font(thing.face.value, size=thing.size)
    pdf.set_text_color(*thing.colour)
    if thing.angle:
        with pdf.rotation(thing.angle, thing.x, thing.y):
            pdf.text(thing.x, thing.y, thing.text)
    else:
        pdf.text(thing.x, thing.y, thing.text)
