"""Form fields whose stored look says nothing, though they have a value that viewers are told to draw.

Attack: a form that asks for new looks shows a name that no stored look holds; what stays undrawn would be lost unread,
or drawn by the reader's viewer only. Limit: a look that draws anything that may be letters is taken as it is stored.
"""

from __future__ import annotations

import re

import pikepdf

_WRITTEN = frozenset({"/Tx", "/Ch"})
_DEEP = 32
_MAY_SAY = re.compile(rb"T[jJ]|\bDo\b|\bsh\b|\bID\b|[)>]\s*['\"]")
"""Operators that draw letters, or may."""


def leave_to_viewers(pdf: pikepdf.Pdf) -> None:
    """Take stored looks that say nothing away from fields that have something to say, in place."""
    for page in pdf.pages:
        listed = page.obj.get("/Annots")
        fields: list[pikepdf.Object] = list(listed.as_list()) if isinstance(listed, pikepdf.Array) else []
        for field in (one for one in fields if isinstance(one, pikepdf.Dictionary)):
            looks = field.get("/AP")
            stored = looks.get("/N") if isinstance(looks, pikepdf.Dictionary) else None
            written = str(_inherited(field, "/FT")) in _WRITTEN and _says_something(field)
            if written and isinstance(stored, pikepdf.Stream) and _is_mute(stored):
                del field["/AP"]


def _says_something(field: pikepdf.Object) -> bool:
    """Tell whether viewers draw something in a field: its value, or what can be chosen from a list."""
    value, choices = _inherited(field, "/V"), _inherited(field, "/Opt")
    written = isinstance(value, pikepdf.String) and bool(bytes(value))
    return written or any(isinstance(some, pikepdf.Array) and len(some) > 0 for some in (value, choices))


def _is_mute(look: pikepdf.Stream) -> bool:
    try:
        return not _MAY_SAY.search(look.read_bytes())
    except pikepdf.PdfError:
        return False


def _inherited(field: pikepdf.Object, key: str) -> pikepdf.Object | None:
    """Return what a field of a form says, or the one above it."""
    for _ in range(_DEEP):
        if key in field:
            return field[key]
        if not isinstance(field.get("/Parent"), pikepdf.Dictionary):
            break
        field = field["/Parent"]
    return None
