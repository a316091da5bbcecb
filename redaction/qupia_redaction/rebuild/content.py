"""Filter the operators of a content stream by an allow-list and note which resources they use.

Attacks: marked-content properties with text, comments, invisible text, unknown operators, offsets left behind by removed
glyphs (their size tells). Limit: a stream that needs anything else makes the page pixels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pikepdf

from qupia_redaction.faults import UnknownContent

_PLAIN = frozenset(
    "w J j M d ri i q Q cm m l c v y h re S s f F f* B B* b b* n W W* BT ET Tc Tw Tz TL Ts Tr"
    " Td TD Tm T* G g RG rg K k".split()
)
_DROPPED = frozenset({"BMC", "BDC", "EMC", "MP", "DP", "BX", "EX"})
_NAMED = {"gs": "/ExtGState", "Do": "/XObject", "sh": "/Shading", "CS": "/ColorSpace", "cs": "/ColorSpace"}
_COLOURS = frozenset({"SC", "SCN", "sc", "scn"})
_SHOW = frozenset({"Tj", "TJ", "'", '"'})
_MOVES = frozenset({"Td", "TD", "Tm", "T*", "ET", "'", '"'})
_DEVICE = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern", "/G", "/RGB", "/CMYK"})
_INLINE_FILTERS = frozenset({"/Fl", "/FlateDecode", "/RL", "/RunLengthDecode", "/AHx", "/A85", "/LZW"})
_INVISIBLE = 3

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
    result = Filtered()
    state, stack = _State(), []
    kept: list[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage] = []
    pending: pikepdf.ContentStreamInstruction | None = None
    skipped = False
    for instruction in pikepdf.parse_content_stream(stream):
        operator = str(instruction.operator)
        if operator in _DROPPED:
            continue
        if operator == "q":
            stack.append(_State(state.font, state.mode))
        elif operator == "Q" and stack:
            state = stack.pop()
        if operator in _MOVES:
            pending, skipped = None, False
        if operator in _SHOW:
            if skipped:
                raise UnknownContent
            if state.mode == _INVISIBLE and not own:
                skipped = True
                if operator in {"'", '"'}:
                    raise UnknownContent
                continue
            if operator == "TJ" and not _strings(instruction):
                pending = instruction
                continue
            if pending is not None:
                kept.append(pending)
                pending = None
            result.codes[state.font].update(_strings(instruction))
        else:
            _note(instruction, operator, state, result)
        kept.append(instruction)
    result.data = pikepdf.unparse_content_stream(_without_tails(kept))
    return result


def _note(instruction: object, operator: str, state: _State, result: Filtered) -> None:
    if isinstance(instruction, pikepdf.ContentStreamInlineImage):
        _inline(instruction, result)
        return
    operands = list(instruction.operands)  # type: ignore[attr-defined]
    if operator == "Tf":
        state.font = str(operands[0])
        result.used["/Font"].add(state.font)
    elif operator in _NAMED:
        name = str(operands[0])
        if name not in _DEVICE:
            result.used[_NAMED[operator]].add(name)
    elif operator in _COLOURS:
        if operands and isinstance(operands[-1], pikepdf.Name):
            result.used["/Pattern"].add(str(operands[-1]))
    elif operator not in _PLAIN:
        raise UnknownContent
    if operator == "Tr":
        state.mode = int(operands[0])
        if state.mode == 7:
            raise UnknownContent


def _inline(image: pikepdf.ContentStreamInlineImage, result: Filtered) -> None:
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


def _without_tails(kept: list[object]) -> Iterable[object]:
    """Cut offsets off the end of a TJ whose position nothing uses: they tell the width of what was removed."""
    following = True
    out: list[object] = []
    for instruction in reversed(kept):
        operator = str(instruction.operator)  # type: ignore[attr-defined]
        if operator == "TJ" and following:
            items = instruction.operands[0].as_list()  # type: ignore[attr-defined]
            while items and not isinstance(items[-1], pikepdf.String):
                items.pop()
            instruction = pikepdf.ContentStreamInstruction([pikepdf.Array(items)], pikepdf.Operator("TJ"))
        if operator in _MOVES or operator == "BT":
            following = True
        elif operator in _SHOW:
            following = False
        out.append(instruction)
    return reversed(out)
