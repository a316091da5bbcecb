"""The forms of a term: Russian and Kazakh case endings on each word, fleeting vowels, words in another order.

Pure. A word of three letters takes short Russian endings only and one of two letters none, so that short secrets do
not eat other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import permutations

from qupia_redaction.terms.fold import fold

_WORD = re.compile(r"[^\W\d_]+|\d+")
_VOWELS = "аеёиоуыэюяьй"
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_VOICED = {"к": "г", "қ": "ғ", "п": "б"}
_ADJECTIVES = ("ий", "ый", "ой", "ая", "яя", "ое", "ее")
_FLEETING = re.compile(r"(.{2,}?)([оеё])([^аеёиоуыэюяьй])")
_RU = (
    "а я о е ё у ю ы и ь й ом ем ём ой ей ёй ою ею ам ям ами ями ах ях ов ев ий ия ию ием ии ые ие ый ого его ому ему "
    "ым им ых их ыми ими ая яя ую юю ое ее ьи ья ью ье ьям ьями ьях ьев"
).split()
_RU_SHORT = "а я е у ю ы и ом ем ой ей".split()
_LATIN_SURNAME = ("a", "u", "e", "ym", "oi", "oy", "oj", "y")
LONGEST_ENDING = 12
_DIALLED = 11


class Endings(Enum):
    """Which endings may follow a stem."""

    NONE = "none"
    FEW = "few"
    CYRILLIC = "cyrillic"
    RUSSIAN = "russian"
    LATIN_SURNAME = "latin_surname"


@dataclass(frozen=True, slots=True)
class Stem:
    """What a form of a word begins with.

    Attributes:
        text: folded.
        bare: it is a whole form by itself; else an ending must follow.
        endings: which ones may follow.
    """

    text: str
    bare: bool
    endings: Endings


@dataclass(frozen=True, slots=True)
class Needle:
    """A term in one order of its words.

    Attributes:
        words: for each word its stems, longest first.
        letters: how many letters and digits the term has.
        digits: it holds digits only.
        capitals: per letter of the term, whether it is a capital.
    """

    words: tuple[tuple[Stem, ...], ...]
    letters: int
    digits: bool
    capitals: tuple[bool, ...]


def needles(term: str) -> tuple[Needle, ...]:
    """Return what to look for; nothing when the term holds no letter or digit."""
    words = words_of(term)
    if not words:
        return ()
    orders = [tuple(words)]
    if 1 < len(words) <= 3 and all(word.isalpha() and len(word) > 1 for word in words):
        orders = list(dict.fromkeys(permutations(words)))
    orders += _dialled("".join(words)) if all(word.isdigit() for word in words) else []
    return tuple(_needle(order) for order in orders)


def words_of(term: str) -> list[str]:
    """Return the words of a term as it is looked for: letters or digits, without what hides between them."""
    return [word for word in _WORD.findall(_plain(term)) if fold(word)]


def _dialled(digits: str) -> list[tuple[str, ...]]:
    """Return other ways to write a telephone number of Kazakhstan or Russia: with 8 for +7, and without either."""
    if len(digits) != _DIALLED or digits[0] not in "78":
        return []
    return [("87"[digits[0] == "8"] + digits[1:],), (digits[1:],)]


def _plain(term: str) -> str:
    """Drop what hides letters in the term itself."""
    return "".join(char for char in term if char.isalnum() or fold(char) or char.isspace() or not _joins(char))


def _joins(char: str) -> bool:
    return char in "\u00ad\u200b\u200c\u200d\u2060\ufeff" or "\u0300" <= char <= "\u036f"


def _needle(words: tuple[str, ...]) -> Needle:
    folded = [fold(word) for word in words]
    capitals = tuple(char.isupper() for word in words for char in word for _ in fold(char))
    letters = sum(map(len, folded))
    return Needle(tuple(_stems(word) for word in words), letters, all(word.isdigit() for word in words), capitals)


def _stems(word: str) -> tuple[Stem, ...]:
    """Return the beginnings of the forms of a word, longest first."""
    low = word.lower()
    stems = [Stem(fold(low), True, _endings_of(low))]
    if _CYRILLIC.search(low):
        if "һ" in low:
            stems.append(Stem(fold(low.replace("һ", "х")), True, _endings_of(low)))
        if "и" in fold(low):  # typed as the Latin letter that its italic looks like
            stems.append(Stem(fold(low).replace("и", "u"), True, _endings_of(low)))
        stems += [Stem(fold(cut), False, _after(cut, low)) for cut in _cuts(low) if cut != low]
    return tuple(sorted(dict.fromkeys(stems), key=lambda stem: -len(stem.text)))


def _cuts(low: str) -> Iterator[str]:
    """Yield what stays of a word when an ending takes the place of its last letters."""
    if not low.isalpha() or len(low) < 4:
        return
    if low[-1] in _VOWELS:
        yield low[:-1]
    if low.endswith(_ADJECTIVES) and len(low) > 5:
        yield low[:-2]
    if fleeting := _FLEETING.fullmatch(low):
        yield fleeting[1] + fleeting[3]
        yield fleeting[1] + "ь" + fleeting[3]
    if low[-1] in _VOICED:
        yield low[:-1] + _VOICED[low[-1]]


def _after(cut: str, low: str) -> Endings:
    """Return the endings of a cut word: Kazakh ones follow whole words and voiced consonants only."""
    return Endings.CYRILLIC if len(cut) == len(low) else Endings.RUSSIAN


def _endings_of(low: str) -> Endings:
    if not low.isalpha() or len(low) < 3:
        return Endings.NONE
    if low.isascii():
        return Endings.LATIN_SURNAME if low.endswith(("ov", "ev", "in")) and len(low) > 4 else Endings.NONE
    return Endings.FEW if len(low) == 3 else Endings.CYRILLIC


def is_ending(folded: str, some: Endings) -> bool:
    """Tell whether folded letters may follow a stem."""
    return folded in _folded(some)


@cache
def _folded(some: Endings) -> frozenset[str]:
    spelled = {
        Endings.NONE: (),
        Endings.FEW: _RU_SHORT,
        Endings.CYRILLIC: (*_RU, *_kazakh()),
        Endings.RUSSIAN: _RU,
        Endings.LATIN_SURNAME: _LATIN_SURNAME,
    }
    return frozenset(map(fold, spelled[some]))


def _kazakh() -> list[str]:
    """Spell out plural, possession and case in both harmonies."""
    plural = ("", "лар", "лер", "дар", "дер", "тар", "тер")
    own = " ым ім м ың ің ң ыңыз іңіз ы і сы сі мыз міз ымыз іміз".split(" ")
    case = (
        " ның нің дың дің тың тің ға ге қа ке на не а е ны ні ды ді ты ті н да де та те нда нде дан ден тан тен нан нен"
        " мен бен пен менен бенен пенен дікі тікі нікі дай дей тай тей ша ше дағы дегі тағы тегі ндағы ндегі"
    ).split(" ")
    return [a + b + c for a in plural for b in own for c in case if a + b + c]


def base(word: str) -> str:
    """Return a folded word without its most likely case ending, so that the forms of one name meet."""
    low = word.lower()
    for ending in _BASE_ENDINGS:
        if low.endswith(ending) and len(low) - len(ending) >= 4:
            return fold(low[: -len(ending)])
    return fold(low)


_BASE_ENDINGS = sorted(
    (
        "ның нің дың дің тың тің ға ге қа ке ны ні ды ді ты ті нан нен дан ден тан тен мен бен пен да де та те "
        "ыми ами ями ому ему ого его ой ою ей ею ым им ом ем ых их ам ям ах ях ая яя ую юю ый ий ия ию ии "
        "а я у ю е ы и о й ь"
    ).split(),
    key=lambda ending: -len(ending),
)
