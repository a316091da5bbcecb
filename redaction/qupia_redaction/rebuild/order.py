"""Move lines that were set again to where they belong in the order of the page, so that its text reads as before.

The editor writes them after everything else, each between marks that nobody else can write. They go before the words
that follow them on the page, when these begin a run of their own and no clip would cut the line; else they stay last.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pikepdf

from qupia_redaction.model import Box
from qupia_redaction.page.matrices import UNIT, Matrix, at, inverse, matrix_of, times

Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage

_SHOW = frozenset({"Tj", "TJ"})
_PAINTS = frozenset("S s f F f* B B* b b* n".split())
_LEVEL, _BACK, _AHEAD = 0.6, 1.0, 0.6
_SAME = 0.06
"""Lines of a text object whose starts differ by no more, points, begin at one place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line belongs.

    Attributes:
        tag: the mark around it in the content.
        before: where texts begin that may follow it, the nearest first; points, y upwards.
        box: what it covers, points, y upwards.
    """

    tag: str
    before: tuple[tuple[float, float], ...]
    box: Box


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of text that begins anew: where it stands in the stream and on the page, and what holds there."""

    index: int
    x: float
    y: float
    size: float
    line: Matrix
    ctm: Matrix
    clips: tuple[Box | None, ...]


@dataclass(slots=True)
class _Level:
    """What q saves."""

    ctm: Matrix = UNIT
    clips: tuple[Box | None, ...] = ()
    size: float = 0.0
    scale: float = 1.0
    leading: float = 0.0

    def copy(self) -> _Level:
        return _Level(self.ctm, self.clips, self.size, self.scale, self.leading)


@dataclass(slots=True)
class _Walk:
    """Follows a stream and notes the runs that begin anew.

    Moves by the widths of words are rounded, so that lines after a word that is gone begin a hair beside the one
    before it, by as much as that word's moves came out: such a line begins exactly where the first one does.
    """

    runs: list[_Run] = field(default_factory=list)
    level: _Level = field(default_factory=_Level)
    stack: list[_Level] = field(default_factory=list)
    line: Matrix = UNIT
    fresh: bool = False
    starts: list[float] = field(default_factory=list)
    path: list[Box | None] = field(default_factory=list)
    clipping: bool = False

    def take(self, index: int, operator: str, operands: Sequence[object]) -> None:
        if operator in _SHOW:
            self._show(index, operands)
        elif operator in {"q", "Q", "cm"}:
            self._state(operator, operands)
        elif operator in {"'", '"'}:
            self._text("T*", ())
            self.fresh = False
        elif operator[:1] == "T" or operator == "BT":
            self._text(operator, operands)
        else:
            self._path(operator, operands)

    def _state(self, operator: str, operands: Sequence[object]) -> None:
        if operator == "q":
            self.stack.append(self.level.copy())
        elif operator == "Q" and self.stack:
            self.level = self.stack.pop()
        elif operator == "cm":
            self.level.ctm = times(matrix_of(operands), self.level.ctm)

    def _text(self, operator: str, operands: Sequence[object]) -> None:
        before = self.line
        if operator == "BT":
            self.line, self.starts = UNIT, []
        elif operator == "Tf":
            self.level.size = _number(operands[1])
        elif operator == "Tz":
            self.level.scale = _number(operands[0]) / 100
        elif operator == "TL":
            self.level.leading = _number(operands[0])
        elif operator == "Tm":
            self.line = matrix_of(operands)
        elif operator in {"Td", "TD"}:
            x, y = _number(operands[0]), _number(operands[1])
            self.level.leading = -y if operator == "TD" else self.level.leading
            self.line = times((1, 0, 0, 1, x, y), self.line)
        elif operator == "T*":
            self.line = times((1, 0, 0, 1, 0, -self.level.leading), self.line)
        if operator in {"BT", "Tm", "Td", "TD", "T*"}:
            self.fresh = True
        if operator in {"Tm", "Td", "TD", "T*"}:
            self._starts_line(before)

    def _starts_line(self, before: Matrix) -> None:
        """Let a line that the text object goes on with begin where one before it does."""
        a, b, c, d, e, f = self.line
        level = (a, b, c, d) == before[:4]
        if level and self.starts and (b or c or f == before[5]):
            return
        known = next((x for x in self.starts if abs(x - e) * self._scale() < _SAME), None) if level else None
        self.line = self.line if known is None else (a, b, c, d, known, f)
        self.starts = [*(self.starts if level else ()), self.line[4]]

    def _scale(self) -> float:
        ctm = self.level.ctm
        return math.sqrt(abs(ctm[0] * ctm[3] - ctm[1] * ctm[2]))

    def rounded(self) -> Matrix:
        """Return the matrix of the line, its place rounded to a hundredth of a point."""
        a, b, c, d, e, f = self.line
        scale = self._scale()
        digits = min(max(2 + math.ceil(math.log10(scale)), 0), 6) if scale > 1e-6 else 6
        return a, b, c, d, round(e, digits), round(f, digits)

    def _show(self, index: int, operands: Sequence[object]) -> None:
        if self.fresh:
            first: list[object] = list(operands[0].as_list()[:1]) if isinstance(operands[0], pikepdf.Array) else []
            offset = 0.0 if not first or isinstance(first[0], pikepdf.String) else _number(first[0])
            shift = -offset / 1000 * self.level.size * self.level.scale
            whole = times(self.line, self.level.ctm)
            x, y = shift * whole[0] + whole[4], shift * whole[1] + whole[5]
            size = self.level.size * (whole[2] ** 2 + whole[3] ** 2) ** 0.5
            self.runs.append(_Run(index, x, y, size, self.rounded(), self.level.ctm, self.level.clips))
        self.fresh = False

    def _path(self, operator: str, operands: Sequence[object]) -> None:
        if operator == "re":
            x, y, w, h = (_number(side) for side in operands)
            corners = [at(self.level.ctm, x + dx, y + dy) for dx in (0, w) for dy in (0, h)]
            xs, ys = [c[0] for c in corners], [c[1] for c in corners]
            self.path.append(Box(min(xs), min(ys), max(xs), max(ys)))
        elif operator in {"m", "l", "c", "v", "y"}:
            self.path.append(None)
        elif operator in {"W", "W*"}:
            self.clipping = True
        elif operator in _PAINTS:
            if self.clipping:
                self.level.clips = (*self.level.clips, self.path[0] if len(self.path) == 1 else None)
            self.path, self.clipping = [], False


