"""Make pictures that stand in a content stream objects of their own.

Attack: a picture in a stream has keys, filters and colours of its own spelling, and bytes behind its samples.
Afterwards it is copied, compared and cut as every other picture is (`rebuild.images`).
"""

from __future__ import annotations

import re

import pikepdf

_INLINE = re.compile(rb"\bBI\b.{0,600}?\bID\b", re.DOTALL)
_LONG = {"/G": "/DeviceGray", "/RGB": "/DeviceRGB", "/CMYK": "/DeviceCMYK"}


def pictures_apart(pdf: pikepdf.Pdf) -> None:
    """Take pictures out of the streams of pages, and of the forms that they draw, in place."""
    found = False
    for page in pdf.pages:
        if any(_has_picture(part) for part in _streams(page)):
            page.externalize_inline_images(0, False)
            found = True
    for item in pdf.objects if found else ():
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
            _spell_out(item.get("/ColorSpace"))


def _streams(page: pikepdf.Page) -> list[pikepdf.Stream]:
    contents = page.obj.get("/Contents")
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    resources = page.obj.get("/Resources")
    drawn = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if isinstance(drawn, pikepdf.Dictionary):
        parts += [thing for _, thing in drawn.items()]
    return [part for part in parts if isinstance(part, pikepdf.Stream) and part.get("/Subtype") != "/Image"]


def _has_picture(stream: pikepdf.Stream) -> bool:
    """Tell whether a picture stands in a stream; one that cannot be decoded shows nothing to anybody."""
    try:
        return bool(_INLINE.search(stream.read_bytes()))
    except pikepdf.PdfError:
        return False


def _spell_out(space: pikepdf.Object | None) -> None:
    if isinstance(space, pikepdf.Array) and len(space) > 1 and str(space[0]) in {"/I", "/Indexed"}:
        space[0] = pikepdf.Name.Indexed
        if isinstance(space[1], pikepdf.Name):
            space[1] = pikepdf.Name(_LONG.get(str(space[1]), str(space[1])))
