"""Cut a TrueType program down to given glyphs, in a given order, with nothing in it that tells what else it held.

Attack: a subset made for the master tells by its slots, counts and bounds which letters the master had. All of these
are computed anew from what is left. Tables of hints do not depend on letters and stay, so that pages look the same.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qupia_redaction.faults import UnknownContent

_HINTS = (b"cvt ", b"fpgm", b"prep")
_NEEDED = (b"head", b"hhea", b"hmtx", b"maxp", b"loca", b"glyf")
EMPTY = -1
"""A glyph without outline and bearing."""
_SOME_DAY = 3_500_000_000  # seconds since 1904; readers complain of nothing at all
_MAX_TABLES = 64
_MAX_PARTS = 64
_MAX_DEPTH = 6
_WORDS, _SCALE, _MORE, _XY, _TWO_BY_TWO, _INSTRUCTIONS = 0x1, 0x8, 0x20, 0x40, 0x80, 0x100


@dataclass(frozen=True, slots=True)
class TrueType:
    """A program's tables.

    Attributes:
        tables: by tag.
        places: where each glyph begins in `glyf`; one more than there are glyphs.
        metrics: how many glyphs have a width of their own.
    """

    tables: Mapping[bytes, bytes]
    places: Sequence[int]
    metrics: int

    @property
    def count(self) -> int:
        """Number of glyphs."""
        return len(self.places) - 1

    def outline(self, glyph: int) -> bytes:
        """Return the drawing of a glyph; empty for blanks and for glyphs that are not there."""
        if not 0 <= glyph < self.count:
            return b""
        return self.tables[b"glyf"][self.places[glyph] : self.places[glyph + 1]]

    def metric(self, glyph: int) -> tuple[int, int]:
        """Return advance and left bearing."""
        table, wide = self.tables[b"hmtx"], self.metrics
        if glyph < 0:
            return 0, 0
        try:
            advance: int = struct.unpack_from(">H", table, 4 * min(glyph, wide - 1))[0]
            at = 4 * glyph + 2 if glyph < wide else 4 * wide + 2 * (glyph - wide)
            bearing: int = struct.unpack_from(">h", table, at)[0]
        except struct.error:
            return 0, 0
        return advance, bearing


def tables_of(data: bytes) -> dict[bytes, bytes]:
    """Return the tables of an sfnt by tag.

    Raises:
        UnknownContent: its directory is broken.
    """
    try:
        count = struct.unpack_from(">H", data, 4)[0]
        if count > _MAX_TABLES:
            raise UnknownContent
        rows = [struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(count)]
    except struct.error as error:
        raise UnknownContent from error
    return {tag: data[offset : offset + length] for tag, _, offset, length in rows}


def truetype(data: bytes) -> TrueType:
    """Open a TrueType program.

    Raises:
        UnknownContent: a table is missing or too short.
    """
    tables = tables_of(data)
    if any(tag not in tables for tag in _NEEDED):
        raise UnknownContent
    try:
        glyphs = struct.unpack_from(">H", tables[b"maxp"], 4)[0]
        long = struct.unpack_from(">h", tables[b"head"], 50)[0]
        metrics = struct.unpack_from(">H", tables[b"hhea"], 34)[0]
        kind, step = ("I", 1) if long else ("H", 2)
        held = min(glyphs + 1, len(tables[b"loca"]) // struct.calcsize(kind))
        places = [step * at for at in struct.unpack_from(f">{held}{kind}", tables[b"loca"])]
    except struct.error as error:
        raise UnknownContent from error
    if not places or not metrics or any(a > b for a, b in pairwise(places)):
        raise UnknownContent
    return TrueType(tables, places, metrics)


def subset(font: TrueType, glyphs: Sequence[int]) -> tuple[bytes, tuple[int, int, int, int]]:
    """Return a program whose glyph 0 is the master's and whose glyph i + 1 is `glyphs[i]`, and its bounds in units.

    Raises:
        UnknownContent: a composite glyph is broken or nested too deeply.
    """
    order = [0, *glyphs]
    slots: dict[int, int] = {}
    for new, old in enumerate(order):
        slots.setdefault(old, new)
    index = 0
    while index < len(order):
        for part in _parts(font.outline(order[index])):
            if part not in slots:
                slots[part] = len(order)
                order.append(part)
        index += 1
    outlines = [_renumbered(font.outline(glyph), slots) for glyph in order]
    counts = _Counts(font, slots)
    for new, outline in enumerate(outlines):
        counts.take(outline, order[new])
    return _packed(_tables(font, order, outlines, counts)), counts.bounds


def _parts(outline: bytes) -> list[int]:
    return [glyph for _, glyph in _components(outline)]


def _components(outline: bytes) -> list[tuple[int, int]]:
    """Return where the numbers of a composite's parts stand, and the numbers."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    found: list[tuple[int, int]] = []
    at = 10
    while len(found) < _MAX_PARTS:
        try:
            flags, glyph = struct.unpack_from(">HH", outline, at)
        except struct.error as error:
            raise UnknownContent from error
        found.append((at + 2, glyph))
        at += 4 + (4 if flags & _WORDS else 2)
        at += 2 if flags & _SCALE else 4 if flags & _XY else 8 if flags & _TWO_BY_TWO else 0
        if not flags & _MORE:
            return found
    raise UnknownContent