def in_order(instructions: Iterable[Instruction], places: Sequence[Place]) -> list[Instruction]:
    """Return the instructions with marked lines moved to their places; the marks are gone."""
    blocks: dict[str, list[Instruction]] = {place.tag: [] for place in places}
    rest: list[Instruction] = []
    walk, inside = _Walk(), ""
    for instruction in instructions:
        operator, operands = str(instruction.operator), list(instruction.operands)
        if operator == "BMC" and str(operands[0])[1:] in blocks:
            inside = str(operands[0])[1:]
        elif inside:
            if operator == "EMC":
                inside = ""
            else:
                blocks[inside].append(instruction)
        else:
            walk.take(len(rest), operator, operands)
            rest += _placed(walk, operator, instruction)
    inserts: dict[int, list[Instruction]] = {}
    last: list[Instruction] = []
    for place in places:
        run = _following(place, walk.runs)
        if run is None:
            last += blocks[place.tag]
        else:
            inserts.setdefault(run.index, []).extend(_around(blocks[place.tag], run))
    return _woven(rest, inserts, {run.index: run for run in walk.runs}, last)


def _placed(walk: _Walk, operator: str, instruction: Instruction) -> list[Instruction]:
    """Return a move as a place on the page, rounded: moves by the widths of words that are gone add up differently."""
    if operator not in {"Td", "TD", "T*", "Tm"}:
        return [instruction]
    leading = [_made("TL", walk.level.leading)] if operator == "TD" else []
    return [*leading, _made("Tm", *walk.rounded())]


def _following(place: Place, runs: Sequence[_Run]) -> _Run | None:
    for x, y in place.before:
        near = [run for run in runs if abs(run.y - y) < _LEVEL and -_BACK <= x - run.x <= max(_AHEAD * run.size, _BACK)]
        if near:
            run = min(near, key=lambda r: abs(x - r.x))
            whole = all(clip is not None and _holds(clip, place.box) for clip in run.clips)
            return run if whole and inverse(run.ctm) is not None else None
    return None


def _holds(clip: Box, box: Box) -> bool:
    return clip.x0 - 1 <= box.x0 and clip.y0 - 1 <= box.y0 and clip.x1 + 1 >= box.x1 and clip.y1 + 1 >= box.y1


def _around(block: Sequence[Instruction], run: _Run) -> list[Instruction]:
    """Return a block that draws on the bare page from within the graphics state of a run."""
    back = inverse(run.ctm) or UNIT
    if all(abs(side - unit) < 1e-6 for side, unit in zip(back, UNIT, strict=True)):
        return [_made("q"), *block, _made("Q")]
    return [_made("q"), _made("cm", *back), *block, _made("Q")]


def _woven(
    rest: Sequence[Instruction],
    inserts: Mapping[int, Sequence[Instruction]],
    runs: Mapping[int, _Run],
    last: Sequence[Instruction],
) -> list[Instruction]:
    """Put blocks between text objects: the one they stand in is closed before them and begun again after them."""
    out: list[Instruction] = []
    for index, instruction in enumerate(rest):
        if index in inserts:
            out += [_made("ET"), *inserts[index], _made("BT"), _made("Tm", *runs[index].line)]
        out.append(instruction)
    return [*out, *last]


def _made(operator: str, *numbers: float) -> pikepdf.ContentStreamInstruction:
    operands = [round(number, 6) for number in numbers]
    return pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(operator))


def _number(value: object) -> float:
    return float(value)  # type: ignore[arg-type]  # the filter refuses what is no number
