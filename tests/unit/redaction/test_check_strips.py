"""The check reads strips of pages that stay text: what shows as pixels only is found, and kept words never refuse."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pikepdf
import pymupdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from qupia_redaction import pipeline
from qupia_redaction.check import Channel, Expected, Place, Sight, check
from qupia_redaction.check.channels import NOT_NEEDED
from qupia_redaction.check.sample import Sample
from qupia_redaction.check.stains import stained
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.layout.typeset import Token
from qupia_redaction.model import Box, PrivateText, Report
from qupia_redaction.page.frames import Frame
from qupia_redaction.pdf.write import corners
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.rebuild import Built, build
from qupia_server.samples.sheet import Face, pil_font
from tests.support.attacks.finding import outlines
from tests.support.attacks.kit import SANS
from tests.support.engine import engine
from tests.unit.redaction.pdfs.build import LIMITS, ORDER, SECRET, NoOcr, TermFinder, changed, typed

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")

BASELINE = 842 - 100 - 1.4 * 12
"""Of the line in which the name stands, from below."""
LINES = ("ПРИКАЗ № 12", f"Гражданин {SECRET}", "с 6 марта 1987 года. Негізі: өтініш.", "Директор завода")
OTHER_LINES = ("Журнал учёта", "Станок осмотрен и смазан", "Замечаний по работе цеха нет", "Мастер участка")


def _with_content(data: bytes, content: bytes, page: int = 0) -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.pages[page].contents_add(b"q " + content + b" Q")

    return changed(data, add)


def _outlines(
    text: str, x: float = 180, y: float = BASELINE, size: float = 12, page: int = 0
) -> Callable[[bytes], bytes]:
    """Draw a text as shapes: no engine of text knows of it."""
    return lambda data: _with_content(data, f"0 g {outlines(text, x, y, size)} f".encode(), page)


def _picture(data: bytes) -> bytes:
    """Put a picture of the name on the page, smaller than pictures that are read as such."""
    image = Image.new("L", (720, 60), 255)
    ImageDraw.Draw(image).text((4, 0), SECRET, fill=0, font=pil_font(Face.SERIF, 58))
    raw = image.tobytes()

    def add(pdf: pikepdf.Pdf) -> None:
        keys = {"Type": "/XObject", "Subtype": "/Image", "ColorSpace": "/DeviceGray"}
        stream = pdf.make_stream(raw, Width=720, Height=60, BitsPerComponent=8,
                                 **{key: pikepdf.Name(name) for key, name in keys.items()})  # fmt: skip
        pdf.pages[0].resources["/XObject"] = pikepdf.Dictionary(Im=stream)
        pdf.pages[0].contents_add(b"q 94 0 0 7.8 180 %d cm /Im Do Q" % (BASELINE - 1))

    return changed(data, add)


def _lying_name(data: bytes) -> bytes:
    """Set the name in letters of a font that says other words: text and pixels disagree."""
    return _lying(data, SECRET, "Номенклатура дел")


def _lying(data: bytes, drawn: str, said: str, page: int = 0) -> bytes:
    letters = list(dict.fromkeys(drawn))

    def add(pdf: pikepdf.Pdf) -> None:
        wide = [round(ImageFont.truetype(SANS, 1000).getlength(letter)) for letter in letters]
        procs = {
            f"/g{at}": pdf.make_stream(f"{wide[at]} 0 -100 -300 1200 1000 d1 {outlines(letter, 0, 0, 1000)} f".encode())
            for at, letter in enumerate(letters)
        }
        rows = "".join(f"<{65 + at:02x}> <{ord(said[at % len(said)]):04x}> " for at in range(len(letters)))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type3, FontBBox=pikepdf.Array([0, -300, 900, 1000]),
            FirstChar=65, LastChar=64 + len(letters), FontMatrix=pikepdf.Array([0.001, 0, 0, 0.001, 0, 0]),
            Widths=pikepdf.Array(wide), CharProcs=pikepdf.Dictionary(procs), Resources=pikepdf.Dictionary(),
            Encoding=pikepdf.Dictionary(
                Differences=pikepdf.Array([65, *(pikepdf.Name(f"/g{at}") for at in range(len(letters)))])
            ),
            ToUnicode=pdf.make_stream(f"{len(letters)} beginbfchar {rows}endbfchar".encode()),
        )  # fmt: skip
        sheet = pdf.pages[page]
        sheet.resources["/Font"]["/Lying"] = font
        codes = bytes(65 + letters.index(letter) for letter in drawn).hex()
        sheet.contents_add(f"q BT 0 g /Lying 12 Tf 180 {BASELINE} Td <{codes}> Tj ET Q".encode())

    return changed(data, add)


def _redacted(
    monkeypatch: pytest.MonkeyPatch, bend: Callable[[bytes], bytes], ocr: Ocr, master: bytes | None = None
) -> tuple[RefusalCode, str] | None:
    """Redact with a rebuild that is bent; return the refusal, or None where there is a rendition."""

    def bent(data: bytes, *others: object, **more: object) -> Built:
        built = build(data, *others, **more)  # type: ignore[arg-type]  # handed through
        return Built(bend(built.data), built.pages)

    monkeypatch.setattr(pipeline, "build", bent)
    try:
        pipeline.redact(master or typed(LINES), ORDER, LIMITS, TermFinder(), ocr)
    except RedactionRefused as refusal:
        return refusal.code, refusal.channel
    return None


SIGHT = (RefusalCode.LEAK_FOUND, Channel.SIGHT.value)


@needs_tesseract
@pytest.mark.parametrize(
    ("bend", "refusal"),
    [
        (_outlines(SECRET), SIGHT),
        (_outlines(SECRET.split()[0]), SIGHT),
        (_outlines("Ерлан"), SIGHT),
        (_outlines("баев"), SIGHT),
        (_picture, SIGHT),
        (_lying_name, SIGHT),
        (_outlines("премии"), None),
        (lambda data: data, None),
    ],
    ids=[
        "outlines",
        "half a name",
        "a short name",
        "the end of a name",
        "a small picture",
        "a lying font",
        "outlines of another word",
        "nothing",
    ],
)
def test_a_name_beside_its_mark_that_is_no_text(
    monkeypatch: pytest.MonkeyPatch, bend: Callable[[bytes], bytes], refusal: tuple[RefusalCode, str] | None
) -> None:
    assert _redacted(monkeypatch, bend, engine()) == refusal


def _two_pages() -> bytes:
    """Return a page with the name, and one without."""
    with pymupdf.open(stream=typed(LINES)) as both, pymupdf.open(stream=typed(OTHER_LINES)) as other:
        both.insert_pdf(other)
        return bytes(both.tobytes())


@needs_tesseract
@pytest.mark.parametrize(
    ("bend", "refusal"),
    [
        (_outlines(SECRET, 300, 200, page=1), SIGHT),
        (_outlines(SECRET, 300, 200), SIGHT),
        (_outlines(SECRET, 300, 200, 24, page=1), SIGHT),
        (_outlines("премии и взыскания", 300, 200, page=1), None),
        (lambda data: _lying(data, SECRET, "Номенклатура дел", page=1), SIGHT),
        (lambda data: data, None),
    ],
    ids=["outlines", "outlines far from the mark", "large", "outlines of other words", "a lying font", "nothing"],
)
def test_a_name_that_is_no_text_where_nothing_was_hidden(
    monkeypatch: pytest.MonkeyPatch, bend: Callable[[bytes], bytes], refusal: tuple[RefusalCode, str] | None
) -> None:
    assert _redacted(monkeypatch, bend, engine(), _two_pages()) == refusal


@needs_tesseract
def test_outlines_of_a_name_that_is_kept_elsewhere_are_no_trace() -> None:
    data = _outlines(SECRET, 300, 200, page=1)(_two_pages_built())
    hidden = Expected(2, {1: [PrivateText(SECRET)]}, {1: PrivateText(" ".join(LINES[::2]))})

    with pytest.raises(RedactionRefused):
        check(data, hidden, lambda: Report(2), engine())
    kept = replace(hidden, kept={1: PrivateText(f"{SECRET} stays")})
    assert check(data, kept, lambda: Report(2), engine()).report.pages == 2


def _two_pages_built() -> bytes:
    with pymupdf.open(stream=typed(LINES[::2])) as both, pymupdf.open(stream=typed(OTHER_LINES)) as other:
        both.insert_pdf(other)
        return build(bytes(both.tobytes()), {}).data


def _shift_maps(pdf: pikepdf.Pdf) -> None:
    """Let the fonts of the last page say the next letter for each of theirs."""
    for font in pdf.pages[-1].resources["/Font"].values():
        told = font.ToUnicode.read_bytes()
        told = re.sub(rb"<(04[0-9A-Fa-f]{2})>", lambda match: b"<%04X>" % (int(match[1], 16) + 1), told)
        font["/ToUnicode"] = pdf.make_stream(told)


@needs_tesseract
def test_around_its_place_a_short_name_in_letters_that_say_another_is_read() -> None:
    """Too short to be looked for anywhere else, and no ink is left unexplained: only the strip at its place tells."""
    data = changed(build(typed(["Приказ", "Слесарь Ерлан принят", "Мастер участка"]), {}).data, _shift_maps)
    place = Place(PrivateText("Ерлан"), (), (Box(120, 107, 160, 119),))
    expected = Expected(1, {1: [PrivateText("Ерлан")]}, {1: PrivateText("Приказ принят Слесарь Мастер участка")})

    assert check(data, expected, lambda: Report(1), engine()).report.channels["sight"] == NOT_NEEDED
    with pytest.raises(RedactionRefused) as caught:
        check(data, replace(expected, around={1: Sight((place,))}), lambda: Report(1), engine())
    assert (caught.value.channel, caught.value.page) == (Channel.SIGHT, 1)


@needs_tesseract
def test_a_line_whose_letters_say_other_words_is_read() -> None:
    """The map of the font is shifted by one letter: text and bytes are clean, no ink is left unexplained."""
    with pymupdf.open(stream=typed(LINES[::2])) as both, pymupdf.open(stream=typed([f"Мастер {SECRET}"])) as other:
        both.insert_pdf(other)
        built = build(bytes(both.tobytes()), {}).data

    expected = Expected(2, {1: [PrivateText(SECRET)]}, {1: PrivateText(" ".join(LINES[::2]))})
    with pytest.raises(RedactionRefused) as caught:
        check(changed(built, _shift_maps), expected, lambda: Report(2), engine())
    assert (caught.value.channel, caught.value.page) == (Channel.SIGHT, 2)


def test_the_sample_is_the_same_in_every_run_and_another_for_another_document() -> None:
    words = [Box(72.0, 100.0 + 16 * row, 300.0, 111.0 + 16 * row) for row in range(40)]
    with pypdfium2.PdfDocument(typed(OTHER_LINES)) as document:
        page = document[0]
        chosen = [[Sample(seed).lines(number, page, words)[0] for number in range(1, 9)] for seed in (b"a", b"a", b"b")]

    assert chosen[0] == chosen[1] != chosen[2]
    assert len({box.y0 for box in chosen[0]}) > 3


def test_without_a_reader_what_pixels_may_show_is_refused() -> None:
    expected = Expected(2, {1: [PrivateText(SECRET)]})
    with pytest.raises(RedactionRefused) as caught:
        check(_two_pages_built(), expected, lambda: Report(2))
    assert (caught.value.code, caught.value.channel) == (RefusalCode.ENGINE_ERROR, Channel.SIGHT)


class TestMarks:
    """Marks in lines of text, as pixels."""

    TOKEN = Token(72.0, 200.0, 90.0, 12.0, "имя P7")
    DARK = "0.13 0.15 0.18 rg"

    def _page(self, ground: str, over: str = "", turn: tuple[float, float] = (1.0, 0.0)) -> tuple[bytes, Frame]:
        """Draw a mark by hand over a name, and what is drawn over it."""
        frame = Frame(turn, 0.0)
        places = [(x, 842 - y) for x, y in corners(self.TOKEN, frame)]
        path = " ".join(f"{x:.2f} {y:.2f} {'l' if at else 'm'}" for at, (x, y) in enumerate(places))
        under = f"0 g {outlines(SECRET, 76, 842 - 200, 12)} f"
        label = f"1 g {outlines('имя', 78, 842 - 199, 8)} f"
        return _with_content(typed(), f"{under} {ground} {path} h f {over} {label}".encode()), frame

    def _stained(self, data: bytes, frame: Frame) -> bool:
        with pypdfium2.PdfDocument(data) as document:
            return stained(document[0], corners(self.TOKEN, frame))

    def test_a_solid_mark_is_clean(self) -> None:
        assert not self._stained(*self._page(self.DARK))

    @pytest.mark.parametrize("grey", ["0.6 g", "0.45 g"])
    def test_a_mark_that_is_not_dark(self, grey: str) -> None:
        assert self._stained(*self._page(grey))

    @pytest.mark.parametrize("grey", ["0 g", "0.05 g", "0.27 g", "0.35 g"])
    def test_a_name_over_its_mark_in_nearly_its_colour(self, grey: str) -> None:
        assert self._stained(*self._page(self.DARK, f"{grey} {outlines(SECRET, 76, 842 - 200, 12)} f"))

    def test_a_mark_that_lets_its_ground_through(self) -> None:
        def state(pdf: pikepdf.Pdf) -> None:
            pdf.pages[0].resources["/ExtGState"] = pikepdf.Dictionary(Thin=pikepdf.Dictionary(ca=0.8))

        data, frame = self._page("/Thin gs " + self.DARK)
        assert self._stained(changed(data, state), frame)

    def test_a_mark_on_its_side_is_looked_at_level(self) -> None:
        turned = Frame((0.0, 1.0), 0.0)
        token = Token(100.0, -300.0, 90.0, 12.0, "")
        places = [(x, 842 - y) for x, y in corners(token, turned)]
        path = " ".join(f"{x:.2f} {y:.2f} {'l' if at else 'm'}" for at, (x, y) in enumerate(places))
        for ink, told in ((self.DARK, False), ("0.7 g", True)):
            data = _with_content(typed(), f"{ink} {path} h f".encode())
            with pypdfium2.PdfDocument(data) as document:
                assert stained(document[0], corners(token, turned)) is told


@pytest.mark.parametrize("ink", ["0.5 0.5 0.5 rg", "0.9 0.7 0.1 rg"])
def test_a_light_mark_in_a_line_is_no_rendition(monkeypatch: pytest.MonkeyPatch, ink: str) -> None:
    def give_up(refusal: RedactionRefused, *_: object) -> None:
        raise refusal

    monkeypatch.setattr("qupia_redaction.pdf.write.DARK", ink)
    monkeypatch.setattr(pipeline, "_instead", give_up)

    assert _redacted(monkeypatch, lambda data: data, NoOcr()) == (RefusalCode.LEAK_FOUND, Channel.MARKS.value)


def test_a_scrap_where_other_text_stands_is_that_text_misread() -> None:
    """`слесарь` was read as letters of which `көшесі` has four, and a volume of sixty pages was refused."""

    class Misreads(NoOcr):
        def __init__(self, aside: float) -> None:
            super().__init__()
            self.aside = aside

        def glance(self, image: Image.Image, dpi: int, languages: Sequence[str]) -> tuple[OcrWord, ...]:
            rows, columns = np.nonzero(np.array(image) < 130)
            left, right = columns.min() + self.aside, columns.max() + self.aside
            return (OcrWord(PrivateText("шесік"), Box(left, float(rows.min()), right, float(rows.max())), 40, 1),)

    data = build(typed(["слесарь"]), {}).data
    place = Place(PrivateText("Үлгі көшесі"), (), (Box(116, 90, 200, 103),))
    expected = Expected(1, {1: [PrivateText("Үлгі көшесі")]}, {1: PrivateText("слесарь")})
    expected = replace(expected, around={1: Sight((place,))})

    assert check(data, expected, lambda: Report(1), Misreads(0)).report.pages == 1
    with pytest.raises(RedactionRefused):  # read where no word stands
        check(data, expected, lambda: Report(1), Misreads(80))


def test_a_page_as_large_as_a_wall_is_rendered_within_bounds() -> None:
    seen: list[tuple[int, int]] = []

    class Sees(NoOcr):
        def glance(self, image: Image.Image, dpi: int, languages: Sequence[str]) -> tuple[OcrWord, ...]:
            seen.append(image.size)
            return ()

    with pymupdf.open() as document:
        page = document.new_page(width=12_000, height=9_000)
        page.insert_text((6_000, 4_000), "Order of the day", fontsize=300)
        data = build(bytes(document.tobytes()), {}).data
    place = Place(PrivateText("Ерлан"), (), (Box(5_500, 3_750, 9_000, 4_050),))
    expected = Expected(1, {1: [PrivateText("Ерлан")]}, around={1: Sight((place,))})

    assert check(data, expected, lambda: Report(1), Sees()).report.pages == 1
    ((wide, _),) = seen
    assert wide <= 6_000
