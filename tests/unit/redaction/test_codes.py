"""Where codes are looked for: everywhere something stands that nobody has read, however pale, low or noisy the page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pymupdf
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageOps

from qupia_redaction.model import Box, Category, ListKind, PrivateText, RedactionOrder
from qupia_redaction.pipeline import redact
from qupia_redaction.read import codes
from qupia_redaction.read.codes import find_codes, unpacked
from qupia_redaction.terms.search import mentions
from qupia_redaction.terms.wordlists import word_list
from tests.support.attacks.kit import words_picture
from tests.support.width_attack import NoWords
from tests.unit.redaction.pdfs.build import LIMITS, NoOcr, TermFinder

_SCALE = 0.36
_FORMATS = zxingcpp.BarcodeFormat


def paper(noise: float, seed: int = 1) -> Image.Image:
    lot = np.random.default_rng(seed)
    return Image.fromarray(np.clip(lot.normal(236, noise, (1600, 1200)), 0, 255).astype(np.uint8))


def table(page: Image.Image, fall: float = 0.017) -> Image.Image:
    pen = ImageDraw.Draw(page)
    for y in range(60, 1600, 70):
        pen.line((40, y, 1160, y + fall * 1120), fill=60, width=2)
    for x in range(40, 1200, 180):
        pen.line((x, 60, x - fall * 1500, 1560), fill=60, width=2)
    return page


def drawn(text: str, form: zxingcpp.BarcodeFormat, high: int = 0, scale: int = 3) -> Image.Image:
    code = Image.fromarray(zxingcpp.create_barcode(text, form).to_image(scale=scale))
    return code.resize((code.width, high)) if high else code


def samples() -> Iterator[tuple[str, Image.Image]]:
    yield "square", drawn("N 4471", _FORMATS.QRCode)
    yield "small", drawn("44", _FORMATS.DataMatrix, scale=3)
    yield "bars", drawn("KZ4471", _FORMATS.Code128, 40, 2)
    yield "low bars", drawn("KZ4471", _FORMATS.Code128, 22, 2)
    yield "upright bars", drawn("KZ4471", _FORMATS.Code128, 40, 2).rotate(90, expand=True)
    yield "pale", drawn("N 4471", _FORMATS.QRCode).point(lambda value: 190 if value < 128 else 236)


@pytest.mark.parametrize("noise", [2, 10])
@pytest.mark.parametrize(("name", "code"), list(samples()), ids=[name for name, _ in samples()])
def test_a_code_is_found_between_rules_and_grains_beside_words(name: str, code: Image.Image, noise: float) -> None:
    page = table(paper(noise))
    field = Image.new("L", (code.width + 30, code.height + 30), 236)
    field.paste(code, (15, 15))
    page.paste(field, (520, 700))
    beside = [Box(50, 100, 500, 140), Box(500, 640, 560, 710)]

    found = find_codes(page, _SCALE, beside)

    assert any(code.text is not None for code in found), name
    box = found[0].box
    assert 520 * _SCALE - 2 < (box.x0 + box.x1) / 2 < (550 + code.width) * _SCALE + 2


def test_pages_of_words_rules_and_grains_are_not_searched_for_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    page, searched = table(paper(10)), list[int]()

    def read(grey: Image.Image, *_: object) -> tuple[codes.Code, ...]:
        searched.append(grey.width * grey.height)
        return ()

    monkeypatch.setattr(codes, "_read", read)
    pen, words = ImageDraw.Draw(page), []
    for y in range(80, 1500, 40):
        for x in range(60, 1000, 150):
            words.append(Box(x, y, x + 120, y + 24))
            for step in range(0, 115, 9):
                pen.line((x + step, y + 2, x + step + 5, y + 21), fill=30, width=3)

    find_codes(page, _SCALE, words)
    few = sum(searched)
    searched.clear()
    find_codes(page, _SCALE)

    assert few < 0.1 * 1200 * 1600 < sum(searched)


@pytest.mark.parametrize("noise", [3, 9, 18])
def test_grains_of_paper_are_no_code(noise: float) -> None:
    grains = paper(noise)

    assert not codes._dense(grains, (300, 300, 381, 348))
    assert not [code for seed in range(2) for code in find_codes(paper(noise, seed), _SCALE)]


def test_a_code_that_is_damaged_stays_one() -> None:
    page, code = paper(6), drawn("N 4471 and much more of it " * 3, _FORMATS.QRCode, scale=4)
    torn, side = np.asarray(code).copy(), code.width // 3
    grains = np.random.default_rng(5).integers(0, 2, (side // 4 + 1, side // 4 + 1)) * 255
    torn[side : 2 * side, side : 2 * side] = np.kron(grains, np.ones((4, 4)))[:side, :side]
    page.paste(Image.fromarray(torn), (400, 400))

    found = find_codes(page, _SCALE)

    assert [code.text for code in found] == [None]


def _with_a_torn_code() -> bytes:
    code = np.asarray(zxingcpp.create_barcode("N 4471", _FORMATS.QRCode).to_image(scale=6)).copy()
    code[code.shape[0] // 2 - 18 : code.shape[0] // 2 + 24, code.shape[0] // 2 - 18 :] = 128
    file = io.BytesIO()
    Image.fromarray(code).save(file, "PNG")
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 72), "Apples and pears were counted")
        page.insert_image((200, 300, 260, 360), stream=file.getvalue())
        return bytes(document.tobytes())


@pytest.mark.parametrize(("kind", "hidden"), [(ListKind.HIDE, 1), (ListKind.KEEP, 0)])
def test_a_code_that_nobody_can_read_may_hold_an_entry_of_a_list(kind: ListKind, hidden: int, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("Жұмабеков Серік", encoding="utf-8")
    order = RedactionOrder(frozenset(), lists=(word_list(kind, tmp_path / "list.txt"),), terms_only=True, plain=True)

    report = redact(_with_a_torn_code(), order, LIMITS, TermFinder({}), NoOcr()).report

    assert report.marks == ({Category.CODE: hidden} if hidden else {})


@pytest.mark.parametrize(
    "text", ["0JXQvdC40YjQtdCy", "id=0JXQvdC40YjQtdCy;", "d095d0bdd0b8d188d0b5d0b2", "BBUEPQQ4BEgENQQy", "Енишев"]
)
def test_short_packed_names_in_codes_are_read(text: str) -> None:
    assert mentions(unpacked(text), [PrivateText("Енишев")])


def test_other_codes_mention_nobody_when_they_are_unpacked() -> None:
    assert not mentions(unpacked("WIFI:T:WPA;S:zavod;P:Qx81trrwD2;;"), [PrivateText("Енишев")])


@pytest.mark.parametrize(
    ("shape", "at", "marks"),
    [((174, 174), (24, 24), {Category.CODE: 1}), ((400, 200), (24, 24), {Category.CODE: 1, Category.IMAGE: 1})],
)
def test_a_picture_of_a_code_gets_one_mark_and_one_with_more_its_own(
    shape: tuple[int, int], at: tuple[int, int], marks: dict[Category, int]
) -> None:
    code, picture, file = drawn("N 4471", _FORMATS.QRCode, scale=6), Image.new("L", shape, 255), io.BytesIO()
    picture.paste(code.crop(ImageOps.invert(code).getbbox()), at)
    picture.save(file, "PNG")
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((200, 296), "Apples and pears were counted")
        page.insert_image((200, 300, 200 + shape[0] / 2, 300 + shape[1] / 2), stream=file.getvalue())
        master = bytes(document.tobytes())
    order = RedactionOrder(frozenset({Category.CODE, Category.IMAGE}), plain=True)

    done = redact(master, order, LIMITS, TermFinder({}), NoWords())

    assert done.report.marks == marks
    with pymupdf.open(stream=done.data) as document:
        assert "Apples and pears" in document[0].get_text()
        assert not [info for info in document[0].get_image_info() if info["width"] > 8], "all of the picture went"


@pytest.mark.parametrize("turn", [0, 90])
def test_bars_without_start_and_stop_are_a_code_as_high_as_they_are(turn: int) -> None:
    bars = drawn("KZ4471", _FORMATS.Code128, 90, 3)
    bars = bars.crop((60, 0, bars.width - 60, 90)).rotate(turn, expand=True)
    page = paper(4)
    page.paste(bars, (300, 400))

    (code,) = find_codes(page, _SCALE)

    assert code.text is None
    sides = [side / _SCALE for side in (code.box.x0, code.box.y0, code.box.x1, code.box.y1)]
    assert np.allclose(sides, (300, 400, 300 + bars.width, 400 + bars.height), atol=8)


def test_hatches_cells_of_forms_and_capitals_are_no_bars() -> None:
    page = paper(4)
    pen = ImageDraw.Draw(page)
    for step in range(40):
        pen.line((100 + 9 * step, 100, 100 + 9 * step, 200), fill=40, width=4)  # a hatch
        pen.line((100 + 22 * step, 300, 100 + 22 * step, 350), fill=40, width=2)  # a comb
    page.paste(words_picture(["НШПИН ШИПЫ ШИЛИ ПИЛИ НИШИ"], 60), (100, 600))

    assert not find_codes(page, _SCALE)
