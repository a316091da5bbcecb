"""Keys under which spellings of one name meet: case, ё/е, typewriter and OCR look-alikes, Latin spellings, endings.

The confusions follow what typewriters without Kazakh letters and OCR make of Kazakh and Russian names: a key is
deliberately coarse. Two names that meet under one key cost a needless mark; two spellings that do not meet leak.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

_COARSE = {
    **dict(zip("әэғңүұқөһёйіїыщѣѳ", "аагнуукохеииииш" "еф", strict=True)),
    **dict(zip("ґҥҳҡѵє", "гнхкие", strict=True)),
    **dict(zip("abekmhopctyxiu0346¥1", "авекмнорстухиу" "озчбуи", strict=True)),
    "ъ": "", "ь": "", "ʼ": "", "'": "", "’": "", "‑": "-",
}  # fmt: skip
_COARSE_TABLE = str.maketrans(_COARSE)
_TO_LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l",
        "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts",
        "ч": "ch", "ш": "sh", "ю": "iu", "я": "ia",
    }
)  # fmt: skip
_LATIN_RULES = (
    (re.compile(r"[’'ʼ-]"), ""),
    (re.compile(r"kh|gh"), lambda m: m.group()[0].replace("k", "h")),
    (re.compile(r"shch|sch"), "sh"),
    (re.compile(r"(?<!d)j"), "zh"),
    (re.compile(r"dj|dzh"), "zh"),
    (re.compile(r"y"), "i"),
    (re.compile(r"q"), "k"),
    (re.compile(r"w"), "u"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"io(?=v|n|m|$)"), "e"),
    (re.compile(r"(?<![^aeiou])ie|^ie"), "e"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_CYRILLIC = re.compile(r"[\u0400-\u052f]")

_RU_ENDINGS = (
    "а у ом ым е ой ою ы и ых ыми ам ами ах ого ому ем ём ей ею ю я ям ями ях ий ый ого его ому ему им "
    "ая ую ые ии ию ией ья ье ьем ью ьи"
).split()
_KK_PLURAL = ("", "лар", "лер", "дар", "дер", "тар", "тер")
_KK_OWN = ("", "ым", "ім", "ы", "і", "сы", "сі", "мыз", "міз", "ымыз", "іміз", "м")
_KK_CASE = (
    " ның нің дың дің тың тің ға ге қа ке на не ны ні ды ді ты ті н да де та те нда нде дан ден тан тен нан нен "
    "мен бен пен менен дікі тікі нікі дай дей тай тей ша ше дағы дегі тағы тегі мын мін сың сің шы ші"
).split(" ")

Payload = TypeVar("Payload")


@lru_cache(maxsize=16384)
def key(word: str) -> str:
    """Return the coarse key of a word; Latin words get a Latin key."""
    low = unicodedata.normalize("NFC", word.lower())
    if _CYRILLIC.search(low):
        return low.translate(_COARSE_TABLE)
    return _latin(low)


@lru_cache(maxsize=8192)
def latin_key(word: str) -> str:
    """Return the key that a Latin spelling of a Cyrillic word would have."""
    low = word.lower()
    if not _CYRILLIC.search(low):
        return _latin(low)
    return _latin(low.translate(_COARSE_TABLE).translate(_TO_LATIN))


def _latin(low: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))
    plain = plain.replace("ı", "i").replace("ŋ", "n").replace("ə", "a")
    for pattern, new in _LATIN_RULES:
        plain = pattern.sub(new, plain)
    return plain


def _all_endings() -> Iterator[str]:
    yield ""
    for ending in _RU_ENDINGS:
        yield ending.translate(_COARSE_TABLE)
    for plural in _KK_PLURAL:
        for own in _KK_OWN:
            for case in _KK_CASE:
                for vowel in ("", "а", "я", "и", "о"):
                    yield (vowel + plural + own + case).translate(_COARSE_TABLE)


ENDINGS = frozenset(_all_endings())
"""Case, plural and possessive endings that may follow a Cyrillic stem, as keys."""

SURNAME_ENDINGS = frozenset("  а у им е ои и их ими ою".split(" ")) | frozenset(
    (vowel + plural + own + case).translate(_COARSE_TABLE)
    for vowel in ("", "а")
    for plural in _KK_PLURAL
    for own in _KK_OWN
    for case in _KK_CASE
)
"""Endings that may follow `-ов`, `-ев` of a surname; those of adjectives (`-овый`) are not among them."""

_LONGEST_ENDING = max(map(len, ENDINGS))

LATIN_ENDINGS = frozenset(
    " s nin din tin ga ge ka ke na ne ni di ti da de ta te dan den tan ten nan nen men ben pen".split(" ")
)
"""Endings that may follow a name in Latin letters: English possessive, Kazakh cases."""


def stem(word_key: str) -> str:
    """Cut the part of a nominative that declension changes: final vowels and soft signs of a key."""
    if len(word_key) <= 3:
        return word_key
    for ending in ("ска", "цка"):  # -ский, -ская: adjective surnames
        at = word_key.rfind(ending[:-1])
        if at > 1 and word_key[at + 2 :] in {"ии", "аи", "ая", "ои"}:
            return word_key[: at + 2]
    return word_key[:-1] if word_key[-1] in "аяиуеоьaieuo" else word_key


class StemIndex(Generic[Payload]):
    """Words by stem; a text word matches when what follows the stem is an ending."""

    def __init__(self) -> None:
        self._stems: dict[str, list[Payload]] = {}
        self._shortest = 99

    def add(self, stem_key: str, payload: Payload) -> None:
        """File `payload` under a stem (as a key)."""
        self._stems.setdefault(stem_key, []).append(payload)
        self._shortest = min(self._shortest, len(stem_key))

    def add_word(self, word: str, payload: Payload) -> None:
        """File a nominative under its own stem and its Latin spellings."""
        latin = latin_key(word)
        forms = {latin, key(word) if key(word) == latin else stem(key(word))}
        if latin.endswith(("ova", "eva", "ina")):
            forms.add(latin[:-1])
        if latin.endswith(("ov", "ev", "in")):
            forms.add(latin + "a")
        for form in forms:
            self.add(form, payload)

    def find(self, word_key: str) -> list[Payload]:
        """Return what is filed under stems of `word_key`, longest stem first."""
        found: list[Payload] = []
        endings = LATIN_ENDINGS if word_key.isascii() else ENDINGS
        for cut in range(len(word_key), max(self._shortest, len(word_key) - _LONGEST_ENDING) - 1, -1):
            filed = self._stems.get(word_key[:cut])
            if filed is not None and word_key[cut:] in endings:
                found += filed
        return found

    def inside(self, word_key: str) -> list[Payload]:
        """Return what is filed under stems of four letters or more that stand anywhere in `word_key`."""
        return [p for filed, found in self._stems.items() if len(filed) > 3 and filed in word_key for p in found]

    def payloads(self) -> Iterator[Payload]:
        """Yield what is filed, once a stem."""
        for found in self._stems.values():
            yield from found

    def __len__(self) -> int:
        return len(self._stems)


def keys(words: Iterable[str]) -> list[str]:
    """Return the keys of several words."""
    return [key(word) for word in words]
