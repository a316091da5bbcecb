"""Write the rebuilt outline and links into a finished document: plain pages and tops of lines, no names, no actions."""

from __future__ import annotations

import io
import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name

from qupia_redaction.rebuild.guiding import Guide, Jump, Title
from qupia_redaction.rebuild.saving import saved

_OPEN = 40
"""An outline of more lines than this is written closed; what the master had open is not copied."""


def with_guide(data: bytes, guide: Guide) -> bytes:
    """Return the document with outline and links.

    Args:
        data: as `build` made it.
        guide: what was rebuilt from its text.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        heights = [float(page.mediabox[3]) for page in pdf.pages]
        _Writer(pdf, heights).write(guide)
        buffer = io.BytesIO()
        saved(pdf, buffer, recompress=False)
        return buffer.getvalue()


class _Writer:
    """Adds to one document.

    Args:
        pdf: the document.
        heights: of its pages, points.
    """

    def __init__(self, pdf: pikepdf.Pdf, heights: Sequence[float]) -> None:
        self._pdf = pdf
        self._heights = heights

    def write(self, guide: Guide) -> None:
        """Add both."""
        if guide.titles:
            self._pdf.Root["/Outlines"] = self._outline(guide.titles)
        by_page: dict[int, list[Jump]] = defaultdict(list)
        for jump in guide.jumps:
            by_page[jump.page].append(jump)
        for number, jumps in sorted(by_page.items()):
            links = [self._pdf.make_indirect(self._link(jump)) for jump in jumps]
            self._pdf.pages[number - 1].obj["/Annots"] = Array(links)

    def _outline(self, titles: Sequence[Title]) -> pikepdf.Object:
        root = self._pdf.make_indirect(Dictionary(Type=Name.Outlines))
        items = [
            self._pdf.make_indirect(
                Dictionary(Title=pikepdf.String(title.text.reveal()), Dest=self._aim(title.page, title.top))
            )
            for title in titles
        ]
        below: dict[int, list[int]] = defaultdict(list)
        for number, title in enumerate(titles):
            below[title.above].append(number)
        is_open = len(titles) <= _OPEN
        shown = [1] * len(titles)
        for number in reversed(range(len(titles))):
            shown[number] += sum(shown[kid] for kid in below.get(number, ()))
        for above, kids in below.items():
            whole = root if above < 0 else items[above]
            whole["/First"], whole["/Last"] = items[kids[0]], items[kids[-1]]
            count = sum(shown[kid] for kid in kids) if is_open else len(kids)
            whole["/Count"] = count if is_open or above < 0 else -count
            for kid in kids:
                items[kid]["/Parent"] = whole
            for one, other in pairwise(kids):
                items[one]["/Next"], items[other]["/Prev"] = items[other], items[one]
        return root

    def _link(self, jump: Jump) -> pikepdf.Dictionary:
        high, box = self._heights[jump.page - 1], jump.box
        sides = (math.floor(box.x0), math.floor(high - box.y1), math.ceil(box.x1), math.ceil(high - box.y0))
        return Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=Array(sides), Border=Array([0, 0, 0]),
            Dest=self._aim(jump.to, jump.top),
        )  # fmt: skip

    def _aim(self, page: int, top: float) -> pikepdf.Array:
        whole = self._heights[page - 1]
        up = min(max(math.ceil(whole - top), 0), math.ceil(whole))
        return Array([self._pdf.pages[page - 1].obj, Name.XYZ, None, up, None])