def _renumbered(outline: bytes, slots: Mapping[int, int]) -> bytes:
    parts = _components(outline)
    if parts:
        changed = bytearray(outline)
        for at, glyph in parts:
            struct.pack_into(">H", changed, at, slots[glyph])
        outline = bytes(changed)
    return outline + b"\0" * (-len(outline) % 4)


class _Counts:
    """What `maxp`, `head` and `hhea` say about all glyphs, computed from those that are left."""

    def __init__(self, font: TrueType, slots: Mapping[int, int]) -> None:
        self._font = font
        self._slots = slots
        self.points = self.contours = self.whole_points = self.whole_contours = self.parts = self.depth = 0
        self.advance = 0
        self.bounds: tuple[int, int, int, int] = (0, 0, 0, 0)
        self._any = False

    def take(self, outline: bytes, old: int) -> None:
        """Count one glyph."""
        self.advance = max(self.advance, self._font.metric(old)[0])
        if len(outline) < 10:
            return
        box = struct.unpack_from(">hhhh", outline, 2)
        low, high = map(min, self.bounds[:2], box[:2]), map(max, self.bounds[2:], box[2:])
        self.bounds = (*low, *high) if self._any else box
        self._any = True
        points, contours, depth = self._size(old, 0)
        if depth:
            self.whole_points, self.whole_contours = max(self.whole_points, points), max(self.whole_contours, contours)
            self.parts, self.depth = max(self.parts, len(_parts(outline))), max(self.depth, depth)
        else:
            self.points, self.contours = max(self.points, points), max(self.contours, contours)

    def _size(self, glyph: int, level: int) -> tuple[int, int, int]:
        """Return points, contours and depth of a glyph."""
        outline = self._font.outline(glyph)
        if len(outline) < 10:
            return 0, 0, 0
        if level > _MAX_DEPTH:
            raise UnknownContent
        contours = struct.unpack_from(">h", outline)[0]
        if contours >= 0:
            try:
                last = struct.unpack_from(">H", outline, 10 + 2 * (contours - 1))[0] if contours else -1
            except struct.error as error:
                raise UnknownContent from error
            return last + 1, contours, 0
        inner = [self._size(part, level + 1) for part in _parts(outline)]
        return sum(i[0] for i in inner), sum(i[1] for i in inner), 1 + max(i[2] for i in inner)


