"""Names of private persons in three languages, officials who stay, and the persons whom the catalogue knows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category, Detail, KnownPerson, PrivateText

Hidden = Callable[..., list[str]]
Found = Callable[..., list[tuple[str, Category, str | None]]]
Details = Callable[..., tuple[Detail, ...]]

ULGI = KnownPerson("p1", (PrivateText("Үлгіев Сынақ Тестович"),), PrivateText("991231600002"))
WIFE = KnownPerson("p2", (PrivateText("Үлгіева Мысал Образқызы"),))

NAMES = [
    ("Вчера Иванов Пётр Сергеевич приехал в город.", "Иванов Пётр Сергеевич"),
    ("Предоставить Примеровой Вере Ильиничне отпуск.", "Примеровой Вере Ильиничне"),
    ("Выдать Образцову Льву Кузьмичу аванс.", "Образцову Льву Кузьмичу"),
    ("УВОЛИТЬ ПРИМЕРОВА ТЕСТА ОБРАЗЦОВИЧА", "ПРИМЕРОВА ТЕСТА ОБРАЗЦОВИЧА"),
    ("Список: Примеров С.Т., Мысалова А. К.", "Мысалова А. К"),
    ("Справка дана С.Т. Үлгіеву", "С.Т. Үлгіеву"),
    ("Үлгіев Сынақ Тестұлы ауылда тұрады.", "Үлгіев Сынақ Тестұлы"),
    ("Мысалова Айгүл Тестқызының арызы", "Мысалова Айгүл Тестқызының"),
    ("Айгүл Тест қызына берілсін", "Айгүл Тест қызына"),
    ("Бүгін Нұрлан Мысаловтың үйіне келді", "Нұрлан Мысаловтың"),
    ("Аты-жөні: Сынақ Үлгі", "Сынақ Үлгі"),
    ("Фамилия: Тен  Имя: Ким", "Тен"),
    ("Mr John Testman came", "Mr John Testman"),
    ("The applicant, Testa Examply, was heard", "Testa Examply"),
    ("Her name is Mary Sample and she left", "Mary Sample"),
    ("Ива-\nнов Пётр Сергеевич", "Ива-\nнов Пётр Сергеевич"),
    ("Ив\u00adан\u200bов Пётр Сергеевич", "Ив\u00adан\u200bов Пётр Сергеевич"),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_finds_names(hidden: Hidden, text: str, name: str) -> None:
    assert any(name in words for words in hidden(text, Category.PERSON)), hidden(text, Category.PERSON)


@pytest.mark.parametrize(
    "text",
    [
        "Министерство культуры Республики Казахстан",
        "Қарағанды облысы Абай ауданы",
        "ПРИКАЗ № 45-к",
        "Лицевой счёт хозяйства",
        "улица имени Сатпаева",
        "The Supreme Court of Kazakhstan",
    ],
)
def test_leaves_what_is_no_person(hidden: Hidden, text: str) -> None:
    assert hidden(text, Category.PERSON) == []


@pytest.mark.parametrize(
    "text",
    [
        "Судья Образцов А.Б.",
        "Директор архива ____________ Н.Н. Показов",
        "Архив директоры          Қ. Сынақбаев",
        "Нотариус: Примерова К.К.",
        "при секретаре Примеровой К.К., с участием прокурора Образцова А.Б.",
        "Хатшы М. Сынақбаева",
    ],
)
def test_officials_in_office_stay(hidden: Hidden, text: str) -> None:
    assert hidden(text, Category.PERSON) == []


def test_appointed_person_is_no_official(hidden: Hidden) -> None:
    assert hidden("Назначить директором Мысалову А.Б. с 1 мая", Category.PERSON) == ["Мысалову А.Б."]


def test_official_who_is_also_private_is_hidden(hidden: Hidden) -> None:
    text = "Уволить Примерова Теста Образцовича.\nСудья Примеров Т.О."
    assert len(hidden(text, Category.PERSON)) == 2


def test_official_whom_the_catalogue_knows_is_hidden(found: Found) -> None:
    assert ("Үлгіев С.Т.", Category.PERSON, "p1") in found("Судья Үлгіев С.Т.", ULGI)


@pytest.mark.parametrize(
    "form",
    [
        "Үлгіев Сынақ Тестович",
        "ҮЛГІЕВ СЫНАҚ ТЕСТОВИЧ",
        "Улгиеву Сынаку Тестовичу",
        "Сынақ Үлгіевтің",
        "Үлгіев С.Т.",
        "С. Т. Үлгіевке",
        "Yлгieв С.Т.",
        "Ulgiyev S. T.",
        "Үлгі-\nев Сынақ",
        "Үлгіев\nСынақ",
        "Улг1ев Сынақ",
    ],
)
def test_known_person_in_every_form(found: Found, form: str) -> None:
    hits = found(f"сообщаем: {form} явился", ULGI)
    assert any(form.rstrip(".") in words and owner == "p1" for words, _, owner in hits), hits


@pytest.mark.parametrize("form", ["Үлгіевтің", "Тестович", "И Ү л г і е в", "Ү л г і е в С ы н а қ"])
def test_known_person_in_parts_is_hidden(hidden: Hidden, form: str) -> None:
    assert hidden(f"мен {form} деген", Category.PERSON, ULGI)


def test_short_surname_does_not_eat_words(hidden: Hidden) -> None:
    person = KnownPerson("p9", (PrivateText("Ли Анна"),))
    assert hidden("лишь тени стояли", Category.PERSON, person) == []
    assert hidden("явилась Ли Анна", Category.PERSON, person) == ["Ли Анна"]


def test_namesake_has_no_owner(found: Found) -> None:
    owners = {owner for words, kind, owner in found("Үлгіев Сынақ Образович", ULGI) if kind is Category.PERSON}
    assert owners == {None}


def test_shared_surname_alone_has_no_owner(found: Found) -> None:
    hits = found("Үлгіевке берілді", ULGI, WIFE)
    assert [owner for _, kind, owner in hits if kind is Category.PERSON] == [None]


def test_wife_and_husband_keep_apart(found: Found) -> None:
    hits = found("Үлгіев Сынақ Тестович\nҮлгіева Мысал Образқызы", ULGI, WIFE)
    assert [owner for _, kind, owner in hits if kind is Category.PERSON] == ["p1", "p2"]


def test_known_iin_has_its_owner(found: Found) -> None:
    assert ("991231 600 002", Category.IIN, "p1") in found("номер 991231 600 002", ULGI)
    assert ("99I23l6ООО02", Category.IIN, "p1") in found("номер 99I23l6ООО02", ULGI)


def test_row_belongs_to_the_person_in_it(found: Found) -> None:
    hits = found("Үлгіев С.Т., 05.03.1957 г.р.\nМысалова А.К., 06.04.1960 г.р.", ULGI)
    assert [owner for _, kind, owner in hits if kind is Category.BIRTH_DATE] == ["p1", None]


def test_relative_in_the_row_makes_doubt(found: Found) -> None:
    hits = found("Үлгіев С.Т., его мать 06.04.1930 г.р.", ULGI)
    assert [owner for _, kind, owner in hits if kind is Category.BIRTH_DATE] == [None]


def test_other_iin_in_the_row_is_not_owned(found: Found) -> None:
    hits = found("Үлгіев С.Т. ИИН 991231500006", ULGI)
    assert [owner for _, kind, owner in hits if kind is Category.IIN] == [None]


def test_found_person_is_spread_over_all_pages(details: Details) -> None:
    hits = details("Уволить Тестбаса Пётра Образцовича.", "акт приёмки: Тестбасу выдано")
    assert [(d.page, d.found_by) for d in hits if d.page == 2] == [(2, "propagation")]


def test_name_over_a_page_end_is_one_detail_a_page(details: Details) -> None:
    hits = [d for d in details("взыскать с Үлгі-", "ев Сынақ долг", persons=[ULGI]) if d.category is Category.PERSON]
    assert [(d.page, d.start, d.end) for d in hits] == [(1, 11, 16), (2, 0, 8)]


def test_whole_token_is_hidden(hidden: Hidden) -> None:
    assert hidden("кеше Үлгіевтерге хат келді", Category.PERSON, ULGI) == ["Үлгіевтерге"]


def test_every_detail_names_its_recognizer(details: Details) -> None:
    hits = details("Иванов Пётр Сергеевич, 1957 г.р., ИИН 991231600002, ул. Образцовая, д. 12")
    assert {d.category for d in hits} == {Category.PERSON, Category.BIRTH_DATE, Category.IIN, Category.ADDRESS}
    assert all(d.found_by and 0.5 <= d.score <= 1.0 for d in hits)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b\u00ad", "А" * 3000, "1 " * 1500, "-\n" * 500, "\x1f\u2028"])
def test_empty_and_hostile_texts_are_read(details: Details, text: str) -> None:
    assert all(0 <= d.start < d.end <= len(text) for d in details(text, persons=[ULGI]))
