"""What OCR saw and did not read surely may be a name: the profile hides it, and the page says so."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pymupdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from qupia_redaction.model import Box, Category, Language, Method, PrivateText, RedactionOrder, RenditionKind
from qupia_redaction.pipeline import redact
from qupia_redaction.ports import OcrWord
from qupia_redaction.read.unread import unread_words
from tests.unit.redaction.pdfs.build import LIMITS, NoOcr, TermFinder, text_of

LINES = (("Справка", "дана", "Жмр8ханв", "завода"), ("работает", "слесарем", "третьего", "разряда"))
POOR = "Жмр8ханв"
ORDER = RedactionOrder(frozenset({Category.PERSON}), language=Language.RU)


def place(line: int, column: int) -> Box:
    return Box(60 + 100 * column, 100 + 30 * line, 140 + 100 * column, 114 + 30 * line)


class UnsureOcr(NoOcr):
    """Reads all words well but one."""

    def __init__(self, poor: float) -> None:
        self._poor = poor

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        scale, first = dpi / 72, np.asarray(image.convert("L"))
        return tuple(
            OcrWord(PrivateText(word), box, self._poor if word == POOR else 0.95, line)
            for line, words in enumerate(LINES)
            for column, word in enumerate(words)
            for spot in [place(line, column)]
            for box in [Box(spot.x0 * scale, spot.y0 * scale, spot.x1 * scale, spot.y1 * scale)]
            if first[int(box.y0) + 2, int(box.x0) + 2] in range(60, 90) and not block
        )


def scan() -> bytes:
    image = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(image)
    for line, words in enumerate(LINES):
        for column in range(len(words)):
            box = place(line, column)
            pen.rectangle([side * 150 / 72 for side in (box.x0, box.y0, box.x1, box.y1)], fill=75)
    file = io.BytesIO()
    image.save(file, "PNG")
    with pymupdf.open() as document:
        document.new_page(width=595, height=842).insert_image((0, 0, 595, 842), stream=file.getvalue())
        return bytes(document.tobytes())


def inked(page: np.ndarray, box: Box) -> float:
    """Return the share of a place that shows the ink of the scan."""
    part = page[int(box.y0) + 3 : int(box.y1) - 3, int(box.x0) + 3 : int(box.x1) - 3]
    return float((np.abs(part - 75.0) < 9).mean())


def made(order: RedactionOrder, poor: float = 0.4) -> tuple[bytes, Mapping[Category, int]]:
    rendition = redact(scan(), order, LIMITS, TermFinder({}), UnsureOcr(poor))
    return rendition.data, rendition.report.marks


def test_a_word_that_was_not_read_surely_is_covered_and_the_page_says_so() -> None:
    data, marks = made(ORDER)

    assert marks == {Category.PERSON: 1}
    assert POOR not in text_of(data)
    assert "разряда" in text_of(data)
    with pypdfium2.PdfDocument(data) as document:
        legend = document[1].get_textpage().get_text_range().replace("\r\n", " ")
        first = np.asarray(document[0].render(scale=1, grayscale=True).to_pil().convert("L"))
    assert "не прочитано" in legend
    assert inked(first, place(0, 2)) < 0.3
    assert inked(first, place(1, 2)) > 0.9


@pytest.mark.parametrize(
    ("order", "poor"),
    [
        (ORDER, 0.95),
        (replace(ORDER, hide=frozenset({Category.CODE})), 0.4),
        (replace(ORDER, terms_only=True, terms=(PrivateText("Болатов"),)), 0.4),
    ],
    ids=["read surely", "names stay", "terms only"],
)
def test_it_stays_where_it_was_read_or_names_are_not_hidden(order: RedactionOrder, poor: float) -> None:
    data, marks = made(order, poor)

    assert not marks
    assert POOR in text_of(data)


@pytest.mark.parametrize(("method", "shown"), [(Method.REMOVE, "[]"), (Method.GENERALISE, "[не прочитано P7]")])
def test_in_texts_it_is_hidden_by_the_method_of_names(method: Method, shown: str) -> None:
    order = replace(ORDER, rendition=RenditionKind.TEXT, methods=((Category.PERSON, method),))
    assert f"дана {shown} завода" in made(order)[0].decode()


HERE = Box(0, 0, 50, 10)


def word(text: str, confidence: float, box: Box = HERE) -> OcrWord:
    return OcrWord(PrivateText(text), box, confidence, 0)


def unread(words: Sequence[OcrWord], again: Sequence[OcrWord] = ()) -> list[str]:
    return [one.text.reveal() for one in unread_words(words, again)]


def test_only_what_may_be_a_name_and_was_read_by_nobody_surely_counts() -> None:
    assert unread([word(POOR, 0.4), word("завода", 0.4), word("Жм", 0.4), word("Жұмабеков", 0.9)]) == [POOR]


def test_a_second_reading_that_says_the_same_there_is_believed() -> None:
    there, elsewhere = word("жмр8ханв.", 0.5), word(POOR, 0.5, Box(0, 80, 50, 90))
    assert unread([word(POOR, 0.4)], [there]) == []
    assert unread([word(POOR, 0.4)], [elsewhere, word("Жмрбханв", 0.5)]) == [POOR]


def test_a_common_word_that_the_second_reading_says_surely_is_no_name_though_the_first_misspelt_it() -> None:
    assert unread([word("ТОРОДСКАЯ", 0.4)], [word("ГОРОДСКАЯ", 0.9)]) == []


@pytest.mark.parametrize(
    ("first", "second", "sure"),
    [
        ("ТОРОДСКАЯ", "ГОРОДСКАЯ", 0.6),
        ("ТОРОДСКАЛ", "ГОРОДСКАЯ", 0.9),
        ("Понова", "Попова", 0.9),
        ("Мариль", "Марина", 0.9),
        ("Дамщ", "Дама", 0.9),
        ("Кузбецав", "Кузбецов", 0.9),
    ],
    ids=["not surely", "two letters", "a surname", "a given name", "short", "no word"],
)
def test_what_a_second_reading_does_not_clear_up_may_be_a_name(first: str, second: str, sure: float) -> None:
    assert unread([word(first, 0.4)], [word(second, sure)]) == [first]
