"""A page that hides nothing and came out otherwise leaves as its picture."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest

from qupia_redaction import pipeline
from qupia_redaction.finish.fidelity import changed_pages
from qupia_redaction.model import Box
from qupia_redaction.rebuild import Built, build
from tests.support.features.parts import BODY, document
from tests.unit.redaction.pdfs.build import LIMITS, ORDER, NoOcr, TermFinder


def test_a_page_that_lost_a_line_is_told_from_one_that_did_not() -> None:
    whole, less = document(), document(body=BODY[:2])

    assert changed_pages(whole, whole, {1: []}) == frozenset()
    assert changed_pages(whole, less, {1: []}) == {1}
    assert changed_pages(whole, less, {}) == frozenset()
    assert changed_pages(less, whole, {1: []}) == frozenset(), "nothing was there before"
    assert changed_pages(whole, less, {1: [Box(28, 50, 272, 66)]}) == frozenset(), "unseen letters were there"


def test_what_the_engine_cannot_read_is_left_to_the_check() -> None:
    assert changed_pages(b"%PDF-1.4 nothing", document(), {1: []}) == frozenset()
    assert changed_pages(document(), document(), {2: []}) == frozenset()


def test_the_stamp_is_no_change() -> None:
    def stamp(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.contents_add(pdf.make_stream(b"BT 0.45 g /F1 5 Tf 12 5 Td (A line that says whose copy this is) Tj ET"))

    assert changed_pages(document(), document(stamp), {1: []}) == frozenset()


def test_a_page_whose_letters_got_lost_in_the_rebuild_leaves_as_its_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(data: bytes, pictures: dict[int, Any], *more: Any) -> Built:
        built = build(data, pictures, *more)
        with pikepdf.open(io.BytesIO(built.data)) as pdf:
            page, buffer = pdf.pages[0], io.BytesIO()
            if not pictures:
                page.obj["/Contents"] = pdf.make_stream(page.obj["/Contents"].read_bytes().replace(b"Apples", b""))
            pdf.save(buffer, static_id=True)
        return Built(buffer.getvalue(), built.pages)

    monkeypatch.setattr(pipeline, "build", forgetful)

    made = pipeline.redact(document(), ORDER, LIMITS, TermFinder({}), NoOcr()).data

    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert "/QupiaPicture" in pdf.pages[0].obj["/Resources"]["/XObject"]
