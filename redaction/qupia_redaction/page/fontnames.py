"""Give every embedded font a name of its own, so that what was read in it can be told apart.

Attack: two fonts of one name, one honest and one whose map lies; the engine reports fonts by name only. A font from the
reader's machine keeps its name, which chooses it, and loses its map: its encoding says what it draws. So letters in
fonts without a name of ours draw what they say. Fonts are found where resources name them, whatever they call
themselves; what is not surely a font from the reader's machine counts as embedded.
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

_LETTERS = "QWXZVK"
"""No style's name can be spelled with these."""

_LENGTH = 6
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_SIMPLE = frozenset({"/Type1", "/TrueType", "/MMType1"})
_ORDERS = frozenset({"Japan1", "GB1", "CNS1", "Korea1"})
_UNNAMED = frozenset({"/Type3", "/CIDFontType0", "/CIDFontType2"})
"""The engine names the first itself; descendants are named with their fonts."""

_DRAWN = "Type3"


def tag_fonts(pdf: pikepdf.Pdf) -> None:
    """Name the embedded fonts of an open document in place; fonts inside resources become objects of their own."""
    number = 0
    done: set[tuple[int, int]] = set()
    for font in list(_fonts(pdf)):
        if font.objgen in done:
            continue
        done.add(font.objgen)
        if from_machine(font):
            if "/ToUnicode" in font:
                del font["/ToUnicode"]
        elif font.get("/Subtype") not in _UNNAMED:
            number += 1
            _rename(font, _tag(number))


def draws_what_it_says(name: str) -> bool:
    """Tell whether a font, by the name that the engine reports, is one from the reader's machine."""
    tagged = len(name) > _LENGTH and name[_LENGTH] == "+" and set(name[:_LENGTH]) <= set(_LETTERS)
    return not tagged and not name.startswith(_DRAWN)


def _fonts(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield what resources name as fonts, and what says that it is one."""
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font":
            yield item
        yield from _named(pdf, item)


def _named(pdf: pikepdf.Pdf, item: object) -> Iterator[pikepdf.Object]:
    """Yield the fonts that an object's resources or states name; those inside them become objects of their own."""
    for holder in _holders(item):
        fonts = holder.get("/Font")
        if isinstance(fonts, pikepdf.Dictionary):
            names: list[str | int] = list(fonts.keys())
        elif isinstance(fonts, pikepdf.Array) and len(fonts):
            names = [0]  # a state: font and size
        else:
            continue
        for name in names:
            if isinstance(fonts[name], pikepdf.Dictionary) and not fonts[name].is_indirect:
                fonts[name] = pdf.make_indirect(fonts[name])
            if isinstance(fonts[name], (pikepdf.Dictionary, pikepdf.Stream)):
                yield fonts[name]


def _holders(item: object) -> Iterator[pikepdf.Object]:
    """Yield an object, its resources and their states, where these stand inside it."""
    if not isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        return
    resources = item.get("/Resources")
    for holder in (item, resources):
        if holder is None or not isinstance(holder, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        yield holder
        states = holder.get("/ExtGState")
        if isinstance(states, pikepdf.Dictionary):
            yield from (state for _, state in states.items() if isinstance(state, pikepdf.Dictionary))


def from_machine(font: pikepdf.Object) -> bool:
    """Tell whether a font is surely not embedded, and its codes stand for letters that everybody knows."""
    if not isinstance(font, pikepdf.Dictionary):
        return False
    if font.get("/Subtype") in _SIMPLE:
        return not _has_program(font)
    children, encoding = font.get("/DescendantFonts"), font.get("/Encoding")
    if font.get("/Subtype") != "/Type0" or not isinstance(children, pikepdf.Array) or len(children) != 1:
        return False
    child = children[0]
    if not isinstance(child, pikepdf.Dictionary) or _has_program(child) or not isinstance(encoding, pikepdf.Name):
        return False
    system = child.get("/CIDSystemInfo")
    return isinstance(system, pikepdf.Dictionary) and str(system.get("/Ordering")) in _ORDERS


def _has_program(font: pikepdf.Dictionary) -> bool:
    descriptor = font.get("/FontDescriptor")
    if descriptor is None:
        return False
    return not isinstance(descriptor, pikepdf.Dictionary) or any(key in descriptor for key in _PROGRAMS)


def _rename(font: pikepdf.Object, tag: str) -> None:
    """Change the names that the engine reports; the descendant's first, since a composite font takes it over."""
    names = [font]
    children = font.get("/DescendantFonts")
    if isinstance(children, pikepdf.Array) and len(children) and isinstance(children[0], pikepdf.Dictionary):
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
