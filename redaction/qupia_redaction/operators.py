"""Write the short forms of operators that show text out in full.

Attack: the engine that removes glyphs loses its place at a line that begins with `'` or `"`, and leaves its letters.
Afterwards there are lines (`T*`) and texts (`Tj`) only. Streams without the short forms are not touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

_SHORT = re.compile(rb"[)>]\s*['\"]")

Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage


def plain_shows(pdf: pikepdf.Pdf) -> None:
    """Rewrite pages and forms of an open document in place, where they use short forms."""
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        if any(_has_short(part) for part in parts if isinstance(part, pikepdf.Stream)):
            page.obj["/Contents"] = pdf.make_stream(_written_out(page))
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form" and _has_short(item):
            item.write(_written_out(item))


def _has_short(stream: pikepdf.Stream) -> bool:
    """Tell whether a stream uses short forms; one that cannot be decoded shows nothing to anybody."""
    try:
        return bool(_SHORT.search(stream.read_bytes()))
    except pikepdf.PdfError:
        return False


def _written_out(stream: pikepdf.Object | pikepdf.Page) -> bytes:
    instructions: list[Instruction] = list(pikepdf.parse_content_stream(stream))
    return bytes(pikepdf.unparse_content_stream([part for one in instructions for part in _parts(one)]))


def _parts(instruction: Instruction) -> Iterator[Instruction]:
    operator, operands = _word(instruction), list(instruction.operands)
    if operator not in {"'", '"'}:
        yield instruction
        return
    if operator == '"' and len(operands) == 3:
        yield _made("Tw", operands[0])
        yield _made("Tc", operands[1])
    yield _made("T*")
    yield _made("Tj", *operands[-1:])


def _word(instruction: Instruction) -> str:
    """Return an operator's word; none for bytes that are no word: the filter refuses them later."""
    try:
        return str(instruction.operator)
    except UnicodeDecodeError:
        return ""


def _made(operator: str, *operands: Any) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction(list(operands), pikepdf.Operator(operator))
