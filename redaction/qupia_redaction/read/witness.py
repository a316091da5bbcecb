"""Ask the shapes of a font's drawings what they say, where OCR would call the font a liar. See `drawings`.

What the page shows is compared, not the font's program: letters over which something is drawn do not pass for what they
were. Every drawing in question must be vouched for. Limit: level lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np

from qupia_redaction.model import Box
from qupia_redaction.page.drawings import Drawing, Gallery, Other, Rank, drawing_of, own_parts
from qupia_redaction.page.lines import Glyph
from qupia_redaction.page.testimony import Drawn, Key, key_of
from qupia_redaction.pdf.pages import OpenPage
from qupia_redaction.pdf.references import gallery_for, of_many
from qupia_redaction.read.sheets import on_paper

_EM = 56
_LEAST_DPI, _MOST_DPI = 100, 900
_MOST_WIDE = 6_000
_TALL, _DEEP, _BESIDE = 0.95, 0.35, 0.25
_INSTANCES = 4
_MOST_KEYS = 3_000
_WEAK_SHARE = 0.05
_OVER_EM = 0.1

Runs = Sequence[Sequence[Glyph]]
_Wanted = dict[tuple[str, int], list[tuple[int, int]]]


def vouched(runs: Runs, keys: Collection[Key], page: OpenPage) -> bool:
    """Tell whether the drawings behind all keys look like what they say.

    Args:
        runs: neighbouring glyphs of one font.
        keys: what is in question.
        page: on which they stand.
    """
    wanted = _wanted(runs, lambda glyph: key_of(glyph) in keys)
    if {(key_of(runs[run][at])) for places in wanted.values() for run, at in places} < set(keys):
        return False
    if len(wanted) > _MOST_KEYS or any(shape < 0 for _, shape in wanted):
        return False
    weak = many = 0
    gallery = gallery_for(char for char, _ in wanted)
    for (char, _), drawings in _seen(runs, wanted, page).items():
        rank = _rank(gallery, char, drawings)
        if rank is Rank.NONE:
            return False
        many += of_many(char)
        weak += rank is Rank.WEAK
    return weak <= max(1, _WEAK_SHARE * many)


def shown_otherwise(runs: Runs, drawn: Collection[Drawn], page: OpenPage) -> dict[Drawn, Other]:
    """Return which drawings are another letter than they say, with that letter.

    Args:
        runs: neighbouring glyphs of one font.
        drawn: what is in question.
        page: on which they stand.
    """
    found = _others(runs, lambda glyph: (glyph.char, glyph.shape) in drawn, page)
    if not found:
        return {}
    return _others(
        runs, lambda glyph: (glyph.char, glyph.shape) in found and not _set_over(glyph, page.content.glyphs), page
    )


def _others(runs: Runs, asked: Callable[[Glyph], bool], page: OpenPage) -> dict[Drawn, Other]:
    wanted = _wanted(runs, asked)
    gallery = gallery_for(char for char, _ in wanted)
    found = {}
    for one, drawings in _seen(runs, wanted, page).items():
        shown = [drawing for drawing in drawings if drawing is not None]
        if shown and not gallery.vouches(one[0], shown) and (other := gallery.other(one[0], shown)):
            found[one] = other
    return found


def _set_over(glyph: Glyph, others: Iterable[Glyph]) -> bool:
    """Tell whether another letter stands within this one, as in the name of LaTeX: they show one shape."""
    least = _OVER_EM * glyph.style.size
    return any(
        other is not glyph
        and other.char.isalpha()
        and abs(other.baseline - glyph.baseline) < glyph.style.size
        and min(other.x1, glyph.x1) - max(other.x0, glyph.x0) > least
        for other in others
        if other.upright
    )


def _rank(gallery: Gallery, char: str, drawings: Sequence[Drawing | None]) -> Rank:
    """Tell how surely the instances of a drawing are a character; a blank shows nothing."""
    shown = [drawing for drawing in drawings if drawing is not None]
    if not char.strip():
        return Rank.NONE if shown else Rank.SURE
    if 2 * len(shown) < len(drawings):
        return Rank.NONE
    if of_many(char):
        return gallery.rank(char, shown)
    return Rank.SURE if gallery.vouches(char, shown) else Rank.NONE


def _wanted(runs: Runs, asked: Callable[[Glyph], bool]) -> _Wanted:
    """Return a few places of each drawing in question, of different lines as far as there are any."""
    wanted: _Wanted = {}
    for run, glyphs in enumerate(runs):
        if not glyphs[0].upright or glyphs[0].stacked:
            continue
        for at, glyph in enumerate(glyphs):
            if asked(glyph):
                places = wanted.setdefault((glyph.char, glyph.shape), [])
                places.append((run, at))
    return {key: _spread(places) for key, places in wanted.items()}


def _spread(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a few of many places, from the first to the last."""
    if len(places) <= _INSTANCES:
        return places
    return [places[step * (len(places) - 1) // (_INSTANCES - 1)] for step in range(_INSTANCES)]


def _seen(runs: Runs, wanted: _Wanted, page: OpenPage) -> dict[tuple[str, int], list[Drawing | None]]:
    """Return what the page shows at some places; each line is rendered once."""
    by_run: dict[int, list[tuple[tuple[str, int], int]]] = {}
    for key, places in wanted.items():
        for run, at in places:
            by_run.setdefault(run, []).append((key, at))
    seen: dict[tuple[str, int], list[Drawing | None]] = {key: [] for key in wanted}
    for run, asked in by_run.items():
        strip = _Strip(runs[run], page)
        for key, at in asked:
            seen[key].append(strip.drawing(runs[run][at]))
    return seen


class _Strip:
    """A line as the page shows it.

    Args:
        glyphs: of the line.
        page: on which it stands.
    """

    def __init__(self, glyphs: Sequence[Glyph], page: OpenPage) -> None:
        size = max(glyph.style.size for glyph in glyphs)
        left, right = min(g.x0 for g in glyphs) - size, max(g.x1 for g in glyphs) + size
        dpi = min(_EM * 72 / size, _MOST_WIDE * 72 / (right - left))
        self._dpi = max(_LEAST_DPI, min(_MOST_DPI, int(dpi)))
        self._scale = self._dpi / 72
        content = page.content
        self._left, self._top = max(left, 0.0), max(glyphs[0].baseline - _TALL * size, 0.0)
        bottom = min(glyphs[0].baseline + _DEEP * size, content.height)
        area = Box(self._left, self._top, min(right, content.width), bottom)
        shown = area.x1 - area.x0 > 1 and area.y1 - area.y0 > 1
        grey = on_paper(page.picture(self._dpi, grey=True, clip=area)) if shown else None
        self._ink = np.zeros((1, 1), np.uint8) if grey is None else _stretched(255 - np.asarray(grey))

    def drawing(self, glyph: Glyph) -> Drawing | None:
        """Return one letter of the line without its neighbours; None where nothing is drawn."""
        beside = _BESIDE * glyph.style.size
        first, left, right, last = (
            max(round((x - self._left) * self._scale), 0)
            for x in (glyph.x0 - beside, glyph.x0, glyph.x1, glyph.x1 + beside)
        )
        part = self._ink[:, first:last]
        if part.shape[1] < 2 or right <= left:
            return None
        own = own_parts(part, left - first, right - first)
        return drawing_of(own, glyph.style.size * self._scale, (glyph.baseline - self._top) * self._scale)


def _stretched(ink: np.ndarray) -> np.ndarray:
    """Return ink at its darkest: grey letters are letters."""
    most = int(ink.max())
    return ink if most in {0, 255} else (ink.astype(np.uint16) * 255 // most).astype(np.uint8)
