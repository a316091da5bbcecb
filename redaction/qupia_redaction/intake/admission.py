"""Admit a file or refuse it, and bring it into the plain form that redactor and check both read.

Hostile input meets the first parser here. Attacks: bombs, millions of pages, pictures of 10^9 pixels, broken and
lying cross-reference tables, encryption. Limits are compared before anything is decoded; the repaired, decrypted
bytes are the only ones that later steps see, so that nobody reads another document than the one that is checked.
"""

from __future__ import annotations

import io
import re
import warnings
from contextlib import suppress
from dataclasses import dataclass, field

import pikepdf
from PIL import Image

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.intake.agreement import refuse_other_text
from qupia_redaction.intake.expansions import open_circles, refuse_expansions
from qupia_redaction.intake.fields import leave_to_viewers
from qupia_redaction.intake.inflate import refuse_bombs
from qupia_redaction.intake.intents import Device, read_device, unit_of
from qupia_redaction.intake.layers import hidden_layers
from qupia_redaction.intake.navigation import Navigation, read_navigation
from qupia_redaction.intake.normalise import normalise, placement
from qupia_redaction.model import Limits, PrivateText
from qupia_redaction.pdf.flatten import bake, count_loaded, count_pages

MIN_DPI = 72
_HEADER_WITHIN = 1024
_MAX_TREE_DEPTH = 64
_MAX_OBJECTS = 500_000
_UNDRAWN = frozenset({"/Link", "/Popup", "/FileAttachment"})
"""Annotations that show nothing but a stored appearance, and pop-ups not even that."""
_OF_PAGES = re.compile(rb"/Type\s*/(?:Pages?|Catalog|ObjStm|XRef)\b|/Kids\b")
_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\n")
_INLINE = re.compile(rb"\bBI\b(.{0,600}?)\bID\b", re.DOTALL)
_INLINE_SIDE = re.compile(rb"/(?:W|H|Width|Height)\s+(\d+)")


@dataclass(frozen=True, slots=True)
class Source:
    """An admitted document: unencrypted, flattened, pages normalised.

    Attributes:
        data: the bytes that every later step reads.
        pages: how many pages they have.
        navigation: outline and links of the master, which the bytes do not hold any more.
        device: for which it was made; the bytes do not say it any more.
    """

    data: bytes = field(repr=False)
    pages: int
    navigation: Navigation = field(default_factory=Navigation)
    device: Device = field(default_factory=Device)


def admit(master: bytes, password: PrivateText | None, limits: Limits) -> Source:
    """Check limits, repair, decrypt, flatten and normalise.

    Args:
        master: the stored bytes, untrusted.
        password: opens an encrypted master; None when the caller gave none.
        limits: bounds of the job.

    Raises:
        RedactionRefused: with the reason; see `RefusalCode`.
    """
    _look(master, limits)
    refuse_bombs(master, limits.max_inflated)
    stated = count_pages(master)
    if stated is not None and stated > limits.max_pages:
        raise RedactionRefused(RefusalCode.TOO_MANY_PAGES)
    with _open(master, password) as pdf:
        pages = _count(pdf, limits.max_pages)
        circles = _measure(pdf, limits)
        if stated not in {pages, None} and count_loaded(master, limits.max_pages) > pages:
            raise RedactionRefused(RefusalCode.READERS_DISAGREE)  # fewer by its own count: all are in what follows
        navigation, device = read_navigation(pdf), read_device(pdf)
        data = _flattened(pdf)
    refuse_other_text(master, data, password, circles)
    with _open(data, None) as pdf:
        normalise(pdf)
        final = _saved(pdf)
    if count_pages(final) != pages:
        raise RedactionRefused(RefusalCode.READERS_DISAGREE)
    return Source(final, pages, navigation, device)


