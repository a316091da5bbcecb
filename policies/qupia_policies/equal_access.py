"""What no rule may ask of a person (NAF Art. 1-1(3)(3)): by declared meaning, by name, by values, by comparison.

Each attribute of the requester declares what it means, in a closed vocabulary; some meanings are forbidden. Whoever
declares falsely is met by three nets: words in names, words among values and constants, and comparison with a fact of
a document that has a forbidden meaning (a document may speak of nationality; whether the requester shares it may not be
asked). The declaration is what an approver answers for; the nets are lists, and no proof.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final


class Meaning(StrEnum):
    """What an attribute says of whom or what it belongs to."""

    ROLE = "role"
    REQUESTER_KIND = "requester_kind"
    IDENTIFICATION = "identification"
    TIE = "tie"
    WORKPLACE = "workplace"
    CLEARANCE = "clearance"
    NONE = "none"
    BELIEFS = "beliefs"
    BIRTH_PLACE = "birth_place"
    CITIZENSHIP = "citizenship"
    LANGUAGE = "language"
    NATIONALITY = "nationality"
    OFFICIAL_POSITION = "official_position"
    ORIGIN = "origin"
    PROPERTY_STATUS = "property_status"
    RACE = "race"
    RELIGION = "religion"
    RESIDENCE = "residence"
    SEX = "sex"
    SOCIAL_STATUS = "social_status"


HARMLESS: Final = frozenset(
    {
        Meaning.ROLE,
        Meaning.REQUESTER_KIND,
        Meaning.IDENTIFICATION,
        Meaning.TIE,
        Meaning.WORKPLACE,
        Meaning.CLEARANCE,
        Meaning.NONE,
    }
)
"""Meanings that a rule may ask of a requester."""

_OF_A_REQUESTER: Final[dict[Meaning, str]] = {
    Meaning.NATIONALITY: "nationality ethnicity clan tribe",
    Meaning.CITIZENSHIP: "citizenship country",
    Meaning.SEX: "sex gender",
    Meaning.RACE: "race",
    Meaning.RELIGION: "religion",
    Meaning.BELIEFS: "belief beliefs party",
    Meaning.LANGUAGE: "language languages tongue mother_tongue",
    Meaning.ORIGIN: "origin",
    Meaning.BIRTH_PLACE: "birth_place place_of_birth birth_country birth_region",
    Meaning.RESIDENCE: "residence residence_country address oblast",
    Meaning.SOCIAL_STATUS: "social_status",
    Meaning.PROPERTY_STATUS: "property_status income wealth",
}
"""Whole names, of attributes of the requester."""

_PARTS: Final[dict[Meaning, str]] = {
    Meaning.NATIONALITY: "nation nations nationality nationalities ethnicity ethnic ethnos natsionalnost nacionalnost "
    "natsiya narodnost ult ulty ulttyk zhuz",
    Meaning.CITIZENSHIP: "citizenship citizen foreigner foreign stateless grazhdanstvo grazhdanin inostranets "
    "inostranec azamattyk azamattyq azamattygy sheteldik",
    Meaning.SEX: "sex gender female male pol zhynys zhynysy jynys jynysy",
    Meaning.RACE: "race racial rasa nasil nasili",
    Meaning.RELIGION: "religion religious faith creed confession religiya vera veroispovedanie din dini",
    Meaning.BELIEFS: "belief beliefs",
    Meaning.ORIGIN: "homeland proiskhozhdenie proishozhdenie meken",
    Meaning.BIRTH_PLACE: "birthplace",
    Meaning.RESIDENCE: "residence resident residency home hometown city village zhitelstvo prozhivanie propiska gorod "
    "selo mekenzhai mekenjai mekenzhaiy turgylykty kala qala auyl",
}
"""Parts of names that can only mean that, in English, Russian and Kazakh in Latin letters."""

_LONG: Final = (
    "nationality ethnicity citizenship religion religious birthplace homeland natsionalnost nacionalnost grazhdanstvo "
    "veroispovedanie proishozhdenie proiskhozhdenie zhitelstvo azamattyk azamattyq mothertongue"
).split()
"""Words that are found in a longer name, however it is parted."""

_VALUES: Final[dict[Meaning, str]] = {
    Meaning.NATIONALITY: "kazakh russian uzbek uighur uyghur ukrainian tatar german korean turkish dungan kyrgyz tajik "
    "chechen azerbaijani armenian belarusian kurdish kurd bashkir jewish jew polish greek qazaq orys ozbek "
    "казах казашка русский русская узбек узбечка уйгур уйгурка украинец украинка татарин татарка немец немка кореец "
    "кореянка турок турчанка дунганин киргиз таджик чеченец азербайджанец армянин белорус курд башкир еврей еврейка "
    "поляк полька грек қазақ орыс өзбек ұйғыр татар неміс кәріс түрік дүнген қырғыз тәжік шешен әзербайжан әзірбайжан "
    "армян күрд башқұрт",
    Meaning.CITIZENSHIP: "foreigner stateless noncitizen иностранец иностранка апатрид шетелдік гражданин азамат",
    Meaning.SEX: "male female woman women мужской женский мужчина женщина әйел еркек",
    Meaning.RACE: "caucasian mongoloid negroid asian african европеоид монголоид",
    Meaning.RELIGION: "muslim christian orthodox catholic protestant buddhist baptist atheist islam christianity "
    "judaism buddhism sunni shia мусульманин мусульманка православный православная христианин христианка католик "
    "протестант буддист баптист атеист ислам христианство иудей мұсылман христиан",
    Meaning.RESIDENCE: "urban rural nonresident городской сельский",
    Meaning.SOCIAL_STATUS: "noble peasant kulak proletarian дворянин крестьянин кулак пролетарий",
}
"""Words that name one of a kind of people; a value all of whose words are such says that a person is one."""

_PAIRS: Final = {frozenset("mf"): Meaning.SEX, frozenset("мж"): Meaning.SEX, frozenset("еә"): Meaning.SEX}
_WORD: Final = re.compile(r"[^\W\d_]+")


def _by_word(table: dict[Meaning, str]) -> dict[str, Meaning]:
    return {word: meaning for meaning, words in table.items() for word in words.split()}


_NAMES, _PART_NAMES, _VALUE_WORDS = _by_word(_OF_A_REQUESTER), _by_word(_PARTS), _by_word(_VALUES)


def meaning_of_name(side: str, name: str) -> Meaning | None:
    """Return the forbidden meaning that an attribute's name tells, also a longer name; None when it tells none."""
    if side not in {"purpose", "env"} and name in _NAMES:
        return _NAMES[name]
    found = next((_PART_NAMES[part] for part in name.split("_") if part in _PART_NAMES), None)
    glued = name.replace("_", "")
    if found is None and any(word in glued for word in _LONG):
        return next((meaning for word, meaning in _PART_NAMES.items() if word in glued), Meaning.ORIGIN)
    return found


@lru_cache(maxsize=4_096)
def meaning_of_value(value: str) -> Meaning | None:
    """Return the forbidden meaning of a value all of whose words name such people; None when it names none."""
    words = _WORD.findall(unicodedata.normalize("NFKC", value).casefold())
    if not words or any(word not in _VALUE_WORDS for word in words):
        return None
    return _VALUE_WORDS[words[0]]


def meaning_of_values(values: Iterable[str]) -> Meaning | None:
    """Return the forbidden meaning of a vocabulary that names such people; None when it names none."""
    small = frozenset(value.casefold() for value in values)
    pair = next((meaning for pair, meaning in _PAIRS.items() if pair <= small), None)
    return pair or next((found for value in sorted(small) if (found := meaning_of_value(value))), None)
