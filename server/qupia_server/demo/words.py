"""The demo's words in Kazakh, Russian and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "who": {"kk": "Кім сұрады", "ru": "Кто запросил", "en": "Who asked"},
    "document": {"kk": "Құжат", "ru": "Документ", "en": "Document"},
    "decision": {"kk": "Шешім", "ru": "Решение", "en": "Decision"},
    "rule": {"kk": "Қағида немесе себеп", "ru": "Правило или причина", "en": "Rule or reason"},
    "hidden": {"kk": "Жасырылды", "ru": "Скрыто", "en": "Hidden"},
    "entry": {"kk": "Журнал жазбасы", "ru": "Запись журнала", "en": "Audit entry"},
    "time": {"kk": "Уақыты", "ru": "Время", "en": "Time"},
    "allowed": {"kk": "берілді", "ru": "выдан", "en": "allowed"},
    "refused": {"kk": "бас тартылды", "ru": "отказ", "en": "refused"},
    "not_found": {"kk": "табылмады", "ru": "не найден", "en": "not found"},
    "invalid_argument": {"kk": "сұрау салу толық емес", "ru": "запрос неполон", "en": "invalid request"},
    "failed": {"kk": "қате", "ru": "ошибка", "en": "failed"},
    "unexpected": {"kk": "күтілгені", "ru": "ожидалось", "en": "expected"},
    "building": {"kk": "Үлгі архив жасалуда", "ru": "Создаётся учебный архив", "en": "Building the sample archive"},
    "importing": {"kk": "Каталог жүктелуде", "ru": "Загружается каталог", "en": "Loading the catalogue"},
    "starting": {"kk": "Сервер іске қосылуда", "ru": "Запускается сервер", "en": "Starting the server"},
    "asking": {"kk": "Сұрау салулар жіберілуде", "ru": "Отправляются запросы", "en": "Sending the requests"},
    "left": {
        "kk": "Берілген PDF файлдары және салыстыру суреттері:",
        "ru": "Выданные PDF и картинки «до и после»:",
        "en": "Returned PDFs and before-and-after pictures:",
    },
    "title": {"kk": "Құпия: қақпа", "ru": "Qupia: шлюз", "en": "Qupia: the gate"},
}
"""Words by key and language."""


def word(key: str, language: str) -> str:
    """Return a word of the catalogue."""
    return WORDS[key][language]