def _tables(font: TrueType, order: Sequence[int], outlines: Sequence[bytes], counts: _Counts) -> dict[bytes, bytes]:
    places = [0]
    for outline in outlines:
        places.append(places[-1] + len(outline))
    metrics = b"".join(struct.pack(">Hh", *font.metric(glyph)) for glyph in order)
    head = bytearray(font.tables[b"head"][:54].ljust(54, b"\0"))
    struct.pack_into(">I", head, 8, 0)
    struct.pack_into(">qq", head, 20, _SOME_DAY, _SOME_DAY)
    struct.pack_into(">hhhh", head, 36, *counts.bounds)
    struct.pack_into(">hh", head, 50, 1, 0)
    hhea = bytearray(font.tables[b"hhea"][:36].ljust(36, b"\0"))
    struct.pack_into(">Hhhh", hhea, 10, counts.advance, counts.bounds[0], 0, counts.bounds[2])
    struct.pack_into(">H", hhea, 34, len(order))
    maxp = bytearray(font.tables[b"maxp"][:32].ljust(32, b"\0"))
    struct.pack_into(">HHHHH", maxp, 4, len(order), counts.points, counts.contours, counts.whole_points,
                     counts.whole_contours)  # fmt: skip
    struct.pack_into(">HH", maxp, 28, counts.parts, counts.depth)
    return {
        **{tag: font.tables[tag] for tag in _HINTS if tag in font.tables},
        b"glyf": b"".join(outlines),
        b"loca": struct.pack(f">{len(places)}I", *places),
        b"hmtx": metrics,
        b"head": bytes(head),
        b"hhea": bytes(hhea),
        b"maxp": bytes(maxp),
    }


def _packed(tables: Mapping[bytes, bytes]) -> bytes:
    power = max(len(tables).bit_length() - 1, 0)
    head = struct.pack(">4sHHHH", b"\0\1\0\0", len(tables), 16 << power, power, 16 * len(tables) - (16 << power))
    offset, rows, bodies = 12 + 16 * len(tables), [], []
    for tag in sorted(tables):
        body = tables[tag]
        padded = body + b"\0" * (-len(body) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        rows.append(struct.pack(">4sIII", tag, total, offset, len(body)))
        bodies.append(padded)
        offset += len(padded)
    return b"".join([head, *rows, *bodies])


def glyphs_by_code(data: bytes) -> dict[tuple[int, int], dict[int, int]]:
    """Return the character maps of an sfnt, by platform and encoding: glyph by code. Formats 0, 4, 6 and 12 only.

    Raises:
        UnknownContent: a map is broken.
    """
    table = tables_of(data).get(b"cmap", b"")
    found: dict[tuple[int, int], dict[int, int]] = {}
    try:
        count = struct.unpack_from(">H", table, 2)[0] if table else 0
        for index in range(min(count, _MAX_TABLES)):
            platform, encoding, offset = struct.unpack_from(">HHI", table, 4 + 8 * index)
            found[(platform, encoding)] = _map(table[offset:])
    except (struct.error, IndexError) as error:
        raise UnknownContent from error
    return found


def _map(table: bytes) -> dict[int, int]:
    kind = struct.unpack_from(">H", table)[0]
    if kind == 0:
        return {code: glyph for code, glyph in enumerate(table[6:262]) if glyph}
    if kind == 6:
        first, count = struct.unpack_from(">HH", table, 6)
        glyphs = struct.unpack_from(f">{count}H", table, 10)
        return {first + index: glyph for index, glyph in enumerate(glyphs) if glyph}
    if kind == 12:
        groups = min(struct.unpack_from(">I", table, 12)[0], 20_000)
        rows = [struct.unpack_from(">III", table, 16 + 12 * index) for index in range(groups)]
        return {a + i: glyph + i for a, b, glyph in rows if b - a < 70_000 for i in range(b - a + 1)}
    return _segments(table) if kind == 4 else {}


def _segments(table: bytes) -> dict[int, int]:
    count = struct.unpack_from(">H", table, 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", table, 14)
    starts = struct.unpack_from(f">{count}H", table, 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", table, 16 + 4 * count)
    found: dict[int, int] = {}
    for index in range(count):
        place = 16 + 6 * count + 2 * index
        offset = struct.unpack_from(">H", table, place)[0]
        for code in range(starts[index], ends[index] + 1):
            glyph = code
            if offset:
                at = place + offset + 2 * (code - starts[index])
                glyph = struct.unpack_from(">H", table, at)[0] if at + 2 <= len(table) else 0
                if not glyph:
                    continue
            glyph = (glyph + deltas[index]) & 0xFFFF
            if glyph and code != 0xFFFF:
                found[code] = glyph
    return found
