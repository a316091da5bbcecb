"""Private clauses that the model finds, where they end, and mends of this round: numbers, mail, officials, years."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category, Detail
from qupia_redaction.recognizers.clauses import clauses, passages_by_model
from qupia_redaction.recognizers.finding import Ranges

Details = Callable[..., tuple[Detail, ...]]

PAPER = (
    "ХАРАКТЕРИСТИКА\nна ученика 7 класса Ыбыраева Тохтара\nДата рождения: 14.02.1971\n{}\n"
    "Директор школы      Сопылов Г.Т."
)
KAZAKH = "ӨМІРБАЯН\nМен, Төлегенов Шәріп, 1913 жылы тудым.\nҰлты: қазақ\n{}\nҚолы"


@pytest.mark.parametrize(
    ("paper", "clause"),
    [
        (PAPER, "Отчим пропил корову и бил детей."),
        (PAPER, "Мать осталась одна с четырьмя детьми."),
        (PAPER, "Дважды убегал из приюта."),
        (KAZAKH, "Шешемнен сегіз жасымда айырылдым."),
        (KAZAKH, "Ағам түрмеде өліп кетті."),
        (KAZAKH, "Жүрегім сырқырап, төсек тартып қалдым."),
    ],
)
def test_private_clauses_are_found(details: Details, paper: str, clause: str) -> None:
    text = paper.format(clause)
    covered = {i for d in details(text) for i in range(d.start, d.end)}
    start = text.index(clause)
    assert all(i in covered for i in range(start, start + len(clause)) if text[i].isalnum())


@pytest.mark.parametrize(
    ("paper", "clause"),
    [
        (PAPER, "Учебные занятия посещает регулярно."),
        (PAPER, "Принимает участие в общественной работе."),
        (KAZAKH, "Мектепті күміс медальмен бітіріп, қалаға оқуға келдім."),
    ],
)
def test_other_clauses_stay(details: Details, paper: str, clause: str) -> None:
    text = paper.format(clause)
    start = text.index(clause)
    assert not [d for d in details(text) if d.start < start + len(clause) and d.end > start]


def test_labels_and_what_was_decided_stay() -> None:
    text = "Причина смерти: утонул\nОбъявить выговор за пьянку"
    shown = [text[f.start : f.end] for f in passages_by_model(text, [], [])]
    assert "Причина смерти" not in shown
    assert any(s.startswith("выговор") for s in shown)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (
            "ҮКІМ\nүш жыл бас бостандығынан айыру жазасы тағайындалсын",
            "үш жыл бас бостандығынан айыру жазасы тағайындалсын",
        ),
        ("БҰЙРЫҚ\nқайтыс болған күйеуі үшін жәрдемақы төленсін", "қайтыс болған күйеуі үшін жәрдемақы төленсін"),
        ("БҰЙРЫҚ\nжүкті болуына байланысты 70 күнге демалыс берілсін", "жүкті болуына байланысты"),
        ("Дети: шестеро, из них двое инвалиды с детства", "из них двое инвалиды с детства"),
        ("сосед показал, что отец пил и бил детей", "что отец пил и бил детей"),
        ("жена, русская, больна", "русская"),  # begins as a unit of money does
        ("Мать: каракалпачка\nОтец: каракалпак", "каракалпак"),
        ("Удержано алиментов: 8 940 тенге", "8 940 тенге"),
        ("ребенок, рус., от первого брака", "рус"),
        ("осужден за кражу по ст. 112", "осужден за кражу по ст. 112"),
        ("уволить за прогул и пьянство с 3.02.1961", "за прогул и пьянство"),
    ],
)
def test_what_was_done_to_somebody_is_whole(text: str, hidden: str) -> None:
    """A passage that shows a word of its end counts as found by nobody: only leave and when it begins stays."""
    assert hidden in [text[f.start : f.end] for f in passages_by_model(text, [], [])]


def test_units_alone_are_heads_of_columns() -> None:
    assert not list(passages_by_model("месяц | руб. | коп.", [], [], [0, 8, 15]))


def test_clauses_end_where_cells_of_a_table_begin() -> None:
    text = "әйел 22.11.1936 қазақ 7 сынып"
    found = list(clauses(text, Ranges([]), [0, 5, 16, 22]))
    assert [text[c.start : c.end] for c in found] == ["әйел", "қазақ", "7 сынып"]


def test_a_phone_ends_with_its_line(details: Details) -> None:
    """The letter that begins the next line may look like a digit."""
    text = "Телефон\n+7 (700) 000-00-01\nОсы анықтама берілді."
    phones = [text[d.start : d.end] for d in details(text) if d.category is Category.PHONE]
    assert phones == ["+7 (700) 000-00-01"]


@pytest.mark.parametrize(
    "clause",
    [
        "Учёт инструмента ведётся небрежно, кладовая закрывается не вовремя.",
        "Кітапхана қоры толықтырылып, жаңа оқулықтар мен журналдар алынды.",
        "Постановили: утвердить распределение премий по цехам.",
    ],
)
def test_what_offices_say_of_their_own_work_stays(details: Details, clause: str) -> None:
    text = PAPER.format(clause)
    start = text.index(clause)
    assert not [d for d in details(text) if d.start < start + len(clause) and d.end > start]


def test_clauses_end_at_names() -> None:
    text = "его брат Үлгі Сынақ живёт в Китае"
    found = list(clauses(text, Ranges([(9, 19)])))
    assert [(text[c.start : c.end], c.lead, c.trail) for c in found] == [
        ("его брат", "line", "name"),
        ("живёт в Китае", "name", "line"),
    ]


@pytest.mark.parametrize(
    ("text", "hidden", "category"),
    [
        ("e-mail: gleb . krech @ mail . kz", "gleb . krech @ mail . kz", Category.EMAIL),
        ("Пишите: vera.sample@\nmail.example.kz", "vera.sample@\nmail.example.kz", Category.EMAIL),
        ("тел. 8 7О1 55З 12 l4", "8 7О1 55З 12 l4", Category.PHONE),
        ("Пенс. дело № 19114", "19114", Category.DOCUMENT_NUMBER),
        ("Карта донора № 8804", "8804", Category.DOCUMENT_NUMBER),
        ("Больничный лист АБ 140552", "АБ 140552", Category.DOCUMENT_NUMBER),
        ("Номер документа 101-004-881-204", "101-004-881-204", Category.DOCUMENT_NUMBER),
        ("Қожахмет ағаймен бірге", "Қожахмет ағаймен", Category.PERSON),
        ("3) Уәйіс баласы Өмірбек", "Уәйіс баласы Өмірбек", Category.PERSON),
        ("Боралдай ауылы, Мойынқұм тұйық көшесі 4А", "Мойынқұм тұйық көшесі 4А", Category.ADDRESS),
    ],
)
def test_found(details: Details, text: str, hidden: str, category: Category) -> None:
    assert (hidden, category) in {(text[d.start : d.end], d.category) for d in details(text)}


@pytest.mark.parametrize(
    "text",
    ["ПРИКАЗ № 311-к", "средняя школа № 1204", "Негізі: 217-қ., 2-т., 19-іс, 33 п.", "справка № 2206", "шахта № 117"],
)
def test_public_numbers_stay(details: Details, text: str) -> None:
    assert not [d for d in details(text) if any(map(str.isdigit, text[d.start : d.end]))]


def test_years_behind_kin_in_lists(details: Details) -> None:
    text = "1. Триппель Эмма, жена, 1912, немка\n2. Триппель Вилли, сын, 1938, ученик\n3. Бауэр Доротея, тёща, 1884"
    years = {text[d.start : d.end] for d in details(text) if d.category is Category.BIRTH_DATE}
    assert {"1912", "1938", "1884"} <= years


def test_whoever_signs_at_the_end_is_an_official(details: Details) -> None:
    text = "АКТ\nОсмотрен дом гр. Сынақова Т.\nВсё верно.\nСмотритель музея      Пробин А.К."
    shown = {text[d.start : d.end] for d in details(text) if d.category is Category.PERSON}
    assert "Пробин А.К." not in shown
    assert any("Сынақова" in name for name in shown)


def test_whoever_applies_is_none(details: Details) -> None:
    text = "ЗАЯВЛЕНИЕ\nПрошу выдать справку.\nЗаявитель      Пробин А.К."
    assert any("Пробин" in text[d.start : d.end] for d in details(text))
