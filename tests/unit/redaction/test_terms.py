"""Terms are found however they are typed and wherever they break, and other words are left alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Box, Category, PageText, PrivateText, TextSource
from qupia_redaction.terms.search import Layout, can_be_found, find_terms, mentions
from tests.support.spellings import NAME, SPELLINGS

IIN = "990412300123"


def page(text: str, number: int = 1, source: TextSource = TextSource.GLYPHS) -> PageText:
    return PageText(number, PrivateText(text), (None,) * len(text), source, 595, 842)


def found(texts: str | Sequence[str], *terms: str, source: TextSource = TextSource.GLYPHS) -> list[str]:
    pages = [page(text, n, source) for n, text in enumerate([texts] if isinstance(texts, str) else texts, 1)]
    details = find_terms(pages, [PrivateText(term) for term in terms])
    assert all(d.category is Category.TERM and 0 <= d.start < d.end for d in details)
    return [pages[d.page - 1].text.reveal()[d.start : d.end] for d in details]


@pytest.mark.parametrize("written", SPELLINGS)
def test_a_name_is_found_in_every_form(written: str) -> None:
    hidden = "".join(found(f"принят {written} слесарем", NAME))
    assert hidden.split()[0][0].casefold() in "жс"
    left = f"принят {written} слесарем"
    for part in found(left, NAME):
        left = left.replace(part, "")
    assert left.split() in (["принят", "слесарем"], ["принят", "-", "слесарем"])


@pytest.mark.parametrize(
    "written",
    ["990412300123", "990412 300123", "990 412 300 123", "99O4l23OOI23", "99О412З00123", "9.9.0.4.1.2.3.0.0.1.2.3",
     "990412-\n300123", "ИИН990412300123тел", "0990412300123", "９９０４１２３００１２３"],
)  # fmt: skip
def test_a_number_is_found_in_every_form(written: str) -> None:
    assert len(found(f"номер {written} указан", IIN)) == 1


@pytest.mark.parametrize(
    ("term", "text", "hidden"),
    [
        ("Ли", "Полина и Липа или Ли, Лида, оли и Л. Иванов", ["Ли"]),
        ("Ли", "Ли-\nмон, по-\nли и Ли-\n", ["Ли"]),
        ("Корсаков", "Римский-\nКорсаков", ["Корсаков"]),
        ("Ким", "Ким, Кимов, Кима и кимоно", ["Ким", "Кима"]),
        ("Павел", "Павлу, Павлом, павильон", ["Павлу", "Павлом"]),
        ("Мария", "Марией и Марии, Марина, Марат, Мар", ["Марией", "Марии"]),
        ("Иванов", "Ивановой, ИВАНОВЫХ, Ивановский, Иван", ["Ивановой", "ИВАНОВЫХ"]),
        ("Иванов", "слесарьИванов, неивановец", ["Иванов"]),
        ("Достоевский", "Достоевского, Достоевскую, достойный", ["Достоевского", "Достоевскую"]),
        ("Марат", "Мараттың, Маратқа, марафон", ["Мараттың", "Маратқа"]),
        ("Серік", "Серігінің үйі, серіктес", ["Серігінің"]),
        ("Hutson", "Hutson’s hut, Hutsons, Hutsonville", ["Hutson"]),
        ("Bradwell Hutson", "see Вrаdwеll Нutsоn there", ["Вrаdwеll Нutsоn"]),
        ("Никитин", "принят Нuкuтuн, Никитич", ["Нuкuтuн"]),
        ("Ivanov", "Ivanova, Ivanovym, Ivanovsky, ivanovka", ["Ivanova", "Ivanovym"]),
        ("plan", "plan, plans, planet, a plan-B", ["plan", "plan"]),
        ("103", "103, 1030, 10 3 и 2103", ["103"]),
        ("12/45", "№ 12/45 и 12-45, не 1245", ["12/45", "12-45", "1245"]),
    ],
)
def test_forms_are_hidden_and_other_words_are_not(term: str, text: str, hidden: list[str]) -> None:
    assert found(text, term) == hidden


@pytest.mark.parametrize(
    ("term", "text", "hidden"),
    [
        ("Асан", "Фамилия\nА С А Н\nимя", ["А С А Н"]),
        ("Ким", "поля К И М заполнены", ["К И М"]),
        ("Ли", "Фамилия\nЛ И\nимя", ["Л И"]),
        ("Асан", "А С А Н О В", []),
        ("Ким", "Р К И М", []),
        ("Ли", "поля Л И заполнены", []),
    ],
)
def test_a_short_name_in_cells_for_letters_is_found(term: str, text: str, hidden: list[str]) -> None:
    assert found(text, term) == hidden


@pytest.mark.parametrize("term", ["+7 705 318 44 27", "87053184427"])
@pytest.mark.parametrize("written", ["8 (705) 318-44-27", "+7 705 318 44 27", "705-318-4427"])
def test_a_telephone_is_found_however_it_is_dialled(term: str, written: str) -> None:
    (hidden,) = found(f"тел. {written} после обеда", term)

    assert written.endswith(hidden)
    assert len(hidden) > len(written) - 2
    assert found("дом 705, кв. 318, 44 м", term) == []


def test_a_name_broken_over_a_page_is_found_on_both() -> None:
    assert found(["был принят Жұма-", "беков Серік слесарем"], NAME) == ["Жұма", "беков Серік"]


def boxed(items: Sequence[tuple[str, float, float]], number: int = 1) -> PageText:
    """Set words at places, one line each; a letter is five points wide and ten high."""
    text = "\n".join(word for word, _, _ in items)
    boxes: list[Box | None] = []
    for word, x, y in items:
        boxes += [Box(x + 5 * at, y, x + 5 * at + 5, y + 10) for at in range(len(word))] + [None]
    return PageText(number, PrivateText(text), tuple(boxes[:-1]), TextSource.GLYPHS, 595, 842)


def hidden_in(pages: Sequence[PageText], *terms: str) -> str:
    details = find_terms(pages, [PrivateText(term) for term in terms])
    return "|".join(pages[d.page - 1].text.reveal()[d.start : d.end] for d in details)


def _pile(letters: str, x: float = 200) -> list[tuple[str, float, float]]:
    return [(letter, x, 100 + 14 * at) for at, letter in enumerate(letters)]


@pytest.mark.parametrize("letters", ["Алим", "АЛИМ", "милА"])
def test_a_short_name_in_letters_one_below_the_other_is_found(letters: str) -> None:
    beside = [("строка текста", 60, y) for _, _, y in _pile("А" * 7)]
    rows = [item for at, line in enumerate(beside) for item in (line, *_pile(letters)[at : at + 1])]

    assert hidden_in([boxed(rows)], "Алим") == "|".join(letters)


def test_letters_one_below_the_other_that_are_no_name_stay() -> None:
    assert not hidden_in([boxed(_pile("алим"))], "Алим")
    assert not hidden_in([boxed([*_pile("Ал"), *[(c, 300, y + 40) for c, _, y in _pile("им")]])], "Алим")


def test_a_short_name_drawn_downwards_at_the_ends_of_lines_is_found() -> None:
    lines = [("строка" + letter, 60.0, 100.0 + 14 * at) for at, letter in enumerate("Алим")]
    page = boxed(lines)
    ends = [8 * at + 6 for at in range(4)]
    order = [at for at in range(len(page.text)) if page.boxes[at] is not None and at not in ends] + ends
    details = find_terms([page], [PrivateText("Алим")], Layout([()], [len(page.text)], [order]))

    assert [detail.start for detail in details] == ends


def test_a_name_broken_in_a_cell_is_found_though_rows_are_read_across() -> None:
    cells = [("Жұма-", 72, 100), ("слесарь", 200, 100), ("беков", 72, 114), ("цех 5", 200, 114), ("Серік", 72, 128)]
    assert hidden_in([boxed(cells)], NAME) == "Жұма|беков|Серік"


def test_a_name_broken_in_the_middle_of_a_long_column_is_found() -> None:
    left = [f"строка {at}" for at in range(30)]
    left[14:17] = ["был принят Жұма-", "беков", "Серік слесарем"]
    cells = [item for at, text in enumerate(left) for item in ((text, 72, 14 * at), (f"цех {at}", 300, 14 * at))]
    assert hidden_in([boxed(cells)], NAME) == "Жұма|беков|Серік"


def test_letters_under_each_other_beside_other_text_are_found() -> None:
    letters = [(letter, 72.0, 100.0 + 12 * at) for at, letter in enumerate("ЖұмабековСерік")]
    rows = [item for at, item in enumerate(letters) for item in (item, (f"строка {at}", 200, item[2]))]
    assert hidden_in([boxed(rows)], NAME).replace("|", "") == "ЖұмабековСерік"


def test_a_name_broken_between_columns_is_found() -> None:
    items = [("начало", 72, 100), ("ков Серік слесарем", 320, 100), ("принят Жұмабе-", 72, 700), ("ниже", 320, 114)]
    assert hidden_in([boxed(items)], NAME) == "ков Серік|Жұмабе"


def test_a_name_broken_over_a_page_with_a_number_at_its_foot_is_found() -> None:
    first = boxed([("был принят Жұмабеков", 72, 780), ("12", 290, 820)])
    second = boxed([("Папка", 72, 20), ("Серік слесарем", 72, 60)], 2)
    assert hidden_in([first, second], NAME) == "Жұмабеков|Серік"


@pytest.mark.parametrize(
    ("term", "text", "hidden"),
    [
        (NAME, "Жумабеиов Серик принят, Жұмабекав Серін уволен", 2),
        (NAME, "Жумабеков Сез]х, Сепік", 1),
        (NAME, "Ж/мабеков Сегік слесарь", 1),
        (NAME, "Сезх Жумабекав принят", 1),
        (NAME, "Жумагалиев Берик", 0),
        (NAME, "Жумабеков слесарь", 0),
        (IIN, "990472300123 и 990412300128", 2),
        (IIN, "990999300123", 0),
        ("Серов", "Перов и Серым", 0),
        ("Ли", "Ля, Лн", 0),
        ("Whitcombe Prudence", "saw Whi E conbe Prudence there", 1),
    ],
)
def test_what_ocr_misread_is_found_within_reason(term: str, text: str, hidden: int) -> None:
    assert len(found(text, term, source=TextSource.OCR)) == hidden
    assert found(text, term) == []


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"ИИН {IIN} проверен", [IIN]),
        ("и Жұмабеков Серік и Берен", ["Жұмабеков Серік"]),
        ("и Жумабекав Серін и к", ["Жумабекав Серін"]),
        ("к Жұмабековым Сериком и", ["Жұмабековым Сериком"]),
    ],
)
def test_doubt_takes_no_word_beside_a_term(text: str, hidden: list[str]) -> None:
    assert found(text, NAME, IIN, source=TextSource.OCR) == hidden


def test_only_the_part_that_ocr_read_is_read_with_doubt() -> None:
    text = "Жумабеиов Серик\nЖумабеиов Серик"
    half = len(text) // 2 + 1
    (detail,) = find_terms([page(text)], [PrivateText(NAME)], Layout([()], [half]))
    assert detail.start == half


@pytest.mark.parametrize("term", ["", " ", "—", "№", "\u200b"])
def test_a_term_without_anything_to_find_is_refused(term: str) -> None:
    assert not can_be_found(PrivateText(term))
    with pytest.raises(RedactionRefused) as caught:
        find_terms([page("текст")], [PrivateText(term)])
    assert caught.value.code is RefusalCode.OBLIGATION_UNFULFILLABLE


def test_a_code_that_mentions_a_term_is_told() -> None:
    terms = [PrivateText(NAME), PrivateText(IIN)]
    assert mentions("BEGIN:VCARD\nFN:Серік Жұмабеков\nEND:VCARD", terms)
    assert mentions(f"http://example.test/?q={IIN}&x", terms)
    assert not mentions("WIFI:T:WPA;S:zavod;;", terms)


def test_two_columns_of_letters_are_one_name() -> None:
    letters = [
        (letter, 72.0 + 20 * column, 100.0 + 12 * row)
        for column, word in enumerate(NAME.split())
        for row, letter in enumerate(word)
    ]
    assert hidden_in([boxed(letters)], NAME).replace("|", "").replace("\n", "") == NAME.replace(" ", "")
    rows = sorted(letters, key=lambda item: (item[2], item[1]))
    assert sorted(hidden_in([boxed(rows)], NAME).replace("|", "").replace("\n", "")) == sorted(NAME.replace(" ", ""))
