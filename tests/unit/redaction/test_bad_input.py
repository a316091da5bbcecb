"""Bad input: each kind ends as a refusal with its own reason, before anything large is allocated."""

from __future__ import annotations

import io
import resource
import zlib
from dataclasses import replace

import pikepdf
import pymupdf
import pypdfium2
import pytest

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.intake.admission import _is_cut_off, admit
from qupia_redaction.intake.inflate import inflated_size, refuse_bombs
from qupia_redaction.model import Limits, PrivateText
from qupia_redaction.pipeline import redact
from tests.unit.redaction.pdfs.build import LIMITS, ORDER, NoOcr, TermFinder, changed, typed


def _refused(master: bytes, limits: Limits = LIMITS, password: str | None = None) -> RefusalCode:
    with pytest.raises(RedactionRefused) as caught:
        admit(master, PrivateText(password) if password else None, limits)
    return caught.value.code


def _many_pages(count: int) -> bytes:
    """Return a file whose page tree names one shared page over and over."""
    nodes = range(4, 4 + -(-count // 1000))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[" % count + b" ".join(b"%d 0 R" % node for node in nodes) + b"]>>",
        b"<</Type/Page/Parent 4 0 R/MediaBox[0 0 100 100]>>",
    ]
    for index, _ in enumerate(nodes):
        here = min(1000, count - 1000 * index)
        objects.append(b"<</Type/Pages/Parent 2 0 R/Count %d/Kids[" % here + b"3 0 R " * here + b"]>>")
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    body, offsets = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(body),
    )  # fmt: skip


def _bomb(size: int, layers: int = 1) -> bytes:
    engine = zlib.compressobj(9)
    block = bytes(1 << 20)
    data = b"".join(engine.compress(block) for _ in range(size >> 20)) + engine.flush()
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    return data


def _encrypted(user: str) -> bytes:
    with pikepdf.open(io.BytesIO(typed())) as pdf:
        buffer = io.BytesIO()
        pdf.save(buffer, encryption=pikepdf.Encryption(owner="owner", user=user))
        return buffer.getvalue()


def test_empty() -> None:
    assert _refused(b"") is RefusalCode.EMPTY


@pytest.mark.parametrize("master", [b"hello", b"\x89PNG" + bytes(3000), b"PK\x03\x04" * 900 + b"%PDF-1.7"])
def test_not_a_pdf(master: bytes) -> None:
    assert _refused(master) is RefusalCode.NOT_A_PDF


def test_too_many_bytes() -> None:
    assert _refused(typed(), replace(LIMITS, max_bytes=100)) is RefusalCode.TOO_MANY_BYTES


def test_only_a_header() -> None:
    assert _refused(b"%PDF-1.7\nnothing follows") is RefusalCode.DAMAGED


def test_truncated_is_refused_because_pages_may_be_missing() -> None:
    master = typed(pages=8)
    for share in (0.2, 0.5, 0.8, 0.99):
        assert _refused(master[: int(len(master) * share)]) is RefusalCode.DAMAGED


def test_a_file_that_lost_only_the_way_to_its_table_is_repaired() -> None:
    master = typed(pages=8)
    without = master.replace(b"startxref", b"startwhat").replace(b"\nxref", b"\nwhat")

    assert admit(without, None, LIMITS).pages == 8
    assert _refused(without[: without.rfind(b"trailer")]) is RefusalCode.DAMAGED


def test_encrypted_without_and_with_wrong_password() -> None:
    assert _refused(_encrypted("user")) is RefusalCode.ENCRYPTED
    assert _refused(_encrypted("user"), password="other") is RefusalCode.ENCRYPTED


@pytest.mark.parametrize("password", ["user", "owner"])
def test_encrypted_with_password(password: str) -> None:
    source = admit(_encrypted("user"), PrivateText(password), LIMITS)

    assert b"/Encrypt" not in source.data


def test_a_hundred_thousand_pages_are_refused_before_they_are_loaded() -> None:
    assert _refused(_many_pages(100_001), Limits()) is RefusalCode.TOO_MANY_PAGES


def test_count_that_lies() -> None:
    master = _many_pages(900).replace(b"/Count 900", b"/Count   1")

    assert _refused(master, replace(LIMITS, max_pages=10)) is RefusalCode.TOO_MANY_PAGES


