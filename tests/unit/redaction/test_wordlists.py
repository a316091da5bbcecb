"""Word lists: what may stand in a document is never lost on the way from 100,000 entries to a few; doubt refuses."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import (
    Category,
    Detail,
    KnownPerson,
    ListKind,
    PageText,
    PrivateText,
    RedactionOrder,
    TextSource,
    WordList,
)
from qupia_redaction.terms.search import Layout, find_terms, folded_texts
from qupia_redaction.terms.wordlists import (
    LONGEST,
    Index,
    WordListFault,
    kept_places,
    narrowed,
    parse,
    without_kept,
    word_list,
)
from tests.support.spellings import NAME, SPELLINGS

OTHERS = tuple(f"{first}{middle}{last} {name}" for first in ("Бек", "Нұр", "Тоқ", "Сәр", "Иван", "Петр")
               for middle in ("", "тай", "мұрат", "ғали") for last in ("ов", "баев", "енко")
               for name in ("Асқар", "Дәрия", "Олег", "Ли", "Жан"))  # fmt: skip


def page(text: str, source: TextSource = TextSource.GLYPHS) -> PageText:
    return PageText(1, PrivateText(text), (None,) * len(text), source, 595, 842)


def layout(text: str, source: TextSource = TextSource.GLYPHS) -> Layout:
    return Layout([()], [0 if source is TextSource.OCR else len(text)])


def listed(folder: Path, kind: ListKind, *entries: str) -> WordList:
    file = folder / f"{kind.value}.txt"
    file.write_text("\n".join(entries), encoding="utf-8")
    return word_list(kind, file)


def order_of(*lists: WordList, persons: tuple[KnownPerson, ...] = ()) -> RedactionOrder:
    return RedactionOrder(frozenset(Category), lists=lists, persons=persons)


def narrow(text: str, *lists: WordList, source: TextSource = TextSource.GLYPHS) -> RedactionOrder:
    return narrowed(order_of(*lists), [page(text, source)], layout(text, source), ())


def test_a_list_is_read_without_its_notes_and_repetitions() -> None:
    assert parse("\ufeff# фондообразователи\n\nСейфуллин\r\nСейфуллин \n 12/4\n".encode()) == ("Сейфуллин", "12/4")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"\xcf\xf3\xf8\xea\xe8\xed\n", 1),
        ("Сейфуллин\n".encode() + b"\xff\xfe", 2),
        ("Сейфуллин\n—\n".encode(), 2),
        (f"Сейфуллин\n\n{'а' * (LONGEST + 1)}\n".encode(), 3),
    ],
)
def test_a_faulty_list_is_told_by_its_line_and_not_by_its_words(data: bytes, line: int) -> None:
    with pytest.raises(WordListFault) as fault:
        parse(data)
    assert fault.value.line == line
    assert "Сейфуллин" not in str(fault.value)


@pytest.mark.parametrize("written", SPELLINGS)
def test_what_a_term_finds_alone_is_found_among_many(written: str, tmp_path: Path) -> None:
    text = f"принят {written} слесарем"
    alone = find_terms([page(text)], [PrivateText(NAME)], layout(text))
    order = narrow(text, listed(tmp_path, ListKind.HIDE, *OTHERS, NAME))
    assert alone
    assert find_terms([page(text)], order.terms, layout(text)) == alone
    assert len(order.terms) < len(OTHERS) / 10


@settings(max_examples=200, deadline=None)
@given(
    words=st.lists(st.text("абвгдежзиклмнопрстуфхцчшщыьэюяһқғңөүұәі", min_size=2, max_size=9), min_size=1, max_size=3),
    endings=st.lists(st.sampled_from(["", "а", "у", "ом", "ның", "ға", "лардың", "ий", "ого"]), min_size=3, max_size=3),
    order=st.permutations([0, 1, 2]),
)
def test_no_form_of_an_entry_is_lost(words: list[str], endings: list[str], order: list[int]) -> None:
    entry = " ".join(words)
    shown = " ".join(words[at] + endings[at] for at in order if at < len(words))
    for text in (shown, shown.upper(), " ".join(word[:-1] + "а" for word in words), shown.replace("и", "u")):
        if find_terms([page(text)], [PrivateText(entry)], layout(text)):
            among = Index([*OTHERS, entry]).among(folded_texts([page(text)], layout(text), LONGEST))
            assert PrivateText(entry) in among


def test_a_list_of_hides_finds_what_ocr_misread_by_a_letter(tmp_path: Path) -> None:
    text = "принят Жумабекoв Ceриk, вместо Сейфуллнна и Сейфулина"
    order = narrow(text, listed(tmp_path, ListKind.HIDE, *OTHERS, "Сейфуллин"), source=TextSource.OCR)
    found = find_terms([page(text, TextSource.OCR)], order.terms, layout(text, TextSource.OCR))
    assert [text[one.start : one.end] for one in found] == ["Сейфуллнна", "Сейфулина"]


def test_entries_stand_in_the_contents_of_codes(tmp_path: Path) -> None:
    lists = (listed(tmp_path, ListKind.HIDE, *OTHERS, NAME),)
    order = narrowed(order_of(*lists), [page("қағаз")], layout("қағаз"), ["BEGIN:VCARD\nN:Жұмабеков;Серік"])
    assert PrivateText(NAME) in order.terms


@pytest.mark.parametrize("fate", ["changed", "gone", "spoilt"])
def test_a_list_that_is_not_what_the_order_means_refuses(fate: str, tmp_path: Path) -> None:
    one = listed(tmp_path, ListKind.HIDE, NAME)
    file = Path(one.path)
    if fate == "gone":
        file.unlink()
    else:
        file.write_bytes("Басқа\n".encode() if fate == "changed" else b"\xff")
    if fate == "spoilt":
        one = WordList(one.kind, one.path, hashlib.sha256(b"\xff").hexdigest())
    with pytest.raises(RedactionRefused) as refused:
        narrow("қағаз", one)
    assert refused.value.code is RefusalCode.OBLIGATION_UNFULFILLABLE


def detail(text: str, part: str, category: Category = Category.PERSON, person_id: str | None = None) -> Detail:
    start = text.index(part)
    return Detail(1, start, start + len(part), category, 0.9, "tagged_names", person_id)


TEXT = "Абай көшесі, Сәкен Сейфуллин, СӘКЕН СЕЙФУЛЛИН, Сәкен Сейфуллинге, Сәкен Сейфуллина, С. Сейфуллин"


def left(*details: Detail, keep: str = "Сәкен Сейфуллин", persons: tuple[KnownPerson, ...] = ()) -> list[str]:
    order = RedactionOrder(frozenset(Category), keeps=(PrivateText(keep),), persons=persons)
    return [TEXT[one.start : one.end] for one in without_kept([page(TEXT)], details, order)]


def test_a_kept_entry_stays_in_either_case_and_in_no_other_form() -> None:
    parts = ["Сәкен Сейфуллин", "СӘКЕН СЕЙФУЛЛИН", "Сәкен Сейфуллинге", "Сәкен Сейфуллина", "С. Сейфуллин"]
    assert left(*(detail(TEXT, part) for part in parts)) == parts[2:]


def test_a_detail_that_is_wider_than_the_entry_is_hidden_whole() -> None:
    assert left(detail(TEXT, "Абай көшесі, Сәкен Сейфуллин", Category.ADDRESS)) == ["Абай көшесі, Сәкен Сейфуллин"]


def test_no_list_opens_a_person_concerned_or_a_number_of_a_person() -> None:
    concerned = KnownPerson("p1", (PrivateText("Сейфуллин Асқар"),))
    assert left(detail(TEXT, "Сәкен Сейфуллин"), persons=(concerned,)) == ["Сәкен Сейфуллин"]
    assert left(detail(TEXT, "Сәкен Сейфуллин", person_id="p1")) == ["Сәкен Сейфуллин"]
    assert left(detail(TEXT, "Сәкен Сейфуллин", Category.IIN)) == ["Сәкен Сейфуллин"]


def test_look_alike_letters_are_not_enough_to_stay() -> None:
    order = RedactionOrder(frozenset(Category), keeps=(PrivateText("Сара"),))
    assert not kept_places([page("Capa")], order)
    assert kept_places([page("Сара")], order) == {1: [(0, 4)]}
