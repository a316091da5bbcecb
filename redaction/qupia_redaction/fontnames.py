"""Give every embedded font a name of its own, so that what was read in it can be told apart.

Attack: two fonts of one name, one honest and one whose map lies; the engine reports fonts by name only. A font from the
reader's machine keeps its name, which chooses it, and loses its map: its encoding says what it draws.
"""

from __future__ import annotations

import pikepdf

_LETTERS = "QWXZVK"
"""No style's name can be spelled with these."""

_LENGTH = 6
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_SIMPLE = frozenset({"/Type1", "/TrueType", "/MMType1"})


def tag_fonts(pdf: pikepdf.Pdf) -> None:
    """Name the embedded fonts of an open document in place."""
    number = 0
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/Font":
            continue
        if _embedded(item):
            number += 1
            _rename(item, _tag(number))
        elif item.get("/Subtype") in _SIMPLE and "/ToUnicode" in item and _spelled(item):
            del item["/ToUnicode"]


def _embedded(font: pikepdf.Object) -> bool:
    holder = font
    if font.get("/Subtype") == "/Type0":
        children = font.get("/DescendantFonts")
        if not isinstance(children, pikepdf.Array) or not len(children):
            return False
        holder = children[0]
    if not isinstance(holder, pikepdf.Dictionary) or holder.get("/Subtype") == "/Type3":
        return False
    descriptor = holder.get("/FontDescriptor")
    return isinstance(descriptor, pikepdf.Dictionary) and any(key in descriptor for key in _PROGRAMS)


def _spelled(font: pikepdf.Object) -> bool:
    """Tell whether the encoding says what each code means."""
    encoding = font.get("/Encoding")
    if isinstance(encoding, pikepdf.Dictionary):
        return "/BaseEncoding" in encoding
    return isinstance(encoding, pikepdf.Name)


def _rename(font: pikepdf.Object, tag: str) -> None:
    """Change the names that the engine reports; the descendant's first, since a composite font takes it over."""
    names = [font]
    if font.get("/Subtype") == "/Type0":
        child = pikepdf.Dictionary({str(key): value for key, value in font["/DescendantFonts"][0].items()})
        font["/DescendantFonts"] = pikepdf.Array([child])  # it may be shared with another map
        names.append(child)
    for holder in names:
        plain = str(holder.get("/BaseFont", "/Font"))[1:].rsplit("+", 1)[-1]
        holder["/BaseFont"] = pikepdf.Name(f"/{tag}+{plain}")


def _tag(number: int) -> str:
    letters = []
    for _ in range(_LENGTH):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)
