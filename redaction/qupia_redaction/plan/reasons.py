"""Why details are hidden: reason codes with their grounds in law, in Kazakh, Russian and English.

A code stands on a mark, its ground in the legend. The grounds are a reading of the law by engineers: the archive law
(No. 326-I), the personal data law (No. 94-V) and the Health Code of Kazakhstan.
"""

from __future__ import annotations

from collections.abc import Mapping

from qupia_redaction.model import Category, Language, ReasonCode

_KK, _RU, _EN = Language.KK, Language.RU, Language.EN

REASONS: Mapping[Category, ReasonCode] = {
    Category.PERSON: ReasonCode.PERSONAL_DATA,
    Category.IIN: ReasonCode.PERSONAL_DATA,
    Category.DOCUMENT_NUMBER: ReasonCode.PERSONAL_DATA,
    Category.PHONE: ReasonCode.PERSONAL_DATA,
    Category.EMAIL: ReasonCode.PERSONAL_DATA,
    Category.IBAN: ReasonCode.BANKING,
    Category.CARD: ReasonCode.BANKING,
    Category.ADDRESS: ReasonCode.PERSONAL_DATA,
    Category.BIRTH_DATE: ReasonCode.PERSONAL_DATA,
    Category.HEALTH: ReasonCode.MEDICAL,
    Category.SPECIAL: ReasonCode.PRIVATE_LIFE,
    Category.FAMILY: ReasonCode.PRIVATE_LIFE,
    Category.ADOPTION: ReasonCode.PRIVATE_LIFE,
    Category.NATIONALITY: ReasonCode.PRIVATE_LIFE,
    Category.ORIGIN: ReasonCode.PRIVATE_LIFE,
    Category.PARTY: ReasonCode.PRIVATE_LIFE,
    Category.RELIGION: ReasonCode.PRIVATE_LIFE,
    Category.OFFENCE: ReasonCode.PRIVATE_LIFE,
    Category.REPRESSION: ReasonCode.PRIVATE_LIFE,
    Category.MONEY: ReasonCode.PRIVATE_LIFE,
    Category.CHILDREN: ReasonCode.PRIVATE_LIFE,
    Category.SEXUAL_LIFE: ReasonCode.PRIVATE_LIFE,
    Category.CODE: ReasonCode.MACHINE_CODE,
    Category.IMAGE: ReasonCode.BIOMETRIC,
    Category.PASSAGE: ReasonCode.EXTRACT,
    Category.TERM: ReasonCode.OWN_TERM,
}
"""The code that stands on marks of each category."""

GROUNDS: Mapping[ReasonCode, Mapping[Language, str]] = {
    ReasonCode.PERSONAL_DATA: {
        _KK: "«Дербес деректер және оларды қорғау туралы» Заң, 7-бап: субъектінің келісімінсіз берілмейді.",
        _RU: "Закон «О персональных данных и их защите», статья 7: не передаётся без согласия субъекта.",
        _EN: "Law on Personal Data and their Protection, Article 7: not passed on without the person's consent.",
    },
    ReasonCode.BIOMETRIC: {
        _KK: "«Дербес деректер және оларды қорғау туралы» Заң, 1-бап: адамды сәйкестендіретін бейне.",
        _RU: "Закон «О персональных данных и их защите», статья 1: изображение, по которому можно узнать лицо.",
        _EN: "Law on Personal Data and their Protection, Article 1: a likeness by which a person can be identified.",
    },
    ReasonCode.PRIVATE_LIFE: {
        _KK: "«Ұлттық архив қоры және архивтер туралы» Заң, 16-баптың 1-1-тармағы: жеке өмір, 75 жыл.",
        _RU: "Закон «О Национальном архивном фонде и архивах», пункт 1-1 статьи 16: частная жизнь, 75 лет.",
        _EN: "Law on the National Archival Fund and Archives, Article 16(1-1): private life, 75 years.",
    },
    ReasonCode.MEDICAL: {
        _KK: "«Халық денсаулығы және денсаулық сақтау жүйесі туралы» Кодекс, 273-бап: медициналық құпия.",
        _RU: "Кодекс «О здоровье народа и системе здравоохранения», статья 273: медицинская тайна.",
        _EN: "Code on Public Health and the Healthcare System, Article 273: medical secrecy.",
    },
    ReasonCode.BANKING: {
        _KK: "«Дербес деректер және оларды қорғау туралы» Заң, 8-1-бап: заңмен қорғалатын өзге құпия (банк).",
        _RU: "Закон «О персональных данных и их защите», статья 8-1: иная охраняемая законом тайна (банковская).",
        _EN: "Law on Personal Data and their Protection, Article 8-1: another secret protected by law (banking).",
    },
    ReasonCode.EXTRACT: {
        _KK: "«Дербес деректер және оларды қорғау туралы» Заң, 7-бап: сұрау салушыға қатысы жоқ үзінді.",
        _RU: "Закон «О персональных данных и их защите», статья 7: фрагмент, который не касается заявителя.",
        _EN: "Law on Personal Data and their Protection, Article 7: a passage that does not concern the requester.",
    },
    ReasonCode.MACHINE_CODE: {
        _KK: "Машина оқитын код: дербес деректер қамтуы мүмкін.",
        _RU: "Машиночитаемый код: может содержать персональные данные.",
        _EN: "A machine-readable code: it may hold personal data.",
    },
    ReasonCode.OWN_TERM: {
        _KK: "Құжатты дайындаған адамның тапсырысы бойынша жасырылды.",
        _RU: "Скрыто по указанию того, кто подготовил документ.",
        _EN: "Hidden on the order of whoever prepared the document.",
    },
}
"""What a reader may know about each code."""


def reason_of(category: Category) -> ReasonCode:
    """Return the code on marks of a category."""
    return REASONS[category]


def ground_of(code: ReasonCode, language: Language) -> str:
    """Return the sentence that stands behind a code."""
    return GROUNDS[code][language]
