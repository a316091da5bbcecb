"""Filter the operators of a content stream by an allow-list and note which resources they use.

Attacks: marked-content properties with text, comments, invisible text, unknown operators, offsets left behind by
removed glyphs (their size tells). Limit: a stream that needs anything else makes the page pixels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import pikepdf

from qupia_redaction.faults import UnknownContent

_PLAIN = frozenset(
    "w J j M d ri i q Q cm m l c v y h re S s f F f* B B* b b* n W W* BT ET Tc Tw Tz TL Ts"
    " Td TD Tm T* G g RG rg K k".split()
)
_DROPPED = frozenset({"BMC", "BDC", "EMC", "MP", "DP", "BX", "EX"})
_NAMED = {"gs": "/ExtGState", "Do": "/XObject", "sh": "/Shading", "CS": "/ColorSpace", "cs": "/ColorSpace"}
_COLOURS = frozenset({"SC", "SCN", "sc", "scn"})
_SHOW = frozenset({"Tj", "TJ", "'", '"'})
_MOVES = frozenset({"Td", "TD", "Tm", "T*", "ET", "'", '"'})
_DEVICE = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern", "/G", "/RGB", "/CMYK"})
_INLINE_FILTERS = frozenset({"/Fl", "/FlateDecode", "/RL", "/RunLengthDecode", "/AHx", "/A85", "/LZW"})
_INVISIBLE, _CLIPPING = 3, 4

Used = dict[str, set[str]]


@dataclass(slots=True)
class Filtered:
    """What is left of a stream.

    Attributes:
        data: the operators.
        used: names of resources by kind.
        codes: strings shown by font name.
    """

    data: bytes = b""
    used: Used = field(default_factory=lambda: defaultdict(set))
    codes: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))


Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage


@dataclass(slots=True)
class _State:
    """Text state that survives from operator to operator."""

    font: str = ""
    mode: int = 0


def filter_content(stream: pikepdf.Object | pikepdf.Page, own: bool = False) -> Filtered:
    """Keep allowed operators only.

    Args:
        stream: a page or a form.
        own: the content was written by Qupia: invisible text stays.

    Raises:
        UnknownContent: an operator is not on the list, or invisible text cannot be left out.
    """
    work = _Filter(own)
    for instruction in pikepdf.parse_content_stream(stream):
        work.take(instruction)
    work.result.data = pikepdf.unparse_content_stream(_without_tails(work.kept))
    return work.result


@dataclass(slots=True)
class _Filter:
    """Takes one instruction after the other.

    Attributes:
        own: invisible text stays.
        pending: an offset without letters; it is dropped when a move follows.
        skipped: invisible text was left out since the last move.
    """

    own: bool
    result: Filtered = field(default_factory=Filtered)
    kept: list[Instruction] = field(default_factory=list)
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    pending: Instruction | None = None
    skipped: bool = False

    def take(self, instruction: Instruction) -> None:
        """Keep, drop or refuse one instruction."""
        operator = str(instruction.operator)
        if operator in _DROPPED:
            return
        if operator == "q":
            self.stack.append(_State(self.state.font, self.state.mode))
        elif operator == "Q" and self.stack:
            self.state = self.stack.pop()
        if operator in _MOVES:
            self.pending, self.skipped = None, False
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            _note_inline(instruction, self.result)
        elif operator in _SHOW:
            self._show(instruction, operator)
            return
        else:
            self._note(instruction, operator)
        self.kept.append(instruction)

    def _show(self, instruction: pikepdf.ContentStreamInstruction, operator: str) -> None:
        if self.skipped:
            raise UnknownContent
        if self.state.mode == _INVISIBLE and not self.own:
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
        self.result.codes[self.state.font].update(_strings(instruction))
        self.kept.append(instruction)

    def _note(self, instruction: pikepdf.ContentStreamInstruction, operator: str) -> None:
        operands = list(instruction.operands)
        used = self.result.used
        if operator == "Tf":
            self.state.font = str(operands[0])
            used["/Font"].add(self.state.font)
        elif operator in _NAMED:
            if str(operands[0]) not in _DEVICE:
                used[_NAMED[operator]].add(str(operands[0]))
        elif operator in _COLOURS:
            if operands and isinstance(operands[-1], pikepdf.Name):
                used["/Pattern"].add(str(operands[-1]))
        elif operator == "Tr":
            self.state.mode = int(operands[0])
            if self.state.mode not in range(_CLIPPING):
                raise UnknownContent
        elif operator not in _PLAIN:
            raise UnknownContent


def _note_inline(image: pikepdf.ContentStreamInlineImage, result: Filtered) -> None:
    picture = image.iimage
    if any(name not in _INLINE_FILTERS for name in picture.filters):
        raise UnknownContent
    space = picture.obj.get("/ColorSpace", picture.obj.get("/CS"))
    if isinstance(space, pikepdf.Name) and str(space) not in _DEVICE | {"/I", "/Indexed"}:
        result.used["/ColorSpace"].add(str(space))


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
