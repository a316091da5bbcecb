"""Random pages with a term set in random ways: it is gone, everything else is there, and twice equals once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pymupdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from qupia_redaction.check.folding import fold
from qupia_redaction.model import Limits, PrivateText, RedactionOrder
from qupia_redaction.pipeline import redact
from qupia_redaction.ports import OcrWord
from qupia_redaction.workers.no_finder import build as no_finder
from qupia_server.samples import build
from tests.unit.redaction.pdfs.build import NoOcr

TERM = "Жұмабеков Серік"
WORDS = (
    "Гражданин",
    "принят",
    "слесарем",
    "завода",
    "приказом",
    "тоқсан",
    "құжат",
    "бұйрық",
    "цеха",
    "1987",
    "№",
    "12",
)
LIMITS = Limits(max_pages=10, max_pixels=20_000_000)
ORDER = RedactionOrder(frozenset(), terms=(PrivateText(TERM),), terms_only=True, plain=True)


class Blind(NoOcr):
    """Sees no word in what is left of a page beside its glyphs: the marks."""

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        return ()


Draw = Callable[[pymupdf.TextWriter, tuple[float, float], float, pymupdf.Font], None]

FOLDER = Path(build.__file__).parent / "fonts"
FACES = {"print": "tiro", "serif": "DejaVuSerif.ttf", "even": "DejaVuSansMono.ttf"}
CROPPED = 9.5
"""Points that a crop box takes off on each side; it moves the origin of what is shown."""


@pytest.fixture(autouse=True)
def _fonts_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qupia_redaction.read.trust._agrees", lambda sample, page, ocr: True)


def whole(text: str) -> Draw:
    def draw(writer: pymupdf.TextWriter, at: tuple[float, float], size: float, face: pymupdf.Font) -> None:
        writer.append(at, text, font=face, fontsize=size)

    return draw


def in_letters(text: str, backwards: bool) -> Draw:
    def draw(writer: pymupdf.TextWriter, at: tuple[float, float], size: float, face: pymupdf.Font) -> None:
        x, places = at[0], []
        for char in text:
            places.append((x, char))
            x += face.text_length(char, size) + 0.02 * size
        for place, char in places[::-1] if backwards else places:
            writer.append((place, at[1]), char, font=face, fontsize=size)

    return draw


WAYS = {
    "as it is": whole(TERM),
    "capitals": whole(TERM.upper()),
    "turned round": whole("Серік Жұмабеков"),
    "spaced": whole(" ".join(TERM)),
    "declined": whole("Жұмабековтің Серіктің"),
    "letter by letter": in_letters(TERM, backwards=False),
    "letters backwards": in_letters(TERM, backwards=True),
    "twins": whole(TERM.replace("е", "e").replace("о", "o").replace("к", "k")),
}


@dataclass(frozen=True)
class Setting:
    """How a page is set: its face, letters' size, left margin, quarters that it is turned by, whether it is cut, and
    how many points a unit of it has."""

    face: str
    size: float
    left: float
    turn: int
    cut: bool
    unit: int


settings_of_pages = st.builds(
    Setting,
    st.sampled_from(sorted(FACES)),
    st.sampled_from([7.0, 10.0, 12.5, 14.0]),
    st.floats(20, 100),
    st.sampled_from([0, 90, 180, 270]),
    st.booleans(),
    st.sampled_from([1, 1, 2]),
)


def page_of(lines: list[list[str]], way: str, place: int, look: Setting) -> bytes:
    file, size = FACES[look.face], look.size
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        writer = pymupdf.TextWriter(page.rect)
        face = pymupdf.Font(file) if "." not in file else pymupdf.Font(fontfile=str(FOLDER / file))
        for number, words in enumerate(lines):
            at = (look.left, 80 + 1.5 * size * number)
            writer.append(at, " ".join(words), font=face, fontsize=size)
            if number == place:
                beside = at[0] + face.text_length(" ".join([*words, ""]), size) + 0.3 * size
                WAYS[way](writer, (beside, at[1]), size, face)
        writer.write_text(page)
        if look.cut:
            page.set_cropbox((CROPPED, CROPPED, 595 - CROPPED, 842 - CROPPED))
        page.set_rotation(look.turn)
        if look.unit != 1:
            document.xref_set_key(page.xref, "UserUnit", str(look.unit))
        return bytes(document.tobytes())


def seen(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), min_size=1, max_size=12),
    way=st.sampled_from(sorted(WAYS)),
    place=st.integers(0, 11),
    look=settings_of_pages,
)
def test_a_term_goes_however_it_is_set_and_every_other_word_stays(
    lines: list[list[str]], way: str, place: int, look: Setting
) -> None:
    master = page_of(lines, way, min(place, len(lines) - 1), look)

    rendition = redact(master, ORDER, LIMITS, no_finder(), NoOcr())

    shown = seen(rendition.data)
    assert not any(fold(part) in fold(shown) for part in (*TERM.split(), "Серікті", "Жұмабековті"))
    words = shown.split()
    written, left = [word for line in lines for word in line], [word for word in words if word in WORDS]
    # PDFium tells the lines of a turned page in another order.
    assert (written == left) if look.turn == 0 else (sorted(written) == sorted(left))
    assert sum(rendition.report.marks.values()) == 1
    twice = redact(rendition.data, ORDER, LIMITS, no_finder(), Blind())
    assert twice.report.marks == {}
    assert seen(twice.data).split() == words
