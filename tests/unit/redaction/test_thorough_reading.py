"""The parts of thorough reading: neighbours joined, turned words placed, fonts told apart, liars named."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
import zxingcpp
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

from qupia_redaction.errors import RedactionRefused
from qupia_redaction.intake.layers import hidden_layers
from qupia_redaction.model import Box, PrivateText
from qupia_redaction.ocr.scripts import one_script
from qupia_redaction.page.clusters import clusters
from qupia_redaction.page.fontnames import tag_fonts
from qupia_redaction.page.lines import Glyph, word_lines
from qupia_redaction.page.testimony import Heard, compare, convicted, says_words, two_faced
from qupia_redaction.ports import OcrWord
from qupia_redaction.read import looking
from qupia_redaction.read.codes import find_codes
from qupia_redaction.read.trust import _agrees
from qupia_redaction.read.turning import _turned_place

PLACE = Box(0, 0, 10, 10)


def word(text: str, line: int = 0, box: Box = PLACE, **more: Any) -> OcrWord:
    return OcrWord(PrivateText(text), box, more.pop("confidence", 0.9), line, **more)


def test_tiles_of_one_picture_are_one_cluster_and_a_far_one_is_not() -> None:
    tiles = [Box(10 * i, 0, 10 * i + 10, 12) for i in range(5)]

    assert clusters([*tiles, Box(0, 200, 50, 220)]) == [Box(0, 0, 50, 12), Box(0, 200, 50, 220)]


@pytest.mark.parametrize(("wide", "letters"), [(400, 16), (120, 16), (60, 16)])
def test_letters_drawn_too_wide_or_narrow_are_read_as_usual_ones(wide: int, letters: int) -> None:
    line = [word("ы" * letters, box=Box(40, 40, 40 + wide, 60))]

    strip = looking._strip(Image.new("L", (600, 100), 255), line, 0.0)
    back = strip.back(word("x", box=Box(0, 0, strip.picture.width, strip.picture.height)), 0).box

    assert 0.3 < strip.picture.width / strip.picture.height / letters * 1.44 < 0.95
    assert back.x0 == pytest.approx(40 - 0.22 * 20, abs=1)
    assert back.x1 == pytest.approx(40 + wide + 0.22 * 20, abs=2)


def test_a_number_on_its_head_among_lines_on_theirs_is_turned_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as it lay it seemed sure, and was left as it was on a page that was turned."""
    as_it_lies = (word("762107519066"), word("агиоя мох хэмоу ЭАэл", 1, confidence=0.2))
    turned = [[word("куәгер Сүлейменқызы")], [word("990412300123")]]
    explained: list[list[str]] = []

    def turn(_: object, __: object, ___: int, seen: list[OcrWord]) -> list[OcrWord]:
        explained.append([w.text.reveal() for w in seen])
        return turned[len(explained) - 1]

    monkeypatch.setattr(looking, "turned_words", turn)
    monkeypatch.setattr(looking, "_again", lambda *_: [])
    ocr = SimpleNamespace(read=lambda *_: as_it_lies)

    seen = looking.look(ocr, Image.new("L", (200, 200), 255), 200)

    assert explained == [["762107519066"], ["куәгер Сүлейменқызы"]]
    assert {"990412300123", "куәгер Сүлейменқызы"} <= {w.text.reveal() for w in seen.words}


def test_short_words_take_the_alphabet_of_their_line() -> None:
    line = [word("Grounds"), word("аге"), word("application")]

    assert [w.text.reveal() for w in one_script(line)] == ["Grounds", "are", "application"]


def test_long_words_of_another_alphabet_stay() -> None:
    line = [word("Grounds"), word("Сорока"), word("application")]

    assert one_script(line)[1].text.reveal() == "Сорока"


@pytest.mark.parametrize(("angle", "mirrored"), [(90, False), (180, False), (270, False), (-18, False), (0, True)])
def test_a_turned_word_is_placed_where_its_ink_is(angle: float, mirrored: bool) -> None:
    image = Image.new("L", (300, 200), 255)
    ImageDraw.Draw(image).rectangle((40, 60, 100, 80), fill=0)
    place = _turned_place(image, angle, mirrored)
    seen = place.picture.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert seen is not None

    back = place.back(word("x", box=Box(*seen)), (0, 0), 0).box

    assert (back.x0 + back.x1) / 2 == pytest.approx(70, abs=4)
    assert (back.y0 + back.y1) / 2 == pytest.approx(70, abs=4)


def test_letters_of_an_upright_course_stand_below_each_other() -> None:
    page = word_lines(1, (100, 100), [word("abc", course=(50.0, 10.0, 50.0, 70.0, 8.0))], 1.0)
    middles = [((b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2) for b in page.boxes if b]

    assert middles == [(50.0, 20.0), (50.0, 40.0), (50.0, 60.0)]


def test_fonts_of_one_name_get_names_of_their_own() -> None:
    pdf = pikepdf.new()
    child = pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.A,
            FontDescriptor=Dictionary(FontFile2=pdf.make_stream(b"x")),
        )
    )  # fmt: skip
    fonts = [
        pdf.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.A, DescendantFonts=Array([child]))
        )
        for _ in range(2)
    ]
    pdf.Root["/Fonts"] = Array(fonts)

    tag_fonts(pdf)

    names = [str(font["/DescendantFonts"][0]["/BaseFont"]) for font in fonts]
    assert len(set(names)) == 2
    assert all(name.endswith("+A") for name in names)


