"""Outline and links of a finished document: plain jumps to its own pages, and titles that can be read there.

Attack: titles, names, actions or odd numbers that carry what was hidden. Each object has exactly the keys that the
rebuild writes, of exactly these kinds; each title stands in PDFium's text of the page that it leads to. Limit: a title
whose words PDFium reads in another order is compared word by word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf

from qupia_redaction.check.folding import fold, folded_words

_MOST = 10_000
_LONGEST = 1_000
_ROOT = frozenset({"/Type", "/First", "/Last", "/Count"})
_ITEM = frozenset({"/Title", "/Dest", "/Parent", "/Prev", "/Next", "/First", "/Last", "/Count"})
_LINK = frozenset({"/Type", "/Subtype", "/Rect", "/Border", "/Dest"})
_SPOT = 5


class Foreign(Exception):
    """Say that an outline or a link is not of the form that the rebuild writes."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What leads through a document.

    Attributes:
        objects: numbers of the objects it consists of, which were looked at whole.
        titles: by the page that each leads to, counted from 1.
        areas: of links, by page: left, bottom, right, top.
    """

    objects: frozenset[tuple[int, int]] = frozenset()
    titles: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    areas: tuple[tuple[int, tuple[int, int, int, int]], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.objects)

    def unread(self, page: int, text: str) -> bool:
        """Tell whether a title leads to this page and cannot be read there."""
        titles = [title for number, title in self.titles if number == page]
        if not titles:
            return False
        whole, words = fold(text), set(folded_words(text))
        return any(not fold(title) or not _stands(title, whole, words) for title in titles)


def _stands(title: str, whole: str, words: set[str]) -> bool:
    return fold(title) in whole or set(folded_words(title)) <= words


def ways(pdf: pikepdf.Pdf) -> Ways:
    """Return the outline and the links of an open document.

    Raises:
        Foreign: something in them is not of the rebuild's form.
    """
    reader = _Reader(pdf)
    titles = tuple(reader.outline())
    areas = tuple(reader.links())
    return Ways(frozenset(reader.seen), titles, areas)


class _Reader:
    """Walks outline and links.

    Args:
        pdf: the document.
    """

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._heights = [float(page.mediabox[3]) for page in pdf.pages]
        self._widths = [float(page.mediabox[2]) for page in pdf.pages]
        self._numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        self.seen: set[tuple[int, int]] = set()

    def outline(self) -> Iterator[tuple[int, str]]:
        """Yield pages and titles."""
        root = self._pdf.Root.get("/Outlines")
        if root is None:
            return
        self._take(root, _ROOT)
        if root.get("/Type") != "/Outlines":
            raise Foreign
        waiting = [(root["/First"], root)]
        while waiting:
            item, parent = waiting.pop()
            self._take(item, _ITEM)
            if len(self.seen) > _MOST or item["/Parent"].objgen != parent.objgen:
                raise Foreign
            title = item["/Title"]
            if not isinstance(title, pikepdf.String) or len(bytes(title)) > _LONGEST:
                raise Foreign
            yield self._spot(item["/Dest"]), str(title)
            waiting += [(item["/Next"], parent)] if "/Next" in item else []
            waiting += [(item["/First"], item)] if "/First" in item else []
        for objgen in self.seen:
            self._closed(self._pdf.get_object(objgen))

    def links(self) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
        """Yield pages and areas."""
        for number, page in enumerate(self._pdf.pages, 1):
            if "/Annots" not in page.obj:
                continue
            annotations = page.obj["/Annots"]
            if not isinstance(annotations, pikepdf.Array) or annotations.is_indirect:
                raise Foreign
            for link in annotations.as_list():
                yield number, self._link(link, number)

    def _link(self, link: pikepdf.Object, number: int) -> tuple[int, int, int, int]:
        self._take(link, _LINK)
        if link["/Type"] != "/Annot" or link["/Subtype"] != "/Link" or _integers(link["/Border"]) != [0, 0, 0]:
            raise Foreign
        self._spot(link["/Dest"])
        x0, y0, x1, y1 = _integers(link["/Rect"])
        if not (-2 <= x0 < x1 <= self._widths[number - 1] + 2 and -2 <= y0 < y1 <= self._heights[number - 1] + 2):
            raise Foreign
        return x0, y0, x1, y1

    def _take(self, thing: object, keys: frozenset[str]) -> None:
        """Note an object of its own that is met once and has no keys but these."""
        if not isinstance(thing, pikepdf.Dictionary) or not thing.is_indirect or thing.objgen in self.seen:
            raise Foreign
        if not set(thing.keys()) <= keys:
            raise Foreign
        self.seen.add(thing.objgen)

    def _closed(self, thing: pikepdf.Object) -> None:
        """Refuse an item that points anywhere but to others of the outline, or counts more than there is."""
        for key in ("/Parent", "/Prev", "/Next", "/First", "/Last"):
            if key in thing and thing[key].objgen not in self.seen:
                raise Foreign
        count = thing.get("/Count", 0)
        if not isinstance(count, int) or abs(count) >= len(self.seen):
            raise Foreign

    def _spot(self, aim: object) -> int:
        """Return the page of a plain jump to a height on a page."""
        if not isinstance(aim, pikepdf.Array) or aim.is_indirect or len(aim) != _SPOT:
            raise Foreign
        page, kind, left, top, zoom = aim.as_list()
        number = self._numbers.get(page.objgen) if isinstance(page, pikepdf.Dictionary) else None
        plain = kind == pikepdf.Name.XYZ and left is None and zoom is None and isinstance(top, int)
        if number is None or not plain or not 0 <= top <= self._heights[number - 1] + 1:
            raise Foreign
        return number


def _integers(numbers: object) -> list[int]:
    if not isinstance(numbers, pikepdf.Array) or numbers.is_indirect or len(numbers) not in {3, 4}:
        raise Foreign
    found: list[object] = list(numbers.as_list())
    whole = [number for number in found if isinstance(number, int)]
    if len(whole) != len(found):
        raise Foreign
    return whole
