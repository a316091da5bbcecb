"""Filter the operators of a content stream by an allow-list and note which resources they use.

Attacks: marked-content properties with text, comments, invisible text, unknown operators, offsets left behind by
removed glyphs (their size tells), forms left empty (so does their box). Words that mean nothing, and names of nothing,
are left out: no viewer draws them.
Limit: a stream that needs anything else makes the page pixels.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pikepdf

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.order import Instruction, Place, in_order
from qupia_redaction.rebuild.plain import known_name
from qupia_redaction.rebuild.recode import Recode
from qupia_redaction.rebuild.renamed import Renamed
from qupia_redaction.rebuild.tidy import draws, without_empty_groups

_PLAIN = frozenset(
    "w J j M d ri i q Q cm m l c v y h re S s f F f* B B* b b* n W W* BT ET Tc Tw Tz TL Ts"
    " Td TD Tm T* Tr G g RG rg K k d0 d1".split()
)
_DROPPED = frozenset({"BMC", "BDC", "EMC", "MP", "DP", "BX", "EX"})
_NAMED = {"gs": "/ExtGState", "Do": "/XObject", "sh": "/Shading", "CS": "/ColorSpace", "cs": "/ColorSpace"}
_COLOURS = frozenset({"SC", "SCN", "sc", "scn"})
_SHOW = frozenset({"Tj", "TJ", "'", '"'})
_MOVES = frozenset({"Td", "TD", "Tm", "T*", "ET", "'", '"'})
_DEVICE = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern", "/G", "/RGB", "/CMYK"})
_INLINE_FILTERS: tuple[list[str], ...] = ([], ["/FlateDecode"])
_INLINE_NAMED = frozenset({"/CS", "/ColorSpace", "/F", "/Filter", "/IM", "/ImageMask", "/I", "/Interpolate"})
_INLINE_KEYS = _INLINE_NAMED | {"/W", "/Width", "/H", "/Height", "/BPC", "/BitsPerComponent", "/D", "/Decode"}
_INLINE_SPACES = {"/G": 1, "/DeviceGray": 1, "/RGB": 3, "/DeviceRGB": 3, "/CMYK": 4, "/DeviceCMYK": 4}
_NAMING = frozenset({"Tf", "ri", *_NAMED, *_COLOURS})
_KNOWN = _PLAIN | _NAMING | _DROPPED | _SHOW | {"INLINE IMAGE", "EI", "BI", "ID"}
INTENTS = frozenset({"/AbsoluteColorimetric", "/RelativeColorimetric", "/Saturation", "/Perceptual"})
_INVISIBLE, _CLIPPING = 3, range(4, 8)
_WORD = re.compile(r"[A-Za-z*'\"]+[0-9]?")
_NEEDLESS = {"Do": "/XObject", "gs": "/ExtGState", "sh": "/Shading", "CS": "/ColorSpace", "cs": "/ColorSpace"}
"""Operators that do nothing when what they name is not there."""
_PATTERNED = frozenset({"SCN", "scn"})

_AFTER_BLANK = re.compile(rb"[^ ]* |[^ ]+")

Used = dict[str, dict[str, str]]
"""New names by old names by kind of resource."""


@dataclass(slots=True)
class Filtered:
    """What is left of a stream.

    Attributes:
        data: the operators.
        used: names of resources by kind, as the master has them.
        codes: strings shown by font name.
        pictures: pictures stand in the stream itself.
        draws: something is drawn; a form without that is not drawn itself.
    """

    data: bytes = b""
    pictures: bool = False
    draws: bool = False
    used: Used = field(default_factory=lambda: defaultdict(dict))
    codes: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))


def plain_name(kind: str, index: int) -> str:
    """Return the name that a resource gets in the output: the master's own names may be text."""
    return f"/{kind[1]}{index}"


@dataclass(slots=True)
class _State:
    """Text state that survives from operator to operator."""

    font: str = ""
    size: float = 0.0
    gap: float = 0.0
    mode: int = 0


Fonts = Callable[[str], Recode | Renamed | None]
"""New codes of a font by its name in the resources; None when its codes stay."""

Has = Callable[[str, str], bool]
"""Whether resources of a kind hold a name that a viewer would draw."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a filter knows about the stream that it reads.

    Attributes:
        has: what names stand for something.
        fonts: new codes for strings.
        own: the content was written by Qupia: invisible text stays.
        clips: letters may cut out what is painted after them.
    """

    has: Has = lambda _kind, _name: True
    fonts: Fonts = lambda _: None
    own: bool = False
    clips: bool = False


_NOTHING = Known()


