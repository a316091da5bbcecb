"""Take shades out of the content of a page by the clips that they fill: one as wide as a hidden text tells its width.

Attack: a coloured ground drawn as a shade, which has no edges of its own; the engine that removes drawn paths passes it
over. Limit: clips are taken for their bounding boxes, and shades that forms draw stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pikepdf

from qupia_redaction.model import Box

_NEAR = 1.5
_ENDS = frozenset("S s f F f* B B* b b* n".split())
_EVERYWHERE = Box(-1e6, -1e6, 1e6, 1e6)

_Point = tuple[float, float]
_Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class _State:
    """What a group saves: where its coordinates lie on the page, and what is seen of it."""

    matrix: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    clip: Box = _EVERYWHERE


@dataclass(slots=True)
class _Reader:
    """Follows a content stream as far as clips need it."""

    state: _State = field(default_factory=_State)
    saved: list[_State] = field(default_factory=list)
    path: list[_Point] = field(default_factory=list)
    clips: bool = False

    def take(self, operator: str, operands: Sequence[float]) -> None:
        """Follow one instruction."""
        if operator == "q":
            self.saved.append(self.state)
        elif operator == "Q" and self.saved:
            self.state = self.saved.pop()
        elif operator == "cm" and len(operands) == 6:
            self.state = replace(self.state, matrix=_times(operands, self.state.matrix))
        elif operator == "re" and len(operands) == 4:
            x, y, wide, high = operands
            self._meets((x, y, x + wide, y, x, y + high, x + wide, y + high))
        elif operator in {"m", "l", "c", "v", "y"}:
            self._meets(operands)
        elif operator in {"W", "W*"}:
            self.clips = True
        elif operator in _ENDS:
            self._ends()

    def _meets(self, places: Sequence[float]) -> None:
        a, b, c, d, e, f = self.state.matrix
        pairs = zip(places[::2], places[1::2], strict=False)
        self.path += [(a * x + c * y + e, b * x + d * y + f) for x, y in pairs]

    def _ends(self) -> None:
        if self.clips and self.path:
            across, down = zip(*self.path, strict=True)
            old = self.state.clip
            self.state = replace(
                self.state,
                clip=Box(
                    max(old.x0, min(across)), max(old.y0, min(down)), min(old.x1, max(across)), min(old.y1, max(down))
                ),
            )
        self.path, self.clips = [], False


def without_shades(content: bytes, gone: Iterable[Box]) -> bytes:
    """Return operators of a page without the shades that fill clips in some places.

    Args:
        content: of the page itself.
        gone: boxes of those clips, points, y upwards.
    """
    places, reader, kept = list(gone), _Reader(), []
    with pikepdf.new() as pdf:
        for instruction in pikepdf.parse_content_stream(pdf.make_stream(content)):
            operator = str(instruction.operator)
            if operator == "sh" and any(_near(reader.state.clip, box) for box in places):
                continue
            kept.append(instruction)
            if isinstance(instruction, pikepdf.ContentStreamInstruction):
                numbers = [float(one) for one in map(_number, instruction.operands) if one is not None]
                reader.take(operator, numbers)
        return bytes(pikepdf.unparse_content_stream(kept))


def _number(operand: object) -> float | None:
    return float(operand) if isinstance(operand, (int, float, Decimal)) else None


def _near(one: Box, other: Box) -> bool:
    pairs = zip((one.x0, one.y0, one.x1, one.y1), (other.x0, other.y0, other.x1, other.y1), strict=True)
    return all(abs(side - its) < _NEAR for side, its in pairs)


def _times(one: Sequence[float], other: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u
