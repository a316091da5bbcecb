"""Draw patterns of tiles that hold words or pictures tile by tile, so that each repetition is read, marked and kept.

Attack: a name in the cell of a pattern, which no text extraction finds and no removal of glyphs reaches, and which OCR
misses at some of its places. Where a path is filled, the cell becomes a form that is drawn as often as it shows; where
letters, strokes or stencils are painted with it, these get a plain colour instead: what is written inside a stroke
nobody reads. Limits: `_MOST` drawings a document; what would need more is filled with a plain colour as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
from pikepdf import ContentStreamInstruction, Dictionary, Name, Operator

from qupia_redaction.model import Box
from qupia_redaction.page.matrices import UNIT, Matrix, around, at, inverse, matrix_of, times

_MOST = 20_000
_DEPTH = 12
_EDGE = 1e-3
_TOLD = frozenset({"Tj", "TJ", "'", '"', "Do", "INLINE IMAGE"})
_FILLS = {"f": "W", "F": "W", "f*": "W*", "B": "W", "B*": "W*", "b": "W", "b*": "W*"}
_STROKED = frozenset({"B", "B*", "b", "b*"})
_CLOSED = frozenset({"b", "b*"})
_PATH = frozenset("m l c v y h re".split())
_PLAIN = {"g": "fill", "rg": "fill", "k": "fill", "G": "stroke", "RG": "stroke", "K": "stroke"}
_SETS = {"sc": "fill", "scn": "fill", "SC": "stroke", "SCN": "stroke"}
_SPACES = {"cs": "fill", "CS": "stroke"}
_FRESH: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("w", (1,)), ("J", (0,)), ("j", (0,)), ("d", (pikepdf.Array(), 0)), ("Tc", (0,)), ("Tw", (0,)), ("Tz", (100,)),
    ("Ts", (0,)), ("Tr", (0,)),
)  # fmt: skip
"""With what a cell begins; colours apart."""

Instruction = ContentStreamInstruction | pikepdf.ContentStreamInlineImage


def lay_tiles(pdf: pikepdf.Pdf) -> None:
    """Rewrite the streams of an open document that paint with cells of words or pictures.

    Raises:
        ValueError, pikepdf.PdfError: a stream cannot be parsed, or cells hold each other.
    """
    cells = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and _is_cell(item)]
    if cells:
        _Layer(pdf).lay(cells)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A pattern whose cell holds words or pictures.

    Attributes:
        pattern: its stream.
        form: the cell as a form.
        weight: drawings that one tile costs.
    """

    pattern: pikepdf.Stream
    form: pikepdf.Object
    weight: int


@dataclass(frozen=True, slots=True)
class _Paint:
    """With what is filled or stroked.

    Attributes:
        space: operand of the last choice of a colour space.
        cell: the cell that was chosen, or None.
        colour: operators that choose the plain colour in its place.
        instead: that colour stands in the stream now, and its space with it.
    """

    space: pikepdf.Object | None = None
    cell: _Cell | None = None
    colour: tuple[Instruction, ...] = ()
    instead: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    """What q saves."""

    ctm: Matrix = UNIT
    fill: _Paint = _Paint()
    stroke: _Paint = _Paint()


