"""Read an outline and the links inside a document, before both are dropped: what they say is matched, never copied.

Attacks: outlines that loop, a million entries, names that hold the secret, destinations on no page, actions of every
kind. Only jumps inside the document are read; titles serve to be found again in the kept text (`guiding`). Whatever is
broken is left out; a document is never refused for its outline. Limits: the first `_MOST` entries and links.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pikepdf

from qupia_redaction.intake.normalise import Placement, placement
from qupia_redaction.model import Box, PrivateText

_MOST = 5_000
_MOST_NAMES = 20_000
_DEPTH = 16
_TOP_AT: Mapping[str, int] = {"/XYZ": 3, "/FitH": 2, "/FitBH": 2, "/FitR": 5}
_FAULTS = (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a jump ends.

    Attributes:
        page: from 1.
        top: points from the top of the normalised page, or None.
    """

    page: int
    top: float | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the outline.

    Attributes:
        title: what it says.
        depth: 0 for the outermost.
        spot: where it leads, or None.
    """

    title: PrivateText
    depth: int
    spot: Spot | None


@dataclass(frozen=True, slots=True)
class Link:
    """A place on a page that leads to another.

    Attributes:
        page: from 1.
        box: on the normalised page.
        spot: where it leads.
    """

    page: int
    box: Box
    spot: Spot


@dataclass(frozen=True, slots=True)
class Navigation:
    """Ways through a document, as its maker made them; untrusted."""

    entries: tuple[Entry, ...] = field(default=(), repr=False)
    links: tuple[Link, ...] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        """Tell whether there is anything to follow."""
        return bool(self.entries or self.links)


def read_navigation(pdf: pikepdf.Pdf) -> Navigation:
    """Return what an open document, as it was delivered, offers; nothing where it is broken."""
    try:
        if "/Outlines" not in pdf.Root and not any("/Annots" in page.obj for page in pdf.pages):
            return Navigation()
        reader = _Reader(pdf)
        return Navigation(tuple(reader.entries()), tuple(reader.links()))
    except _FAULTS:
        return Navigation()


class _Reader:
    """Resolves destinations of one document.

    Args:
        pdf: the document.
    """

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._places: dict[int, Placement | None] = {}
        self._numbers: dict[tuple[int, int], int] = {}
        for number, page in enumerate(pdf.pages, 1):
            self._numbers.setdefault(page.obj.objgen, number)
        self._names: dict[bytes, pikepdf.Object] | None = None

    def entries(self) -> Iterator[Entry]:
        """Yield the outline from top to bottom, each thing once."""
        root = self._pdf.Root.get("/Outlines")
        if not isinstance(root, pikepdf.Dictionary):
            return
        waiting = [(root.get("/First"), 0)]
        seen: set[tuple[int, int]] = set()
        while waiting and len(seen) < _MOST:
            item, depth = waiting.pop()
            if not isinstance(item, pikepdf.Dictionary) or item.objgen in seen or item.objgen == (0, 0):
                continue
            seen.add(item.objgen)
            waiting += [(item.get("/Next"), depth), (item.get("/First"), min(depth + 1, _DEPTH))]
            title = item.get("/Title")
            if isinstance(title, pikepdf.String):
                yield Entry(PrivateText(str(title)), depth, self._aim(item))

    def links(self) -> Iterator[Link]:
        """Yield the links that stay inside the document."""
        left = _MOST
        for number, page in enumerate(self._pdf.pages, 1):
            annotations = page.obj.get("/Annots")
            for annotation in list(annotations)[:left] if isinstance(annotations, pikepdf.Array) else ():
                left -= 1
                link = self._link(number, annotation)
                if link is not None:
                    yield link

    def _link(self, number: int, annotation: pikepdf.Object) -> Link | None:
        try:
            if not isinstance(annotation, pikepdf.Dictionary) or annotation.get("/Subtype") != "/Link":
                return None
            if int(annotation.get("/F", 0)) & 2:
                return None
            spot, place = self._aim(annotation), self._place(number)
            if spot is None or place is None:
                return None
            x0, y0, x1, y1 = (float(side) for side in annotation["/Rect"].as_list())
            corners = [place.point(x, y) for x in (x0, x1) for y in (y0, y1)]
        except _FAULTS:
            return None
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        if not all(map(math.isfinite, (*xs, *ys))) or max(xs) <= min(xs) or max(ys) <= min(ys):
            return None
        return Link(number, Box(min(xs), min(ys), max(xs), max(ys)), spot)

    def _aim(self, thing: pikepdf.Object) -> Spot | None:
        """Return where an entry or a link leads: its destination, or that of an action that only goes there."""
        try:
            aim = thing.get("/Dest")
            action = thing.get("/A")
            if aim is None and isinstance(action, pikepdf.Dictionary) and action.get("/S") == "/GoTo":
                aim = action.get("/D")
            return self._spot(aim)
        except _FAULTS:
            return None

    def _spot(self, aim: object) -> Spot | None:
        if isinstance(aim, pikepdf.Name):
            aim = self._named().get(str(aim)[1:].encode())
        elif isinstance(aim, pikepdf.String):
            aim = self._named().get(bytes(aim))
        if isinstance(aim, pikepdf.Dictionary):
            aim = aim.get("/D")
        if not isinstance(aim, pikepdf.Array) or not len(aim):
            return None
        page, kind = aim[0], str(aim[1]) if len(aim) > 1 else ""
        number = self._numbers.get(page.objgen) if isinstance(page, pikepdf.Dictionary) else None
        return None if number is None else Spot(number, self._top(number, kind, aim))

    def _top(self, number: int, kind: str, aim: pikepdf.Array) -> float | None:
        at, place = _TOP_AT.get(kind), self._place(number)
        if at is None or place is None or at >= len(aim):
            return None
        x, y = (aim[2] if kind in {"/XYZ", "/FitR"} else 0), aim[at]
        try:
            top = place.point(float(x or 0), float(y))[1]
        except _FAULTS:
            return None
        return top if math.isfinite(top) else None

    def _place(self, number: int) -> Placement | None:
        if number not in self._places:
            try:
                self._places[number] = placement(self._pdf.pages[number - 1])
            except _FAULTS:
                self._places[number] = None
        return self._places[number]

    def _named(self) -> dict[bytes, pikepdf.Object]:
        if self._names is None:
            self._names = dict(_names(self._pdf.Root))
        return self._names


def _names(root: pikepdf.Object) -> Iterator[tuple[bytes, pikepdf.Object]]:
    """Yield named destinations, old form and new, each node of their tree once."""
    old = root.get("/Dests")
    if isinstance(old, pikepdf.Dictionary):
        for name in list(old.keys())[:_MOST_NAMES]:
            yield name[1:].encode(), old[name]
    names = root.get("/Names")
    waiting = [names.get("/Dests")] if isinstance(names, pikepdf.Dictionary) else []
    seen: set[tuple[int, int]] = set()
    left = _MOST_NAMES
    while waiting and left > 0:
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary) or node.objgen in seen:
            continue
        left -= 1
        seen |= {node.objgen} - {(0, 0)}
        pairs = node.get("/Names")
        flat = list(pairs)[: 2 * left] if isinstance(pairs, pikepdf.Array) else []
        left -= len(flat) // 2
        for key, aim in zip(flat[::2], flat[1::2], strict=False):
            if isinstance(key, pikepdf.String):
                yield bytes(key), aim
        kids = node.get("/Kids")
        waiting += list(kids)[:left] if isinstance(kids, pikepdf.Array) else []
