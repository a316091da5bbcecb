"""What a single word looks like as part of a name: given name, surname, patronymic, initial, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from qupia_redaction.nlp.gazetteer import given_names, not_names
from qupia_redaction.nlp.keys import ENDINGS, SURNAME_ENDINGS, key, stem
from qupia_redaction.nlp.morphology import Meaning, meaning

_PATRONYMIC = re.compile(
    r".{2,}(?:(?:ов|ев|аев)ич(?:а|у|ем|ом|е|и)?|(?:ов|ев|ин|аев)н(?:а|и|е|у|ои|ою)|ovich|evich|ovna|evna|(?:uli|kizi)(?:dan|din|ga)?)"
)
_OLD_PATRONYMIC = re.compile(
    r"(?:ил|фом|кузм|лук|никит|савв?|фок|ион|зосим|гаврил|данил|вавил|кирил|михаил)"
    r"(?:(?:ин)?ичн(?:а|и|е|у|ои|ою)|ич(?:а|у|ем|ом|е|и)?)"
)
"""Patronymics of names that end in a vowel: Ильинична, Лукич; their endings alone are those of many other words."""
_KAZAKH_PATRONYMIC = re.compile(r".{3,}(?:ули|кизи)")
_MONTHS = frozenset({"zhuli", "жули"})
"""July ends as sons of Kazakh fathers do."""
_ADJECTIVE = re.compile(r".{2,}[сц]к(?:ии|аи|ого|ому|им|ом|ои|ую|ая|аия)")
_UKRAINIAN = re.compile(r".{3,}(?:енко|иенко|чук|дзе|швили|иани?|теги)")
_LATIN_SURNAME = re.compile(r".{3,}(?:ov|ev|ova|eva|ski|skaia|enko)")
_IN = re.compile(r".+[а-яәғқңөұүһі](?:ин|цын)(?:а|у|ым|ой|е|ы|ых)?(?:[нд]ың|[дт]ан|[ғг]а|ға|ны|мен)?")
_COMPOUND = re.compile(
    r".{3,}(?:бек|гул|жан|гали|магамбет|мухамбет|мухамед|кали|берген|сулу|гелди|келди|мурат|болат|назар|ханым|бибі|биби|"
    r"маржан|нияз|мурза|мырза|улла|олла|улы|кул|сары|газы|ахмет|хамет|ахмад|жамал|багила)(?:а|у|ом|е|га|ке|ка|ди|ды|ти|ты|ны|ни|нын|нин|дын|дин|тын|тин|дан|ден|тан|тен|мен|пен|бен)?"
)
"""Kazakh given names are made of parts: few words that are no names end so."""
_LONGEST = 48  # letters; a longer run is no name, and hostile input must not cost time
_SHORTEST_KNOWN = 3  # letters; shorter ones are abbreviations as often as words
_LONG_STEM = 5  # letters; shorter stems of listed words are stems of names too
_VOWEL = re.compile(r"[аеиоуюяaeiou]")


@dataclass(frozen=True, slots=True)
class Shape:
    """Evidence that one word is a part of a name.

    Attributes:
        capital: it starts with a capital and is longer than an initial.
        shouted: it is wholly in CAPITALS.
        given: a known given name; `common` when that is an ordinary word too.
        patronymic, surname: by its ending; `weak` when many ordinary words end so.
        plain: a common word of the Russian dictionary that is no name there.
        stop: a listed word that is no name.
    """

    capital: bool = False
    shouted: bool = False
    given: bool = False
    common: bool = False
    patronymic: bool = False
    surname: bool = False
    weak: bool = False
    plain: bool = False
    stop: bool = False

    @property
    def part(self) -> bool:
        """Tell whether the word is evidence for a name by itself."""
        return not self.stop and (self.given or self.patronymic or self.surname or self.weak)


_NOTHING = Shape()


@lru_cache(maxsize=32768)
def shape(word: str) -> Shape:
    """Return the shape of a word as it stands in the text (case matters)."""
    if not 1 < len(word) <= _LONGEST or not word[0].isupper() or any(c.isdigit() for c in word):
        return _NOTHING
    folded = key(word)
    known = meaning(word) if len(word) > _SHORTEST_KNOWN and not word.isascii() else Meaning()
    given = [] if len(folded) < 2 else given_names().find(folded)
    if known.plain:  # `власти` is no form of Влас
        given = [name for name in given if key(name.name) == folded]
    patronymic = is_patronymic(folded)
    root = stem(folded)
    listed = root in not_names() and (len(root) >= _LONG_STEM or known.common)
    stop = not patronymic and (folded in not_names() or (not given and listed))
    compound = not (known.common or known.place or stop or folded.isascii()) and _is_compound(folded)
    surname = not patronymic and (_strong_surname(folded) or known.only_surname)
    return Shape(
        capital=True,
        shouted=word.isupper() and len(word) > 1,
        given=bool(given) or known.only_given or compound,
        common=bool(given) and all(name.common for name in given),
        plain=known.plain and not given,
        patronymic=patronymic,
        surname=surname,
        weak=not surname and not known.plain and _weak_surname(word.lower(), folded),
        stop=stop,
    )


def is_patronymic(folded: str) -> bool:
    """Tell whether a key ends like a patronymic, Russian or Kazakh, with or without a case ending."""
    if folded in _MONTHS:
        return False
    if _PATRONYMIC.fullmatch(folded) or _OLD_PATRONYMIC.fullmatch(folded):
        return True
    match = _KAZAKH_PATRONYMIC.match(folded)
    return match is not None and folded[match.end() :] in ENDINGS


def _is_compound(folded: str) -> bool:
    """Tell whether a key ends like a Kazakh given name made of two words."""
    return _COMPOUND.fullmatch(folded) is not None


def _strong_surname(folded: str) -> bool:
    return _ends(folded, ("ов", "ев")) or bool(_LATIN_SURNAME.fullmatch(folded))


def _weak_surname(low: str, folded: str) -> bool:
    return bool(_IN.fullmatch(low) or _UKRAINIAN.fullmatch(folded) or _ADJECTIVE.fullmatch(folded))


def _ends(folded: str, roots: tuple[str, ...]) -> bool:
    for root in roots:
        at = folded.rfind(root)
        if at >= 2 and folded[at + 2 :] in SURNAME_ENDINGS and _VOWEL.search(folded[:at]):
            return True
    return False
