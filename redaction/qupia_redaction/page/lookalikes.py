"""Find the letters of a font of which OCR alone is no witness: those that it takes for each other. Pure.

Attack: a font that is honest but for second drawings of a few letters, whose map says letters that OCR mistakes for
those that are drawn. The sample of the font agrees with the text, and a name is never read. The shapes of the letters
named here are asked (`witness`), and a drawing that is another letter by its shape is a lie where OCR read that other
letter, where the font has two drawings for what it says, or where no reading tells the two apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from qupia_redaction.page.drawings import Other
from qupia_redaction.page.lines import Glyph
from qupia_redaction.page.testimony import Drawn, exactly

_READ_AS_ONE = frozenset(map(frozenset, ("щш", "ъь", "эз")))
"""Pairs of which OCR reads either in the middle of a word."""

_NEVER_TOLD_APART = frozenset("з3")
_MISREAD = frozenset("щшъьэз")


@dataclass(slots=True)
class Sighted:
    """What an eye read of the drawings of one font, letter by letter.

    Attributes:
        right: drawings that were read as they say.
        wrong: what was read in the place of others, one letter each.
    """

    right: set[Drawn] = field(default_factory=set)
    wrong: dict[Drawn, set[str]] = field(default_factory=dict)

    def add(self, glyphs: Sequence[Glyph], seen: str) -> None:
        """Note what was read of a run."""
        keys = [(char, drawn_as(glyph)) for glyph in glyphs for char in exactly(glyph.char)]
        said, read = "".join(char for char, _ in keys), exactly(seen)
        for kind, a, b, c, d in SequenceMatcher(None, said, read, autojunk=False).get_opcodes():
            if kind == "equal":
                self.right.update(drawn for _, drawn in keys[a:b])
            elif kind == "replace" and b - a == d - c:
                for (_, drawn), char in zip(keys[a:b], read[c:d], strict=True):
                    self.wrong.setdefault(drawn, set()).add(char)


def drawn_as(glyph: Glyph) -> Drawn:
    """Return what a glyph says and which drawing it is."""
    return glyph.char, glyph.shape


def letters_of(runs: Iterable[Sequence[Glyph]]) -> set[Drawn]:
    """Return the drawings of runs that show one letter or digit each."""
    found = set()
    for glyphs in runs:
        for glyph, after in zip(glyphs, (*glyphs[1:], None), strict=True):
            joined = after is not None and after.shape < 0
            if glyph.shape >= 0 and not joined and len(exactly(glyph.char)) == 1:
                found.add(drawn_as(glyph))
    return found


def twins(known: Iterable[Drawn]) -> set[Drawn]:
    """Return the drawings of which a font has another one that says the same."""
    by_char: dict[str, set[Drawn]] = {}
    for drawn in known:
        by_char.setdefault(drawn[0], set()).add(drawn)
    return {drawn for some in by_char.values() if len(some) > 1 for drawn in some}


def in_doubt(here: AbstractSet[Drawn], twofold: AbstractSet[Drawn], sighted: Sighted) -> set[Drawn]:
    """Return the drawings whose shapes are to be asked.

    Args:
        here: in question.
        twofold: those with a twin.
        sighted: what was read.
    """
    return {
        drawn
        for drawn in here
        if drawn in twofold or exactly(drawn[0]) in _MISREAD or (drawn in sighted.wrong and drawn not in sighted.right)
    }


def lies(shown: Mapping[Drawn, Other], twofold: AbstractSet[Drawn], sighted: Sighted) -> bool:
    """Tell whether a drawing is another letter than it says.

    Args:
        shown: the letters that drawings are by their shapes, where they are not what they say.
        twofold: drawings with a twin.
        sighted: what was read.
    """
    return any(_is_lie(drawn, other, drawn in twofold, sighted) for drawn, other in shown.items())


def _is_lie(drawn: Drawn, other: Other, twofold: bool, sighted: Sighted) -> bool:
    pair = frozenset(exactly(drawn[0]) + other.letter)
    if pair == _NEVER_TOLD_APART:
        return False
    return other.letter in sighted.wrong.get(drawn, ()) or (other.sure and (twofold or pair in _READ_AS_ONE))
