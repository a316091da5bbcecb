"""A column of numbers that the engine read turned on its side is read again beside the words that it numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from qupia_redaction.model import Box, PrivateText
from qupia_redaction.ports import OcrWord
from qupia_redaction.read.uprighting import uprighted

_DPI = 200
_TOP, _LEFT = 100, 40


def _word(text: str, box: Box, line: int, confidence: float = 0.95, on_side: bool = False) -> OcrWord:
    course = ((box.x0 + box.x1) / 2, box.y1, (box.x0 + box.x1) / 2, box.y0, box.x1 - box.x0) if on_side else None
    return OcrWord(PrivateText(text), box, confidence, line, course)


def _questions() -> list[OcrWord]:
    return [_word(f"вопрос{n}", Box(100, _TOP + 40 * n, 220, _TOP + 40 * n + 20), n) for n in range(8)]


class _Block:
    """Reads the numbers of the questions, so surely, from the part of the page that it is shown."""

    def __init__(self, confidence: float = 0.95, turned: bool = False) -> None:
        self._confidence, self._turned = confidence, turned
        self.asked = 0

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        """Return them in pixels of the part; it begins half a line above and beside the column."""
        assert block
        self.asked += 1
        rows = [Box(10, 40 * n + 10, 30, 40 * n + 30) for n in range(8)]
        return tuple(_word(f"{n}.", box, n, self._confidence, self._turned) for n, box in enumerate(rows))


def _page(confidence: float = 0.2) -> list[OcrWord]:
    """Return what was read first: the numbers as one line that runs upwards."""
    column = _word("зЛ4олр", Box(_LEFT, _TOP, _LEFT + 20, _TOP + 300), 50, confidence, on_side=True)
    return [column, *_questions()]


def _said(words: Sequence[OcrWord]) -> list[str]:
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text.reveal())
    return [" ".join(line) for line in lines.values()]


def test_numbers_come_into_the_lines_that_they_number() -> None:
    words, before = uprighted(_Block(), Image.new("L", (600, 600), 255), _DPI, _page())  # type: ignore[arg-type]

    assert _said(words) == [f"{n}. вопрос{n}" for n in range(8)]
    assert _said(before) == ["зЛ4олр"], "it is searched still"
    assert all(abs(word.box.y0 - other.box.y0) < 2 for word, other in zip(words[::2], words[1::2], strict=True))


def test_writing_on_its_side_that_reads_no_better_level_stays() -> None:
    page, image = _page(), Image.new("L", (600, 600), 255)
    for block in (_Block(0.3), _Block(turned=True)):
        assert uprighted(block, image, _DPI, page) == (page, [])  # type: ignore[arg-type]


def test_pages_without_such_a_column_are_not_read_again() -> None:
    block, image = _Block(), Image.new("L", (600, 600), 255)
    for page in (_questions(), _page(0.9), [*_page()[:1], *_questions()[:1]]):
        assert uprighted(block, image, _DPI, page) == (page, [])  # type: ignore[arg-type]
    assert not block.asked


def test_a_word_that_was_read_surely_keeps_its_reading() -> None:
    first = _word("14", Box(_LEFT, _TOP + 280, _LEFT + 20, _TOP + 300), 60, 0.99)
    page = [_word("зЛ4олр", Box(_LEFT, _TOP, _LEFT + 20, _TOP + 270), 50, 0.2, on_side=True), first, *_questions()]

    words, _ = uprighted(_Block(), Image.new("L", (600, 600), 255), _DPI, page)  # type: ignore[arg-type]

    assert _said(words)[-1] == "14 вопрос7"
