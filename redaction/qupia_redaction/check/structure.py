"""Only what the rebuild is known to write may stand in the output: keys of catalog, trailer, pages and streams."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from decimal import Decimal

import pikepdf

from qupia_redaction.check.ways import Foreign, Ways, ways

_TRAILER = frozenset("/Root /Size /ID /Type /W /Index /Filter /Length /DecodeParms /Prev /XRefStm".split())
_CATALOG = frozenset({"/Type", "/Pages", "/Outlines", "/OutputIntents"})
_INTENT = {"/Type": "/OutputIntent", "/S": "/GTS_PDFA1", "/OutputConditionIdentifier": ""}
_PROFILE = frozenset({"/N", "/Alternate", "/Length", "/Filter"})
_PAGE = frozenset({"/Type", "/Parent", "/Resources", "/MediaBox", "/Contents", "/Group", "/Annots", "/UserUnit"})
_DEPTH = 8
_TOO_DEEP = "deep"
_NEVER = frozenset(
    "deep /Metadata /AA /A /JS /JavaScript /EmbeddedFiles /EF /AF /Annots /PieceInfo /StructParents /StructTreeRoot /OC"
    " /OCProperties /Names /Outlines /AcroForm /XFA /Alternates /OPI /Thumb /LastModified /ActualText /Alt /Author"
    " /Title /Contents_ /URI /Dests /PageLabels /Perms /Collection /SourceInfo".split()
)


def foreign_keys(data: bytes) -> str | None:
    """Return where something foreign stands in a document, or None.

    The answer is one of this module's words and never text of the document.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if not set(pdf.trailer.keys()) <= _TRAILER:
            return "trailer"
        if not set(pdf.Root.keys()) <= _CATALOG:
            return "catalog"
        if "/OutputIntents" in pdf.Root and not _is_plain_intent(pdf.Root["/OutputIntents"]):
            return "intent"
        if any(not set(page.obj.keys()) <= _PAGE or not _has_plain_unit(page) for page in pdf.pages):
            return "page"
        try:
            known = ways(pdf)
        except Foreign:
            return "ways"
        return "object" if _foreign_object(pdf, known) else None


def _has_plain_unit(page: pikepdf.Page) -> bool:
    return isinstance(page.obj.get("/UserUnit", 1), (int, float, Decimal))


def _is_plain_intent(intents: pikepdf.Object) -> bool:
    """Tell whether the output intents are one profile and the words that the rebuild always writes."""
    listed: list[object] = list(intents) if isinstance(intents, pikepdf.Array) else []
    if len(listed) != 1 or not isinstance(listed[0], pikepdf.Dictionary):
        return False
    intent = listed[0]
    profile = intent.get("/DestOutputProfile")
    if set(intent.keys()) != {*_INTENT, "/DestOutputProfile"} or not isinstance(profile, pikepdf.Stream):
        return False
    return all(str(intent[key]) == word for key, word in _INTENT.items()) and set(profile.keys()) <= _PROFILE


def ways_of(data: bytes) -> Ways:
    """Return outline and links of a document in which nothing is foreign."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return ways(pdf)


def _foreign_object(pdf: pikepdf.Pdf, known: Ways) -> bool:
    pages = {page.obj.objgen for page in pdf.pages}
    for item in pdf.objects:
        if item.objgen in known.objects:
            continue  # looked at whole
        excused = {"/Outlines"} if item.objgen == pdf.Root.objgen else {"/Annots"} if item.objgen in pages else set()
        if any(key in _NEVER for key in _keys(item, excused)):
            return True
    return False


def _keys(item: object, excused: Collection[str] = (), depth: int = 0) -> Iterator[str]:
    """Yield the keys of an object, however deep; those that are excused stand at its top only."""
    if depth > _DEPTH:
        yield _TOO_DEEP
        return
    if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        for key in item.keys():  # noqa: SIM118 - pikepdf iterates over keys() only
            if key in excused:
                continue
            yield key
            value = item[key]
            if isinstance(value, (pikepdf.Dictionary, pikepdf.Array)) and not value.is_indirect:
                yield from _keys(value, (), depth + 1)
    elif isinstance(item, pikepdf.Array):
        for value in item.as_list():
            if isinstance(value, (pikepdf.Dictionary, pikepdf.Array)) and not value.is_indirect:
                yield from _keys(value, (), depth + 1)


def all_bytes(data: bytes) -> Iterator[bytes]:
    """Yield the raw file, in which the raw streams stand, and every decoded stream and string of it."""
    yield data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and str(item.get("/Filter")) not in {"/DCTDecode", "/CCITTFaxDecode"}:
                yield item.read_bytes()
            yield from _strings(item)


def _strings(item: object, depth: int = 0) -> Iterator[bytes]:
    if depth > _DEPTH:
        return  # `foreign_keys` refused it
    if isinstance(item, pikepdf.String):
        yield bytes(item)
    elif isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        for key in item.keys():  # noqa: SIM118 - pikepdf iterates over keys() only
            yield key.encode()
            value = item[key]
            if isinstance(value, pikepdf.Name):
                yield str(value).encode()
            elif isinstance(value, pikepdf.String) or (
                isinstance(value, (pikepdf.Dictionary, pikepdf.Array)) and not value.is_indirect
            ):
                yield from _strings(value, depth + 1)
    elif isinstance(item, pikepdf.Array):
        for value in item.as_list():
            yield from _strings(value, depth + 1)
