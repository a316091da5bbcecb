"""Words of `qupiactl` in Kazakh, Russian and English. Help texts and option names stay English.

Terms follow the archive law's own Kazakh and Russian texts where it has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from qupia_client.enums import Language, Word

Texts = Mapping[str, tuple[str, str, str]]
_ORDER: Final = (Language.KK, Language.RU, Language.EN)

LABELS: Final[Texts] = {
    "document": ("Құжат", "Документ", "Document"),
    "decision": ("Шешім", "Решение", "Decision"),
    "rules": ("Қағида", "Правило", "Rule"),
    "legal_basis": ("Құқықтық негіз", "Правовое основание", "Legal basis"),
    "profile": ("Бейін", "Профиль", "Profile"),
    "hidden": ("Жасырылды", "Скрыто", "Hidden"),
    "entry": ("Журнал жазбасы", "Запись журнала", "Audit entry"),
    "file": ("Файл", "Файл", "File"),
    "pages": ("Беттер", "Страниц", "Pages"),
    "size": ("Көлемі, байт", "Размер, байт", "Size, bytes"),
    "reason": ("Себебі", "Причина", "Reason"),
    "explanation": ("Түсіндірме", "Объяснение", "Explanation"),
    "opens_on": ("Ашылу күні", "Дата открытия", "Opens on"),
    "missing_facts": ("Жетіспейтін мәліметтер", "Недостающие сведения", "Missing facts"),
    "kind": ("Түрі", "Вид", "Kind"),
    "archive": ("Архив", "Архив", "Archive"),
    "cipher": ("Архивтік шифр", "Архивный шифр", "Archive cipher"),
    "created": ("Жасалған күні", "Дата создания", "Created"),
    "title": ("Атауы", "Заголовок", "Title"),
    "time": ("Уақыты", "Время", "Time"),
    "event": ("Оқиға", "Событие", "Event"),
    "outcome": ("Нәтиже", "Исход", "Outcome"),
    "requester": ("Сұрау салушы", "Запросивший", "Requester"),
    "version": ("Нұсқасы", "Версия", "Version"),
    "effect": ("Әсері", "Действие", "Effect"),
    "draft": ("Жоба", "Проект", "Draft"),
    "author": ("Авторы", "Автор", "Author"),
    "approver": ("Мақұлдаған", "Одобрил", "Approver"),
    "state": ("Күйі", "Состояние", "State"),
    "since": ("Қашаннан бері", "С какого времени", "Since"),
    "in_force": ("Қолданыста", "Действует", "In force"),
    "scheduled": ("Күшіне енеді", "Вступит в силу", "Comes into force"),
    "serving": ("Бұл процесс қолданады", "Этот процесс применяет", "This process serves"),
    "trouble": ("Үстелдегісі қолданылмайды", "Стоящее на столе не применяется", "Not what the desk says"),
    "shadow": ("Көлеңкеде", "В тени", "In the shadow"),
    "step": ("Қадам", "Шаг", "Step"),
    "steps": ("Қадамдар", "Шагов", "Steps"),
    "recorded": ("Журналда бар", "Есть в журнале", "In the audit log"),
    "fault": ("Айырмашылық", "Расхождение", "Difference"),
    "process": ("Процесс", "Процесс", "Process"),
    "until": ("Қашанға дейін", "По какое время", "Until"),
    "officer": ("Лауазымды адам", "Должностное лицо", "Officer"),
    "passed": ("Өтті", "Пройдено", "Passed"),
    "counts": ("Сандар", "Числа", "Counts"),
    "same": ("Өзгеріссіз", "Без изменений", "Same"),
    "gains": ("Көбірек ашылады", "Откроется больше", "Open more"),
    "losses": ("Азырақ ашылады", "Откроется меньше", "Open less"),
    "blocked": ("Бұғатталған", "Заблокирован", "Blocked"),
    "obliged": ("Міндет (мерзімі)", "Обязанность (срок)", "Duty (due)"),
    "duties": ("Тек міндеттер өзгереді", "Изменятся только обязанности", "Other duties only"),
    "skipped": ("Есептелмеді", "Не рассчитано", "Not compared"),
    "grounds": ("Негіздер бойынша", "По основаниям", "By ground"),
    "needs": ("Не керек", "Что нужно", "Needs"),
    "untried": ("барлығы тексерілмеді", "проверено не всё", "not all was tried"),
    "lacks": ("Қолда жоқ", "Чего нет", "Lacks"),
    "persons": ("Тұлғалар", "Лица", "Persons"),
    "best_ground": ("Ең көп ашатын негіз", "Основание, открывающее больше всего", "Ground that opens most"),
    "fetching": ("Алынуда", "Получение", "Receiving"),
    "nothing": ("Ештеңе табылмады.", "Ничего не найдено.", "Nothing was found."),
    "retry": ("Қайталаңыз, секундтан кейін:", "Повторите через, секунд:", "Try again after, seconds:"),
}

ERRORS: Final[Texts] = {
    "Refused": ("Бас тартылды", "Отказано", "Refused"),
    "NotFound": (
        "Мұндай ресурс жоқ немесе ол сізге ашық емес",
        "Такого ресурса нет, или он вам недоступен",
        "There is no such resource, or it is not open to you",
    ),
    "InvalidRequest": ("Сұрау салу дұрыс емес", "Запрос неверен", "The request is not valid"),
    "StateChanged": (
        "Осы арада басқа қадам жасалды, қайта қараңыз",
        "Тем временем сделан другой шаг, посмотрите снова",
        "Somebody took another step meanwhile, look again",
    ),
    "AlreadyExists": ("Мұндай ресурс бар", "Такой ресурс уже есть", "The resource exists already"),
    "Unauthenticated": (
        "Сервер сізді анықтай алмады: сертификатты немесе токенді тексеріңіз",
        "Сервер не смог вас определить: проверьте сертификат или токен",
        "The server could not identify you: check certificate or token",
    ),
    "Forbidden": (
        "Бұл әрекетке құқығыңыз жоқ",
        "У вас нет права на это действие",
        "You may not do this",
    ),
    "Unavailable": (
        "Сервер қазір қолжетімсіз; ештеңе берілмеді",
        "Сервер сейчас недоступен; ничего не выдано",
        "The server is away for the moment; nothing was released",
    ),
    "OutOfTime": (
        "Уақыт бітті; ештеңе сақталмады",
        "Время вышло; ничего не сохранено",
        "Out of time; nothing was kept",
    ),
    "CallCancelled": ("Шақыру тоқтатылды", "Вызов прерван", "The call was broken off"),
    "DataLoss": (
        "Деректер бүлінген; ештеңе сақталмады",
        "Данные повреждены; ничего не сохранено",
        "The data are damaged; nothing was kept",
    ),
    "IntegrityFault": (
        "Келген деректер бақылау сомасына сай емес; ештеңе сақталмады",
        "Полученные данные не сошлись с контрольной суммой; ничего не сохранено",
        "What arrived does not match its digest; nothing was kept",
    ),
    "UnexpectedAnswer": (
        "Сервер келісімшартқа сай емес жауап берді",
        "Ответ сервера нарушает контракт",
        "The server answered outside the contract",
    ),
    "ServerFault": ("Сервердегі ақау", "Сбой на сервере", "The server failed"),
    "ConfigurationFault": ("Баптау жарамсыз", "Настройка непригодна", "The configuration is not usable"),
    "OSError": ("Файлмен жұмыс қатесі", "Ошибка работы с файлом", "A file cannot be used"),
    "ValueError": ("Мән жарамсыз", "Недопустимое значение", "A value is not valid"),
}

WORDS: Final[Texts] = {
    "ReaderNeed.OWN_ARCHIVE": ("сол архивтің қызметкері", "сотрудник этого архива", "as staff of the archive"),
    "ReaderNeed.CASE_NUMBER": ("істің нөмірімен", "с номером дела", "with a case number"),
    "ReaderNeed.AUTHORITY_DOCUMENT": ("өкілеттік құжатымен", "с документом о полномочиях", "with a body's document"),
    "ReaderNeed.BASIS": ("заң тармағымен", "с пунктом закона", "with an item of the law"),
    "ReaderNeed.TERMS_ACCEPTED": ("шарттарды қабылдап", "с принятием условий", "with the terms accepted"),
    "ExplanationLack.BUNDLE_GONE": (
        "шешім қабылдаған қағидалар сақталмаған",
        "правила, по которым решено, не сохранены",
        "the rules that decided are gone",
    ),
    "ExplanationLack.FACTS_NOT_KEPT": ("мәліметтер сақталмаған", "сведения не сохранены", "the facts were not kept"),
    "ExplanationLack.FACTS_DIFFER": (
        "сақталған мәліметтер жазылған шешімге сай емес",
        "сохранённые сведения не ведут к записанному решению",
        "the kept facts do not lead to the recorded decision",
    ),
    "ExplanationLack.NO_DECISION": ("қағидалар шешпеген", "правила не решали", "no decision of the rules"),
    "PersonScope.REQUESTER": ("сұраушы", "запросивший", "the requester"),
    "PersonScope.PERMITTED": ("рұқсат бергендер", "давшие разрешение", "those who permitted"),
    "PersonScope.INHERITED": ("мұрагері сұрағандар", "чей наследник просит", "those whose heir asks"),
    "PersonScope.REST": ("қалғандар", "остальные", "the rest"),
    "PersonScope.EVERYONE": ("барлығы", "все", "everyone"),
    "DecisionOutcome.ALLOWED": ("рұқсат берілді", "разрешено", "allowed"),
    "DecisionOutcome.REFUSED": ("бас тартылды", "отказано", "refused"),
    "PolicyDeskFault.NOT_RECORDED": ("журналда жоқ", "нет в журнале", "not in the audit log"),
    "PolicyDeskFault.CUT_OFF": ("үстелде жоқ", "нет на столе", "not on the desk"),
    "PolicyDeskFault.CONTRADICTED": ("журнал жасалмады дейді", "журнал говорит, что не сделан", "said not to be taken"),
    "PolicyDeskFault.OTHER_DESK": ("басқа үстелде", "на другом столе", "on another desk"),
    "PolicyDeskFault.OTHER_BUNDLE": ("процесс басқаны қолданады", "процесс применяет другое", "serves another bundle"),
    "PolicyDeskFault.UNFINISHED": ("соңы жазылмаған", "исход не записан", "end not recorded"),
    "PolicyStepKind.DRAFT": ("жоба", "проект", "draft"),
    "PolicyStepKind.CHECK": ("тексеру", "проверка", "check"),
    "PolicyStepKind.TEST": ("сынау", "испытание", "test"),
    "PolicyStepKind.REPLAY": ("қайта есептеу", "пересчёт", "replay"),
    "PolicyStepKind.APPROVE": ("мақұлдау", "одобрение", "approval"),
    "PolicyStepKind.ACTIVATE": ("күшіне енгізу", "введение в действие", "activation"),
    "PolicyStepKind.ROLLBACK": ("қайтару", "возврат", "rollback"),
    "PolicyStepKind.WITHDRAW": ("кері алу", "отзыв", "withdrawal"),
    "PolicyStepKind.SHADOW": ("көлеңкелі есептеу", "теневой расчёт", "shadow"),
    "PolicyEffect.ALLOW": ("рұқсат береді", "разрешает", "allows"),
    "PolicyEffect.DENY": ("тыйым салады", "запрещает", "denies"),
    "PolicyEffect.TIGHTEN": ("қатаңдатады", "ужесточает", "tightens"),
    "AuditOutcome.ALLOWED": ("рұқсат берілді", "разрешено", "allowed"),
    "AuditOutcome.REFUSED": ("бас тартылды", "отказано", "refused"),
    "AuditOutcome.DELIVERED": ("жеткізілді", "доставлено", "delivered"),
    "AuditOutcome.ABORTED": ("үзілді", "прервано", "aborted"),
    "AuditOutcome.LOADED": ("күшіне енді", "вступило в силу", "in force"),
    "AuditOutcome.TAKEN": ("жасалды", "совершено", "taken"),
    "AuditEvent.ACCESS": ("қол жеткізу", "доступ", "access"),
    "AuditEvent.VIEW": ("қарау", "просмотр", "view"),
    "AuditEvent.CHANGE": ("өзгерту", "изменение", "change"),
    "AuditEvent.ADDITION": ("толықтыру", "дополнение", "addition"),
    "AuditEvent.TRANSFER": ("беру", "передача", "transfer"),
    "AuditEvent.BLOCKING": ("бұғаттау", "блокирование", "blocking"),
    "AuditEvent.DESTRUCTION": ("жою", "уничтожение", "destruction"),
    "AuditEvent.DENIAL": ("бас тарту", "отказ", "denial"),
    "AuditEvent.CONSENT_GIVEN": ("келісім берілді", "согласие дано", "consent given"),
    "AuditEvent.CONSENT_WITHDRAWN": ("келісім кері қайтарылды", "согласие отозвано", "consent withdrawn"),
    "AuditEvent.NOTICE_SENT": ("хабарлама жіберілді", "уведомление отправлено", "notice sent"),
    "AuditEvent.OBJECTION": ("қарсылық", "возражение", "objection"),
    "AuditEvent.POLICY_LOAD": ("саясатты жүктеу", "загрузка политики", "policy load"),
    "AuditEvent.DELIVERY": ("жеткізу", "доставка", "delivery"),
    "AuditEvent.PREVIEW": ("алдын ала тексеру", "предварительная проверка", "preview"),
    "AuditEvent.POLICY_CHANGE": ("қағидаларды өзгерту", "изменение правил", "change of rules"),
    "DetailCategory.PERSON": ("тұлғаның аты-жөні", "имя лица", "name of a person"),
    "DetailCategory.IIN": ("ЖСН", "ИИН", "IIN"),
    "DetailCategory.DOCUMENT_NUMBER": ("құжат нөмірі", "номер документа", "document number"),
    "DetailCategory.PHONE": ("телефон", "телефон", "phone"),
    "DetailCategory.EMAIL": ("электрондық пошта", "электронная почта", "e-mail"),
    "DetailCategory.IBAN": ("банк шоты", "банковский счёт", "bank account"),
    "DetailCategory.CARD": ("төлем картасы", "платёжная карта", "payment card"),
    "DetailCategory.ADDRESS": ("мекенжай", "адрес", "address"),
    "DetailCategory.BIRTH_DATE": ("туған күні", "дата рождения", "date of birth"),
    "DetailCategory.HEALTH": ("денсаулық", "здоровье", "health"),
    "DetailCategory.SPECIAL": ("арнаулы санат", "особая категория", "special category"),
    "DetailCategory.CODE": ("штрих-код немесе QR-код", "штрихкод или QR-код", "bar or QR code"),
    "DetailCategory.IMAGE": ("бейне", "изображение", "picture"),
    "DetailCategory.PASSAGE": ("мәтін үзіндісі", "фрагмент текста", "passage"),
    "DetailCategory.FAMILY": ("отбасы және туыстар", "семья и родство", "family and kin"),
    "DetailCategory.ADOPTION": ("асырап алу, қамқоршылық", "усыновление, опека", "adoption and guardianship"),
    "DetailCategory.NATIONALITY": ("ұлты", "национальность", "nationality"),
    "DetailCategory.ORIGIN": ("әлеуметтік шығу тегі", "социальное происхождение", "social origin"),
    "DetailCategory.PARTY": ("партиялығы", "партийность", "party membership"),
    "DetailCategory.RELIGION": ("діни сенімі", "вероисповедание", "religion and beliefs"),
    "DetailCategory.OFFENCE": (
        "сотталуы және құқық бұзушылық",
        "судимость и правонарушения",
        "convictions and offences",
    ),
    "DetailCategory.REPRESSION": ("қуғын-сүргін", "репрессии", "repression"),
    "DetailCategory.MONEY": ("табысы, мүлкі, қарызы", "доходы, имущество, долги", "pay, property and debts"),
    "DetailCategory.CHILDREN": ("кәмелетке толмағандар", "несовершеннолетние", "minors"),
    "DetailCategory.SEXUAL_LIFE": ("жыныстық өмір", "половая жизнь", "sexual life"),
    "RefusalReason.NO_RULE": ("ешбір қағида рұқсат бермейді", "ни одно правило не разрешает", "no rule allows it"),
    "RefusalReason.DENY_RULE": ("қағида тыйым салады", "правило запрещает", "a rule denies it"),
    "RefusalReason.RULE_ERROR": ("қағиданы есептеу мүмкін емес", "правило не вычислить", "a rule failed"),
    "RefusalReason.OBLIGATION_CONFLICT": (
        "міндеттемелер бір-біріне қайшы",
        "обязательства противоречат друг другу",
        "the obligations contradict each other",
    ),
    "RefusalReason.BAD_FACTS": (
        "мәліметтер схемаға сай емес",
        "сведения не отвечают схеме",
        "the facts do not fit the schema",
    ),
    "RefusalReason.NO_MASTER": ("файл жүктелмеген", "файл не загружен", "no file was uploaded"),
    "RefusalReason.EMPTY": ("файл бос", "файл пуст", "the file is empty"),
    "RefusalReason.NOT_A_PDF": ("файл PDF емес", "файл не PDF", "the file is not a PDF"),
    "RefusalReason.DAMAGED": ("файл бүлінген", "файл повреждён", "the file is damaged"),
    "RefusalReason.ENCRYPTED": ("файл шифрланған", "файл зашифрован", "the file is encrypted"),
    "RefusalReason.TOO_MANY_BYTES": ("файл тым үлкен", "файл слишком велик", "the file is too big"),
    "RefusalReason.TOO_MANY_PAGES": ("беттер тым көп", "слишком много страниц", "too many pages"),
    "RefusalReason.TOO_MANY_PIXELS": (
        "бет немесе сурет тым үлкен",
        "страница или изображение слишком велики",
        "a page or picture is too big",
    ),
    "RefusalReason.TOO_MUCH_INFLATED": (
        "файл ашылғанда тым үлкейеді",
        "файл слишком разрастается при распаковке",
        "the file inflates too much",
    ),
    "RefusalReason.TIME_LIMIT": ("уақыт шегінен асты", "превышен предел времени", "it took too long"),
    "RefusalReason.MEMORY_LIMIT": ("жад шегінен асты", "превышен предел памяти", "it needed too much memory"),
    "RefusalReason.WORKER_DIED": ("өңдеу үзілді", "обработка оборвалась", "the worker ended early"),
    "RefusalReason.READERS_DISAGREE": (
        "екі оқу құралының нәтижесі әртүрлі",
        "два средства чтения видят разное",
        "two readers see different things",
    ),
    "RefusalReason.UNREADABLE_PAGE": ("бет оқылмайды", "страница не читается", "a page cannot be read"),
    "RefusalReason.UNKNOWN_CONTENT": ("белгісіз мазмұн түрі", "неизвестный вид содержимого", "unknown content"),
    "RefusalReason.SECRECY_MARKING": ("құпиялылық белгісі бар", "есть гриф секретности", "it bears a secrecy marking"),
    "RefusalReason.OBLIGATION_UNFULFILLABLE": (
        "міндеттемені орындау мүмкін емес",
        "обязательство невыполнимо",
        "an obligation cannot be fulfilled",
    ),
    "RefusalReason.LEAK_FOUND": (
        "тексеру жасырылуға тиіс мәліметтің ізін тапты",
        "проверка нашла след того, что должно быть скрыто",
        "the check found a trace of what must be gone",
    ),
    "RefusalReason.ENGINE_ERROR": ("ішкі ақау", "внутренний сбой", "an engine failed"),
    "RefusalReason.NOT_FOUND": ("құжат табылмады", "документ не найден", "no such document"),
    "RefusalReason.PURPOSE_MISSING": (
        "мақсаты немесе негізі көрсетілмеген",
        "не указаны цель или основание",
        "purpose or ground is missing",
    ),
    "RefusalReason.INVALID_REQUEST": ("сұрау салу жарамсыз", "запрос недопустим", "the request is not valid"),
    "RefusalReason.MASTER_CORRUPT": (
        "сақталған файл бүлінген",
        "хранимый файл повреждён",
        "the stored file is damaged",
    ),
    "RefusalReason.UNAVAILABLE": ("қызмет уақытша қолжетімсіз", "служба временно недоступна", "a part was away"),
    "RefusalReason.DEADLINE": ("уақыт жетпеді", "не хватило времени", "the deadline passed"),
    "RefusalReason.CANCELLED": ("сұраушы бас тартты", "запрос отменён", "the caller gave up"),
    "RefusalReason.REQUEST_ID_REUSED": (
        "сұрау салу нөмірі бұрын қолданылған",
        "номер запроса уже использован",
        "the request id was used before",
    ),
    "RefusalReason.REPEAT_CHANGED": (
        "бұрынғы жауап күшін жойды",
        "прежний ответ больше не действует",
        "the recorded answer no longer holds",
    ),
    "RefusalReason.INTERNAL": ("ішкі қате", "внутренняя ошибка", "an internal fault"),
    "RefusalReason.METHOD_FORBIDDEN": ("бұл әдіске құқық жоқ", "нет права на этот метод", "the method is not allowed"),
    "RefusalReason.UNAUTHENTICATED": ("тұлға анықталмады", "лицо не опознано", "the person was not identified"),
    "RefusalReason.ALREADY_EXISTS": ("ресурс бұрыннан бар", "ресурс уже существует", "it exists already"),
    "RefusalReason.DESK_DIFFERS": (
        "үстел журналы мен аудит журналы сәйкес емес",
        "журнал стола расходится с журналом аудита",
        "the desk's log and the audit log differ",
    ),
    "RefusalReason.DESK_REFUSED": ("үстелге сенуге болмайды", "столу нельзя верить", "the desk cannot be trusted"),
    "RefusalReason.BUNDLE_REFUSED": ("қағидалар жарамсыз", "правила непригодны", "the rules are not usable"),
    "RefusalReason.DIGEST_MISMATCH": (
        "байттар дайджестке сай емес",
        "байты не совпали с дайджестом",
        "the bytes do not match their digest",
    ),
}


def ui_language(environ: Mapping[str, str]) -> Language:
    """Return the language of the console: `LANG_UI`, else the locale; English for what is neither kk nor ru."""
    for name in ("LANG_UI", "LC_ALL", "LC_MESSAGES", "LANG"):
        tongue = environ.get(name, "").lower()[:2]
        if tongue:
            return Language(tongue) if tongue in {"kk", "ru"} else Language.EN
    return Language.EN


def text(catalogue: Texts, key: str, language: Language) -> str:
    """Return the words for `key`; the key itself where the catalogue has none."""
    column = _ORDER.index(language) if language in _ORDER else _ORDER.index(Language.RU)
    return catalogue[key][column] if key in catalogue else key


def word(value: Word, language: Language) -> str:
    """Return a word of the contract for people; its own value where the catalogue has none, `-` if unstated."""
    key = f"{type(value).__name__}.{value.name}"
    if key in WORDS:
        return text(WORDS, key, language)
    return "-" if value.name == "UNSPECIFIED" else value.value
