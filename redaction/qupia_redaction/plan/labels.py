"""Words on marks, stamps and sheets, in Kazakh, Russian and English: the message catalogue of renditions."""

from __future__ import annotations

from qupia_redaction.model import Category, Language, RedactionOrder
from qupia_redaction.plan.reasons import reason_of

_KK, _RU, _EN = Language.KK, Language.RU, Language.EN

_LABELS: dict[Category, dict[Language, str]] = {
    Category.PERSON: {_KK: "аты-жөні", _RU: "имя", _EN: "name"},
    Category.IIN: {_KK: "ЖСН", _RU: "ИИН", _EN: "IIN"},
    Category.DOCUMENT_NUMBER: {_KK: "құжат №", _RU: "№ документа", _EN: "document no."},
    Category.PHONE: {_KK: "телефон", _RU: "телефон", _EN: "phone"},
    Category.EMAIL: {_KK: "эл. пошта", _RU: "эл. почта", _EN: "e-mail"},
    Category.IBAN: {_KK: "шот", _RU: "счёт", _EN: "account"},
    Category.CARD: {_KK: "карта", _RU: "карта", _EN: "card"},
    Category.ADDRESS: {_KK: "мекенжай", _RU: "адрес", _EN: "address"},
    Category.BIRTH_DATE: {_KK: "туған күні", _RU: "дата рождения", _EN: "date of birth"},
    Category.HEALTH: {_KK: "денсаулық", _RU: "здоровье", _EN: "health"},
    Category.SPECIAL: {_KK: "ерекше дерек", _RU: "особые данные", _EN: "special data"},
    Category.FAMILY: {_KK: "отбасы", _RU: "семья", _EN: "family"},
    Category.ADOPTION: {_KK: "асырап алу", _RU: "усыновление", _EN: "adoption"},
    Category.NATIONALITY: {_KK: "ұлты", _RU: "национальность", _EN: "nationality"},
    Category.ORIGIN: {_KK: "шығу тегі", _RU: "происхождение", _EN: "origin"},
    Category.PARTY: {_KK: "партиялығы", _RU: "партийность", _EN: "party"},
    Category.RELIGION: {_KK: "діни сенімі", _RU: "вероисповедание", _EN: "religion"},
    Category.OFFENCE: {_KK: "құқық бұзушылық", _RU: "правонарушения", _EN: "offences"},
    Category.REPRESSION: {_KK: "қуғын-сүргін", _RU: "репрессии", _EN: "repression"},
    Category.MONEY: {_KK: "табысы мен қарызы", _RU: "доходы и долги", _EN: "pay and debts"},
    Category.CHILDREN: {_KK: "балалар", _RU: "дети", _EN: "children"},
    Category.SEXUAL_LIFE: {_KK: "жыныстық өмір", _RU: "половая жизнь", _EN: "sexual life"},
    Category.CODE: {_KK: "код", _RU: "код", _EN: "code"},
    Category.IMAGE: {_KK: "сурет", _RU: "изображение", _EN: "image"},
    Category.PASSAGE: {_KK: "үзінді жасырылды", _RU: "фрагмент скрыт", _EN: "passage hidden"},
    Category.TERM: {_KK: "жасырылды", _RU: "скрыто", _EN: "hidden"},
}

_DERIVED = {_KK: "туынды көшірме", _RU: "производная копия", _EN: "derived copy"}
_UNREAD = {_KK: "оқылмады", _RU: "не прочитано", _EN: "not read"}
_REQUEST = {_KK: "сұрау салу", _RU: "запрос", _EN: "request"}
_METADATA_ONLY = {
    _KK: "Құжаттың мазмұны ашылмайды. Тек мұрағаттық шифр беріледі.",
    _RU: "Содержание документа не раскрывается. Сообщается только архивный шифр.",
    _EN: "The content of the document is not disclosed. Only the archival cipher is given.",
}


def label(category: Category, language: Language) -> str:
    """Return the word for a category; it depends on nothing but its arguments."""
    return _LABELS[category][language]


def mark_label(category: Category, language: Language) -> str:
    """Return what is printed on a mark: the word and the reason code that the legend explains."""
    return f"{label(category, language)} {reason_of(category).value}"


def unread_label(language: Language) -> str:
    """Return what is printed over a word of a scan that was not read surely."""
    return f"{_UNREAD[language]} {reason_of(Category.PERSON).value}"


def stamp(order: RedactionOrder) -> str:
    """Return the line printed in the margin of each page: in all three languages, that of the order first."""
    languages = [order.language, *(own for own in _DERIVED if own is not order.language)]
    words = [_DERIVED[language] for language in languages]
    if order.request:
        words.append(f"{' / '.join(_REQUEST[language] for language in languages)} {order.request}")
    return " · ".join([order.cipher, *words] if order.cipher else words)


def metadata_only(language: Language) -> str:
    """Return the sentence on the sheet that stands in for a document (profile R5)."""
    return _METADATA_ONLY[language]
