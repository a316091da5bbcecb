"""Names, keys and operands in content streams as carriers of short texts."""

from __future__ import annotations

import zlib

import pikepdf
import pytest

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.content import Filtered, filter_content


def _filtered(content: bytes) -> Filtered:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.obj["/Contents"] = pdf.make_stream(content)
        return filter_content(page)


def test_resources_get_plain_names() -> None:
    left = _filtered(b"BT /VuOy 12 Tf (a) Tj ET /VuOy gs /VuOy Do /VuOy sh /VuOy cs /OyVu scn /OyVu Do")

    assert b"Vu" not in left.data
    assert left.used["/Font"] == {"/VuOy": "/F0"}
    assert left.used["/XObject"] == {"/VuOy": "/X0", "/OyVu": "/X1"}
    assert left.codes == {"/VuOy": {b"a"}}


@pytest.mark.parametrize(
    "content",
    [
        b"BI /W 1 /H 1 /BPC 8 /CS /G /Name (Vu Oy) ID a EI",
        b"BI /W 1 /H 1 /BPC 8 /CS /G ID abcdefgh EI",
        b"BI /W 1 /H 1 /BPC 8 /CS /G /F /AHx ID 61> Vu Oy EI",
        b"BI /W 1 /H 1 /BPC 8 /CS /G /F /Fl ID " + zlib.compress(b"a") + b"Vu Oy EI",
        b"BI /W 1 /H 1 /BPC 8 /CS /VuOy ID a EI",
        b"(Vu Oy) w",
        b"[(Vu Oy)] 0 d",
        b"/VuOy i",
        b"(Vu Oy) 0 0 m",
        b"(Vu Oy) q",
    ],
)
def test_texts_in_odd_places_make_pixels(content: bytes) -> None:
    with pytest.raises(UnknownContent):
        _filtered(content)


@pytest.mark.parametrize("content", [b"/VuOy ri", b"(Vu Oy) VuOy", b"BX (Vu Oy) /VuOy foo EX"])
def test_what_means_nothing_is_left_out(content: bytes) -> None:
    assert b"Vu" not in _filtered(content + b" 0 0 9 9 re f").data


def test_ordinary_content_stays() -> None:
    left = _filtered(b"q 1 0 0 1 2.5 3 cm [3 1] 0 d /Perceptual ri 0 0 m 9 9 l S BI /W 1 /H 1 /BPC 8 /CS /G ID a EI Q")

    assert b"2.5" in left.data
    assert b"ID" in left.data
    assert b"Perceptual" in left.data
