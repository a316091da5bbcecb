"""Papers as archives keep them: columns, fields in a row, officials, clauses of private life, and what must stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.detect import Finder
from qupia_redaction.model import Category, PageText, PrivateText, TextSource
from training.papers import Paper, as_typed, count, read_papers

Hidden = Callable[..., list[str]]

SHEET = """№ | Таб.№ | Фамилия, имя | Год рожд. | Нац. | Начислено | Подпись
1 | 0147 | Пак Ен Сун | 1931 | кореец | 612-30 | подпись
2 | 0152 | Үлгіев Оспан | 1909 | казах | 564-10 | подпись
Гл. бухгалтер   Образцова К.М.
"""


def covered(finder: Finder, text: str) -> set[str]:
    """Return the words that lie wholly under a finding."""
    page = PageText(1, PrivateText(text), (None,) * len(text), TextSource.GLYPHS, 595.0, 842.0)
    return {word for d in finder.find([page], []) for word in text[d.start : d.end].split()}


def test_a_header_tells_what_its_column_holds(finder: Finder) -> None:
    hidden = covered(finder, SHEET)
    assert {"0147", "Пак", "Ен", "Сун", "1931", "кореец", "612-30", "0152", "казах"} <= hidden
    assert not {"Образцова", "№", "Подпись", "1", "2"} & hidden


def test_columns_may_be_set_by_blanks_or_slashes(finder: Finder) -> None:
    wide = SHEET.replace(" | ", "    ")
    assert {"0147", "1931", "кореец", "612-30"} <= covered(finder, wide)
    assert {"0147", "1931", "кореец", "612-30"} <= covered(finder, SHEET.replace(" | ", " / "))


def test_fields_stand_side_by_side(hidden: Hidden) -> None:
    text = "1. Фамилия Тютебаева  имя Куляш  отчество Сарсеновна"
    assert hidden(text, Category.PERSON) == ["Тютебаева", "Куляш", "Сарсеновна"]
    assert hidden("ТЕГІ / ФАМИЛИЯ\nИСКАЛИЕВА\nАТЫ / ИМЯ\nДАНА", Category.PERSON) == ["ИСКАЛИЕВА", "ДАНА"]


@pytest.mark.parametrize(
    "text",
    [
        "Дело рассмотрено в составе\nпредседательствующего судьи\nОбразцовой К.М.,\nпри секретаре Примеровой",
        "Зав. районо                    А. Образцов",
        "Екібастұз қалалық соты, судья М.Қ. Образцов, сот отырысының хатшысы Д. Примерова, қорғаушы Т. Улгиев",
        "Комендант спецкомендатуры № 88 мл. лейтенант Образцов",
        "народных заседателей Образцовой Г.К. и Примерова С.С.,",
        "Госпитализирован. Фельдшер Образцов\n",
        "Бас дәрігер:          Образцов",
        "Күні | Өтініш берген | Мекенжайы | Орындаушы\n11.01 | Құралай | Абай к. 1 | Образцова\n",
    ],
)
def test_officials_stay(hidden: Hidden, text: str) -> None:
    left = [w for w in hidden(text, Category.PERSON) if any(n in w for n in ("Образцов", "Примеров", "Улгиев"))]
    assert left == []


@pytest.mark.parametrize(
    "text",
    [
        "Директору школы Образцову Т. предоставить отпуск",
        "Обязанности директора возложить на Образцова М.А.",
        "Отец директор школы Образцов Ерлан Тестович",
        "Секретарю парткома от гр. Образцова Теста",
    ],
)
def test_who_only_has_an_office_is_hidden(hidden: Hidden, text: str) -> None:
    assert any("Образцов" in words for words in hidden(text, Category.PERSON))


def test_an_official_is_known_again_without_the_office(hidden: Hidden) -> None:
    text = "Судья Образцов К.М. открыл заседание.\nУлгиев Тест спросил.\nПодписи: Образцов, Улгиев"
    assert not any("Образцов" in words for words in hidden(text, Category.PERSON))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Улгиев Тест, страдает бронхиальной астмой, слесарь", "бронхиальной астмой"),
        ("Улгиев Т. в 1929 г. высылался на 3 года", "в 1929 г. высылался на 3 года"),
        ("Улгиев Т. исключен из партии за пьянство", "исключен из партии за пьянство"),
        ("Үлгіев Т. 1938 ж. 10 жылға сотталған", "10 жылға сотталған"),
        ("Үлгіева Т. ұзақ науқастануына байланысты босатылсын", "ұзақ науқастануына байланысты"),
        ("бұйрық: Улгиев мас болып жұмысқа келгені үшін", "мас болып жұмысқа келгені үшін"),
        ("Оклад за 1951 год: январь 143-20, февраль 151-75", "151-75"),
        ("айлығы 270 сом болсын", "270 сом"),
        ("He was sentenced by a Special Board to eight years", "sentenced by a Special Board to eight years"),
    ],
)
def test_a_clause_of_private_life_is_hidden(
    found: Callable[..., list[tuple[str, Category, object]]], text: str, secret: str
) -> None:
    assert any(secret in words for words, category, _ in found(text) if category is not Category.PERSON), found(text)


@pytest.mark.parametrize(
    "text",
    [
        "ИСПРАВИТЕЛЬНО-ТРУДОВОЙ ЛАГЕРЬ\nведомость инвентаря и мебели клуба",
        "закрытого партийного собрания парторганизации колхоза",
        "Присутствовало: членов ВКП(б) - 14, кандидатов - 3",
        "на складе 143-20 досок и 12-30 брусьев",
    ],
)
def test_a_clause_about_nobody_stays(found: Callable[..., list[object]], text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("прож. Приморский пер., 5", "Приморский пер., 5"),
        ("г. Актау, 27 мкр., 61 дом, 102 кв.", "27 мкр., 61 дом, 102 кв"),
        ("Проживаю: 2-я Заречная, дом 40.", "2-я Заречная, дом 40"),
        ("Куә: Ыдырыс Мадина, Тәуелсіздік 83 үй 6 п.", "Тәуелсіздік 83 үй 6 п"),
        ("ул. Панфилова, 8-19.", "ул. Панфилова, 8-19"),
        ("Жаркент қ., Сыпатаев 18", "Сыпатаев 18"),
        ("общежитии по ул. Бажова, 56", "общежитии по ул. Бажова, 56"),
    ],
)
def test_addresses_in_short(hidden: Hidden, text: str, secret: str) -> None:
    assert any(secret in words for words in hidden(text, Category.ADDRESS)), hidden(text, Category.ADDRESS)


def test_a_paper_gives_private_details_only_and_news_everything(finder: Finder) -> None:
    paper = "СПРАВКА\nг. Караганда, 5 мая 1990 г.\nГр. Улгиев Тест, ИИН 991231600002\nДиректор   Образцов К."
    labels = {e.label for e in finder.entities(paper)}
    assert labels == {"PERSON", "ID"}
    assert not any("Образцов" in paper[e.start : e.end] for e in finder.entities(paper))
    news = "Вчера в Караганде судья Улгиев Тест Образцович встретился с жителями города и рассказал о планах суда."
    assert {"PERSON", "LOCATION"} <= {e.label for e in finder.entities(news)}


@pytest.mark.parametrize(
    "paper",
    [
        "Я, Хван Савелий, родился в 1931 г. в поселке Сучан. Отца взяли в трудовой лагерь.",
        "Regional Archive, Kostanay. 11 May 2015\nDear Ms Ingrid Hofer,\nYour great-uncle was settled there in 1941.",
    ],
)
def test_papers_of_a_line_and_letters_from_abroad_are_papers(finder: Finder, paper: str) -> None:
    assert not {"LOCATION", "ORGANIZATION", "FACILITY"} & {e.label for e in finder.entities(paper)}
    assert "PERSON" in {e.label for e in finder.entities(paper)}


def test_marks_are_counted_by_kind() -> None:
    paper = Paper("x", "ru", "Иван 5 судья Пётр дом", ((0, 4, "P"), (5, 6, "I"), (13, 17, "O")))
    figures = count([paper], lambda _: [(0, 4), (18, 21)])
    assert figures == {
        "hidden": 50.0,
        "person": 100.0,
        "ru": 50.0,
        "number": 0.0,
        "officials kept": 100.0,
        "over": 25.0,
    }


def test_papers_can_be_read() -> None:
    papers = read_papers()
    assert len(papers) > 90
    assert all(p.text[a:b] for p in papers for a, b, _ in p.marks)
    assert as_typed("Құжат") == "Кужат"
