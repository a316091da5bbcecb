"""Texts drawn as outlines, so that only eyes read them: the name alone, its line, or the whole page."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from tests.support.width_masters import bare
from tests.support.width_sheets import START, Sheet
from tests.support.width_type import HEAD, KEPT, LEFT, SERIF, SIZE, TAIL, at, width

_UNITS = 2048


class _Pen(BasePen):  # type: ignore[misc]  # the library has no types
    """Writes outlines as operators."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.parts: list[str] = []

    def _moveTo(self, p0: tuple[float, float]) -> None:  # noqa: N802  # named by the library
        self.parts.append("{:g} {:g} m".format(*p0))

    def _lineTo(self, p1: tuple[float, float]) -> None:  # noqa: N802  # named by the library
        self.parts.append("{:g} {:g} l".format(*p1))

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802  # named by the library
        self.parts.append(" ".join(f"{x:g} {y:g}" for x, y in points) + " c")

    def _closePath(self) -> None:  # noqa: N802  # named by the library
        self.parts.append("h")


@cache
def _letter(char: str) -> str:
    font = TTFont(str(SERIF))
    glyphs = font.getGlyphSet()
    pen = _Pen(glyphs)
    glyphs[font.getBestCmap()[ord(char)]].draw(pen)
    return " ".join(pen.parts)


def outlines(text: str, x: float, y: float) -> str:
    """Return operators that draw the shapes of a text, one path a letter."""
    out, scale = "", SIZE / _UNITS
    for char in text:
        if _letter(char):
            out += f"q {scale:.7f} 0 0 {scale:.7f} {x:.3f} {y:.3f} cm {_letter(char)} f Q\n"
        x += width(char)
    return out


def _name(sheet: Sheet, name: str) -> None:
    rest = at(KEPT, START + width(name + " "), 700)
    sheet.draw(at("Гражданин", LEFT, 700) + outlines(name, START, 700) + rest)


def _line(sheet: Sheet, name: str) -> None:
    sheet.draw(outlines(f"Гражданин {name} {KEPT}", LEFT, 700))


def _page(sheet: Sheet, name: str) -> None:
    lines = ((HEAD, 760), (f"Гражданин {name} {KEPT}", 700), ("на должность мастера смены.", 684), (TAIL, 560))
    sheet.replace("".join(outlines(text, LEFT, y) for text, y in lines))


OUTLINED: dict[str, Callable[[Sheet, str], None]] = {"name": _name, "line": _line, "page": _page}
"""What is drawn as outlines."""


def outlined(kind: str, name: str) -> bytes:
    """Return a document of one of `OUTLINED` with a name."""
    sheet = Sheet(bare())
    OUTLINED[kind](sheet, name)
    return sheet.saved()