class _Layer:
    """Works on one document.

    Args:
        pdf: is changed.
    """

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self._left = _MOST
        self._told: dict[tuple[int, int], _Cell | None] = {}
        self._weights: dict[tuple[int, int], int] = {}
        self._names = 0

    def lay(self, cells: Sequence[pikepdf.Stream]) -> None:
        """Rewrite pages and forms; cells first, since they may be painted with others."""
        holders: list[pikepdf.Object] = [page.obj for page in self.pdf.pages]
        holders += [i for i in self.pdf.objects if isinstance(i, pikepdf.Stream) and i.get("/Subtype") == "/Form"]
        for holder in (*holders, *cells):
            _lend_resources(holder)
        for cell in cells:
            self.cell(cell, 0)
        if not any(self._told.values()):
            return
        for holder in holders:
            self._rewrite(holder, 0)
        for holder in (*holders, *cells):
            self._forget(holder)

    def cell(self, pattern: pikepdf.Stream, depth: int) -> _Cell | None:
        """Return the cell of a pattern, ready to be drawn; None for one without words and pictures."""
        if depth > _DEPTH:
            raise ValueError("cells in a circle")
        if pattern.objgen not in self._told:
            self._told[pattern.objgen] = None  # what is painted with itself shows nothing
            drawn = self._rewrite(pattern, depth)
            told = any(_word(instruction) in _TOLD for instruction in pikepdf.parse_content_stream(pattern))
            self._told[pattern.objgen] = _Cell(pattern, self._form(pattern), 1 + drawn) if told else None
        return self._told[pattern.objgen]

    def _form(self, pattern: pikepdf.Stream) -> pikepdf.Object:
        keys = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": pattern["/BBox"]}
        form = self.pdf.make_stream(pattern.read_bytes(), **keys)
        form["/Resources"] = pattern.get("/Resources", Dictionary())
        return self.pdf.make_indirect(form)

    def _rewrite(self, holder: pikepdf.Object, depth: int) -> int:
        """Rewrite one stream; return how many tiles it draws."""
        resources, patterns = _patterns(holder)
        named = {name: pattern for name, pattern in patterns.items() if _is_cell(pattern)}
        if not named:
            return 0

        def cell(name: str) -> _Cell | None:
            pattern = named.get(name)
            return self.cell(pattern, depth + 1) if isinstance(pattern, pikepdf.Stream) else None

        page = not isinstance(holder, pikepdf.Stream)
        source = pikepdf.Page(holder) if page else holder
        walk = _Walk(cell, resources, _box(holder["/MediaBox" if page else "/BBox"]), self._tiles)
        written: list[Instruction] = []
        for instruction in pikepdf.parse_content_stream(source):
            written += walk.take(instruction)
        if not walk.changed:
            return 0
        data = pikepdf.unparse_content_stream(written)
        if page:
            holder["/Contents"] = self.pdf.make_stream(data)
        else:
            holder.write(data)
        return walk.drawn

    def _tiles(self, cell: _Cell, area: Box, resources: pikepdf.Object) -> tuple[str, list[tuple[float, float]]] | None:
        """Return the name of a cell's form and where its tiles lie that meet an area of the stream's own space."""
        places = list(_places(cell.pattern, area, self._left // cell.weight))
        if not places or len(places) * cell.weight > self._left:
            return None
        self._left -= len(places) * cell.weight
        things = resources.get("/XObject")
        if not isinstance(things, Dictionary):
            things = resources["/XObject"] = Dictionary()
        name = next((key for key, thing in things.items() if thing.objgen == cell.form.objgen), None)
        if name is None:
            self._names += 1
            name = f"/QupiaTile{self._names}"
            things[name] = cell.form
        return name, places

    def _forget(self, holder: pikepdf.Object) -> None:
        """Take the patterns that were laid out of the resources: nothing paints with them any more."""
        patterns = _patterns(holder)[1]
        for name in list(patterns.keys()):
            if self._told.get(patterns[name].objgen):
                del patterns[name]


def _patterns(holder: pikepdf.Object) -> tuple[pikepdf.Object, pikepdf.Object]:
    """Return the resources of a stream and the patterns among them."""
    resources = holder.get("/Resources")
    whole = resources if isinstance(resources, Dictionary) else Dictionary()
    patterns = whole.get("/Pattern")
    return whole, patterns if isinstance(patterns, Dictionary) else Dictionary()


def _is_cell(thing: object) -> bool:
    return isinstance(thing, pikepdf.Stream) and thing.get("/PatternType") == 1


def _lend_resources(holder: pikepdf.Object) -> None:
    """Give forms without resources those of the stream that draws them, as viewers do."""
    resources = holder.get("/Resources")
    things = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    for thing in dict(things.items()).values() if isinstance(things, Dictionary) else ():
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Form" and "/Resources" not in thing:
            thing["/Resources"] = resources


@dataclass(slots=True)
class _Walk:
    """Follows one stream and writes it anew.

    Attributes:
        cells: the cell of words or pictures of a name, if it is one.
        resources: of the stream.
        box: what of the stream can be seen, in its own space.
        tiles: lays a cell over an area.
        drawn: how many tiles were laid.
        changed: a cell was taken out.
    """

    cells: Callable[[str], _Cell | None]
    resources: pikepdf.Object
    box: Box
    tiles: Callable[[_Cell, Box, pikepdf.Object], tuple[str, list[tuple[float, float]]] | None]
    drawn: int = 0
    changed: bool = False
    state: _State = _State()
    stack: list[_State] = field(default_factory=list)
    path: list[Instruction] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    clip: str = ""

    def take(self, instruction: Instruction) -> list[Instruction]:
        """Return what stands in the place of an operator; a path waits for what is done with it."""
        operator = _word(instruction)
        operands = list(instruction.operands) if isinstance(instruction, ContentStreamInstruction) else []
        if operator in _PATH:
            self.path.append(instruction)
            self._reach(operator, operands)
            return []
        if operator in {"W", "W*"}:
            self.clip = operator
            return []
        if operator in _FILLS or operator in {"S", "s", "n"}:
            return self._painted(instruction, operator)
        if operator in _SETS:
            return self._chosen(instruction, operator, operands)
        self._note(operator, operands)
        return [instruction]

    def _note(self, operator: str, operands: Sequence[Any]) -> None:
        if operator == "q":
            self.stack.append(self.state)
        elif operator == "Q" and self.stack:
            self.state = self.stack.pop()
        elif operator == "cm":
            self.state = replace(self.state, ctm=times(matrix_of(operands), self.state.ctm))
        elif operator in _SPACES:
            self._paint(_SPACES[operator], _Paint(operands[0]))
        elif operator in _PLAIN:
            self._paint(_PLAIN[operator], _Paint())

    def _paint(self, which: str, paint: _Paint) -> None:
        fill = which == "fill"
        self.state = replace(self.state, fill=paint) if fill else replace(self.state, stroke=paint)

    def _chosen(self, instruction: Instruction, operator: str, operands: Sequence[Any]) -> list[Instruction]:
        which = _SETS[operator]
        now = self.state.fill if which == "fill" else self.state.stroke
        cell = self.cells(str(operands[-1])) if operands and isinstance(operands[-1], Name) else None
        if cell is not None:
            self.changed = True
            plain = self._plain(cell, now.space, operands[:-1], which)
            self._paint(which, replace(now, cell=cell, colour=plain, instead=True))
            return list(plain)
        self._paint(which, replace(now, cell=None, instead=False))
        back = [_made("cs" if which == "fill" else "CS", now.space)] if now.instead and now.space is not None else []
        return [*back, instruction]

    def _plain(
        self, cell: _Cell, space: pikepdf.Object | None, parts: Sequence[Any], which: str
    ) -> tuple[Instruction, ...]:
        """Return the operators of a colour in the place of a cell: its own, for a cell that has none, or grey."""
        base = self._base(space) if cell.pattern.get("/PaintType") == 2 else None
        if base is None:
            return (_made("g" if which == "fill" else "G", 0.5),)
        cs, scn = ("cs", "scn") if which == "fill" else ("CS", "SCN")
        return _made(cs, base), _made(scn, *parts)

    def _base(self, space: pikepdf.Object | None) -> pikepdf.Object | None:
        """Return the name of the space in which a cell without colours is painted."""
        spaces = self.resources.get("/ColorSpace", Dictionary())
        whole = spaces.get(str(space)) if isinstance(space, Name) else None
        base = whole[1] if isinstance(whole, pikepdf.Array) and len(whole) > 1 else None
        if base is None or isinstance(base, Name):
            return base
        name = f"/QupiaBase{str(space)[1:]}"
        spaces[name] = base
        return Name(name)

    def _reach(self, operator: str, operands: Sequence[Any]) -> None:
        numbers = [float(number) for number in operands]
        if operator == "re":
            x, y, w, h = numbers
            numbers = [x, y, x + w, y, x, y + h, x + w, y + h]
        pairs = zip(numbers[::2], numbers[1::2], strict=False)
        self.points += [at(self.state.ctm, x, y) for x, y in pairs]

    def _painted(self, instruction: Instruction, operator: str) -> list[Instruction]:
        path, points, clip = self.path, self.points, [_made(self.clip)] if self.clip else []
        self.path, self.points, self.clip = [], [], ""
        cell = self.state.fill.cell if operator in _FILLS else None
        laid = self._laid(cell, points) if cell is not None else []
        if not laid:
            return [*path, *clip, instruction]
        closed = [_made("h")] if operator in _CLOSED else []
        out = [_made("q"), *path, *closed, _made(_FILLS[operator]), _made("n"), *laid, _made("Q")]
        if operator in _STROKED or clip:
            out += [*path, *closed, *clip, _made("S" if operator in _STROKED else "n")]
        return out

    def _laid(self, cell: _Cell, points: Sequence[tuple[float, float]]) -> list[Instruction]:
        """Return the drawings of a cell's tiles over a path; none where they would be too many."""
        back = inverse(self.state.ctm)
        area = _meeting(around(points), self.box) if points else None
        if back is None or area is None:
            return []
        found = self.tiles(cell, area, self.resources)
        if found is None:
            return []
        name, places = found
        self.drawn += len(places) * cell.weight
        colours = self.state.fill.colour if cell.pattern.get("/PaintType") == 2 else (_made("g", 0), _made("G", 0))
        fresh = [_made(operator, *operands) for operator, operands in _FRESH]
        out = [_made("cm", *back), _made("cm", *_matrix(cell.pattern)), *colours, *fresh]
        for x, y in places:
            out += [_made("q"), _made("cm", 1, 0, 0, 1, x, y), _made("Do", Name(name)), _made("Q")]
        return out


def _places(pattern: pikepdf.Stream, area: Box, most: int) -> Iterator[tuple[float, float]]:
    """Yield where the tiles lie that meet an area, at most one more than `most`."""
    back, cell = inverse(_matrix(pattern)), _box(pattern["/BBox"])
    steps = [abs(float(pattern[key])) for key in ("/XStep", "/YStep")]
    if back is None or not all(math.isfinite(step) and step > 1e-3 for step in steps):
        return
    corners = [at(back, x, y) for x in (area.x0, area.x1) for y in (area.y0, area.y1)]
    own = around(corners)
    columns = _range(own.x0 - cell.x1, own.x1 - cell.x0, steps[0])
    rows = _range(own.y0 - cell.y1, own.y1 - cell.y0, steps[1])
    if len(columns) * len(rows) > most:
        columns, rows = range(most + 1), range(1)
    for row in rows:
        for column in columns:
            yield column * steps[0], row * steps[1]


def _range(low: float, high: float, step: float) -> range:
    """Return the numbers of tiles of which more than an edge shows."""
    return range(math.floor(low / step + _EDGE) + 1, math.ceil(high / step - _EDGE))


def _matrix(pattern: pikepdf.Stream) -> Matrix:
    return matrix_of(list(pattern["/Matrix"].as_list())) if "/Matrix" in pattern else UNIT


def _box(raw: pikepdf.Object) -> Box:
    a, b, c, d = (float(side) for side in raw.as_list())
    return Box(min(a, c), min(b, d), max(a, c), max(b, d))


def _meeting(one: Box, other: Box) -> Box | None:
    box = Box(max(one.x0, other.x0), max(one.y0, other.y0), min(one.x1, other.x1), min(one.y1, other.y1))
    return box if box.x0 <= box.x1 and box.y0 <= box.y1 else None


def _word(instruction: Instruction) -> str:
    """Return an operator's word; none for bytes that are no word: the filter refuses them later."""
    try:
        return str(instruction.operator)
    except UnicodeDecodeError:
        return ""


def _made(operator: str, *operands: Any) -> ContentStreamInstruction:
    numbers = [round(part, 6) if isinstance(part, float) else part for part in operands]
    return ContentStreamInstruction(numbers, Operator(operator))
