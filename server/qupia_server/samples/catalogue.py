"""The sample archive's catalogue: rows for `qupia catalogue import`, two archives, invented people.

IINs are the synthetic examples of the domain reference (births in 2099, so nobody's).
"""

from __future__ import annotations

from collections.abc import Iterator

from qupia_server.disclosure.records import ArchiveKind, Certainty, Life, Ownership, PrivateLife, RelationKind, Secrecy
from qupia_server.disclosure.records import DocumentForm as Form
from qupia_server.disclosure.records import DocumentKind as Kind

Row = dict[str, object]

REGION = "kokzhiek-region"
WORKS = "ushqyn-works"

_ARCHIVES = (
    (REGION, "Көкжиек облысының мемлекеттік архиві / Государственный архив Кокжиекской области", ArchiveKind.REGIONAL),
    (WORKS, "«Ұшқын» зауытының ведомстволық архиві / Ведомственный архив завода «Ұшқын»", ArchiveKind.DEPARTMENTAL),
)
_FONDS = (
    (REGION, "12", "Исполком Тасбулакского районного Совета"),
    (REGION, "20", "Исполком Кокжиекского городского Совета"),
    (REGION, "40", "Архив: переписка и справки / хат алмасу және анықтамалар"),
    (REGION, "63", "Кокжиекская городская больница № 2"),
    (REGION, "77", "Тасбулакский районный суд"),
    (REGION, "91", "Көкжиек қалалық зейнетақы төлеу орталығы"),
    (REGION, "150", "Сосновидовы, семья"),
    (REGION, "151", "Жұлдызтаев Бекежан, жазушы"),
    (WORKS, "1", "Завод «Ұшқын»: секретариат"),
    (WORKS, "5", "«Ұшқын» зауыты: кадрлар бөлімі / отдел кадров"),
)
_ITEMS = (
    (REGION, "12", "3", "45", "Үлгілі ауылының шаруашылық кітабы, 1958-1960"),
    (REGION, "12", "4", "2", "Өмірбаяндар"),
    (REGION, "20", "2", "8", "Решения исполкома за июль 1986 г."),
    (REGION, "40", "1", "218", "Архивные справки за 2024 г."),
    (REGION, "40", "1", "219", "Электрондық анықтамалар, 2025"),
    (REGION, "40", "2", "7", "Переписка с иностранными корреспондентами, 1993"),
    (REGION, "63", "1", "310", "Истории болезни, 1991"),
    (REGION, "77", "1", "145", "Уголовное дело Акбултова Е.Т."),
    (REGION, "91", "1", "17", "Зейнетақы істері"),
    (REGION, "150", "1", "3", "Письма Н.П. Сосновидова, 1945-1947"),
    (REGION, "151", "1", "2", "Күнделік, 1949"),
    (REGION, "151", "1", "9", "Н. Жұлдызтаеваның хаттары"),
    (WORKS, "1", "9", "4", "Исходящие, 1974"),
    (WORKS, "5", "1-л", "9", "Личные листки по учёту кадров, А-Я"),
    (WORKS, "5", "2-л", "17", "Приказы по личному составу, 1984"),
    (WORKS, "5", "2-л", "45", "Приказы по личному составу, 1987"),
    (WORKS, "5", "3-л", "31", "Лицевые счета, 1979"),
)
_PERSONS: tuple[tuple[str, tuple[str, ...], str | None, Life], ...] = (
    ("p-0001", ("Аккаинова Айгерим Дауреновна", "Аққайыңова Айгерім Дәуренқызы"), "991231600002", Life.ALIVE),
    ("p-0002", ("Аккаинов Даурен Сапарович", "Аққайыңов Дәурен Сапарұлы"), None, Life.DECEASED),
    ("p-0003", ("Аккаинов Марат Дауренович", "Аққайыңов Марат Дәуренұлы"), "991231500006", Life.ALIVE),
    ("p-0004", ("Аккаинова Кулпаш Ермековна", "Аққайыңова Күлпаш Ермекқызы"), None, Life.DECEASED),
    ("p-0005", ("Акбултов Ерлан Таскынович", "Ақбұлтов Ерлан Тасқынұлы"), "991231500707", Life.ALIVE),
    ("p-0006", ("Липоградова Вера Ильинична",), "991231600301", Life.ALIVE),
    ("p-0007", ("Липоградов Степан Фомич",), None, Life.DECEASED),
    ("p-0008", ("Липоградова Жанна Степановна", "Акбултова Жансая Ерлановна"), None, Life.ALIVE),
    ("p-0009", ("Шнайдерфельд Иван Карлович", "Ivan Schneiderfeld"), None, Life.DECEASED),
    ("p-0010", ("Сосновидов Николай Петрович",), None, Life.UNKNOWN),
    ("p-0011", ("Жұлдызтаев Бекежан Мұратбайұлы",), None, Life.DECEASED),
    ("p-0012", ("Жұлдызтаева Назым Бекежанқызы",), None, Life.ALIVE),
    ("p-0013", ("Көкбұлақов Оразалы Сейітұлы",), None, Life.DECEASED),
    ("p-0014", ("Смолянцев Георгий Маркович",), None, Life.UNKNOWN),
)
# id, archive, fonds, opis, item, sheets, kind, form, title, created from and to, persons
_DOCUMENTS: tuple[tuple[str, str, str, str, str, str, Kind, Form, str, str, str, tuple[int, ...]], ...] = (
    ("d-0001", WORKS, "5", "2-л", "45", "12", Kind.PERSONNEL_ORDER, Form.ELECTRONIC_COPY,
     "Приказ по личному составу № 45-к", "1987-03-05", "1987-03-05", (1, 2, 3, 5, 6)),
    ("d-0002", REGION, "40", "1", "218", "1", Kind.ARCHIVE_CERTIFICATE, Form.ELECTRONIC_ARCHIVAL_DOCUMENT,
     "Архивтік анықтама / Архивная справка № 03-14/218", "2024-09-11", "2024-09-11", (1, 2, 3, 4)),
    ("d-0003", WORKS, "5", "1-л", "9", "2", Kind.QUESTIONNAIRE, Form.ELECTRONIC_COPY,
     "Личный листок по учёту кадров Шнайдерфельда И.К.", "1952-03-14", "1952-03-14", (9,)),
    ("d-0004", REGION, "12", "3", "45", "6", Kind.HOUSEHOLD_BOOK, Form.ELECTRONIC_COPY,
     "Шаруашылық кітабының парағы", "1958-01-01", "1960-12-31", (2, 4, 13)),
    ("d-0005", REGION, "77", "1", "145", "201-202", Kind.COURT_VERDICT, Form.ELECTRONIC_COPY,
     "Приговор по делу № 1-45/1998", "1998-06-16", "1998-06-16", (5, 6, 7, 8)),
    ("d-0006", REGION, "91", "1", "17", "3", Kind.PENSION_CERTIFICATE, Form.ELECTRONIC_ARCHIVAL_DOCUMENT,
     "Зейнетақы анықтамасы", "2019-02-04", "2019-02-04", (6,)),
    ("d-0007", REGION, "63", "1", "310", "44", Kind.MEDICAL_RECORD, Form.ELECTRONIC_COPY,
     "Выписка из истории болезни", "1991-10-28", "1991-10-28", (6, 7, 8)),
    ("d-0008", REGION, "40", "1", "219", "1", Kind.EGOV_CERTIFICATE, Form.ELECTRONIC_ARCHIVAL_DOCUMENT,
     "Тіркелу туралы анықтама / Справка о регистрации", "2025-01-21", "2025-01-21", (1,)),
    ("d-0009", REGION, "20", "2", "8", "14", Kind.ADOPTION_RECORD, Form.ELECTRONIC_COPY,
     "Решение исполкома № 212 об усыновлении", "1986-07-24", "1986-07-24", (6, 7, 8)),
    ("d-0010", REGION, "150", "1", "3", "7", Kind.LETTER, Form.ELECTRONIC_COPY,
     "Письмо Н.П. Сосновидова брату", "1946-12-02", "1946-12-02", (10,)),
    ("d-0011", REGION, "151", "1", "2", "31", Kind.LETTER, Form.ELECTRONIC_COPY,
     "Күнделіктің парағы", "1949-03-17", "1949-03-17", (2, 4, 11, 13)),
    ("d-0012", WORKS, "5", "3-л", "31", "8", Kind.PERSONAL_ACCOUNT, Form.ELECTRONIC_COPY,
     "Лицевые счета цеха № 2 за март 1979 г.", "1979-04-05", "1979-04-05", (2, 5, 7, 14)),
    ("d-0013", WORKS, "5", "2-л", "17", "1-60", Kind.PERSONNEL_ORDER, Form.ELECTRONIC_COPY,
     "Жеке құрам жөніндегі бұйрықтар / Приказы по личному составу", "1984-01-03", "1984-10-19", (2, 3, 5, 12, 13, 14)),
    ("d-0014", WORKS, "1", "9", "4", "27", Kind.OTHER, Form.ELECTRONIC_COPY,
     "Письмо № 00417", "1974-11-12", "1974-11-12", (2, 14)),
    ("d-0015", REGION, "40", "2", "7", "19", Kind.LETTER, Form.ELECTRONIC_COPY,
     "Letter of a foreign correspondent", "1993-10-14", "1993-10-14", (9,)),
    ("d-0016", REGION, "151", "1", "9", "5", Kind.LETTER, Form.ELECTRONIC_COPY,
     "Назым Жұлдызтаеваның хаты", "1984-07-02", "1984-07-02", (1, 11, 12)),
    ("d-0017", REGION, "12", "4", "2", "11", Kind.OTHER, Form.ELECTRONIC_COPY,
     "Өмірбаян", "", "", (13,)),
)  # fmt: skip
# what differs from the usual: state-owned, private life, not secret, exactly dated
_UNUSUAL: dict[str, Row] = {
    "d-0004": {"certainty": Certainty.APPROXIMATE},
    "d-0014": {"private_life": PrivateLife.UNKNOWN},
    "d-0016": {"ownership": Ownership.PRIVATE},
    "d-0017": {"certainty": Certainty.UNKNOWN, "created_from": None, "created_to": None},
}
_KINSHIPS = (
    ("p-0001", "person:aigerim", RelationKind.SELF, True, "ЖСН / ИИН"),
    ("p-0003", "person:marat", RelationKind.SELF, True, "ЖСН / ИИН"),
    ("p-0002", "person:marat", RelationKind.HEIR, True, "Свидетельство о праве на наследство № 1-207"),
    ("p-0002", "person:damir", RelationKind.HEIR, False, ""),
    ("p-0008", "person:vera", RelationKind.LEGAL_REPRESENTATIVE, False, ""),
)
_PERMISSIONS: tuple[tuple[str, str, str, str, str | None], ...] = (
    ("p-0006", "person:zhanna", "d-0006", "2025-03-01", None),
    ("p-0006", "person:saule", "d-0006", "2024-02-01", "2025-06-15T09:30:00+00:00"),
)


