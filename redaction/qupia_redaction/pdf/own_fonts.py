"""The fonts of a page as they stand in it: codes and widths by letter, so that kept words are set again in their font.

Attack: a map that lies about letters; reading compares maps with OCR before anybody comes here. Limit: fonts with codes
of one byte, or two with the identity encoding; of letters with several codes the first is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pymupdf

from qupia_redaction.faults import UnknownContent
from qupia_redaction.pdf.flatten import ENGINE_ERRORS
from qupia_redaction.rebuild.maps import read_map

_TOKEN = re.compile(r"[\[\]]|[-+.\d]+")
_INDIRECT = re.compile(r"\s*\[\s*(\d+) 0 R")
_WIDTHS = re.compile(r"/W\s*(?:\[|(\d+) 0 R)")
_BLANK = 250.0
_MOST = 70_000


@dataclass(frozen=True, slots=True)
class OwnFont:
    """A font in the page's resources.

    Attributes:
        xref: number of its object.
        size: bytes a code.
        codes: by letter.
        widths: thousandths of an em by code.
    """

    xref: int
    size: int
    codes: dict[str, int]
    widths: dict[int, float]

    def sets(self, text: str) -> bool:
        """Tell whether all letters are there; a blank need not be."""
        return all(char == " " or char in self.codes for char in text)

    def width(self, text: str, size: float) -> float:
        """Return the width of a text, points."""
        return sum(self._advance(char) for char in text) * size / 1000

    def _advance(self, char: str) -> float:
        return self.widths.get(self.codes[char], 0.0) if char in self.codes else _BLANK

    def operand(self, text: str) -> str:
        """Return what TJ shows; blanks that the font does not have are offsets."""
        parts, run = [], ""
        for char in text:
            if char in self.codes:
                run += f"{self.codes[char]:0{2 * self.size}x}"
                continue
            parts += [f"<{run}>"] * bool(run) + [f"-{_BLANK:g}"]
            run = ""
        return "[" + " ".join([*parts, *[f"<{run}>"] * bool(run)]) + "]"


def own_font(document: pymupdf.Document, xref: int, kind: str) -> OwnFont | None:
    """Return a font of a page, or None when its codes or widths are not plain.

    Args:
        document: open.
        xref: of the font.
        kind: its subtype.
    """
    try:
        found, unicode = document.xref_get_key(xref, "ToUnicode")
        if found != "xref" or kind not in {"Type0", "TrueType", "Type1"}:
            return None
        if kind == "Type0" and document.xref_get_key(xref, "Encoding")[1] != "/Identity-H":
            return None
        texts = read_map(document.xref_stream(int(unicode.split()[0])) or b"")
        widths = _cid_widths(document, xref) if kind == "Type0" else _simple_widths(document, xref)
    except (*ENGINE_ERRORS, UnknownContent):
        return None
    codes: dict[str, int] = {}
    for code in sorted(texts):
        letter = texts[code].decode("utf-16-be", "replace")
        if len(letter) == 1 and code in widths:
            codes.setdefault(letter, code)
    return OwnFont(xref, 2 if kind == "Type0" else 1, codes, widths) if codes else None


def put_into(page: pymupdf.Page, name: str, xref: int) -> None:
    """Give a font a name in a page's resources, wherever these stand."""
    document, holder, path = page.parent, page.xref, ""
    for key in ("Resources", "Font"):
        kind, value = document.xref_get_key(holder, path + key)
        if kind == "xref":
            holder, path = int(value.split()[0]), ""
        else:
            path += f"{key}/"
    document.xref_set_key(holder, f"{path}{name}", f"{xref} 0 R")


def _simple_widths(document: pymupdf.Document, xref: int) -> dict[int, float]:
    first = int(document.xref_get_key(xref, "FirstChar")[1])
    listed = _numbers(document, xref, "Widths")
    return {first + index: width for index, width in enumerate(w for w in listed if isinstance(w, float))}


def _cid_widths(document: pymupdf.Document, xref: int) -> dict[int, float]:
    kind, value = document.xref_get_key(xref, "DescendantFonts")
    text = document.xref_object(int(value.split()[0]), compressed=True) if kind == "xref" else value
    inner = _INDIRECT.match(text)
    if inner:
        text = document.xref_object(int(inner.group(1)), compressed=True)
    found = _WIDTHS.search(text)
    if found is None:
        return {}
    listed = document.xref_object(int(found.group(1)), compressed=True) if found.group(1) else text[found.end() - 1 :]
    tokens = _tokens(listed)
    widths: dict[int, float] = {}
    index = 1  # the outer bracket
    while index + 2 < len(tokens):
        first, second = tokens[index], tokens[index + 1]
        if not isinstance(first, float):
            break
        if second == "[":
            index += 2
            code = int(first)
            while isinstance(width := tokens[index], float):
                widths[code] = width
                code, index = code + 1, index + 1
            index += 1
        elif isinstance(second, float) and isinstance(width := tokens[index + 2], float):
            if second - first > _MOST:
                raise UnknownContent
            widths.update(dict.fromkeys(range(int(first), int(second) + 1), width))
            index += 3
        else:
            break
    return widths


def _numbers(document: pymupdf.Document, xref: int, key: str) -> list[float | str]:
    kind, value = document.xref_get_key(xref, key)
    return _tokens(document.xref_object(int(value.split()[0]), compressed=True) if kind == "xref" else value)


def _tokens(text: str) -> list[float | str]:
    """Return the numbers and brackets of an array, as far as it goes."""
    found: list[float | str] = []
    depth = 0
    for part in _TOKEN.findall(text):
        depth += (part == "[") - (part == "]")
        found.append(part if part in "[]" else float(part))
        if depth == 0:
            break
    return found
