"""Write the short forms of operators that show text out in full, and take tags away that say what text reads instead.

Attacks: the engine that removes glyphs loses its place at a line that begins with `'` or `"`, and leaves its letters:
afterwards there are lines (`T*`) and texts (`Tj`) only. The engine that reads is told to ignore ActualText, and yet
takes the outer one where two are nested. Streams without either are not touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

_SHORT = re.compile(rb"[)>]\s*['\"]")
_TAGS = frozenset("BDC BMC EMC MP DP".split())

Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage


def plain_shows(pdf: pikepdf.Pdf) -> None:
    """Rewrite pages and forms of an open document in place, where they use short forms or replacement text."""
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        told = _replaces(page.obj)
        if any(told or _to_write_out(part) for part in parts if isinstance(part, pikepdf.Stream)):
            page.obj["/Contents"] = pdf.make_stream(_written_out(page))
    for item in pdf.objects:
        form = isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"
        if form and (_replaces(item) or _to_write_out(item)):
            item.write(_written_out(item))


def _replaces(holder: pikepdf.Object) -> bool:
    """Tell whether the property lists of a page or form hold replacement text."""
    resources = holder.get("/Resources", pikepdf.Dictionary())
    lists = resources.get("/Properties") if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(lists, pikepdf.Dictionary):
        return False
    return any(isinstance(one, pikepdf.Dictionary) and "/ActualText" in one for _, one in lists.items())


def _to_write_out(stream: pikepdf.Object) -> bool:
    """Tell whether a stream uses short forms or replacement text; one that cannot be decoded shows nothing."""
    try:
        data = stream.read_bytes()
    except pikepdf.PdfError:
        return False
    return bool(_SHORT.search(data)) or (b"BDC" in data and (b"ActualText" in data or b"#" in data))


def _written_out(stream: pikepdf.Object | pikepdf.Page) -> bytes:
    instructions: list[Instruction] = list(pikepdf.parse_content_stream(stream))
    return bytes(pikepdf.unparse_content_stream([part for one in instructions for part in _parts(one)]))


def _parts(instruction: Instruction) -> Iterator[Instruction]:
    operator, operands = _word(instruction), list(instruction.operands)
    if operator in _TAGS:
        return
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
