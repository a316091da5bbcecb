"""Copy drawings that are content of their own: letters of Type 3 fonts, cells of patterns, soft masks.

Attack: words, pictures or names in content into which no engine descends when it takes letters out. Such content is
copied only if it draws nothing but shapes: paths, shadings, colours, and stencils of letters; else its page becomes
pixels.
"""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
from fontTools import agl

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.content import Filtered, filter_content
from qupia_redaction.rebuild.maps import read_map, write_map
from qupia_redaction.rebuild.plain import known_name, numbers
from qupia_redaction.rebuild.target import Target

_BOX, _MATRIX = 4, 6
_MASKS = frozenset({"/Alpha", "/Luminosity"})
_CELL = ("/PaintType", "/TilingType", "/XStep", "/YStep", "/BBox")

Resources = Callable[[Filtered, pikepdf.Object], pikepdf.Dictionary]
"""Copies the resources that filtered content uses."""


def shapes(stream: pikepdf.Object) -> Filtered:
    """Filter content that may draw shapes only.

    Raises:
        UnknownContent: it shows letters, pictures or forms.
    """
    if not isinstance(stream, pikepdf.Stream):
        raise UnknownContent
    content = filter_content(stream)
    if content.codes or content.pictures or {"/Font", "/XObject"} & set(content.used):
        raise UnknownContent
    return content


def copy_procedures(pdf: pikepdf.Pdf, font: pikepdf.Object, codes: set[int]) -> pikepdf.Object:
    """Copy a Type 3 font with the letters that are shown; their names are numbers unless a map says what they mean.

    Raises:
        UnknownContent: a letter is made of more than shapes.
    """
    names = _names(font["/Encoding"], codes)
    procedures, kept = pikepdf.Dictionary(), []
    for code in sorted(names):
        drawing = font["/CharProcs"].get(names[code])
        if drawing is None:
            continue
        name = _letter(names[code], code)
        content = filter_content(drawing)
        if content.used or content.codes:
            raise UnknownContent
        procedures[name] = pdf.make_stream(content.data)
        kept += [code, pikepdf.Name(name)]
    first = int(font.get("/FirstChar", 0))
    widths = {first + at: width for at, width in enumerate(font["/Widths"].as_list()) if first + at in codes}
    low, high = (min(widths), max(widths)) if widths else (0, 0)
    copy = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type3, CharProcs=procedures, Resources=pikepdf.Dictionary(),
        Encoding=pikepdf.Dictionary(Type=pikepdf.Name.Encoding, Differences=pikepdf.Array(kept)),
        FirstChar=low, LastChar=high, FontBBox=_listed(font["/FontBBox"], _BOX),
        FontMatrix=_listed(font["/FontMatrix"], _MATRIX),
    )  # fmt: skip
    copy["/Widths"] = numbers(pikepdf.Array([widths.get(code, 0) for code in range(low, high + 1)]))
    if isinstance(font.get("/ToUnicode"), pikepdf.Stream):
        known = read_map(font["/ToUnicode"].read_bytes())
        copy["/ToUnicode"] = pdf.make_stream(write_map({code: known[code] for code in codes & set(known)}, 1))
    return pdf.make_indirect(copy)


def _names(encoding: pikepdf.Object, codes: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    code = 0
    for item in encoding["/Differences"].as_list():
        if isinstance(item, pikepdf.Name):
            if code in codes:
                found[code] = str(item)
            code += 1
        else:
            code = int(item)
    return found


def _letter(name: str, code: int) -> str:
    """Return a name that says no more than its letter; readers take it for the text where there is no map."""
    plain = name[1:]
    return name if plain in agl.AGL2UV or plain in agl.LEGACY_AGL2UV else f"/g{code}"


def copy_tiling(target: Target, pattern: pikepdf.Object, resources: Resources) -> pikepdf.Object:
    """Copy a pattern whose cell is shapes.

    Raises:
        UnknownContent: it is more than that.
    """
    content = shapes(pattern)
    copy = target.make_stream(content.data)
    copy["/Type"], copy["/PatternType"] = pikepdf.Name.Pattern, 1
    for key in _CELL:
        copy[key] = numbers(pattern[key])
    if "/Matrix" in pattern:
        copy["/Matrix"] = _listed(pattern["/Matrix"], _MATRIX)
    copy["/Resources"] = resources(content, pattern.get("/Resources", pikepdf.Dictionary()))
    return copy


def copy_mask(
    target: Target, mask: pikepdf.Object, resources: Resources, group: Callable[[pikepdf.Object], pikepdf.Object]
) -> pikepdf.Object:
    """Copy a soft mask that is made of shapes.

    Raises:
        UnknownContent: it is more than that.
    """
    form = mask["/G"]
    content = shapes(form)
    copy = target.make_stream(content.data)
    copy["/Type"], copy["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Form
    copy["/BBox"] = _listed(form["/BBox"], _BOX)
    if "/Matrix" in form:
        copy["/Matrix"] = _listed(form["/Matrix"], _MATRIX)
    copy["/Group"] = group(form["/Group"])
    copy["/Resources"] = resources(content, form.get("/Resources", pikepdf.Dictionary()))
    made = pikepdf.Dictionary(Type=pikepdf.Name.Mask, S=known_name(mask["/S"], _MASKS), G=copy)
    if "/BC" in mask:
        made["/BC"] = numbers(mask["/BC"])
    if "/TR" in mask and str(mask["/TR"]) != "/Identity":
        raise UnknownContent
    return made


def _listed(values: pikepdf.Object, count: int) -> pikepdf.Array:
    if not isinstance(values, pikepdf.Array) or len(values) != count:
        raise UnknownContent
    return pikepdf.Array([numbers(value) for value in values.as_list()])
