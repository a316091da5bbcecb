"""Write lines that were set again: words in their fonts and tokens with labels, in reading order, one line a stream.

The rebuild moves each line to its place on the page by the marks around it. The marks and the names of fonts are drawn
by lot for each job, so that no master can hold them; nothing of them reaches the output.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import pymupdf

from qupia_redaction.layout.following import in_reading_order
from qupia_redaction.layout.typeset import TOKEN_PAD_EM, TOKEN_SCALE, NewLine, Token, Word
from qupia_redaction.model import Box, Corners
from qupia_redaction.page.frames import LEVEL_FRAME, Frame
from qupia_redaction.page.lines import Segment, Style
from qupia_redaction.pdf.fonts import BuiltIn, Faces, builtin
from qupia_redaction.pdf.own_fonts import OwnFont, put_into
from qupia_redaction.pdf.ruling import operators
from qupia_redaction.rebuild.order import Place

DARK = "0.13 0.15 0.18 rg"
_WHITE = "1 1 1 rg"
_PLAIN = "0 Tc 0 Tw 100 Tz 0 Ts 0 Tr"  # what stands before a line in the content may have set them otherwise


class Writer:
    """Writes lines on the pages of one document."""

    def __init__(self) -> None:
        self._lot = "Q" + secrets.token_hex(8)
        self._names: dict[int, str] = {}
        self._fonts: dict[int, pymupdf.Font] = {}
        self._lines = 0

    def write(
        self, page: pymupdf.Page, lines: Sequence[NewLine], faces: Faces, segments: Sequence[Segment]
    ) -> list[Place]:
        """Append lines to a page and return where they belong.

        Args:
            page: the words that are set again are gone from it.
            lines: in reading order.
            faces: fonts for their words.
            segments: all of the page, in reading order.
        """
        page.wrap_contents()
        kept = [s for s in segments if s.upright and s.drawn and not _within(s, lines)]
        written = [line for line in lines if line.words or line.tokens]
        level, following = in_reading_order([line for line in written if line.frame == LEVEL_FRAME], kept)
        places = []
        for block in _blocks([*level, *(line for line in written if line.frame != LEVEL_FRAME)]):
            after = following.get(id(block[-1]), ())  # what follows a turned line stays where it is: it comes last
            self._lines += 1
            tag = f"{self._lot}l{self._lines}"
            drawn = operators([piece for line in block for piece in line.rules], page)
            shown = "".join(self._content(page, line, faces) for line in block)
            ruled = f"q\n{drawn}Q\n" * bool(drawn)
            content = f"\n/{tag} BMC\n{ruled}{shown}EMC\n"
            pymupdf.TOOLS._insert_contents(page, content.encode(), 1)
            points = tuple(_point(page, s.drawn[0].x0, s.drawn[0].baseline) for s in after)
            places.append(Place(tag, points, _around([_box(page, line) for line in block])))
        return places

    def _content(self, page: pymupdf.Page, line: NewLine, faces: Faces) -> str:
        """Return the operators of a line."""
        rects = "".join(self._rect(page, token, line.frame) for token in line.tokens)
        parts: list[Word | Token] = sorted([*line.words, *line.tokens], key=lambda part: part.x)
        shown = "".join(self._shown(page, part, faces, line.frame) for part in parts)
        return f"q\n{rects}Q\n" * bool(rects) + f"q\nBT\n{_PLAIN}\n{shown}ET\nQ\n"

    def _rect(self, page: pymupdf.Page, token: Token, frame: Frame) -> str:
        sides = _sides(token)
        if frame.askew:
            points = [_numbers(*_point(page, x, y)) for x, y in corners(token, frame)]
            return f"{DARK} {points[0]} m " + "".join(f"{point} l " for point in points[1:]) + "h f\n"
        on_page = frame.box(sides)
        x0, y1 = _point(page, on_page.x0, on_page.y0)
        x1, y0 = _point(page, on_page.x1, on_page.y1)
        return f"{DARK} {_numbers(x0, y0, x1 - x0, y1 - y0)} re f\n"

    def _shown(self, page: pymupdf.Page, part: Word | Token, faces: Faces, frame: Frame) -> str:
        face: OwnFont | BuiltIn
        if isinstance(part, Token):
            style = Style(False, True, False, False, 0, part.size * TOKEN_SCALE)
            text, face, ink = part.text, BuiltIn(builtin(style)), _WHITE
            x, y = _point(page, *frame.point(part.x + TOKEN_PAD_EM * part.size, part.baseline - 0.02 * part.size))
        else:
            style, text, colour = part.style, part.text.reveal(), part.style.colour
            chosen = faces.choose(text, style)
            if chosen is None:
                raise ValueError("no font")
            face, ink = chosen, " ".join(f"{(colour >> shift & 255) / 255:.4g}" for shift in (16, 8, 0)) + " rg"
            x, y = _point(page, *frame.point(part.x, part.baseline))
        if not text:
            return ""
        name = self._name(page, face)
        c, s = frame.turn
        return f"{ink} /{name} {_numbers(style.size)} Tf {_numbers(c, -s, s, c, x, y)} Tm {face.operand(text)} TJ\n"

    def _name(self, page: pymupdf.Page, face: OwnFont | BuiltIn) -> str:
        """Return the name of a font on a page, put into its resources."""
        if isinstance(face, OwnFont):
            name = f"{self._lot}o{face.xref}"
            put_into(page, name, face.xref)
            return name
        key = id(face.font)
        if key not in self._names:
            self._names[key], self._fonts[key] = f"{self._lot}f{len(self._names)}", face.font
        page.insert_font(fontname=self._names[key], fontbuffer=face.font.buffer)
        return self._names[key]


def _blocks(lines: Sequence[NewLine]) -> list[list[NewLine]]:
    """Return lines one by one, those of a table together: its grounds are drawn first."""
    blocks: dict[tuple[int, int], list[NewLine]] = {}
    for at, line in enumerate(lines):
        blocks.setdefault((line.table, 0 if line.table else at), []).append(line)
    return list(blocks.values())


def _around(boxes: Sequence[Box]) -> Box:
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def corners(token: Token, frame: Frame) -> Corners:
    """Return where the rectangle of a mark is drawn on the page."""
    sides = _sides(token)
    return (
        frame.point(sides.x0, sides.y0), frame.point(sides.x1, sides.y0),
        frame.point(sides.x1, sides.y1), frame.point(sides.x0, sides.y1),
    )  # fmt: skip


def _sides(token: Token) -> Box:
    left, right = token.x + 0.06 * token.size, token.x + token.width - 0.06 * token.size
    return Box(left, token.baseline - 0.74 * token.size, right, token.baseline + 0.14 * token.size)


def _within(segment: Segment, lines: Sequence[NewLine]) -> bool:
    return any(line.erased.start <= segment.start < line.erased.end for line in lines)


def _point(page: pymupdf.Page, x: float, y: float) -> tuple[float, float]:
    point = pymupdf.Point(x, y) * ~page.transformation_matrix
    return point.x, point.y


def _numbers(*values: float) -> str:
    return " ".join(f"{value:.3f}".rstrip("0").rstrip(".") for value in values)


def _box(page: pymupdf.Page, line: NewLine) -> Box:
    """Return what a line covers, y upwards."""
    parts: list[Word | Token] = [*line.words, *line.tokens]
    size = max(part.style.size if isinstance(part, Word) else part.size for part in parts)
    ends = [part.x + (part.width if isinstance(part, Token) else part.style.size) for part in parts]
    y = parts[0].baseline
    sides = line.frame.box(Box(min(part.x for part in parts), y - size, max(ends), y + 0.3 * size))
    x0, y1 = _point(page, sides.x0, sides.y0)
    x1, y0 = _point(page, sides.x1, sides.y1)
    return Box(x0, y0, x1, y1)