def heard(said: str, seen: str, shapes: tuple[int, ...] = ()) -> Heard:
    """Return what is heard of a run of glyphs, each letter with a drawing of its own unless told."""
    glyphs = [
        Glyph(char, 6.0 * i, 6.0 * i + 6, shape=shapes[i] if shapes else ord(char)) for i, char in enumerate(said)
    ]
    found = Heard()
    compare(found, glyphs, seen)
    return found


def lies(said: str, seen: str, shapes: tuple[int, ...] = ()) -> bool:
    suspects = heard(said, seen, shapes).suspects()
    return bool(convicted(suspects, suspects))


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("nomir 990412", "nomir 550412"), ("Жұмапеков Терік", "Жұмабеков Серік"),
        ("Ко\ue000\ue001льчук", "Ковальчук"), ("Ко··льчук", "Ковальчук"), ("Ко  льчук", "Ковальчук"),
        ("07•205", "078205"), ("Щу\u2003 Пётр", "Щур Пётр"),
        ("07112§553344", "071128553344"), ("Ков@льчук", "Ковальчук"),
    ],
)  # fmt: skip
def test_a_map_that_says_something_else_is_proven_false(said: str, seen: str) -> None:
    assert lies(said, seen)


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("Page one", "Раде one"), ("дом рядом", "домрядом"), ("из-за дома", "изза дома"), ("(см. рис)", "осм рис"),
        ("дом", ""), ("по § 8 закона", "по88закона"), ("№12 и 50%", "n12и509"), ("R&D", "R8D"),
    ],
)  # fmt: skip
def test_what_engines_misread_proves_nothing(said: str, seen: str) -> None:
    assert not lies(said, seen)


def test_a_wide_drawing_that_shows_a_name_is_a_lie() -> None:
    found = Heard()
    compare(found, [Glyph("к", 0.0, 80.0, shape=3)], "Кречетников")

    assert convicted(found.suspects(), found.suspects())
    assert not lies("Кольчук", "Кольчук соседняя")


def test_letters_that_a_drawing_says_and_does_not_show_are_a_lie() -> None:
    assert lies("Кольъъчук", "Кольчук", (1, 2, 3, 4, -1, -1, 5, 6, 7))


def _drawn(*said: str) -> list[Glyph]:
    """Return glyphs of drawings, each with the letters that it says: all but the first have none of their own."""
    return [
        Glyph(char, shape=number if not at else -1) for number, word in enumerate(said) for at, char in enumerate(word)
    ]


@pytest.mark.parametrize("said", [("д", "о", "м"), ("о", "ffi", "c", "e"), ("fl", "y"), ("№",)])
def test_letters_that_are_set_as_one_are_no_lie(said: tuple[str, ...]) -> None:
    assert not says_words(_drawn(*said))


@pytest.mark.parametrize("said", [("д", "кор", "аби"), ("a", "xyz")])
def test_one_drawing_that_says_several_letters_closes_its_font(said: tuple[str, ...]) -> None:
    """Each letter of a name said three others: nothing was long enough to be heard otherwise."""
    assert says_words(_drawn(*said))
    sample: Any = SimpleNamespace(runs=[SimpleNamespace(glyphs=_drawn(*said))])
    nobody: Any = None
    assert not _agrees(sample, nobody, nobody)


def test_a_drawing_that_says_two_letters_is_two_faced() -> None:
    assert two_faced([("а", 5), ("в", 6), ("в", 5)])
    assert two_faced([("1", 5), ("", 5)])
    assert not two_faced([("", 3), ("", 3), ("а", 5), ("а", 6), ("ω", 7), ("", 7)])


@pytest.mark.parametrize(
    ("expression", "hidden"), [("not on", True), ("not off", False), ("both", True), ("one", False)]
)
def test_visibility_expressions_are_evaluated(expression: str, hidden: bool) -> None:
    pdf = pikepdf.new()
    on, off = (pdf.make_indirect(Dictionary(Type=Name.OCG)) for _ in range(2))
    pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([on, off]), D=Dictionary(OFF=Array([off])))
    tree = {
        "not on": Array([Name.Not, on]), "not off": Array([Name.Not, off]), "both": Array([Name.And, on, off]),
        "one": Array([Name.Or, off, on]),
    }[expression]  # fmt: skip

    assert hidden_layers(pdf).off(Dictionary(Type=Name.OCMD, VE=tree)) is hidden


def test_an_expression_without_meaning_refuses() -> None:
    pdf = pikepdf.new()
    group = pdf.make_indirect(Dictionary(Type=Name.OCG))

    with pytest.raises(RedactionRefused):
        hidden_layers(pdf).off(Dictionary(Type=Name.OCMD, VE=Array([Name.Perhaps, group])))


def test_codes_tell_what_they_say_unless_it_is_packed() -> None:
    def said(text: str) -> str | None:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4)
        page = Image.new("L", (code.shape[1] + 80, code.shape[0] + 80), 255)
        page.paste(Image.fromarray(code), (40, 40))
        found = find_codes(page, 0.36)
        return found[0].text.reveal() if found[0].text else None

    assert said("n=Brad%77ell") == "n=Brad%77ell\nn=Bradwell"
    assert said("Sm9obiBEb2Ugd2FzIGhlcmUgMTk5") is None