def _look(master: bytes, limits: Limits) -> None:
    if not master:
        raise RedactionRefused(RefusalCode.EMPTY)
    if len(master) > limits.max_bytes:
        raise RedactionRefused(RefusalCode.TOO_MANY_BYTES)
    if b"%PDF-" not in master[:_HEADER_WITHIN]:
        raise RedactionRefused(RefusalCode.NOT_A_PDF)
    if _is_cut_off(master):
        raise RedactionRefused(RefusalCode.DAMAGED)  # nobody knows how many pages are missing


def _is_cut_off(master: bytes) -> bool:
    """Tell whether a file ends before its end; bytes after a whole document that hold no pages are no part of it.

    Where a trailer follows the last object, nothing but the way to the table is missing, which is repaired.
    """
    last, objects = master.rfind(b"startxref"), master.rfind(b"endobj")
    linearised = b"/Linearized" in master[:_HEADER_WITHIN]
    trailer = master.find(b"trailer", objects) if objects > 0 and not linearised else -1
    if last > objects or (trailer > 0 and master.find(b"/Root", trailer) > 0):
        return False
    whole = last > 0 and _END.match(master, last)
    return not whole or linearised or int(whole[1]) >= last or bool(_OF_PAGES.search(master, last))


def _open(data: bytes, password: PrivateText | None) -> pikepdf.Pdf:
    try:
        return pikepdf.open(io.BytesIO(data), password=password.reveal() if password else "")
    except pikepdf.PasswordError as error:
        raise RedactionRefused(RefusalCode.ENCRYPTED) from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise RedactionRefused(RefusalCode.DAMAGED) from error


def _count(pdf: pikepdf.Pdf, limit: int) -> int:
    """Walk the page tree itself: /Count may lie, and loading the pages may take minutes."""
    try:
        count = _leaves(pdf.Root.Pages, limit, 0)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RedactionRefused(RefusalCode.DAMAGED) from error
    if count == 0:
        raise RedactionRefused(RefusalCode.DAMAGED)
    return count


def _leaves(node: pikepdf.Object, room: int, depth: int) -> int:
    if depth > _MAX_TREE_DEPTH:
        raise RedactionRefused(RefusalCode.DAMAGED)
    kids = node.get("/Kids")
    if kids is None:
        return 1
    if len(kids) > 8 * room + 1024:  # an inner node of a page tree holds at least one page, or it is nonsense
        raise RedactionRefused(RefusalCode.TOO_MANY_PAGES)
    total = 0
    for kid in kids:
        if not isinstance(kid, pikepdf.Dictionary):
            raise RedactionRefused(RefusalCode.DAMAGED)  # a page that is lost must not be lost silently
        total += _leaves(kid, room - total, depth + 1)
        if total > room:
            raise RedactionRefused(RefusalCode.TOO_MANY_PAGES)
    return total


def _measure(pdf: pikepdf.Pdf, limits: Limits) -> bool:
    """Hold a document against the limits; return whether forms that draw themselves were opened for it."""
    try:
        if len(pdf.objects) > _MAX_OBJECTS:
            raise RedactionRefused(RefusalCode.DAMAGED)
        for number, page in enumerate(pdf.pages, 1):
            _measure_page(page, number, limits.max_pixels)
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream):
                _measure_stream(item, limits)
        circles = open_circles(pdf)
        refuse_expansions(pdf)
        return circles
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise RedactionRefused(RefusalCode.DAMAGED) from error


def _measure_page(page: pikepdf.Page, number: int, max_pixels: int) -> None:
    place, unit = placement(page), unit_of(page)
    if not (place.width >= 1 and place.height >= 1):
        raise RedactionRefused(RefusalCode.UNREADABLE_PAGE, number)
    if place.width * place.height * (unit * MIN_DPI / 72) ** 2 > max_pixels:
        raise RedactionRefused(RefusalCode.TOO_MANY_PIXELS, number)


def _measure_stream(stream: pikepdf.Stream, limits: Limits) -> None:
    if stream.get("/Subtype") == "/Image":
        wide, high = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
        _refuse_pixels(wide, high, limits.max_pixels)
        _measure_encoded(stream, limits.max_pixels)
    elif stream.get("/Subtype") == "/Form" or "/Type" not in stream:
        raw = stream.read_raw_bytes()
        if b"BI" in raw or "/Filter" in stream:
            _measure_inline(stream, limits)


