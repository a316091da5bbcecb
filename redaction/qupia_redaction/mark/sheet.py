"""Sheets of our own: the one that stands in for a document (profile R5), and the legend behind the last page.

A legend depends on the codes and the numbers of marks only, never on what they hide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from qupia_redaction.model import Category, Language, ReasonCode, RedactionOrder
from qupia_redaction.pdf.compose import text_sheet
from qupia_redaction.plan.labels import metadata_only, stamp
from qupia_redaction.plan.reasons import ground_of, reason_of

_TITLE = {
    Language.KK: "Бұл көшірмеде жасырылғандар",
    Language.RU: "Что скрыто в этой копии",
    Language.EN: "What is hidden in this copy",
}
_COUNT = {Language.KK: "белгілер саны", Language.RU: "отметок", Language.EN: "marks"}
_UNREAD = {
    Language.KK: (
        "«оқылмады» деп белгіленген сөздер сканерленген бетте анық оқылмады: олар дербес дерек болуы мүмкін, сондықтан "
        "жасырылды."
    ),
    Language.RU: (
        "Слова с пометкой «не прочитано» не удалось уверенно прочесть на скане: они могут быть личными данными и "
        "потому скрыты."
    ),
    Language.EN: (
        "Words marked 'not read' could not be read surely on the scan: they may be private, and are hidden for that."
    ),
}
_APPEAL = {
    Language.KK: (
        "Кез келген белгіні адамның қайта қарауын сұрауға болады: құжат сақталатын архивке архивтік шифрын, бетін және "
        "белгі кодын көрсетіп жазыңыз. Бас тартуға уәкілетті органға немесе сотқа шағым жасауға болады. "
        "Бұл туынды көшірме: ол куәландырылған көшірмені алмастырмайды."
    ),
    Language.RU: (
        "Пересмотра любой отметки человеком можно потребовать: напишите в архив, где хранится документ, назовите "
        "архивный шифр, страницу и код отметки. Отказ можно обжаловать в уполномоченном органе или в суде. "
        "Это производная копия: заверенной копии она не заменяет."
    ),
    Language.EN: (
        "You may ask for a review of any mark by a person: write to the archive that holds the document and name the "
        "archival cipher, the page and the code of the mark. A refusal can be appealed to the authorised body or in "
        "court. This is a derived copy: it does not replace a certified one."
    ),
}


def metadata_sheet(order: RedactionOrder) -> tuple[bytes, str]:
    """Return a one-page document and its text."""
    lines = [line for line in (order.cipher, metadata_only(order.language)) if line]
    return text_sheet(lines, stamp(order)), "\n".join([*lines, stamp(order)])


def legend(hidden: Iterable[Category], cipher: str, language: Language, *, unread: bool = False) -> list[str]:
    """Return the paragraphs of the legend: every code with its ground and how many marks bear it, and how to appeal.

    Args:
        hidden: the category of each mark.
        cipher: archive cipher, or "".
        language: of the legend.
        unread: some words were hidden because they were not read surely.

    Returns:
        Nothing when there is no mark.
    """
    counts: Counter[ReasonCode] = Counter(reason_of(category) for category in hidden)
    if not counts:
        return []
    title = f"{_TITLE[language]}: {cipher}" if cipher else _TITLE[language]
    codes = [
        f"{code.value}. {ground_of(code, language)} {_COUNT[language].capitalize()}: {counts[code]}."
        for code in ReasonCode
        if code in counts
    ]
    return [title, *codes, *([_UNREAD[language]] if unread else ()), _APPEAL[language]]
