"""What the Russian dictionary (pymorphy3, OpenCorpora) says of one word: a name, a place, or a common word.

Loaded at first use, in a worker process: 0.1 s, about 25 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from pymorphy3 import MorphAnalyzer

_NAMES = {"Name": "given", "Surn": "surname", "Patr": "patronymic", "Geox": "place"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word can be; all False for a word that the dictionary does not hold.

    Attributes:
        given, surname, patronymic: it can be this part of a name.
        place: it can be a place.
        common: it can be a word of another kind.
    """

    given: bool = False
    surname: bool = False
    patronymic: bool = False
    place: bool = False
    common: bool = False

    @property
    def plain(self) -> bool:
        """Tell whether the word is common and nothing that has a capital."""
        return self.common and not (self.given or self.surname or self.patronymic or self.place)

    @property
    def only_place(self) -> bool:
        """Tell whether the word is a place and no part of a name."""
        return self.place and not (self.given or self.surname or self.patronymic)

    @property
    def only_name(self) -> bool:
        """Tell whether the word is a given name or a surname and not common."""
        return (self.surname or self.given) and not self.common

    @property
    def only_surname(self) -> bool:
        """Tell whether the word is a surname and neither a place nor common."""
        return self.surname and not (self.common or self.place)

    @property
    def only_given(self) -> bool:
        """Tell whether the word is a given name and neither a place nor common."""
        return self.given and not (self.common or self.place or self.surname)


@lru_cache(maxsize=8192)
def may_be_surname(word: str) -> bool:
    """Tell whether a Russian word can stand behind a given name as a surname: unknown, or a noun and no verb."""
    low = word.lower()
    if not _analyzer().word_is_known(low):
        return True
    kinds = {str(tag.POS) for tag in _analyzer().tag(low)}
    return "NOUN" in kinds and not kinds & {"VERB", "PREP", "CONJ", "PRCL", "INFN", "NPRO", "GRND"}


@lru_cache(maxsize=32768)
def meaning(word: str) -> Meaning:
    """Return what a Russian word can be; its case does not matter."""
    analyzer = _analyzer()
    forms = analyzer.dictionary.words.similar_item_values(word.lower(), analyzer.char_substitutes)
    found = {_kind(paradigm, at) for readings in forms for paradigm, at in readings}
    return Meaning(**{kind: True for kind in found if kind})


@lru_cache(maxsize=8192)
def _kind(paradigm: int, at: int) -> str:
    """Return which attribute of `Meaning` a form of a paradigm makes true, or nothing for an abbreviation."""
    tag = _analyzer().dictionary.build_tag_info(paradigm, at)
    return "" if "Abbr" in tag else next((kind for name, kind in _NAMES.items() if name in tag), "common")


@cache
def _analyzer() -> MorphAnalyzer:
    return MorphAnalyzer(lang="ru")
