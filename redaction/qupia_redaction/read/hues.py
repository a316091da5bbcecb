"""Find strokes of a typed page that only colour tells from their ground: green on red, yellow on white.

Attack: letters drawn as outlines in the grey of what is behind them. Where a colour of the page has edges that its
greys have not, each colour is looked at as greys are (`ink`, `grounds`); what these showed already is left out.
Limits: colours that lie apart by less than `_EDGE`; shades in which a colour changes little by little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.page.greys import highest, reaches
from qupia_redaction.page.lines import Glyph
from qupia_redaction.read.ink import Mask, explained, pictured

_EDGE, _UNSEEN = 20, 14
_STEP, _LEAST = 2, 24.0
"""Pixels over which an edge is looked for; square points of edges."""
_NEAR = 5

_Pixels = npt.NDArray[np.uint8]
_Part = tuple[Image.Image, tuple[int, int]]
Finder = Callable[[Image.Image, float, Sequence[Glyph], Sequence[Box]], _Part | None]


def has_hues(
    picture: Image.Image, grey: Image.Image, scale: float, drawn: tuple[Sequence[Glyph], Sequence[Box]]
) -> bool:
    """Tell whether a page has edges that its greys do not show.

    Args:
        picture: the page in colour.
        grey: the page in grey, as the engine makes it.
        scale: pixels a point.
        drawn: what was read, and pictures that are read apart.
    """
    high, low = reaches(np.asarray(picture))
    return bool((high - low > _UNSEEN).any()) and bool(_bands(picture, grey, scale, drawn))


def in_hues(find: Finder, colours: Callable[[int], Image.Image]) -> Finder:
    """Return a way of looking for strokes that sees what its greys do not show, and that only.

    Args:
        find: looks at greys.
        colours: renders the page in colour at so many dots an inch.
    """

    def found(grey: Image.Image, scale: float, glyphs: Sequence[Glyph], pictures: Sequence[Box]) -> _Part | None:
        drawn = (glyphs, pictures)
        bands = _bands(colours(round(72 * scale)), grey, scale, drawn)
        seen = [_ink(find(one, scale, *drawn), one) for one in (grey, *bands)]
        ink = np.logical_or.reduce(seen[1:] or seen) & (highest(seen[0].view(np.uint8), _NEAR) == 0)
        return pictured(ink, scale)

    return found


def _bands(
    picture: Image.Image, grey: Image.Image, scale: float, drawn: tuple[Sequence[Glyph], Sequence[Box]]
) -> list[Image.Image]:
    known = explained(*drawn, scale)
    return [band for band in picture.split() if _has_edges(np.asarray(band), np.asarray(grey), known, scale)]


def _has_edges(band: _Pixels, grey: _Pixels, known: Iterable[Sequence[int]], scale: float) -> bool:
    """Tell whether a colour has edges that greys have not, away from what is known."""
    if np.array_equal(band, grey):
        return False
    found = (_edges(band) > _EDGE) & (highest(_edges(grey), 3) <= _UNSEEN)
    for x0, y0, x1, y1 in known:
        found[max(y0 - _STEP, 0) : y1 + _STEP, max(x0 - _STEP, 0) : x1 + _STEP] = False
    return int(np.count_nonzero(found)) >= _LEAST * scale * scale


def _edges(tones: _Pixels) -> _Pixels:
    """Return by how much each pixel differs from those to the right of it and below."""
    found = np.zeros_like(tones)
    for one, other, place in (
        (tones[:, :-_STEP], tones[:, _STEP:], found[:, :-_STEP]),
        (tones[:-_STEP], tones[_STEP:], found[:-_STEP]),
    ):
        np.maximum(place, np.maximum(one, other) - np.minimum(one, other), out=place)
    return found


def _ink(part: _Part | None, whole: Image.Image) -> Mask:
    """Return where on a whole picture ink was found."""
    found = np.zeros((whole.height, whole.width), dtype=bool)
    if part is not None:
        image, (left, top) = part
        place = found[top : top + image.height, left : left + image.width]
        place |= (np.asarray(image) == 0)[: place.shape[0], : place.shape[1]]
    return found