def filter_content(
    stream: pikepdf.Object | pikepdf.Page, known: Known = _NOTHING, places: Sequence[Place] = ()
) -> Filtered:
    """Keep allowed operators only.

    Args:
        stream: a page or a form.
        known: what its names stand for, and what may stay.
        places: where lines belong that were set again.

    Raises:
        UnknownContent: an operand is not on the list, or invisible text cannot be left out.
    """
    work = _Filter(known)
    instructions: Iterable[Instruction] = pikepdf.parse_content_stream(stream)
    for instruction in in_order(instructions, places) if places else instructions:
        work.take(instruction)
    left = without_empty_groups(_without_tails(work.kept))
    work.result.data, work.result.draws = pikepdf.unparse_content_stream(left), any(map(draws, left))
    return work.result


@dataclass(slots=True)
class _Filter:
    """Takes one instruction after the other.

    Attributes:
        known: what the names of the stream stand for, and what may stay.
        pending: an offset without letters; it is dropped when a move follows.
        skipped: invisible text was left out since the last move.
    """

    known: Known
    result: Filtered = field(default_factory=Filtered)
    kept: list[Instruction] = field(default_factory=list)
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    pending: Instruction | None = None
    skipped: bool = False

    def take(self, instruction: Instruction) -> None:
        """Keep, drop or refuse one instruction."""
        operator = str(instruction.operator)
        if operator in _DROPPED or self._does_nothing(instruction, operator):
            return
        if operator == "q":
            self.stack.append(replace(self.state))
        elif operator == "Q" and self.stack:
            self.state = self.stack.pop()
        if operator in _MOVES:
            self.pending, self.skipped = None, False
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            _check_inline(instruction)
            self.result.pictures = True
        elif operator in _SHOW:
            self._show(instruction, operator)
            return
        else:
            instruction = self._note(instruction, operator)
        self.kept.append(instruction)

    def _does_nothing(self, instruction: Instruction, operator: str) -> bool:
        """Tell whether viewers pass an instruction over: a word without meaning, or the name of nothing."""
        if operator in _NEEDLESS:
            names = [name for name in instruction.operands if isinstance(name, pikepdf.Name)]
            known = bool(names) and operator in {"CS", "cs"} and str(names[0]) in _DEVICE
            return not known and (not names or not self.known.has(_NEEDLESS[operator], str(names[0])))
        if operator in _PATTERNED and instruction.operands and isinstance(instruction.operands[-1], pikepdf.Name):
            return not self.known.has("/Pattern", str(instruction.operands[-1]))
        if operator == "ri":
            return not any(str(name) in INTENTS for name in instruction.operands)
        return operator not in _KNOWN and bool(_WORD.fullmatch(operator))

    def _show(self, instruction: pikepdf.ContentStreamInstruction, operator: str) -> None:
        if self.skipped and (self.state.mode != _INVISIBLE or self.known.own):
            raise UnknownContent
        if self.state.mode == _INVISIBLE and not self.known.own:
            self.skipped = True
            if operator in {"'", '"'}:
                raise UnknownContent
            return
        if operator == "TJ" and not _strings(instruction):
            self.pending = instruction
            return
        if self.pending is not None:
            self.kept.append(self.pending)
            self.pending = None
        new = self.known.fonts(self.state.font)
        if new is None:
            self.result.codes[self.state.font].update(_strings(instruction))
            self.kept.append(instruction)
        else:
            self.kept += self._recoded(instruction, operator, new)

    def _recoded(
        self, instruction: pikepdf.ContentStreamInstruction, operator: str, new: Recode | Renamed
    ) -> list[Instruction]:
        """Show the same letters in new codes; spaces are widened by offsets, since new codes have no single byte 32."""
        operands, before = list(instruction.operands), []
        if operator == '"':
            self.state.gap = float(operands[0])
            before = [_instruction("Tw", operands[0]), _instruction("Tc", operands[1])]
            operands = operands[2:]
        if operator in {"'", '"'}:
            before.append(_instruction("T*"))
        items = operands[0].as_list() if isinstance(operands[0], pikepdf.Array) else [operands[0]]
        gap = self.state.gap / self.state.size * 1000 if new.size == 1 and self.state.gap and self.state.size else 0.0
        shown = [part for item in items for part in _parts(item, new, gap)]
        if len(shown) == 1 and isinstance(shown[0], pikepdf.String):
            return [*before, _instruction("Tj", shown[0])]
        return [*before, _instruction("TJ", pikepdf.Array(shown))]

    def _note(self, instruction: pikepdf.ContentStreamInstruction, operator: str) -> pikepdf.ContentStreamInstruction:
        operands = list(instruction.operands)
        if operator == "Tf":
            self.state.font, self.state.size = str(operands[0]), float(operands[1])
            operands[0] = self._named("/Font", operands[0])
        elif operator in _NAMED:
            if str(operands[0]) not in _DEVICE:
                operands[0] = self._named(_NAMED[operator], operands[0])
        elif operator in _COLOURS:
            if operands and isinstance(operands[-1], pikepdf.Name):
                operands[-1] = self._named("/Pattern", operands[-1])
        elif operator == "Tr":
            self.state.mode = int(operands[0])
        elif operator == "Tw":
            self.state.gap = float(operands[0])
        elif operator == "ri":
            operands = [known_name(operands[0], INTENTS)]
        if not (operator == "Tr" and self.known.clips and self.state.mode in _CLIPPING):
            _check_operands(operator, operands)
        return pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(operator))

    def _named(self, kind: str, name: object) -> pikepdf.Name:
        names = self.result.used[kind]
        return pikepdf.Name(names.setdefault(str(name), plain_name(kind, len(names))))


