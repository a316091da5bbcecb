"""The spine on ordinary documents: what stays, what goes, and that the same order gives the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pikepdf
import pymupdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Box, Category, KnownPerson, Language, PrivateText, ReasonCode, RedactionOrder
from qupia_redaction.pipeline import find_details, redact
from qupia_redaction.plan.labels import mark_label
from qupia_redaction.plan.reasons import ground_of
from qupia_redaction.ports import OcrWord
from tests.unit.redaction.pdfs.build import (
    KEPT,
    LATIN_SECRET,
    LIMITS,
    LINES,
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


class FixedOcr(NoOcr):
    """Reads given words at given places, points at 72 dpi."""

    def __init__(self, words: Sequence[tuple[str, Box]], confidence: float = 0.9) -> None:
        self._words = words
        self._confidence = confidence

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        scale = dpi / 72
        return tuple(
            OcrWord(
                PrivateText(word),
                Box(box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale),
                self._confidence,
                int(box.y0) // 10,
            )
            for word, box in self._words
        )


PLAIN = replace(ORDER, plain=True)
"""Without stamp and legend."""

SCAN_WORDS = [
    (word, Box(60 + 90 * column, 100 + 20 * row, 130 + 90 * column, 112 + 20 * row))
    for row, line in enumerate(
        ["Мына анықтама берілді азаматқа", "слесарь Сарыбаев Ерлан завода", "в том что он работает"]
    )
    for column, word in enumerate(line.split())
]


def _scan(mode: str = "L") -> bytes:
    image = Image.new(mode, (827, 1169), 255 if mode == "L" else "white")
    pen = ImageDraw.Draw(image)
    for _, box in SCAN_WORDS:
        pen.rectangle(
            [side * 100 / 72 for side in (box.x0, box.y0, box.x1, box.y1)], fill=70 if mode == "L" else "maroon"
        )
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[270] = LATIN_SECRET
    image.save(buffer, "JPEG", quality=70, comment=SECRET.encode(), exif=exif)
    with pymupdf.open() as document:
        document.new_page(width=595, height=842).insert_image((0, 0, 595, 842), stream=buffer.getvalue())
        return bytes(document.tobytes())


def _pixels(data: bytes, page: int = 0) -> np.ndarray:
    with pypdfium2.PdfDocument(data) as document:
        return np.asarray(document[page].render(scale=1, grayscale=True).to_pil().convert("L"))


def test_kept_text_is_kept() -> None:
    rendition = redact(typed(), ORDER, LIMITS, TermFinder(), NoOcr())

    lines = text_of(rendition.data).splitlines()
    assert {LINES[0], LINES[2], LINES[3]} <= set(lines)
    assert any(line.startswith("Гражданин") and KEPT in line for line in lines)
    assert rendition.report.marks == {Category.PERSON: 1}
    assert rendition.report.ocr_pages == 0


@pytest.mark.parametrize(("language", "word"), [(Language.KK, "аты-жөні"), (Language.RU, "имя"), (Language.EN, "name")])
def test_marks_speak_the_language_of_the_order(language: Language, word: str) -> None:
    rendition = redact(typed(), replace(ORDER, language=language), LIMITS, TermFinder(), NoOcr())

    assert word in text_of(rendition.data)


@pytest.mark.parametrize("language", Language)
def test_the_last_page_explains_every_code_and_how_to_appeal(language: Language) -> None:
    rendition = redact(typed(), replace(ORDER, language=language), LIMITS, TermFinder(), NoOcr())

    assert rendition.report.pages == 2
    last = " ".join(text_of(rendition.data, 1).split())
    assert f"P7. {ground_of(ReasonCode.PERSONAL_DATA, language)}" in last
    assert ORDER.cipher in last
    assert all(f"{code.value}." not in last for code in ReasonCode if code is not ReasonCode.PERSONAL_DATA)
    assert mark_label(Category.PERSON, language) in text_of(rendition.data)


def test_every_page_says_in_three_languages_that_it_is_a_derived_copy() -> None:
    rendition = redact(typed(), ORDER, LIMITS, TermFinder(), NoOcr())

    for page in range(2):
        shown = text_of(rendition.data, page)
        assert all(words in shown for words in (ORDER.cipher, "туынды көшірме", "производная копия", "derived copy"))


def test_a_plain_rendition_bears_nothing_but_its_marks() -> None:
    rendition = redact(typed(), PLAIN, LIMITS, TermFinder(), NoOcr())

    assert rendition.report.pages == 1
    assert ORDER.cipher not in text_of(rendition.data)
    assert "производная" not in text_of(rendition.data)


def test_same_input_gives_same_bytes() -> None:
    one, two = (redact(typed(), ORDER, LIMITS, TermFinder(), NoOcr()) for _ in range(2))

    assert one.data == two.data
    assert one.sha256 == two.sha256


@pytest.mark.parametrize("other", ["Ли Ян", "Нұрмағанбетова Гүлбаһрам", "Иванов Иван"])
def test_the_output_does_not_tell_the_width_of_the_name(other: str) -> None:
    secrets = TermFinder({SECRET: Category.PERSON, other: Category.PERSON})
    lines = ["Начало строки Указ", "Гражданин {} принят слесарем в цех", "Конец строки Указ", "{}", "Подпись: {}"]

    one, two = (
        redact(typed([line.format(name) for line in lines]), ORDER, LIMITS, secrets, NoOcr()).data
        for name in (SECRET, other)
    )

    with pikepdf.open(io.BytesIO(one)) as a, pikepdf.open(io.BytesIO(two)) as b:
        assert a.pages[0].Contents.read_bytes() == b.pages[0].Contents.read_bytes()
    assert one == two


def test_font_subsets_do_not_spell_the_secret() -> None:
    rendition = redact(
        typed(["Анна", "Щука Фёдор"]), PLAIN, LIMITS, TermFinder({"Щука Фёдор": Category.PERSON}), NoOcr()
    )

    with pikepdf.open(io.BytesIO(rendition.data)) as pdf:
        maps = [
            o["/ToUnicode"].read_bytes() for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/ToUnicode" in o
        ]
    assert maps
    for letter in "Щё":
        assert not any(f"{ord(letter):04x}>".encode() in table.lower() for table in maps), letter


def test_categories_that_are_not_hidden_stay() -> None:
    order = replace(ORDER, hide=frozenset({Category.IIN}))

    rendition = redact(typed(), order, LIMITS, TermFinder(), NoOcr())

    assert SECRET in text_of(rendition.data)
    assert rendition.report.kept == {Category.PERSON: 1}


def test_open_persons_keep_their_own_details() -> None:
    person = KnownPerson("p-1", (PrivateText(SECRET),))
    other = "Иванов Пётр"
    finder = TermFinder({SECRET: Category.PERSON, other: Category.PERSON})
    order = replace(ORDER, persons=(person,), open_persons=frozenset({"p-1"}))

    text = text_of(redact(typed([*LINES, other]), order, LIMITS, finder, NoOcr()).data)

    assert SECRET in text
    assert other not in text


def test_extract_keeps_only_lines_about_open_persons() -> None:
    person = KnownPerson("p-1", (PrivateText(SECRET),))
    order = replace(ORDER, persons=(person,), open_persons=frozenset({"p-1"}), extract_only=True)

    text = text_of(redact(typed(), order, LIMITS, TermFinder(), NoOcr()).data)

    assert SECRET in text
    assert "ПРИКАЗ" not in text
    assert "Директор" not in text
    assert "фрагмент скрыт" in text


def test_metadata_only_shows_the_cipher_and_no_page() -> None:
    rendition = redact(typed(pages=3), replace(ORDER, metadata_only=True), LIMITS, TermFinder(), NoOcr())

    assert rendition.report.pages == 1
    assert ORDER.cipher in text_of(rendition.data)
    assert "ПРИКАЗ" not in text_of(rendition.data)


def test_neighbouring_lines_survive_tight_setting() -> None:
    lines = ["Первая строка стоит выше", f"имя {SECRET} дано", "Третья строка стоит ниже"]
    with pymupdf.open() as document:
        page = document.new_page()
        writer = pymupdf.TextWriter(page.rect)
        for index, line in enumerate(lines):
            writer.append((72, 100 + 10.5 * index), line, font=pymupdf.Font("tiro"), fontsize=12)
        writer.write_text(page)
        master = document.tobytes()

    text = text_of(redact(master, ORDER, LIMITS, TermFinder(), NoOcr()).data)

    assert lines[0] in text
    assert lines[2] in text


def test_underlines_of_the_secret_go() -> None:
    def underline(document: pymupdf.Document) -> None:
        hit = document[0].search_for(SECRET)[0]
        document[0].draw_rect((hit.x0, 118.5, hit.x1, 119.2), fill=(0, 0, 0), color=None)

    rendition = redact(redrawn(typed(), underline), ORDER, LIMITS, TermFinder(), NoOcr())

    with pymupdf.open(stream=rendition.data, filetype="pdf") as document:
        widths = [d["rect"].width for d in document[0].get_drawings()]
    assert len(widths) == 1  # the mark only


def test_scan_leaves_as_covered_pixels() -> None:
    rendition = redact(_scan(), ORDER, LIMITS, TermFinder(), FixedOcr(SCAN_WORDS))

    pixels = _pixels(rendition.data)
    assert traces(rendition.data, SECRET) == []
    assert traces(rendition.data, LATIN_SECRET) == []
    line = pixels[122:130, 155:310]
    assert 0.05 < (line < 60).mean() < 0.6  # a mark of its own width, the kept word moved up to it
    assert rendition.report.ocr_pages == 1
    assert "анықтама" in text_of(rendition.data)


def test_colour_stays_colour_and_grey_stays_grey() -> None:
    for mode, space in (("RGB", "/DeviceRGB"), ("L", "/DeviceGray")):
        data = redact(_scan(mode), ORDER, LIMITS, TermFinder(), FixedOcr(SCAN_WORDS)).data
        with pikepdf.open(io.BytesIO(data)) as pdf:
            image = next(o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image")
            assert str(image["/ColorSpace"]) == space
            assert str(image["/Filter"]) == "/DCTDecode"


def test_unreadable_scan_is_refused() -> None:
    with pytest.raises(RedactionRefused) as caught:
        redact(_scan(), ORDER, LIMITS, TermFinder(), FixedOcr(SCAN_WORDS, confidence=0.1))

    assert (caught.value.code, caught.value.page) == (RefusalCode.UNREADABLE_PAGE, 1)


@pytest.mark.parametrize(("wide", "refused"), [(300, False), (16, True)], ids=["areas", "strokes"])
def test_dark_areas_are_no_writing_and_strokes_are(wide: int, refused: bool) -> None:
    image = Image.new("L", (1654, 2339), 240)
    pen = ImageDraw.Draw(image)
    for y in range(300, 2000, 600):
        pen.line([(200, y), (700, y + 150), (1400, y - 100)], 60, wide, joint="curve")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", dpi=(200, 200))

    with pytest.raises(RedactionRefused, match="UNREADABLE_PAGE") if refused else nullcontext():
        redact(buffer.getvalue(), ORDER, LIMITS, TermFinder(), FixedOcr([]))


@pytest.mark.parametrize(
    "line", ["СЕКРЕТНО", "Құпия", "Для служебного пользования", "Совершенно секретно экз. № 2", "ДСП"]
)
def test_secrecy_stamp_refuses(line: str) -> None:
    with pytest.raises(RedactionRefused) as caught:
        redact(typed([*LINES, line]), ORDER, LIMITS, TermFinder(), NoOcr())

    assert (caught.value.code, caught.value.page) == (RefusalCode.SECRECY_MARKING, 1)


@pytest.mark.parametrize("line", ["Гриф «Секретно» был снят в 1991 году", "құпия емес", "секретарь суда"])
def test_words_about_secrecy_do_not_refuse(line: str) -> None:
    assert redact(typed([*LINES, line]), PLAIN, LIMITS, TermFinder(), NoOcr()).report.pages == 1


def test_sixty_pages_keep_their_number_and_order() -> None:
    master = typed([*LINES, "Страница"], pages=60)

    rendition = redact(master, ORDER, LIMITS, TermFinder(), NoOcr())

    assert rendition.report.pages == 61, "sixty and the legend"
    assert rendition.report.marks == {Category.PERSON: 60}


def test_detect_returns_places_only() -> None:
    details = find_details(typed(), RedactionOrder(hide=frozenset()), LIMITS, TermFinder(), NoOcr())

    assert [(d.page, d.category) for d in details] == [(1, Category.PERSON)]


def tiled(content: str) -> bytes:
    """Return a master whose page is painted with a tiling pattern of this content."""

    def tile(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        tile = pdf.make_stream(
            content.encode(),
            Type=pikepdf.Name.Pattern,
            PatternType=1,
            PaintType=1,
            TilingType=1,
            BBox=pikepdf.Array([0, 0, 200, 50]),
            XStep=200,
            YStep=50,
            Resources=page.obj["/Resources"],
        )
        page.obj["/Resources"]["/Pattern"] = pikepdf.Dictionary(P0=pdf.make_indirect(tile))
        page.contents_add(pdf.make_stream(b"/Pattern cs /P0 scn 72 300 400 100 re f"))

    return changed(latin(), tile)


def test_tiling_patterns_of_shapes_stay_and_are_read_as_ink() -> None:
    rendition = redact(tiled("0 0 20 20 re f"), ORDER, LIMITS, TermFinder(), FixedOcr([]))

    assert rendition.report.ocr_pages == 0
    assert traces(rendition.data, LATIN_SECRET) == []
    with pikepdf.open(io.BytesIO(rendition.data)) as pdf:
        assert "/Pattern" in pdf.pages[0].obj["/Resources"]


def test_tiling_patterns_with_words_are_drawn_tile_by_tile() -> None:
    master = tiled(f"BT /helv 12 Tf 0 20 Td (Mr {LATIN_SECRET} came) Tj ET")

    rendition = redact(master, ORDER, LIMITS, TermFinder(), NoOcr())

    assert rendition.report.marks[Category.PERSON] >= 7  # two rows of three, those cut at the left included, and a line
    assert text_of(rendition.data).count("came") >= 2
    assert traces(rendition.data, LATIN_SECRET) == []


class SaysOcr(FixedOcr):
    """Reads one text wherever it looks, not so surely that it counts in turned pictures."""

    def __init__(self, text: str) -> None:
        words = [(word, Box(72 + 70 * i, 92, 140 + 70 * i, 106)) for i, word in enumerate(text.split())]
        super().__init__(words, confidence=0.65)


def test_disbelieve_a_font_that_draws_other_letters_than_it_says() -> None:
    def lie(pdf: pikepdf.Pdf) -> None:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                table = item["/ToUnicode"].read_bytes()
                item["/ToUnicode"].write(re.sub(rb"<04([0-9a-f]{2})>", _turned, table, flags=re.IGNORECASE))

    drawn = " ".join(LINES)
    rendition = redact(changed(typed(), lie), ORDER, LIMITS, TermFinder(), SaysOcr(drawn))

    assert rendition.report.ocr_pages == 1
    assert [record.recognizer for record in rendition.report.records].count("term") == 1


def test_disbelieve_not_what_ocr_confirms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qupia_redaction.read.trust._read", lambda runs, *_: [run.text for run in runs])

    rendition = redact(typed(), ORDER, LIMITS, TermFinder(), SaysOcr(" ".join(LINES)))

    assert rendition.report.ocr_pages == 0


def _turned(match: re.Match[bytes]) -> bytes:
    return b"<04%02x>" % (0x30 + (int(match.group(1), 16) * 7 + 11) % 0x20)


def test_values_show_nothing() -> None:
    rendition = redact(typed(), ORDER, LIMITS, TermFinder(), NoOcr())
    shown: Mapping[str, object] = {"rendition": rendition, "report": rendition.report}

    assert SECRET not in str(shown)
    assert SECRET not in f"{PrivateText(SECRET)} {PrivateText(SECRET)!r} {[PrivateText(SECRET)]}"
