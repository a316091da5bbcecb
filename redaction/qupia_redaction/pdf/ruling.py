"""Read the rules and grounds of a page's tables, and write those of fitted tables in their new places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pymupdf

from qupia_redaction.layout.fitted import Drawing
from qupia_redaction.layout.grids import Colour, Piece
from qupia_redaction.model import Box

_FLAT = 0.3
_WHOLE = 0.999
_DASHES = re.compile(r"\[ ?\d+(?:\.\d+)?(?: \d+(?:\.\d+)?){0,7} ?\] \d+(?:\.\d+)?")
_MIXED = {"fill-image", "fill-imgmask", "fill-shade"}


def drawing_of(page: pymupdf.Page) -> Drawing:
    """Return what is drawn on a page."""
    pieces: list[Piece] = []
    several: list[Box] = []
    odd = [Box(*box) for kind, box in page.get_bboxlog() if kind in _MIXED]
    for path in page.get_cdrawings():
        mine = list(_pieces(path))
        if len(mine) != len(path["items"]):
            odd.append(Box(*path["rect"]))
            continue
        pieces += mine
        if len(mine) > 1:
            several.append(Box(*path["rect"]))
    return Drawing(tuple(pieces), tuple(several), tuple(odd))


def _pieces(path: dict[str, Any]) -> Iterator[Piece]:
    """Yield the lines and rectangles of a path; fewer than it has where it is drawn in another way."""
    solid = all((path.get(key) or 1.0) > _WHOLE for key in ("stroke_opacity", "fill_opacity"))
    dashes = path.get("dashes") or ""
    broken = dashes if _DASHES.fullmatch(dashes) else ""
    plain = solid and (broken or dashes in ("", "[] 0")) and not (path.get("even_odd") and len(path["items"]) > 1)
    cap = max(path.get("lineCap") or (0,)) if broken else 0
    line: Colour | None = path.get("color") if "s" in path["type"] else None
    ground: Colour | None = path.get("fill") if "f" in path["type"] else None
    for item in path["items"] if plain else ():
        if item[0] == "re":
            yield Piece(Box(*item[1][:4]), path.get("width") or 0.0, line, ground, broken, cap)
        elif item[0] == "l" and ground is None and min(abs(item[1][at] - item[2][at]) for at in (0, 1)) < _FLAT:
            (x0, y0), (x1, y1) = item[1], item[2]
            sides = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            yield Piece(sides, path.get("width") or 0.0, line, None, broken, cap)


def operators(pieces: Sequence[Piece], page: pymupdf.Page) -> str:
    """Return what draws rules and grounds on a page."""
    upwards = ~page.transformation_matrix
    out = ""
    for piece in pieces:
        sides = pymupdf.Rect(piece.sides.x0, piece.sides.y0, piece.sides.x1, piece.sides.y1)
        (x0, y1), (x1, y0) = sides.tl * upwards, sides.br * upwards
        if piece.ground is not None:
            out += f"{_numbers(*piece.ground)} rg {_numbers(x0, y0, x1 - x0, y1 - y0)} re f\n"
        if piece.line is not None:
            drawn = f"{_numbers(x0, y0, x1 - x0, y1 - y0)} re"
            if min(x1 - x0, y1 - y0) < _FLAT:
                drawn = f"{_numbers(x0, y0)} m {_numbers(x1, y1)} l"
            broken = f"q {piece.cap} J {piece.dashes} d " if piece.dashes else ""
            out += f"{broken}{_numbers(*piece.line)} RG {_numbers(piece.pen)} w {drawn} S{' Q' * bool(broken)}\n"
    return out


def _numbers(*values: float) -> str:
    return " ".join(f"{value:.2f}".rstrip("0").rstrip(".") for value in values)