def _measure_encoded(stream: pikepdf.Stream, max_pixels: int) -> None:
    """Compare the size that the picture's own header states: decoders trust it."""
    filters = stream.get("/Filter")
    names = [str(f) for f in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if names[-1] not in {"/DCTDecode", "/JPXDecode"}:
        return
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(stream.read_raw_bytes())) as picture:
            warnings.simplefilter("ignore")
            wide, high = picture.size
    except Image.DecompressionBombError as error:
        raise RedactionRefused(RefusalCode.TOO_MANY_PIXELS) from error
    except (OSError, ValueError, SyntaxError):
        return  # the engine will not read it either
    _refuse_pixels(wide, high, max_pixels)


def _measure_inline(stream: pikepdf.Stream, limits: Limits) -> None:
    try:
        data = stream.read_bytes()
    except pikepdf.PdfError:
        return
    if len(data) > limits.max_inflated:
        raise RedactionRefused(RefusalCode.TOO_MUCH_INFLATED)
    for match in _INLINE.finditer(data):
        sides = [int(side) for side in _INLINE_SIDE.findall(match.group(1))]
        if len(sides) == 2:
            _refuse_pixels(sides[0], sides[1], limits.max_pixels)


def _refuse_pixels(wide: int, high: int, max_pixels: int) -> None:
    if wide * high > max_pixels:
        raise RedactionRefused(RefusalCode.TOO_MANY_PIXELS)


def _flattened(pdf: pikepdf.Pdf) -> bytes:
    """Draw annotations as they are stored; only for what has no appearance does an engine make one."""
    prune_annotations(pdf)
    if any("/Annots" in page.obj for page in pdf.pages):
        _draw_stored(pdf)
    data = _saved(pdf)
    return bake(data) if any(len(page.obj.get("/Annots", ())) for page in pdf.pages) else data


def _draw_stored(pdf: pikepdf.Pdf) -> None:
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/NeedAppearances" in form:
        asked: object = form["/NeedAppearances"]
        if asked is True:
            leave_to_viewers(pdf)
        del form["/NeedAppearances"]  # what is stored is what most viewers show; made anew, values get lost
    with warnings.catch_warnings(), suppress(pikepdf.PdfError, RuntimeError, ValueError):  # what is left is made below
        warnings.simplefilter("ignore")
        pdf.flatten_annotations("all")


def prune_annotations(pdf: pikepdf.Pdf) -> None:
    """Leave only annotations that show something: no links, pop-ups, hidden ones or ones on hidden layers."""
    hidden = hidden_layers(pdf)
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        if annotations is None:
            continue
        shown = [a for a in annotations if isinstance(a, pikepdf.Dictionary) and _shows(a) and not hidden.hides(a)]
        del page.obj["/Annots"]
        for annotation in shown:
            if "/AP" not in annotation and "/Cap" in annotation:
                del annotation["/Cap"]  # what the engine would write is not what is seen: letters it lacks become dots
        if shown:
            page.obj["/Annots"] = pikepdf.Array(shown)


def _shows(annotation: pikepdf.Object) -> bool:
    flags = int(annotation.get("/F", 0))
    hidden, no_view, printed = flags & 2, flags & 32, flags & 4
    return (
        (annotation.get("/Subtype") not in _UNDRAWN or ("/AP" in annotation and annotation.get("/Subtype") != "/Popup"))
        and not hidden
        and (not no_view or bool(printed))
    )


def _saved(pdf: pikepdf.Pdf) -> bytes:
    buffer = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of widgets that no form names: they become content, or go
            pdf.save(
                buffer,
                encryption=False,
                static_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                compress_streams=True,
            )
    except (pikepdf.PdfError, RuntimeError) as error:
        raise RedactionRefused(RefusalCode.DAMAGED) from error
    return buffer.getvalue()
