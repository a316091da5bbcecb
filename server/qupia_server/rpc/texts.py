"""Words for callers in Kazakh, Russian and English: reasons of refusals. Never what a document holds."""

from __future__ import annotations

from collections.abc import Mapping

from qupia_redaction.model import Language

Words = tuple[str, str, str]
"""Kazakh, Russian, English."""

_PLACE = {Language.KK: 0, Language.RU: 1, Language.EN: 2}

TEXTS: Mapping[str, Words] = {
    "ALLOWED": (
        "Қолжетімділік рұқсат етілген; жеке деректер саясатқа сай жасырылады.",
        "Доступ разрешён; личные сведения скрываются по правилам.",
        "Access is allowed; private details are hidden as the rules say.",
    ),
    "NO_RULE": (
        "Бұл сұрауға рұқсат беретін ереже жоқ.",
        "Нет правила, которое разрешает этот запрос.",
        "No rule allows this request.",
    ),
    "DENY_RULE": ("Ереже бұл сұрауға тыйым салады.", "Правило запрещает этот запрос.", "A rule denies this request."),
    "RULE_ERROR": (
        "Ережені есептеу мүмкін болмады, сондықтан сұрау қабылданбады.",
        "Правило не удалось вычислить, поэтому запрос отклонён.",
        "A rule could not be evaluated, so the request was refused.",
    ),
    "OBLIGATION_CONFLICT": (
        "Ережелердің талаптары бір-біріне қайшы келеді.",
        "Требования правил противоречат друг другу.",
        "The obligations of the rules contradict each other.",
    ),
    "BAD_FACTS": (
        "Сұрау мәліметтері саясат сызбасына сәйкес келмейді.",
        "Сведения запроса не соответствуют схеме правил.",
        "The facts of the request do not fit the policy's schema.",
    ),
    "BUNDLE_GONE": (
        "Шешім қабылдаған қағидалар жинағы жоқ, сондықтан оның сөздері айтылмайды.",
        "Набора правил, по которому принято решение, нет, поэтому его слова не приводятся.",
        "The bundle that decided is not to be had, so its words are not told.",
    ),
    "FACTS_NOT_KEPT": (
        "Шешім негізделген мәліметтер сақталмаған.",
        "Сведения, на которых основано решение, не сохранены.",
        "The facts that the decision was made on are not kept.",
    ),
    "FACTS_DIFFER": (
        "Сақталған мәліметтер жазылған шешімге сай емес, сондықтан пайдаланылмады.",
        "Сохранённые сведения не ведут к записанному решению, поэтому не использованы.",
        "The kept facts do not lead to the recorded decision, so they are not used.",
    ),
    "NO_DECISION": (
        "Бұл жазба қағидалардың шешімі туралы емес.",
        "Эта запись не о решении правил.",
        "This entry records no decision of the rules.",
    ),
    "MASTER_MISSING": (
        "Құжаттың файлы әлі жүктелмеген.",
        "Файл документа ещё не загружен.",
        "The document's file has not been uploaded yet.",
    ),
    "OBLIGATION_UNFULFILLABLE": (
        "Талапты бұл құжат үшін орындау мүмкін емес.",
        "Требование нельзя выполнить для этого документа.",
        "An obligation cannot be fulfilled for this document.",
    ),
    "EMPTY": ("Файл бос.", "Файл пуст.", "The file has no bytes."),
    "NOT_A_PDF": ("Файл PDF емес.", "Файл не является PDF.", "The file is not a PDF."),
    "DAMAGED": ("Файл бүлінген.", "Файл повреждён.", "The file is damaged."),
    "ENCRYPTED": (
        "Файл шифрланған; дұрыс құпиясөз керек.",
        "Файл зашифрован; нужен верный пароль.",
        "The file is encrypted; the right password is needed.",
    ),
    "TOO_MANY_BYTES": ("Файл тым үлкен.", "Файл слишком велик.", "The file is too big."),
    "TOO_MANY_PAGES": ("Файлда бет тым көп.", "В файле слишком много страниц.", "The file has too many pages."),
    "TOO_MANY_PIXELS": (
        "Бет немесе сурет тым үлкен.",
        "Страница или изображение слишком велики.",
        "A page or a picture is too big.",
    ),
    "TOO_MUCH_INFLATED": (
        "Файлдың бір бөлігі ашылғанда тым үлкен болады.",
        "Часть файла при распаковке слишком велика.",
        "A part of the file inflates to too many bytes.",
    ),
    "TIME_LIMIT": (
        "Құжатты өңдеу тым ұзаққа созылды.",
        "Обработка документа заняла слишком много времени.",
        "The work on the document took too long.",
    ),
    "MEMORY_LIMIT": (
        "Құжатты өңдеуге жад жетпеді.",
        "Для обработки документа не хватило памяти.",
        "The work on the document needed too much memory.",
    ),
    "WORKER_DIED": (
        "Құжатты өңдеу тоқтап қалды.",
        "Обработка документа прервалась.",
        "The work on the document broke off.",
    ),
    "READERS_DISAGREE": (
        "Екі оқу құралы файлды әртүрлі көреді.",
        "Два средства чтения видят файл по-разному.",
        "Two readers see different things in the file.",
    ),
    "UNREADABLE_PAGE": ("Бет оқылмады.", "Страницу не удалось прочитать.", "A page could not be read."),
    "UNKNOWN_CONTENT": (
        "Файлда белгісіз түрдегі мазмұн бар.",
        "В файле есть содержимое неизвестного вида.",
        "The file holds content of an unknown type.",
    ),
    "SECRECY_MARKING": (
        "Бетте құпиялылық белгісі бар.",
        "На странице стоит гриф секретности.",
        "A page bears a secrecy marking.",
    ),
    "LEAK_FOUND": (
        "Тексеру жасырылуға тиіс деректің ізін тапты.",
        "Проверка нашла след скрываемых сведений.",
        "The check found a trace of what must be hidden.",
    ),
    "ENGINE_ERROR": (
        "Өңдеу құралы істен шықты.",
        "Средство обработки дало сбой.",
        "An engine failed.",
    ),
    "NOT_FOUND": ("Мұндай ресурс жоқ.", "Такого ресурса нет.", "There is no such resource."),
    "INVALID_REQUEST": (
        "Сұраудың өрісі жоқ немесе қате.",
        "Поле запроса не заполнено или неверно.",
        "A field of the request is missing or not valid.",
    ),
    "REQUEST_ID_REUSED": (
        "Бұл request_id басқа сұраумен қолданылған.",
        "Этот request_id уже использован с другим запросом.",
        "This request_id was used before with another body.",
    ),
    "REPEAT_CHANGED": (
        "Бұл request_id бойынша жауап енді күшінде емес; жаңа request_id-мен сұраңыз.",
        "Ответ на этот request_id больше не действует; спросите с новым request_id.",
        "The recorded answer to this request_id no longer holds; ask again with a new request_id.",
    ),
    "POLICY_STEP_REFUSED": (
        "Бұл қадамның кезегі емес.",
        "Этот шаг сейчас невозможен.",
        "This step is not in order.",
    ),
    "STEP_NOT_OPEN": (
        "Мұндай ашық жоба жоқ.",
        "Такого открытого проекта нет.",
        "There is no such open draft.",
    ),
    "STEP_NOT_CHECKED": (
        "Алдымен жобаны тексеріңіз.",
        "Сначала проверьте проект.",
        "Check the draft first.",
    ),
    "STEP_NOT_TESTED": (
        "Алдымен жобаны сынаңыз.",
        "Сначала испытайте проект.",
        "Test the draft first.",
    ),
    "STEP_NOT_REPLAYED": (
        "Алдымен жобаны қолданыстағы қағидалармен салыстырып қайта есептеңіз, шектен аспасын.",
        "Сначала пересчитайте проект против действующих правил, в пределах ограничений.",
        "Replay the draft against the bundle in force first, within the limits.",
    ),
    "STEP_OWN_DRAFT": (
        "Жобаны авторынан басқа лауазымды адам мақұлдауы керек.",
        "Проект должен одобрить не его автор.",
        "Another officer than the author must approve.",
    ),
    "STEP_NOT_APPROVED": (
        "Алдымен екінші лауазымды адам мақұлдауы керек.",
        "Сначала проект должен одобрить второй сотрудник.",
        "A second officer must approve first.",
    ),
    "STEP_IN_FORCE_ALREADY": (
        "Бұл қағидалар қолданыста тұр.",
        "Эти правила уже действуют.",
        "This bundle is in force already.",
    ),
    "STEP_NOTHING_IN_FORCE": (
        "Қолданыста қағидалар жоқ: салыстыратын ештеңе жоқ.",
        "Правил в силе нет: не с чем сравнивать.",
        "No bundle is in force: there is nothing to compare with.",
    ),
    "STEP_NOTHING_BEFORE": (
        "Қайтатын алдыңғы қағидалар жоқ.",
        "Нет прежних правил, к которым можно вернуться.",
        "There is no bundle to go back to.",
    ),
    "STEP_IN_THE_PAST": (
        "Қағидалар өткен уақыттан бастап күшіне ене алмайды.",
        "Правила не могут вступить в силу в прошлом.",
        "A bundle cannot come into force in the past.",
    ),
    "STEP_NOT_THEIRS": (
        "Бұл қадам басқа рөлді қажет етеді.",
        "Этот шаг требует другой роли.",
        "This step needs another role.",
    ),
    "STEP_SERVED": (
        "Бұл үстелде қадамдар басқа жолмен жасалады.",
        "На этом столе шаги делаются другим путём.",
        "Steps on this desk are taken in another way.",
    ),
    "STEP_NO_DESK": (
        "Бұл сервер үстелсіз, дайын қағидалармен шешеді.",
        "Этот сервер решает по готовым правилам, без стола.",
        "This server decides by a bundle, not by a desk.",
    ),
    "STEP_DAMAGED": (
        "Үстелге сенуге болмайды: оның журналы немесе қағидалары өзгертілген.",
        "Столу нельзя доверять: его журнал или правила изменены.",
        "The desk cannot be trusted: its log or a bundle was changed.",
    ),
    "STEP_UNCERTAIN": (
        "Қадамның жасалғаны белгісіз; үстелді қайта қараңыз.",
        "Неизвестно, сделан ли шаг; посмотрите на стол снова.",
        "Nobody can tell whether the step was taken; look at the desk again.",
    ),
    "STATE_CHANGED": (
        "Осы арада басқа қадам жасалды; қайта қарап, жаңадан шешіңіз.",
        "Тем временем сделан другой шаг; посмотрите снова и решите заново.",
        "Somebody took another step meanwhile; look again and decide anew.",
    ),
    "UNAUTHENTICATED": (
        "Сұраушы анықталмады.",
        "Вызывающая сторона не опознана.",
        "The caller could not be identified.",
    ),
    "METHOD_FORBIDDEN": (
        "Бұл әдіске құқық жоқ.",
        "Нет права на этот метод.",
        "The caller may not use this method.",
    ),
    "ALREADY_EXISTS": ("Ресурс бұрыннан бар.", "Ресурс уже существует.", "The resource exists already."),
    "UNAVAILABLE": (
        "Қажетті бөлік уақытша қолжетімсіз; ештеңе берілген жоқ.",
        "Нужная часть временно недоступна; ничего не выдано.",
        "A part that the answer needs is away for the moment; nothing was released.",
    ),
    "LEDGER_QUEUE_FULL": (
        "Жазылуын күткен сұраулар тым көп; ештеңе берілген жоқ.",
        "Слишком много запросов ждут записи; ничего не выдано.",
        "Too many requests wait to be recorded; nothing was released.",
    ),
    "DEADLINE_EXCEEDED": (
        "Жұмыс мерзімге дейін бітпеді; ештеңе берілген жоқ.",
        "Работа не завершилась до срока; ничего не выдано.",
        "The work did not end before the deadline; nothing was released.",
    ),
    "MASTER_CORRUPT": (
        "Сақталған құжат өз дайджестіне сәйкес емес; ештеңе берілген жоқ.",
        "Хранимый документ не совпадает со своим дайджестом; ничего не выдано.",
        "The stored document does not match its digest; nothing was released.",
    ),
    "LEDGER_CORRUPT": (
        "Журнал өз дайджестеріне сәйкес емес; ештеңе берілген жоқ.",
        "Журнал не совпадает со своими дайджестами; ничего не выдано.",
        "The audit log does not match its own digests; nothing was released.",
    ),
    "DIGEST_MISMATCH": (
        "Жүктелген байттар дайджестке немесе өлшемге сәйкес емес; ештеңе сақталмады.",
        "Загруженные байты не совпадают с дайджестом или размером; ничего не сохранено.",
        "The uploaded bytes do not match the announced digest or size; nothing was kept.",
    ),
    "CANCELLED": ("Сұрау тоқтатылды.", "Запрос отменён.", "The request was cancelled."),
    "INTERNAL": (
        "Сұрауға жауап беру мүмкін болмады.",
        "На запрос не удалось ответить.",
        "The request could not be answered.",
    ),
}
"""Sentences by code: policy reasons, redactor's codes, reasons of errors."""


def text_of(code: str, language: Language) -> str:
    """Return the sentence for `code`; an unknown code gets the sentence of INTERNAL."""
    return TEXTS.get(code, TEXTS["INTERNAL"])[_PLACE[language]]


def chosen(words: Mapping[str, str], language: Language) -> str:
    """Return the words in `language`, else in Russian, else in English, else nothing."""
    for tried in (language.value, "ru", "en"):
        if words.get(tried):
            return words[tried]
    return ""
