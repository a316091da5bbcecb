"""Compare what glyphs say with what an eye reads of them, drawing by drawing. Pure.

Attack: a font that is honest about nearly all it draws. A letter that has two codes of which one lies; letters whose
map says a dot, a hyphen, a blank or nothing at all; one drawing that shows a whole word. So a thing is known by what it
says and by the number of its drawing in its font, and every such pair is looked at once, signs inside words too.
Limit: letters of shapes that OCR takes for each other.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from qupia_redaction.page.lines import Glyph
from qupia_redaction.terms.fold import GREEK_CAPITALS

Key = tuple[str, int]
"""What a glyph says, folded ("" for what is no letter), and the number of its drawing; -1 when that is unknown."""

Drawn = tuple[str, int]
"""What a glyph says, as it stands, and the number of its drawing."""

_LOOKALIKES = str.maketrans("авсенікмортхуһ", "abcehikmoptxyh")
_TWINS = str.maketrans("ғқңөұүәіїйёщъзоо0l1|э", "гкноууаиииешьзoooiiiз")
_NOT_SAID_APART = str.maketrans("ғқңөұүәіїйёоо0l1|ı", "гкноууаииие" + "ooo" + "iiii")
_SHAPES = ("aаәæ", "бвbьъы8зэ3s56", "oо0өcсeеёqg9dдpр", "iіl1jtfгrт7ї", "hнипйлnцuшmмw", "kкxх", "уyчv")
"""Letters that OCR takes for each other; any other is taken for itself only."""
_CURSIVE = (frozenset("mt"), frozenset("nt"))
"""Latin letters that look like a Cyrillic т as it is written by hand or set in italics."""

_READ = frozenset("abcdefghijklmnopqrstuvwxyz0123456789абвгдежзийклмнопрстуфхцчшщъыьэюяғқңөұүһәі")
_THIN = frozenset("il1jtfrvyг")
_SIGNS_READ_AS = _THIN | frozenset("coeaаgхxnumть")
"""What OCR makes of brackets, quotes, slashes, stars and dots; inside a word, of slashes and strokes only."""

_LIKE_SIGNS = {
    "§": "8s56b3", "&": "8bz", "%": "96oi", "№": "nиno", "@": "aoеeq", "€": "ec", "$": "s85", "©": "co", "®": "ro",
    "£": "ef", "#": "h4n", "?": "27", "+": "t4", "=": "z", "°": "o9", "¶": "pн", "†": "t", "²": "2z", "³": "3з",
    "½": "i2", "¼": "i4", "±": "t", "×": "x", "∞": "oc", "•": "eo", "●": "eo", "■": "нпm", "□": "oдп", "☐": "oдп",
}  # fmt: skip
"""What OCR makes of signs that are as large as letters."""

_MUTE = "\0"
_NEAR_EM = 0.3
_WIDE_EM = 1.7
_MUCH = 3


@dataclass(slots=True)
class Heard:
    """What an eye made of the drawings of one font.

    Attributes:
        right: drawings that were read as they say, or not at all where they say nothing.
        wrong: what the others were read as; "" for left out.
        inside: signs that stand between two letters.
    """

    right: set[Key] = field(default_factory=set)
    wrong: dict[Key, set[str]] = field(default_factory=dict)
    inside: set[Key] = field(default_factory=set)

    def suspects(self) -> dict[Key, set[str]]:
        """Return drawings that were never read as they say, or once as a whole word, with what they were read as."""
        return {
            key: seen
            for key, seen in self.wrong.items()
            if any(len(read) >= _MUCH for read in seen)
            or (key not in self.right and _tells(key, seen, key in self.inside))
        }


def letters(text: str) -> str:
    """Return letters and digits in lower case, without accents, look-alikes as one."""
    drawn = unicodedata.normalize("NFKD", text).translate(GREEK_CAPITALS)
    plain = drawn.casefold().translate(_LOOKALIKES)
    return "".join(char for char in plain if char.isalnum()).translate(_TWINS)


def exactly(text: str) -> str:
    """Return letters and digits as `letters` does, but those apart that nobody takes for each other in a name."""
    drawn = unicodedata.normalize("NFKD", text).translate(GREEK_CAPITALS)
    plain = drawn.casefold().translate(_LOOKALIKES)
    return "".join(char for char in plain if char.isalnum()).translate(_NOT_SAID_APART)


_SET_AS_ONE = frozenset(
    letters(joined)
    for joined in (
        "ff fi fl ffi ffl fj ft fb fh fk ffj tt ti tf st ct sp th ch ck qu ij dz lj nj ae oe rs кг мм см".split()
    )
)


def says_words(glyphs: Sequence[Glyph]) -> bool:
    """Tell whether a drawing of a run says several letters that no font sets as one.

    Args:
        glyphs: neighbours; all letters of one drawing but the first have no drawing of their own.
    """
    said = ""
    for glyph in glyphs:
        if glyph.shape >= 0:
            said = glyph.char
        elif said:
            said += glyph.char
            told = letters(said)
            if len(told) > 1 and not any(joined.startswith(told) for joined in _SET_AS_ONE):
                return True
    return False


def key_of(glyph: Glyph) -> Key:
    """Return what a glyph says and which drawing it is."""
    return exactly(glyph.char), glyph.shape


def telling(glyphs: Sequence[Glyph]) -> dict[Key, int]:
    """Return the pairs of a run that can be judged, each with the place where it stands first.

    What is no letter is judged where a letter or another sign touches it: alone it may be anything.
    """
    found: dict[Key, int] = {}
    for at, glyph in enumerate(glyphs):
        key = key_of(glyph)
        beside = [glyphs[by] for by in (at - 1, at + 1) if 0 <= by < len(glyphs)]
        if key[0] or any(_touches(glyph, other) or _another_sign(glyph, other) for other in beside):
            found.setdefault(key, at)
    return found


def _touches(mute: Glyph, other: Glyph) -> bool:
    if not letters(other.char):
        return False
    gap = max(other.x0 - mute.x1, mute.x0 - other.x1)
    return gap < _NEAR_EM * mute.style.size


def _another_sign(one: Glyph, other: Glyph) -> bool:
    return one.shape != other.shape and bool(one.char.strip() and other.char.strip())


def two_faced(keys: Iterable[Key]) -> bool:
    """Tell whether one drawing says two letters, or a letter and a sign: then one of them is a lie."""
    said: dict[int, str] = {}
    for word, shape in keys:
        if shape > 0 and (not word or set(word) <= _READ) and said.setdefault(shape, word) != word:
            return True
    return False


def compare(heard: Heard, glyphs: Sequence[Glyph], seen: str) -> None:
    """Note what was read of a run.

    Args:
        heard: is added to.
        glyphs: the run.
        seen: what OCR made of its picture.
    """
    keys = [(char, key_of(glyph)) for glyph in glyphs for char in letters(glyph.char) or _MUTE]
    signs = _Signs(glyphs)
    heard.inside.update(
        key_of(mid)
        for one, mid, other in zip(glyphs, glyphs[1:], glyphs[2:], strict=False)
        if not letters(mid.char) and mid.char.strip() and _touches(mid, one) and _touches(mid, other)
    )
    said, read = "".join(char for char, _ in keys), letters(seen)
    wide = {key_of(glyph) for glyph in glyphs if glyph.x1 - glyph.x0 > _WIDE_EM * glyph.style.size}
    if 2 * len(read) < len(said) - said.count(_MUTE):
        return  # hardly read at all: others judge that
    for kind, a, b, c, d in SequenceMatcher(None, said, read, autojunk=False).get_opcodes():
        span = [key for _, key in keys[a:b]]
        if kind == "equal":
            heard.right.update(span)
        elif kind == "delete":
            _left_out(heard, span)
        elif kind == "replace":
            if not any(signs.excuse(key, read[c:d], heard) for key in span):
                _read_otherwise(heard, span, read[c:d], wide)
        elif d - c >= _MUCH:
            for key in {key for _, key in keys[max(a - 1, 0) : a + 1]} & wide:
                _note(heard, key, read[c:d])


class _Signs:
    """The signs of a run, which OCR may take for letters that look like them.

    Args:
        glyphs: the run.
    """

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        self._like: dict[Key, str] = {}
        for at, glyph in enumerate(glyphs):
            if glyph.char in _LIKE_SIGNS:
                beside = [other.char for other in glyphs[max(at - 1, 0) : at + 2] if other is not glyph]
                like = _LIKE_SIGNS[glyph.char]
                if len(beside) == 2 and all(char.isdigit() for char in beside):
                    like = "".join(char for char in like if not char.isdigit())
                elif len(beside) == 2 and all(char.isalpha() for char in beside):
                    like = "".join(char for char in like if char.isdigit())
                before = self._like.get(key_of(glyph), like)
                self._like[key_of(glyph)] = "".join(char for char in like if char in before)

    def excuse(self, key: Key, read: str, heard: Heard) -> bool:
        """Tell whether what was read, a letter or two, looks like this sign: then the drawing is right."""
        alike = key in self._like and 0 < len(read) <= _MUCH and any(char in letters(self._like[key]) for char in read)
        if alike:
            heard.right.add(key)
        return alike


def _left_out(heard: Heard, span: Iterable[Key]) -> None:
    for key in span:
        if key[0]:
            _note(heard, key, "")
        else:
            heard.right.add(key)


def _read_otherwise(heard: Heard, span: Sequence[Key], read: str, wide: AbstractSet[Key]) -> None:
    voiced = [key for key in span if key[0]]
    if len(read) <= len(voiced):  # blanks between letters that were misread
        _left_out(heard, (key for key in span if not key[0]))
        span = voiced
    if len(span) == len(read):
        for key, char in zip(span, read, strict=True):
            _note(heard, key, char)
        return
    for key in span:
        _note(heard, key, read if not voiced or (key in wide and len(read) >= len(span) + _MUCH) else "?")


def _note(heard: Heard, key: Key, read: str) -> None:
    heard.wrong.setdefault(key, set()).add(read)


def _tells(key: Key, seen: set[str], inside: bool) -> bool:
    """Tell whether OCR alone is hardly to blame for what was read."""
    if not key[0]:
        return bool(set("".join(seen)) - (_THIN if inside else _SIGNS_READ_AS) - {"?"})
    if len(seen) != 1:
        return False
    read = next(iter(seen))
    if not read:
        return key[1] < 0  # one more letter that a drawing says and does not show
    return len(key[0]) == 1 and read != "?" and unlike(letters(key[0]), read)


def unlike(one: str, other: str) -> bool:
    """Tell whether two letters, or two digits, are of shapes that OCR does not mistake for each other."""
    if one.isdigit() or other.isdigit():
        return one.isdigit() == other.isdigit()
    return _shape(one) != _shape(other) and {one, other} not in _CURSIVE


def _shape(letter: str) -> int:
    return next((number for number, group in enumerate(_SHAPES) if letter in group), len(_SHAPES) + ord(letter))


def convicted(first: Mapping[Key, set[str]], again: Mapping[Key, set[str]]) -> set[Key]:
    """Return drawings that two readings at different sizes took for the same other thing."""
    return {key for key, seen in first.items() if key in again and _same(seen, again[key])}


def _same(one: set[str], other: set[str]) -> bool:
    return bool((one & other) - {"?"}) or all(any(len(read) >= _MUCH for read in seen) for seen in (one, other))
