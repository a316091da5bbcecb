"""Put the output together, page by page, out of what the filters let through; one full write, same bytes each time."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

import pikepdf

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.faults import PixelsNeeded, UnknownContent
from qupia_redaction.intake.intents import Device, Intent
from qupia_redaction.layout.pixels import PagePicture
from qupia_redaction.page.fontnames import from_machine
from qupia_redaction.rebuild.colours import copy_function, copy_shading, copy_space
from qupia_redaction.rebuild.content import Filtered, Fonts, Has, Known, filter_content
from qupia_redaction.rebuild.fonts import copy_font, recoded_font
from qupia_redaction.rebuild.images import copy_image
from qupia_redaction.rebuild.order import Place
from qupia_redaction.rebuild.plain import known_name, numbers, pick
from qupia_redaction.rebuild.procedures import Resources, copy_mask, copy_tiling
from qupia_redaction.rebuild.recode import Recode, recode
from qupia_redaction.rebuild.renamed import Renamed, renamed
from qupia_redaction.rebuild.saving import saved
from qupia_redaction.rebuild.target import Target

_STATE = frozenset("/LW /LC /LJ /ML /FL /CA /ca /AIS /TK /SA /OP /op /OPM".split())
_BLENDS = frozenset(
    "/Normal /Compatible /Multiply /Screen /Overlay /Darken /Lighten /ColorDodge /ColorBurn /HardLight /SoftLight"
    " /Difference /Exclusion /Hue /Saturation /Color /Luminosity".split()
)
_PLAIN_TRANSFERS = frozenset({"/Identity", "/Default"})
"""Transfers that change no colour; halftones and what separations need are dropped: no screen shows them."""
_GROUP_SPACES = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK"})
_KINDS = frozenset("/Font /XObject /ExtGState /ColorSpace /Shading /Pattern".split())
_DEFAULTS = ("/DefaultGray", "/DefaultRGB", "/DefaultCMYK")
"""Spaces that stand for the plain ones where they are named so."""
_DEPTH = 12
_FAULTS = (
    UnknownContent, pikepdf.PdfError, KeyError, ValueError, TypeError, AttributeError, IndexError, RuntimeError,
    OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Built:
    """The output before the check.

    Attributes:
        data: the bytes.
        pages: how many pages were put in.
    """

    data: bytes = field(repr=False)
    pages: int


@dataclass(frozen=True, slots=True)
class Doubts:
    """What forbids to copy what may be copied otherwise.

    Attributes:
        hides: something was taken out of the document: no part that was made for all of it may be copied.
        pages: their letters are not what they say: no code of the master may be copied.
    """

    hides: bool = True
    pages: frozenset[int] = frozenset()


_STRICT = Doubts()
_ANY_DEVICE = Device()


@dataclass(slots=True)
class _Work:
    """What is copied once for the whole document."""

    target: Target
    doubts: Doubts
    shown: dict[tuple[int, int], set[bytes]] = field(default_factory=lambda: defaultdict(set))
    filtered: dict[tuple[int, int], Filtered] = field(default_factory=dict)
    copies: dict[tuple[int, int], pikepdf.Object] = field(default_factory=dict)
    codes: dict[tuple[int, int], Recode | Renamed | None] = field(default_factory=dict)

    def fonts(self, resources: pikepdf.Object) -> Fonts:
        """Return new codes by the names of these resources."""

        def find(name: str) -> Recode | Renamed | None:
            font = _font(resources, name)
            if font.objgen not in self.codes:
                new = recode(font, self.doubts.hides)
                self.codes[font.objgen] = renamed(font) if new is None and self.doubts.pages else new
            return self.codes[font.objgen]

        return find


def build(
    data: bytes,
    pictures: Mapping[int, PagePicture],
    places: Mapping[int, Sequence[Place]] = MappingProxyType({}),
    doubts: Doubts = _STRICT,
    device: Device = _ANY_DEVICE,
) -> Built:
    """Copy what is allowed into a new document.

    Args:
        data: pages after redaction.
        pictures: pages that became pixels; their other content was written by Qupia.
        places: where lines belong that were set again, by page.
        doubts: what must not be copied.
        device: for which it was made.

    Raises:
        PixelsNeeded: a page holds something that is not on the list.
        RedactionRefused: UNKNOWN_CONTENT when that page is pixels already.
    """
    with pikepdf.open(io.BytesIO(data)) as source, pikepdf.new() as target:
        work = _Work(Target(target), doubts)
        contents: dict[int, Filtered] = {}
        wanting: set[int] = set()
        for number, page in enumerate(source.pages, 1):
            with _Faults(number, number in pictures, wanting):
                contents[number] = _first_pass(work, page, number in pictures, places.get(number, ()))
                if number in doubts.pages:
                    _refuse_old_codes(work, contents[number], page.obj["/Resources"])
        for number, page in enumerate(source.pages, 1):
            with _Faults(number, number in pictures, wanting):
                if number in contents:
                    _add_page(work, page, contents[number], pictures.get(number))
        if wanting:
            raise PixelsNeeded(frozenset(wanting))
        _add_intent(work.target, device.intent)
        for number, page in enumerate(target.pages, 1):
            if number in device.units:
                page.obj["/UserUnit"] = device.units[number]
        buffer = io.BytesIO()
        saved(target, buffer)
        return Built(buffer.getvalue(), len(contents))


class _Faults:
    """Note pages that the filters cannot place; refuse those that are pixels already."""

    def __init__(self, number: int, pixels: bool, wanting: set[int]) -> None:
        self._number = number
        self._pixels = pixels
        self._wanting = wanting

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, _FAULTS):
            return False
        if self._pixels:
            raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT, self._number) from error
        self._wanting.add(self._number)
        return True


def _add_intent(target: Target, intent: Intent | None) -> None:
    """Write the profile of an output intent, without any word; none where the plain space does."""
    space = None if intent is None else target.profiled(intent.profile, intent.components)
    if isinstance(space, pikepdf.Array):
        target.pdf.Root["/OutputIntents"] = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.OutputIntent, S=pikepdf.Name.GTS_PDFA1,
                    OutputConditionIdentifier=pikepdf.String(""), DestOutputProfile=space[1],
                )
            ]
        )  # fmt: skip


def _first_pass(work: _Work, page: pikepdf.Page, own: bool, places: Sequence[Place]) -> Filtered:
    resources = page.obj["/Resources"]
    known = Known(_has(work, resources, 0), work.fonts(resources), own, clips=not work.doubts.hides)
    filtered = filter_content(page, known, places)
    _note(work, filtered, resources, 0)
    return filtered


def _refuse_old_codes(work: _Work, content: Filtered, resources: pikepdf.Object) -> None:
    """Let a page pass whose letters were all given new codes.

    Raises:
        UnknownContent: letters keep the master's codes, which may spell what the page does not show.
    """
    if not all(from_machine(_font(resources, name)) for name in content.codes):
        raise UnknownContent
    for name in content.used.get("/XObject", ()):
        thing = resources["/XObject"][name]
        if thing.get("/Subtype") == "/Form":
            _refuse_old_codes(work, work.filtered[thing.objgen], within(thing, resources))


def _note(work: _Work, filtered: Filtered, resources: pikepdf.Object, depth: int) -> None:
    """Filter the forms that a content stream draws, and collect what is shown in each font."""
    if depth > _DEPTH:
        raise UnknownContent
    for name, texts in filtered.codes.items():
        work.shown[_font(resources, name).objgen].update(texts)
    for name in filtered.used.get("/XObject", ()):
        thing = resources["/XObject"][name]
        if thing.get("/Subtype") == "/Form":
            _note(work, _filtered_form(work, thing, resources, depth), within(thing, resources), depth + 1)


def _filtered_form(work: _Work, form: pikepdf.Object, outer: pikepdf.Object, depth: int) -> Filtered:
    if depth > _DEPTH:
        raise UnknownContent
    key, inner = form.objgen, within(form, outer)
    if key not in work.filtered:
        known = Known(_has(work, inner, depth + 1), work.fonts(inner), clips=not work.doubts.hides)
        work.filtered[key] = filter_content(form, known)
    return work.filtered[key]


def within(form: pikepdf.Object, outer: pikepdf.Object) -> pikepdf.Object:
    """Return the resources of a form; viewers look up what it does not name where it is drawn."""
    own = form.get("/Resources")
    if not isinstance(own, pikepdf.Dictionary):
        return outer
    whole = pikepdf.Dictionary()
    for kind in _KINDS & (set(own.keys()) | set(outer.keys())):
        named: dict[str, pikepdf.Object] = {}
        for source in (outer.get(kind), own.get(kind)):
            named.update(source.items() if isinstance(source, pikepdf.Dictionary) else ())
        whole[kind] = pikepdf.Dictionary(named)
    return whole


def _has(work: _Work, resources: pikepdf.Object, depth: int) -> Has:
    """Return whether a name stands for something; drawings are pictures, and forms that draw something, only.

    The box of a form in which nothing is left, as of a field, would tell how wide the text in it was.
    """

    def has(kind: str, name: str) -> bool:
        things = resources.get(kind)
        thing = things.get(name) if isinstance(things, pikepdf.Dictionary) else None
        if kind == "/XObject" and isinstance(thing, pikepdf.Stream) and str(thing.get("/Subtype")) == "/Form":
            return _filtered_form(work, thing, resources, depth).draws
        if kind == "/XObject":
            return isinstance(thing, pikepdf.Stream) and str(thing.get("/Subtype")) == "/Image"
        if kind == "/ColorSpace":
            return isinstance(thing, pikepdf.Array | pikepdf.Name)
        return isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)

    return has


def _font(resources: pikepdf.Object, name: str) -> pikepdf.Object:
    font = resources["/Font"][name]
    if not font.is_indirect:
        raise UnknownContent
    return font


def _add_page(work: _Work, page: pikepdf.Page, content: Filtered, picture: PagePicture | None) -> None:
    target = work.target
    resources = _resources(work, content, page.obj["/Resources"], 0)
    data = content.data
    box = [float(side) for side in page.mediabox.as_list()]
    if picture is not None:
        resources["/XObject"] = pikepdf.Dictionary({"/QupiaPicture": _picture(target, picture)})
        data = f"q {box[2]:.4f} 0 0 {box[3]:.4f} 0 0 cm /QupiaPicture Do Q\n".encode() + data
    new = pikepdf.Dictionary(Type=pikepdf.Name.Page, Resources=resources, Contents=target.make_stream(data))
    new["/MediaBox"] = pikepdf.Array([numbers(side) for side in page.mediabox.as_list()])
    if isinstance(page.obj.get("/Group"), pikepdf.Dictionary) and picture is None:
        new["/Group"] = _group(target, page.obj["/Group"])
    target.pdf.pages.append(pikepdf.Page(target.make_indirect(new)))


def _resources(work: _Work, content: Filtered, source: pikepdf.Object, depth: int) -> pikepdf.Dictionary:
    copy = pikepdf.Dictionary()
    for kind in sorted(content.used):
        things = pikepdf.Dictionary()
        for name, new in content.used[kind].items():
            things[new] = _resource(work, kind, source[kind][name], (source, depth))
        copy[kind] = things
    defaults = _defaults(work, source)
    if defaults:
        copy["/ColorSpace"] = pikepdf.Dictionary({**dict(copy.get("/ColorSpace", {}).items()), **defaults})
    return copy


def _defaults(work: _Work, source: pikepdf.Object) -> dict[str, pikepdf.Object]:
    spaces = source.get("/ColorSpace")
    if not isinstance(spaces, pikepdf.Dictionary):
        return {}
    return {name: copy_space(work.target, spaces[name]) for name in _DEFAULTS if name in spaces}


def _resource(work: _Work, kind: str, thing: pikepdf.Object, place: tuple[pikepdf.Object, int]) -> pikepdf.Object:
    key = thing.objgen
    if key != (0, 0) and key in work.copies:
        return work.copies[key]
    match kind:
        case "/Font":
            new = work.codes.get(key)
            copy = (
                recoded_font(work.target.pdf, thing, new)
                if new
                else copy_font(work.target.pdf, thing, sorted(work.shown[key]), work.doubts.hides)
            )
        case "/XObject" if thing.get("/Subtype") == "/Image":
            copy = copy_image(work.target, thing)
        case "/XObject" if thing.get("/Subtype") == "/Form":
            copy = _form(work, thing, place)
        case "/ExtGState":
            copy = _state(work, thing, place[1])
        case "/ColorSpace":
            return copy_space(work.target, thing)
        case "/Shading":
            copy = copy_shading(work.target, thing)
        case "/Pattern":
            copy = _pattern(work, thing, place[1])
        case _:
            raise UnknownContent
    if key != (0, 0):
        work.copies[key] = copy
    return copy


def _form(work: _Work, form: pikepdf.Object, place: tuple[pikepdf.Object, int]) -> pikepdf.Object:
    outer, depth = place
    if depth > _DEPTH:
        raise UnknownContent
    content = work.filtered[form.objgen]
    copy = work.target.make_stream(content.data)
    copy["/Type"], copy["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Form
    copy["/BBox"] = numbers(form["/BBox"])
    if "/Matrix" in form:
        copy["/Matrix"] = numbers(form["/Matrix"])
    if isinstance(form.get("/Group"), pikepdf.Dictionary):  # viewers pass over what is none
        copy["/Group"] = _group(work.target, form["/Group"])
    copy["/Resources"] = _resources(work, content, within(form, outer), depth + 1)
    return copy


def _group(target: Target, group: pikepdf.Object) -> pikepdf.Dictionary:
    copy = pick(group, frozenset({"/I", "/K"}))
    copy["/S"] = known_name(group.get("/S"), frozenset({"/Transparency"}))
    space = group.get("/CS")
    if isinstance(space, pikepdf.Name) and str(space) in _GROUP_SPACES:
        copy["/CS"] = pikepdf.Name(str(space))
    elif isinstance(space, pikepdf.Array):
        copy["/CS"] = copy_space(target, space)
    return copy


def _transfer(target: Target, transfer: pikepdf.Object) -> pikepdf.Object | None:
    """Copy a function by which colours are changed, or one for each colour; None where none of them changes any."""
    listed = transfer.as_list() if isinstance(transfer, pikepdf.Array) else [transfer]
    if all(isinstance(one, pikepdf.Name) for one in listed):
        for one in listed:
            known_name(one, _PLAIN_TRANSFERS)
        return None
    copies = [known_name(o, _PLAIN_TRANSFERS) if isinstance(o, pikepdf.Name) else copy_function(target, o)
              for o in listed]  # fmt: skip
    return pikepdf.Array(copies) if isinstance(transfer, pikepdf.Array) else copies[0]


def _state(work: _Work, state: pikepdf.Object, depth: int) -> pikepdf.Dictionary:
    if "/Font" in state:
        raise UnknownContent
    within_state = _shapes_within(work, depth)
    copy = pick(state, _STATE)
    for key in ("/TR", "/TR2"):
        if key in state and (transfer := _transfer(work.target, state[key])) is not None:
            copy[key] = transfer
    if "/D" in state:
        copy["/D"] = numbers(state["/D"])
    if isinstance(state.get("/SMask"), pikepdf.Dictionary):
        copy["/SMask"] = copy_mask(work.target, state["/SMask"], within_state, partial(_group, work.target))
    elif "/SMask" in state:
        copy["/SMask"] = known_name(state["/SMask"], frozenset({"/None"}))
    if "/BM" in state:
        mode = state["/BM"]
        copy["/BM"] = known_name(mode[0] if isinstance(mode, pikepdf.Array) else mode, _BLENDS)
    return copy


def _shapes_within(work: _Work, depth: int) -> Resources:
    """Return how resources of content are copied that may draw shapes only."""
    if depth > _DEPTH:
        raise UnknownContent
    return lambda content, source: _resources(work, content, source, depth + 1)


def _pattern(work: _Work, pattern: pikepdf.Object, depth: int) -> pikepdf.Object:
    target = work.target
    if int(pattern.get("/PatternType", 0)) == 1:
        return copy_tiling(target, pattern, _shapes_within(work, depth))
    if int(pattern.get("/PatternType", 0)) != 2:
        raise UnknownContent
    copy = pikepdf.Dictionary(PatternType=2, Shading=copy_shading(target, pattern["/Shading"]))
    if "/Matrix" in pattern:
        copy["/Matrix"] = numbers(pattern["/Matrix"])
    return target.make_indirect(copy)


def _picture(target: Target, picture: PagePicture) -> pikepdf.Object:
    stream = target.make_stream(picture.data)
    stream["/Type"], stream["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Image
    stream["/Width"], stream["/Height"] = picture.width, picture.height
    stream["/BitsPerComponent"] = 1 if picture.bilevel else 8
    stream["/ColorSpace"] = pikepdf.Name.DeviceRGB if picture.colour else pikepdf.Name.DeviceGray
    if picture.bilevel:
        stream["/Filter"] = pikepdf.Name.CCITTFaxDecode
        stream["/DecodeParms"] = pikepdf.Dictionary(K=-1, Columns=picture.width, Rows=picture.height, BlackIs1=True)
    else:
        stream["/Filter"] = pikepdf.Name.DCTDecode
    return stream