def _instruction(operator: str, *operands: Any) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction(list(operands), pikepdf.Operator(operator))


def _parts(item: object, new: Recode | Renamed, gap: float) -> list[object]:
    """Return an item of a TJ in new codes; each blank is followed by an offset of `gap` thousandths."""
    if not isinstance(item, pikepdf.String):
        return [item]
    raw = bytes(item)
    if not gap:
        return [pikepdf.String(new.encode(raw))] if raw else []
    parts: list[object] = []
    for piece in _AFTER_BLANK.findall(raw):
        parts.append(pikepdf.String(new.encode(piece)))
        if piece.endswith(b" "):
            parts.append(Decimal(f"{-gap:.3f}"))
    return parts


def _check_operands(operator: str, operands: Sequence[object]) -> None:
    if operator in _NAMING:
        return
    if operator not in _PLAIN or not all(_is_plain(operand) for operand in operands):
        raise UnknownContent
    if operator == "Tr" and operands[0] not in range(_CLIPPING.start):
        raise UnknownContent


def _is_plain(operand: object) -> bool:
    """Tell whether an operand is numbers only."""
    if isinstance(operand, pikepdf.Array):
        return all(_is_plain(item) for item in operand.as_list())
    return isinstance(operand, (int, float, Decimal))


def _check_inline(image: pikepdf.ContentStreamInlineImage) -> None:
    """Let a picture in the stream pass when nothing but its samples is in it.

    Raises:
        UnknownContent: a key, a filter or a colour space that is not on the list, or more bytes than samples.
    """
    picture = image.iimage
    keys = picture.obj
    if picture.filters not in _INLINE_FILTERS or not set(keys.keys()) <= _INLINE_KEYS:
        raise UnknownContent
    if any(not _is_plain(keys[key]) for key in set(keys.keys()) - _INLINE_NAMED):
        raise UnknownContent
    stencil = bool(keys.get("/ImageMask", keys.get("/IM", False)))
    space = str(keys.get("/ColorSpace", keys.get("/CS", "/G")))
    if space not in _INLINE_SPACES:
        raise UnknownContent
    bits = 1 if stencil else int(picture.bits_per_component)
    row = (picture.width * bits * (1 if stencil else _INLINE_SPACES[space]) + 7) // 8
    if len(_inline_samples(picture)) != row * picture.height:
        raise UnknownContent


def _inline_samples(picture: pikepdf.PdfInlineImage) -> bytes:
    raw = picture.unparse().split(b"ID", 1)[1][1:].removesuffix(b"EI")
    if not picture.filters:
        return raw.removesuffix(b"\n") if raw.endswith(b"\n") else raw.removesuffix(b" ")
    engine = zlib.decompressobj()
    try:
        data = engine.decompress(raw)
    except zlib.error as error:
        raise UnknownContent from error
    if engine.unused_data.strip():
        raise UnknownContent
    return data


def _strings(instruction: pikepdf.ContentStreamInstruction) -> list[bytes]:
    found: list[bytes] = []
    for operand in instruction.operands:
        if isinstance(operand, pikepdf.String):
            found.append(bytes(operand))
        elif isinstance(operand, pikepdf.Array):
            found += [bytes(item) for item in operand.as_list() if isinstance(item, pikepdf.String)]
    return [text for text in found if text]


def _without_tails(kept: Sequence[Instruction]) -> list[Instruction]:
    """Cut offsets off the end of a TJ whose position nothing uses: they tell the width of what was removed."""
    following = True
    out: list[Instruction] = []
    for instruction in reversed(kept):
        operator = str(instruction.operator)
        cut = operator == "TJ" and following
        out.append(_cut(instruction) if cut else instruction)
        if operator in _MOVES or operator == "BT":
            following = True
        elif operator in _SHOW:
            following = False
    return out[::-1]


def _cut(instruction: Instruction) -> Instruction:
    array = instruction.operands[0]
    items = list(array.as_list()) if isinstance(array, pikepdf.Array) else []
    while items and not isinstance(items[-1], pikepdf.String):
        items.pop()
    return pikepdf.ContentStreamInstruction([pikepdf.Array(items)], pikepdf.Operator("TJ"))
