"""Bring pages into one form: origin at 0, not turned, without a unit, cropped, layers as they show by default.

Attack: a box painted in other units than the text was found in misses. Everything later works on these pages only, in
their own units; what these measure is said anew when the output is written (`intents`).
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import pikepdf

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.intake.apart import pictures_apart
from qupia_redaction.intake.grounds import lay_ground
from qupia_redaction.intake.layers import HiddenLayers, hidden_layers, shown
from qupia_redaction.intake.operators import plain_shows
from qupia_redaction.intake.tiles import lay_tiles
from qupia_redaction.page.fontnames import tag_fonts
from qupia_redaction.page.matrices import UNIT, Matrix, matrix_of, times

_PAGE_KEYS = frozenset({"/Type", "/Parent", "/Resources", "/MediaBox", "/Contents", "/Group"})
_FORM_DEPTH = 12
_LETTER = (0.0, 0.0, 612.0, 792.0)
"""What viewers take for a page without a box."""
_SIDES = 4


def normalise(pdf: pikepdf.Pdf) -> None:
    """Rewrite every page of an open document in place; catalog entries other than pages go.

    Raises:
        RedactionRefused: UNREADABLE_PAGE or UNKNOWN_CONTENT with the page.
    """
    hidden = hidden_layers(pdf) if "/OCProperties" in pdf.Root else None
    for number, page in enumerate(pdf.pages, 1):
        try:
            _page(pdf, page, hidden)
        except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise RedactionRefused(RefusalCode.UNREADABLE_PAGE, number) from error
    try:
        lay_tiles(pdf)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT) from error
    tag_fonts(pdf)
    pictures_apart(pdf)
    plain_shows(pdf)
    _keep_only(pdf.Root, {"/Type", "/Pages"})
    _keep_only(pdf.trailer, {"/Root", "/Size", "/ID"})


def _keep_only(dictionary: pikepdf.Object, keys: Collection[str]) -> None:
    for key in list(dictionary.keys()):
        if key not in keys:
            del dictionary[key]


def _page(pdf: pikepdf.Pdf, page: pikepdf.Page, hidden: HiddenLayers | None) -> None:
    place = placement(page)
    matrix, width, height = place.matrix, place.width, place.height
    resources = _inherited(page.obj, "/Resources")
    page.obj["/Resources"] = resources if isinstance(resources, pikepdf.Dictionary) else pikepdf.Dictionary()
    if hidden is not None:  # with every layer on, a membership can still hide
        _show_defaults(pdf, page, hidden)
    _keep_only(page.obj, _PAGE_KEYS)
    page.obj["/MediaBox"] = pikepdf.Array([0, 0, width, height])
    if matrix != UNIT:
        page.obj["/Resources"] = _with_patterns_moved(pdf, page.obj["/Resources"], matrix)
        numbers = " ".join(f"{value:.6f}".rstrip("0").rstrip(".") for value in matrix)
        page.contents_add(pdf.make_stream(f"q {numbers} cm\n".encode()), prepend=True)
        page.contents_add(pdf.make_stream(b"\nQ"))
    lay_ground(pdf, page)


def _inherited(node: pikepdf.Object, key: str) -> pikepdf.Object | None:
    for _ in range(64):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return None


@dataclass(frozen=True, slots=True)
class Placement:
    """How a page comes into the one form.

    Attributes:
        matrix: from the page's own place to the normalised one, y upwards.
        width, height: of the normalised page.
    """

    matrix: Matrix
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the page's own lies on the normalised page, y downwards."""
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, self.height - (b * x + d * y + f)


def placement(page: pikepdf.Page) -> Placement:
    """Return how a page comes into the one form; boxes, turns and units that mean nothing are taken as viewers do."""
    media = _box(_inherited(page.obj, "/MediaBox")) or _LETTER
    crop = _box(_inherited(page.obj, "/CropBox")) or media
    x0, y0 = max(media[0], crop[0]), max(media[1], crop[1])
    x1, y1 = min(media[2], crop[2]), min(media[3], crop[3])
    if x1 <= x0 or y1 <= y0:
        x0, y0, x1, y1 = media
    turn = round(_number(_inherited(page.obj, "/Rotate"))) % 360
    w, h = x1 - x0, y1 - y0
    match turn:
        case 90:
            return Placement((0, -1, 1, 0, -y0, x1), h, w)
        case 180:
            return Placement((-1, 0, 0, -1, x1, y1), w, h)
        case 270:
            return Placement((0, 1, -1, 0, y1, -x0), h, w)
        case _:
            return Placement((1, 0, 0, 1, -x0, -y0), w, h)


def _box(raw: object) -> tuple[float, float, float, float] | None:
    """Return the sides of a box in order; None for what is no box, or has no area."""
    sides = [_number(side, math.nan) for side in raw.as_list()] if isinstance(raw, pikepdf.Array) else []
    if len(sides) != _SIDES or not all(map(math.isfinite, sides)):
        return None
    x0, x1 = sorted(sides[::2])
    y0, y1 = sorted(sides[1::2])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _number(value: object, otherwise: float = 0.0) -> float:
    """Return a number of a dictionary; `otherwise` for what is none."""
    try:
        number = float(value)  # type: ignore[arg-type]  # what it is not is caught
    except (TypeError, ValueError, OverflowError):
        return otherwise
    return number if math.isfinite(number) else otherwise


def _with_patterns_moved(pdf: pikepdf.Pdf, resources: pikepdf.Object, matrix: Matrix) -> pikepdf.Object:
    """Return resources whose patterns lie where they did: they do not follow what a page's content is moved by."""
    patterns = resources.get("/Pattern")
    if not isinstance(patterns, pikepdf.Dictionary):
        return resources
    moved = pikepdf.Dictionary()
    for name, pattern in patterns.items():
        new = (
            pikepdf.Stream(pdf, pattern.read_raw_bytes())
            if isinstance(pattern, pikepdf.Stream)
            else pikepdf.Dictionary()
        )
        for key in pattern.keys() - {"/Length"}:
            new[key] = pattern[key]
        own = matrix_of(pattern["/Matrix"].as_list()) if "/Matrix" in pattern else UNIT
        new["/Matrix"] = pikepdf.Array([round(number, 6) for number in times(own, matrix)])
        moved[name] = pdf.make_indirect(new)
    whole = pikepdf.Dictionary(dict(resources.items()))
    whole["/Pattern"] = moved
    return whole


def _show_defaults(pdf: pikepdf.Pdf, page: pikepdf.Page, hidden: HiddenLayers) -> None:
    instructions = pikepdf.parse_content_stream(page)
    kept = shown(instructions, page.obj["/Resources"], hidden)
    page.obj["/Contents"] = pdf.make_stream(pikepdf.unparse_content_stream(kept))
    _forms(page.obj["/Resources"], hidden, 0, set())


def _forms(resources: pikepdf.Object, hidden: HiddenLayers, depth: int, done: set[tuple[int, int]]) -> None:
    if depth > _FORM_DEPTH:
        raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT)
    xobjects = resources.get("/XObject", pikepdf.Dictionary())
    for name in list(xobjects.keys()):
        form = xobjects[name]
        if form.get("/Subtype") != "/Form" or form.objgen in done:
            continue
        done.add(form.objgen)
        inner = form.get("/Resources", resources)
        kept = shown(pikepdf.parse_content_stream(form), inner, hidden)
        form.write(pikepdf.unparse_content_stream(kept))
        if "/Resources" in form:
            _forms(inner, hidden, depth + 1, done)