def test_page_of_a_thousand_million_pixels() -> None:
    def enlarge(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj["/MediaBox"] = pikepdf.Array([0, 0, 32_000, 32_000])

    assert _refused(changed(typed(), enlarge)) is RefusalCode.TOO_MANY_PIXELS


def test_user_unit_counts() -> None:
    def enlarge(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj["/UserUnit"] = 60

    assert _refused(changed(typed(), enlarge)) is RefusalCode.TOO_MANY_PIXELS


def test_image_of_a_thousand_million_pixels() -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        image = pdf.make_stream(
            b"\0", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=32_000, Height=32_000,
            ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
        )  # fmt: skip
        pdf.pages[0].obj["/Resources"]["/XObject"] = pikepdf.Dictionary(Im=image)

    assert _refused(changed(typed(), add)) is RefusalCode.TOO_MANY_PIXELS


def test_inline_image_of_a_thousand_million_pixels() -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].contents_add(pdf.make_stream(b"BI /W 32000 /H 32000 /BPC 8 /CS /G ID x EI"))

    assert _refused(changed(typed(), add)) is RefusalCode.TOO_MANY_PIXELS


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_stream_that_inflates_beyond_the_limit(layers: int) -> None:
    bomb = _bomb(64 << 20, layers)
    flate = b"[" + b"/FlateDecode " * layers + b"]"
    master = _file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>",
            b"<</Length %d/Filter%s>>\nstream\n%s\nendstream" % (len(bomb), flate, bomb),
        ]
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert _refused(master) is RefusalCode.TOO_MUCH_INFLATED
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 30 << 10


def test_many_streams_add_up() -> None:
    stream = b"stream\n" + zlib.compress(bytes(1 << 20)) + b"\nendstream\n"

    refuse_bombs(stream * 3, 1 << 20)
    with pytest.raises(RedactionRefused):
        refuse_bombs(stream * 5, 1 << 20)


