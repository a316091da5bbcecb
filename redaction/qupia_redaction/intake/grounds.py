"""Give pages that blend a ground of white paper, on which every viewer shows the same.

Attack: white letters blended by difference stand black on paper in one viewer and are not there in another, which takes
the bare page for transparent; the first reader would drop what the other shows. Modes that show no more on paper than
on a bare page are left alone: with paper under them, what most viewers show would be lost.
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

_MORE = frozenset({"/Difference", "/Exclusion"})
"""Modes in which white shows on white."""

_DEPTH = 12


def lay_ground(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Paint a normalised page white before anything else, where something on it blends otherwise."""
    if not any(_blends(page.obj["/Resources"], set(), 0)):
        return
    width, height = (float(side) for side in page.mediabox.as_list()[2:])
    page.contents_add(pdf.make_stream(f"q 1 g 0 0 {width:.4f} {height:.4f} re f Q\n".encode()), prepend=True)


def _blends(resources: object, seen: set[tuple[int, int]], depth: int) -> Iterator[bool]:
    """Yield True for each state that blends so, in forms and patterns, too."""
    if not isinstance(resources, pikepdf.Dictionary) or depth > _DEPTH:
        return
    for state in _values(resources, "/ExtGState"):
        if isinstance(state, pikepdf.Dictionary) and "/BM" in state:
            mode = state["/BM"]
            modes = list(mode.as_list()) if isinstance(mode, pikepdf.Array) else [mode]
            yield any(str(one) in _MORE for one in modes)
    for thing in (*_values(resources, "/XObject"), *_values(resources, "/Pattern")):
        if isinstance(thing, pikepdf.Stream) and "/Resources" in thing and thing.objgen not in seen:
            seen.add(thing.objgen)
            yield from _blends(thing["/Resources"], seen, depth + 1)


def _values(resources: pikepdf.Object, kind: str) -> list[pikepdf.Object]:
    things = resources.get(kind)
    return [thing for _, thing in things.items()] if isinstance(things, pikepdf.Dictionary) else []
