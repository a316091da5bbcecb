"""Keep what was read of a page in little room until it is asked for: places of letters cost a megabyte a page.

Limit: a shelf unpacks a few pages at a time; who goes through a document page by page never waits twice for one.
"""

from __future__ import annotations

import marshal
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar, overload

from qupia_redaction.model import Box
from qupia_redaction.page.lines import Glyph, Lines, Style

_OPEN = 6
_FAST = 1

T = TypeVar("T")


@dataclass(slots=True)
class Shelf:
    """What is unpacked now: the parts that were asked for last."""

    _open: OrderedDict[int, list[Any]] = field(default_factory=OrderedDict)

    def unpacked(self, number: int, unpack: Callable[[], list[T]]) -> list[T]:
        """Return a part, unpacked anew if it is not open."""
        if number in self._open:
            self._open.move_to_end(number)
            return self._open[number]
        self._open[number] = unpack()
        if len(self._open) > _OPEN:
            self._open.popitem(last=False)
        return self._open[number]


class Packed(Sequence[T], Generic[T]):
    """A sequence that is packed while nobody looks at it.

    Args:
        shelf: keeps what is unpacked.
        unpack: makes all of the part anew.
        number: of the part, on this shelf.
        start, end: which of the part's items these are.
    """

    __slots__ = ("_end", "_number", "_shelf", "_start", "_unpack")

    def __init__(self, shelf: Shelf, unpack: Callable[[], list[T]], number: int, start: int, end: int) -> None:
        self._shelf, self._unpack, self._number = shelf, unpack, number
        self._start, self._end = start, end

    def __len__(self) -> int:
        return self._end - self._start

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...

    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        part = self._shelf.unpacked(self._number, self._unpack)
        if isinstance(at, slice):
            first, last, step = at.indices(len(self))
            return part[self._start + first : self._start + max(last, first) : step] if step > 0 else self._whole()[at]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        return part[self._start + at % len(self)]

    def __iter__(self) -> Iterator[T]:
        return iter(self._whole())

    def _whole(self) -> list[T]:
        return self._shelf.unpacked(self._number, self._unpack)[self._start : self._end]


def packed_lines(lines: Lines, shelf: Shelf) -> Lines:
    """Return the same lines with glyphs and boxes packed."""
    number = 2 * lines.text.number
    boxes, glyphs = list(lines.text.boxes), [glyph for segment in lines.segments for glyph in segment.glyphs]
    places = Packed(shelf, _boxes(boxes), number, 0, len(boxes))
    unpack, start, segments = _glyphs(glyphs), 0, []
    for segment in lines.segments:
        end = start + len(segment.glyphs)
        segments.append(replace(segment, glyphs=Packed(shelf, unpack, number + 1, start, end)))
        start = end
    return replace(lines, text=replace(lines.text, boxes=places), segments=tuple(segments))


def _boxes(boxes: Sequence[Box | None]) -> Callable[[], list[Box | None]]:
    data = _squeezed([None if box is None else (box.x0, box.y0, box.x1, box.y1) for box in boxes])
    return lambda: [None if sides is None else Box(*sides) for sides in _released(data)]


def _glyphs(glyphs: Sequence[Glyph | None]) -> Callable[[], list[Glyph | None]]:
    styles: dict[Style, int] = {}
    rows = [None if glyph is None else _row(glyph, styles) for glyph in glyphs]
    data, looks = _squeezed(rows), list(styles)
    return lambda: [None if row is None else _glyph(row, looks) for row in _released(data)]


def _row(g: Glyph, styles: dict[Style, int]) -> tuple[Any, ...]:
    area = None if g.area is None else (g.area.x0, g.area.y0, g.area.x1, g.area.y1)
    return g.char, g.x0, g.x1, g.baseline, styles.setdefault(g.style, len(styles)), g.turn, area, (
        g.stacked, g.shape, g.apart,
    )  # fmt: skip


def _glyph(row: tuple[Any, ...], styles: Sequence[Style]) -> Glyph:
    char, x0, x1, baseline, style, turn, area, rest = row
    return Glyph(char, x0, x1, baseline, styles[style], turn, None if area is None else Box(*area), *rest)


def _squeezed(rows: list[Any]) -> bytes:
    return zlib.compress(marshal.dumps(rows), _FAST)


def _released(data: bytes) -> list[Any]:
    rows: list[Any] = marshal.loads(zlib.decompress(data))  # noqa: S302 - our own bytes of a moment ago, in this process
    return rows