def test_forms_that_multiply_are_refused_before_they_are_drawn() -> None:
    def multiply(pdf: pikepdf.Pdf) -> None:
        page, form = pdf.pages[0], pdf.make_stream(b"0 0 1 1 re f")
        for _ in range(6):
            form["/Type"], form["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Form
            form["/BBox"] = pikepdf.Array([0, 0, 9, 9])
            things = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
            form = pdf.make_stream(b"/X Do " * 10, Resources=things)
        page.obj["/Resources"]["/XObject"] = pikepdf.Dictionary(X=form.Resources.XObject.X)
        page.contents_add(pdf.make_stream(b"/X Do"))

    assert _refused(changed(typed(), multiply)) is RefusalCode.UNKNOWN_CONTENT


def test_forms_in_a_circle_are_drawn_once_as_viewers_draw_them() -> None:
    def circle(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        one, other = (pdf.make_stream(code) for code in (b"0 0 1 1 re f /Y Do", b"5 5 1 1 re f /X Do"))
        for form in (one, other):
            form["/Type"], form["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Form
            form["/BBox"] = pikepdf.Array([0, 0, 9, 9])
            form["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=one, Y=other))
        page.obj["/Resources"]["/XObject"] = pikepdf.Dictionary(X=one)
        page.contents_add(pdf.make_stream(b"/X Do"))

    source = admit(changed(typed(), circle), None, LIMITS)

    with pikepdf.open(io.BytesIO(source.data)) as pdf:
        first = pdf.pages[0].obj.Resources.XObject["/X"]
        assert not first.Resources.XObject["/Y"].Resources.XObject["/X"].read_bytes()
    assert redact(changed(typed(), circle), ORDER, LIMITS, TermFinder(), NoOcr()).report.ocr_pages == 0


def test_forms_that_take_the_names_of_the_page_are_in_no_circle() -> None:
    def nested(pdf: pikepdf.Pdf) -> None:
        whole, one, other = (pdf.make_stream(code) for code in (b"/L Do /M Do", b"0 0 1 1 re f", b"5 5 1 1 re f"))
        for form in (whole, one, other):
            form["/Type"], form["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Form
            form["/BBox"] = pikepdf.Array([0, 0, 9, 9])
        pdf.pages[0].obj["/Resources"]["/XObject"] = pikepdf.Dictionary(T=whole, L=one, M=other)
        pdf.pages[0].contents_add(pdf.make_stream(b"/T Do"))

    assert admit(changed(typed(), nested), None, LIMITS).pages == 1


def test_words_of_forms_in_a_circle_are_no_disagreement_of_readers() -> None:
    def circle(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b"BT /F 12 Tf 9 9 Td (Apples) Tj ET /X Do")
        form["/Type"], form["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Form
        form["/BBox"] = pikepdf.Array([0, 0, 99, 99])
        face = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )  # fmt: skip
        form["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form), Font=pikepdf.Dictionary(F=face))
        pdf.pages[0].obj["/Resources"]["/XObject"] = pikepdf.Dictionary(X=form)
        pdf.pages[0].contents_add(pdf.make_stream(b"/X Do"))

    data = redact(changed(typed(), circle), ORDER, LIMITS, TermFinder(), NoOcr()).data
    with pypdfium2.PdfDocument(data) as document:
        assert document[0].get_textpage().get_text_range().count("Apples") == 1


def test_bytes_that_are_not_zlib_count_nothing() -> None:
    assert inflated_size(b"BT /F1 12 Tf ET", 10) == 0


def test_two_parsers_must_agree_on_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qupia_redaction.intake.admission.count_pages", lambda data: 7)

    assert _refused(typed()) is RefusalCode.READERS_DISAGREE


def test_pages_that_another_parser_reads_otherwise_are_refused() -> None:
    """One parser follows a reference of another generation, as viewers do; the other takes it for nothing."""
    content = b"BT /F 12 Tf 72 700 Td (KEPT WORDS) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    odd = [item.replace(b"/Contents 4 0 R", b"/Contents 4 1 R") for item in objects]

    assert admit(_file(objects), None, LIMITS).pages == 1
    with pytest.raises(RedactionRefused) as caught:
        admit(_file(odd), None, LIMITS)
    assert (caught.value.code, caught.value.page) == (RefusalCode.READERS_DISAGREE, 1)


def test_words_that_an_annotation_adds_make_up_for_no_page() -> None:
    content, form = b"BT /F 12 Tf 72 700 Td (KEPT WORDS) Tj ET", b"BT /F 12 Tf 2 2 Td (WORDS KEPT) Tj ET"
    face = b"/Resources<</Font<</F 5 0 R>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[6 0 R 3 0 R]/Count 2>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 1 R%s>>" % face,
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Annots[7 0 R]>>",
        b"<</Type/Annot/Subtype/Stamp/Rect[9 9 209 29]/F 4/AP<</N 8 0 R>>>>",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 200 20]%s/Length %d>>stream\n%s\nendstream" % (face, len(form), form),
    ]
    with pytest.raises(RedactionRefused) as caught:
        admit(_file(objects), None, LIMITS)
    assert (caught.value.code, caught.value.page) == (RefusalCode.READERS_DISAGREE, 2)


def test_admitted_bytes_are_plain() -> None:
    with pymupdf.open(stream=typed(pages=2), filetype="pdf") as document:
        document[0].set_rotation(270)
        document[1].set_cropbox(pymupdf.Rect(10, 20, 500, 600))
        master = document.tobytes()

    source = admit(master, None, LIMITS)

    assert source.pages == 2
    with pikepdf.open(io.BytesIO(source.data)) as pdf:
        assert [[float(v) for v in page.mediabox.as_list()] for page in pdf.pages] == [
            [0, 0, 842, 595],
            [0, 0, 490, 580],
        ]
        assert all("/Rotate" not in page.obj and "/CropBox" not in page.obj for page in pdf.pages)
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}


@pytest.mark.parametrize(
    ("tail", "cut_off"),
    [
        (b"9 0 obj (words) endobj", False),
        (b"9 0 obj << /Type /Page >> endobj", True),
        (b"9 0 obj << /Kids [] >> endobj", True),
    ],
)
def test_objects_after_the_end_are_no_part_of_a_document_unless_a_page_may_be_lost(tail: bytes, cut_off: bool) -> None:
    whole = b"%PDF-1.7\n1 0 obj << >> endobj\nxref\nstartxref\n30\n%%EOF\n"

    assert _is_cut_off(whole + tail) is cut_off
    assert not _is_cut_off(whole)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("UserUnit", 0), ("UserUnit", -1), ("UserUnit", pikepdf.Name.X), ("Rotate", pikepdf.Name.X), ("Rotate", 45),
        ("CropBox", pikepdf.Array([0, 0, 0, 0])), ("CropBox", pikepdf.Array([0, 0, 10])),
        ("CropBox", pikepdf.Array([900, 900, 990, 990])), ("MediaBox", pikepdf.Array([595, 842, 0, 0])),
    ],
)  # fmt: skip
def test_numbers_of_a_page_that_mean_nothing_are_read_as_viewers_do(key: str, value: object) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj[f"/{key}"] = value

    with pikepdf.open(io.BytesIO(admit(changed(typed(), change), None, LIMITS).data)) as pdf:
        assert [float(side) for side in pdf.pages[0].mediabox.as_list()] == [0, 0, 595, 842]


def test_a_count_of_pages_that_are_not_there() -> None:
    master = _many_pages(2).replace(b"/Count 2", b"/Count 7")

    assert admit(master, None, LIMITS).pages == 2
