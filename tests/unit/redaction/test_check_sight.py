"""The check looks at pages that became pixels: it refuses what can still be read there, wherever the mark went."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pymupdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from qupia_redaction.check import Expected, Place, Sight, check, rendered
from qupia_redaction.check.folding import fold
from qupia_redaction.check.sight import tells, turned
from qupia_redaction.check.traces import Seen, traces
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.layout.pixels import COVER, PagePicture, cover
from qupia_redaction.model import Box, Category, Language, Mark, PrivateText, Report
from qupia_redaction.plan.labels import label
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.rebuild import build
from qupia_server.samples.sheet import Face, font_path, pil_font
from tests.support.engine import engine
from tests.unit.redaction.pdfs.build import NoOcr

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
SCALE = 200 / 72
SIZE, PITCH, LEFT, TOP = 11.0, 15.4, 70.0, 100.0
LINES = (
    "Комиссия рассмотрела представленные материалы о работе",
    "цеха и отметила, что слесарь Жарменова Сауле Ерланқызы",
    "выполнила задание в срок и без единого замечания мастера",
    "и потому достойна премии по итогам последнего квартала",
)
FONT = font_path(Face.SERIF).read_bytes()
SECRET = "Жарменова Сауле Ерланқызы"


def _extent(text: str) -> float:
    return pil_font(Face.SERIF, round(SIZE * SCALE)).getlength(text) / SCALE


def _boxes(row: int, words: str, first: str = "") -> list[tuple[str, Box]]:
    """Return the boxes of words on a line, after the words in `first`."""
    boxes, before = [], first
    for word in words.split():
        x0 = LEFT + _extent(before)
        baseline = TOP + row * PITCH
        boxes.append((word, Box(x0, baseline - 0.76 * SIZE, x0 + _extent(word), baseline + 0.05 * SIZE)))
        before += word + " "
    return boxes


BEFORE = LINES[1].removesuffix(SECRET)
PLACES = tuple(box for _, box in _boxes(1, SECRET, BEFORE))
KEPT = [word for row in (0, 2, 3) for word in _boxes(row, LINES[row])] + _boxes(1, BEFORE)
RIGHT = Box(PLACES[0].x0 - 3, PLACES[0].y0 - 3, PLACES[-1].x1 + 6, PLACES[0].y1 + 3)


def _moved(box: Box, x: float = 0, y: float = 0) -> Box:
    return Box(box.x0 + x, box.y0 + y, box.x1 + x, box.y1 + y)


def _page(*marks: Box) -> bytes:
    """Draw the lines as a picture, black out rectangles, and build the page of it as the library does."""
    image = Image.new("L", (round(595 * SCALE), round(842 * SCALE)), 236)
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(LINES):
        place = (LEFT * SCALE, (TOP + row * PITCH) * SCALE)
        pen.text(place, line, fill=30, font=pil_font(Face.SERIF, round(SIZE * SCALE)), anchor="ls")
    for mark in marks:
        pen.rectangle([side * SCALE for side in (mark.x0, mark.y0, mark.x1, mark.y1)], fill=COVER)
    return _built(image)


def _built(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    with pymupdf.open() as document:
        document.new_page(width=595, height=842)
        blank = bytes(document.tobytes())
    return build(blank, {1: PagePicture(buffer.getvalue(), *image.size, colour=False, bilevel=False)}).data


def _expected(*marks: Box, places: tuple[Box, ...] = PLACES) -> Expected:
    sight = Sight((Place(PrivateText(SECRET), places),), tuple((PrivateText(text), box) for text, box in KEPT))
    covered = tuple(Mark(1, mark, Category.PERSON) for mark in marks)
    return Expected(1, {}, {1: PrivateText("\n".join(LINES))}, covered, {1: sight})


def _refusal(data: bytes, expected: Expected, ocr: Ocr) -> tuple[RefusalCode, int | None]:
    with pytest.raises(RedactionRefused) as caught:
        check(data, expected, lambda: Report(1), ocr)
    return caught.value.code, caught.value.page


@needs_tesseract
def test_a_covered_page_passes() -> None:
    assert check(_page(RIGHT), _expected(RIGHT), lambda: Report(1), engine()).report.pages == 1


def test_a_page_of_pixels_is_drawn_once_for_all_who_look_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[float] = []
    draw = rendered._drawn

    def counted(page: pypdfium2.PdfPage, scale: float) -> np.ndarray:
        drawn.append(scale)
        pixels = draw(page, scale)
        assert not pixels.flags.writeable  # one who looks must not wipe what the other is to see
        return pixels

    monkeypatch.setattr(rendered, "_drawn", counted)
    hidden = replace(_expected(RIGHT), kept={}, secrets={1: (PrivateText(SECRET),)})

    assert check(_page(RIGHT), hidden, lambda: Report(1), NoOcr()).report.pages == 1
    assert len(drawn) == 1


@pytest.mark.parametrize("height", [7.0, 9.0, 12.0, 20.0])
def test_a_label_at_the_left_side_makes_no_hole(height: float) -> None:
    """Marks of small print carry a label that begins a pixel or two from their side."""
    image = Image.new("L", (round(595 * SCALE), round(842 * SCALE)), 236)
    box = Box(70, 100, 190, 100 + height)
    cover(image, [Mark(1, box, Category.DOCUMENT_NUMBER)], SCALE, {Category.DOCUMENT_NUMBER: "№ документа"}, FONT)
    place = Box(box.x0 + 2, box.y0 + 1, box.x1 - 2, box.y1 - 1)

    assert check(_built(image), _expected(box, places=(place,)), lambda: Report(1), NoOcr()).report.pages == 1


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [150 / 72, SCALE, 300 / 72])
def test_no_label_makes_a_hole_whatever_its_length(language: Language, scale: float) -> None:
    """Every label on every height of mark, in every width from shorter than itself to longer."""
    words = {category: label(category, language) for category in Category}
    marks = list(_marks_for(words))
    image = Image.new("L", (round(595 * scale), round(842 * scale)), 236)
    cover(image, marks, scale, words, FONT)
    believed = tuple(Box(box.x0 + 2, box.y0 + 1, box.x1 - 2, box.y1 - 1) for box in (mark.box for mark in marks))
    sight = Sight((Place(PrivateText(" ".join(words.values())), believed),))
    expected = Expected(1, {}, {}, marks, {1: sight})

    assert check(_built(image), expected, lambda: Report(1), NoOcr()).report.pages == 1


def _marks_for(words: dict[Category, str]) -> Iterator[Mark]:
    x, y = 10.0, 10.0
    for height in (9.0, 11.0, 14.0):
        for category, text in words.items():
            wide = pil_font(Face.SERIF, 100).getlength(text) / 100 * 0.55 * height
            for more in (-2.0, 0.0, 2.5, 4.0, 5.5, 7.0, 10.0):
                if x + wide + more > 585:
                    x, y = 10.0, y + height + 5
                yield Mark(1, Box(x, y, x + wide + more, y + height), category)
                x += wide + more + 5
        x, y = 10.0, y + height + 5


@pytest.mark.parametrize("language", list(Language))
def test_a_label_up_to_the_right_side_makes_no_hole(language: Language) -> None:
    """As another hand would print it: from the middle outwards, its last letter at the edge."""
    image = Image.new("L", (round(595 * SCALE), round(842 * SCALE)), 236)
    pen, marks = ImageDraw.Draw(image), list(_marks_for({c: label(c, language) for c in Category}))
    for mark in marks:
        x0, y0, x1, y1 = (round(value * SCALE) for value in (mark.box.x0, mark.box.y0, mark.box.x1, mark.box.y1))
        pen.rectangle([x0, y0, x1 - 1, y1 - 1], fill=COVER)
        font = pil_font(Face.BOLD, round(0.5 * (y1 - y0)))
        pen.text((x1 - 2, (y0 + y1) // 2), label(mark.category, language)[-3:], fill=255, font=font, anchor="rm")
    believed = tuple(Box(box.x0 + 2, box.y0 + 1, box.x1 - 2, box.y1 - 1) for box in (mark.box for mark in marks))
    expected = Expected(1, {}, {}, marks, {1: Sight((Place(PrivateText(SECRET), believed),))})

    assert check(_built(image), expected, lambda: Report(1), NoOcr()).report.pages == 1


def test_a_label_keeps_away_from_both_sides_of_its_mark() -> None:
    words = {category: label(category, Language.EN) for category in Category}
    marks = list(_marks_for(words))
    image = Image.new("L", (round(595 * SCALE), round(842 * SCALE)), 236)
    cover(image, marks, SCALE, words, FONT)
    pixels = np.asarray(image)
    labelled = 0
    for box in (mark.box for mark in marks):
        x0, y0, x1, y1 = (round(value * SCALE) for value in (box.x0, box.y0, box.x1, box.y1))
        labelled += bool((pixels[y0:y1, x0:x1] > 200).any())
        assert (pixels[y0:y1, x0 : x0 + 2] == COVER).all()
        assert (pixels[y0:y1, x1 - 2 : x1] == COVER).all()
        assert (pixels[y0:y1, x1 : x1 + 4] == 236).all()
    assert labelled > len(marks) // 3


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_a_frame_with_an_open_side_is_no_mark(side: str) -> None:
    """A rectangle of which a side is missing shows something; a label never takes a whole side away."""
    image = Image.new("L", (round(595 * SCALE), round(842 * SCALE)), 236)
    pen, box = ImageDraw.Draw(image), Box(70, 100, 190, 112)
    pen.rectangle([value * SCALE for value in (box.x0, box.y0, box.x1, box.y1)], fill=COVER)
    gap = {"left": (0, 0, 4, 12), "right": (116, 0, 120, 12), "top": (0, 0, 120, 3), "bottom": (0, 9, 120, 12)}[side]
    pen.rectangle([(at + base) * SCALE for at, base in zip(gap, (70, 100, 70, 100), strict=True)], fill=236)

    place = Box(box.x0 + 2, box.y0 + 1, box.x1 - 2, box.y1 - 1)
    assert _refusal(_built(image), _expected(box, places=(place,)), NoOcr()) == (RefusalCode.LEAK_FOUND, 1)


WRONG = {
    "a line too low": (_moved(RIGHT, y=PITCH),),
    "a line too high": (_moved(RIGHT, y=-PITCH),),
    "three em beside": (_moved(RIGHT, x=3 * SIZE),),
    "three em before": (_moved(RIGHT, x=-3 * SIZE),),
    "half a word": (Box((PLACES[0].x0 + PLACES[0].x1) / 2, RIGHT.y0, RIGHT.x1, RIGHT.y1),),
    "none": (),
}


@pytest.mark.parametrize("marks", WRONG.values(), ids=WRONG)
def test_a_wrong_mark_is_refused(marks: tuple[Box, ...]) -> None:
    assert _refusal(_page(*marks), _expected(*marks), NoOcr()) == (RefusalCode.LEAK_FOUND, 1)


@needs_tesseract
@pytest.mark.parametrize("marks", WRONG.values(), ids=WRONG)
def test_a_wrong_mark_is_refused_though_the_places_are_as_wrong(marks: tuple[Box, ...]) -> None:
    """The reader misjudged where the secret stands: places agree with marks, only the picture tells."""
    believed = tuple(Box(mark.x0 + 3, mark.y0 + 3, mark.x1 - 3, mark.y1 - 3) for mark in marks)

    expected = _expected(*marks, places=believed or PLACES)
    assert _refusal(_page(*marks), expected, engine()) == (RefusalCode.LEAK_FOUND, 1)


@needs_tesseract
def test_what_is_left_where_the_master_had_it_is_refused() -> None:
    """The line was set again: its mark stands at another place, and the old one was not wiped out."""
    mark = Box(70, 600, 170, 613)
    believed = (Box(mark.x0 + 3, mark.y0 + 3, mark.x1 - 3, mark.y1 - 3),)
    expected = _expected(mark, places=believed)
    was = replace(expected.sights[1].places[0], was=PLACES)

    assert check(_page(mark), expected, lambda: Report(1), engine()).report.pages == 1
    looked = replace(expected, sights={1: replace(expected.sights[1], places=(was,))})
    assert _refusal(_page(mark), looked, engine()) == (RefusalCode.LEAK_FOUND, 1)


def test_without_a_reader_a_page_of_pixels_is_refused() -> None:
    with pytest.raises(RedactionRefused) as caught:
        check(_page(RIGHT), _expected(RIGHT), lambda: Report(1))

    assert caught.value.code is RefusalCode.ENGINE_ERROR


NEAR, FAR = Box(100, 100, 150, 110), Box(300, 400, 350, 410)


@pytest.mark.parametrize(
    ("word", "box", "told"),
    [
        ("Жарменова", FAR, True),
        ("Жармен0ва", FAR, True),
        ("менова", NEAR, True),
        ("Жарм", NEAR, True),
        ("Жару", NEAR, True),
        ("нова", NEAR, True),
        ("Жару", FAR, False),
        ("Сауле", NEAR, True),
        ("Сауле", FAR, False),
        ("журнал", NEAR, False),
        ("премия", NEAR, False),
    ],
)
def test_what_tells(word: str, box: Box, told: bool) -> None:
    assert traces([Seen(fold(word), box, 0)], [("Жарменова Сауле", [NEAR])], [], "") is told


def test_a_word_that_stays_there_explains_itself() -> None:
    seen = [Seen(fold("Жарменова"), FAR, 0)]

    assert not traces(seen, [("Жарменова", [NEAR])], [(fold("Жарменова"), FAR)], "")
    assert traces(seen, [("Жарменова", [NEAR])], [(fold("Жарменова"), Box(100, 400, 150, 410))], "")


def test_digits_in_groups_are_joined() -> None:
    seen = [Seen(text, Box(300 + 30 * at, 400, 325 + 30 * at, 410), 4) for at, text in enumerate(("990", "101", "500"))]

    assert traces(seen, [("990 101 500", [NEAR])], [], "")
    assert not traces(seen[:2], [("990 101 500", [NEAR])], [], "")


@pytest.mark.parametrize("turn", [1, 3])
def test_a_page_on_its_side_is_looked_at_level(turn: int) -> None:
    """Read as it lies, writing on its side is garbage in which a part of any name may stand."""
    place = Place(PrivateText("Рыльцева"), (Box(96, 290, 116, 410),))
    pixels = np.full((600, 400), 255, np.uint8)
    pixels[100:500:6, 100:112] = 60
    seen: list[tuple[int, int]] = []

    class Glances(NoOcr):
        def glance(self, image: Image.Image, dpi: int, languages: Sequence[str]) -> tuple[OcrWord, ...]:
            seen.append(image.size)
            return ()

    assert tells(pixels, 1.0, Sight((place,), turn=turn), [], Glances()), "nothing covers it"
    pixels[280:420, 90:122] = 40
    assert not tells(pixels, 1.0, Sight((place,), turn=turn), [Box(90, 280, 122, 420)], Glances())
    ((wide, high),) = seen
    assert wide > high
    assert turned([Box(1, 2, 3, 5)], 1, 10, 20) == [Box(2, 7, 5, 9)]
    assert turned([Box(1, 2, 3, 5)], 4, 10, 20) == [Box(1, 2, 3, 5)]
