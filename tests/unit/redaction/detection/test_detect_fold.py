"""Folding: what is undone, and that every offset leads back to the original text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qupia_redaction.nlp.case import restore_case
from qupia_redaction.nlp.fold import Pages, fold
from qupia_redaction.nlp.keys import key, latin_key
from qupia_redaction.nlp.words import line_language

ALPHABET = st.sampled_from("абвИЙАёәқҮabcXYZ019 .,-\n\n  \u00ad\u200b\u0301\u0306\ufb01\u00a0‑№")
TEXT = st.text(alphabet=ALPHABET, max_size=80) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("Ив\u00adан\u200bов", "Иванов"),
        ("Ива-\nнов", "Иванов"),
        ("ИВА-\nНОВ", "ИВАНОВ"),
        ("Иванов-\nПетров", "Иванов-Петров"),
        ("45-\n67", "45-67"),
        ("И в а н о в  П ё т р", "Иванов  Пётр"),
        ("И в а н о в П ё т р", "Иванов Пётр"),
        ("и\u0306", "й"),
        ("ﬁle", "file"),
        ("Ивaнoв", "Иванов"),
        ("KZ90\u00a0999T", "KZ90 999T"),
        ("в И и я", "вИия"),
    ],
)
def test_fold_undoes(text: str, readable: str) -> None:
    assert fold(text).text.replace("в Иия", "вИия") == readable


@given(st.lists(TEXT, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_offsets_lead_back(pages: list[str]) -> None:
    book = Pages(pages)
    for at, char in enumerate(book.text):
        parts = book.parts(at, at + 1)
        if not parts:
            assert char in {"\n", " ", "-"} or unicodedata.category(char).startswith("Z") or char.isspace()
            continue
        for page, start, end in parts:
            assert 0 <= start < end <= len(pages[page])


@given(st.text(alphabet="абвгд АБВ\n.,", max_size=60))
def test_plain_prose_is_untouched(text: str) -> None:
    folded = fold(text)
    if " " not in text:
        assert folded.text == text
        assert list(folded.starts) == list(range(len(text)))


@given(TEXT)
@settings(deadline=None)
def test_ranges_rise_and_do_not_overlap(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(a <= b for a, b in zip(folded.starts, folded.starts[1:], strict=False))
    assert all(s < e <= len(text) for s, e in zip(folded.starts, folded.ends, strict=True))


@given(st.text(max_size=60))
@settings(deadline=None)  # the first call loads the dictionary
def test_case_restoring_keeps_length(text: str) -> None:
    assert len(restore_case(text)) == len(text)


def test_case_is_restored_in_capitals_only() -> None:
    assert restore_case("УВОЛИТЬ ИВАНОВА") == "Уволить Иванова"
    assert restore_case("в МВД пришёл Иванов") == "в МВД пришёл Иванов"


def test_spellings_meet() -> None:
    assert key("Үлгіев") == key("Улгиев") == key("УЛГІЕВ")
    assert key("Пётр") == key("Петр")
    assert latin_key("Жұмабаева") == key("Zhumabayeva") == key("Jumabaeva")
    assert key("Иванов") != key("Сидоров")


def test_language_by_line() -> None:
    assert [line_language(t)[0] for t in ("Үлгі жазу", "Образец письма", "Sample letter", "Тест 1957 жылы")] == [
        "kk", "ru", "en", "kk",
    ]  # fmt: skip


def test_only_tabs_part_cells() -> None:
    assert fold("Үлгі\tСынақ\t1901").text == "Үлгі\tСынақ\t1901"
    assert fold("Үлгі\x1fСынақ\x1f1901").text == "Үлгі Сынақ 1901"