def catalogue_rows() -> Iterator[Row]:
    """Yield every row, each after the rows that it refers to."""
    for archive, title, kind in _ARCHIVES:
        yield {"type": "archive", "id": archive, "title": title, "kind": kind}
    for archive, number, title in _FONDS:
        yield {"type": "fonds", "archive": archive, "number": number, "title": title}
    yield from _opis_rows()
    for archive, fonds, opis, number, title in _ITEMS:
        yield {"type": "item", "archive": archive, "fonds": fonds, "opis": opis, "number": number, "title": title}
    for person, names, iin, life in _PERSONS:
        yield {"type": "person", "id": person, "names": list(names), "iin": iin, "life": life}
    yield from _document_rows()
    for person, relative, relation, proven, proof in _KINSHIPS:
        yield {"type": "kinship", "person": person, "relative": relative, "relation": relation, "proven": proven,
               "proof": proof}  # fmt: skip
    for person, grantee, document, start, revoked in _PERMISSIONS:
        yield {"type": "permission", "person": person, "signer": person, "grantee": grantee, "document": document,
               "valid_from": start, "valid_to": "2099-12-31", "revoked_at": revoked}  # fmt: skip


def _opis_rows() -> Iterator[Row]:
    places = dict.fromkeys((archive, fonds, opis) for archive, fonds, opis, _, _ in _ITEMS)
    for archive, fonds, opis in places:
        title = "По личному составу" if opis.endswith("-л") else "Постоянного хранения"
        yield {"type": "opis", "archive": archive, "fonds": fonds, "number": opis, "title": title}


def _document_rows() -> Iterator[Row]:
    for document, archive, fonds, opis, item, sheets, kind, form, title, start, end, persons in _DOCUMENTS:
        usual: Row = {
            "type": "document", "id": document,
            "archive": archive, "fonds": fonds, "opis": opis, "item": item, "sheets": sheets,
            "kind": kind, "form": form, "title": title,
            "created_from": start, "created_to": end, "certainty": Certainty.EXACT,
            "secrecy": Secrecy.NONE, "ownership": Ownership.STATE, "owner_consent": False,
            "private_life": PrivateLife.YES, "persons": [f"p-{number:04}" for number in persons],
            "file": f"{document}.pdf",
        }  # fmt: skip
        yield usual | _UNUSUAL.get(document, {})
