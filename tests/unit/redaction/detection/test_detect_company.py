"""Names told by what stands around them: lists, halves, cells, commissions, signatures; and words that are no names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category

Hidden = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1) Ахметов Болат, 1920\n2) Петренко Микола, 1915\n3) Шпак, многодетная, 3 детей\n", "Шпак"),
        ("Балалары: Рамзан (1931), Зұлай (1936), Тойма (1940), соңғысы жолда туған.", "Тойма (1940)"),
        ("Подписи: Рыков, Битимбаева, Осьминкина. Всего 21 подпись.", "Осьминкина"),
    ],
)
def test_company_tells_a_name(hidden: Hidden, text: str, name: str) -> None:
    found = " ".join(hidden(text, Category.PERSON))
    assert name.split(" ", maxsplit=1)[0] in found


def test_other_words_of_a_list_are_no_names(hidden: Hidden) -> None:
    text = "1. Стол\n2. Шкаф, дубовый\n3. Лампа, настольная\n4. Ахметов Б. принял\n"
    assert hidden(text, Category.PERSON) in ([], ["Ахметов Б."])


@pytest.mark.parametrize(
    "text", ["Утебай Мереке, 1961 ж.т.", "Желдібаев Санат, 1978 ж.т.", "Ростова Зинаида, 1931 г.р."]
)
def test_listed_word_is_the_other_half_of_a_name(hidden: Hidden, text: str) -> None:
    assert hidden(text, Category.PERSON) == [text.partition(",")[0]]


def test_each_cell_holds_a_name_of_its_own(hidden: Hidden) -> None:
    rows = (("Фамилия до брака", "Мажитов", "Штраух"), ("после брака", "Мажитов", "Мажитова"))
    text = "".join(f"{label:25}{his:25}{hers}\n" for label, his, hers in rows)
    found = hidden(text, Category.PERSON)
    assert [name.strip() for name in found] == ["Мажитов", "Штраух", "Мажитов", "Мажитова"]


@pytest.mark.parametrize(
    "text",
    [
        "СПРАВКА\nОснование: ф. 12, оп. 3, д. 45.\nDeputy director Zh. Kaliyeva; tel. +7 7172 55 01 20\n",
        "ЗАВЕЩАНИЕ\nЗавещание удостоверено мной, Е. И. Абдрашитовой, государственным нотариусом.\n",
        "Состав: Кириллова (председатель), Рахманов, Шульга\nРазбиралось поведение жильцов дома.\n",
        "Жетінші топқа ескерту. Шешім: куратор Г. Есет бақыласын.\n",
        "Вскрытие начато в 10 часов.\nПрозектор Эпштейн М.Н.\n",
    ],
)
def test_who_acts_in_office_stays(hidden: Hidden, text: str) -> None:
    assert hidden(text, Category.PERSON) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("В присутствии понятых: Шкуратова Е. и Мамбетова Д. составлен акт.", "Шкуратова Е."),
        ("Удержано по исп. листу № 2-880 в пользу Ахметовой Р.\n", "Ахметовой Р."),
        ("Куратор Есет Ғалым орнынан босатылсын.", "Есет Ғалым"),
        ("Состав семьи: жена Кириллова Анна, сын Рахманов Олег", "Кириллова Анна"),
    ],
)
def test_who_is_near_offices_is_hidden(hidden: Hidden, text: str, name: str) -> None:
    assert name in hidden(text, Category.PERSON)


@pytest.mark.parametrize(
    "text",
    [
        "Алушы: 12 мың теңге\nКірісі мен шығысы тексерілді.\n",
        "Ескертпе: жоқ\nТексеру кезінде кемшілік табылмады.\n",
        "Аппаратураны жөндеу аяқталды.\nСалық: төленді.\n",
    ],
)
def test_words_of_papers_begin_lines_and_are_no_names(hidden: Hidden, text: str) -> None:
    assert hidden(text, Category.PERSON) == []
