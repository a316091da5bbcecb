"""Whatever is done to a term's typing, it is found; whatever other words stand around, they stay."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from qupia_redaction.model import PageText, PrivateText, TextSource
from qupia_redaction.terms.search import find_terms

NAMES = st.sampled_from(
    ["Жұмабеков Серік", "Үлгіева Сынақгүл", "Сарыбаев Ерлан Қайратұлы", "Нұрмағанбетова", "Bradwell Hutson", "Ким Анна"]
)
KEPT = (
    "завод",
    "цех",
    "приказ",
    "тоқсан",
    "слесарь",
    "құжат",
    "order",
    "plant",
    "номер",
    "12",
    "1987",
    "қала",
    "и",
    "в",
)
TWINS = dict(zip("аеорсухкіАЕОРСТХКМНВІ", "aeopcyxkiAEOPCTXKMHBI", strict=True))


def spaced(text: str) -> str:
    return " ".join(text.replace(" ", ""))


def looked_alike(text: str) -> str:
    return "".join(TWINS.get(char, char) for char in text)


def shy(text: str) -> str:
    return "\u00ad".join(text)


def hyphenated(text: str) -> str:
    middle = max(2, len(text.split(maxsplit=1)[0]) // 2)
    return f"{text[:middle]}-\n{text[middle:]}"


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def zero_width(text: str) -> str:
    return "\u200b".join(text)


def on_two_lines(text: str) -> str:
    return text.replace(" ", "\n", 1)


CHANGES: list[Callable[[str], str]] = [
    str, str.upper, str.lower, spaced, looked_alike, shy, hyphenated, decomposed, zero_width, on_two_lines,
]  # fmt: skip


def page(text: str) -> PageText:
    return PageText(1, PrivateText(text), (None,) * len(text), TextSource.GLYPHS, 595, 842)


def without(text: str, term: str) -> str:
    for detail in reversed(find_terms([page(text)], [PrivateText(term)])):
        text = f"{text[: detail.start]}{text[detail.end :]}"
    return text


@given(
    NAMES,
    st.lists(st.sampled_from(CHANGES), max_size=2),
    st.lists(st.sampled_from(KEPT)),
    st.lists(st.sampled_from(KEPT)),
)
def test_a_term_goes_and_every_other_word_stays(
    term: str, changes: list[Callable[[str], str]], before: list[str], after: list[str]
) -> None:
    written = term
    for change in changes:
        written = change(written)
    left = without(" | ".join([" ".join(before), written, " ".join(after)]), term)
    assert left.split() == [*before, "|", "|", *after]


@given(
    st.lists(st.sampled_from((*KEPT, "Жұмабековтің", "Серікке", "Жұмабеков", "Серік", "СЕРІК", "Серік-")), max_size=30)
)
def test_hiding_twice_hides_nothing_more(words: list[str]) -> None:
    blank = " ".join(words)
    for detail in reversed(find_terms([page(blank)], [PrivateText("Жұмабеков Серік")])):
        blank = f"{blank[: detail.start]}[скрыто T]{blank[detail.end :]}"
    assert find_terms([page(blank)], [PrivateText("Жұмабеков Серік")]) == ()


@given(st.text(max_size=60), st.text(min_size=1, max_size=12))
def test_any_text_is_read_and_details_lie_inside_it(text: str, term: str) -> None:
    letters = f"я{term}"
    for detail in find_terms([page(text)], [PrivateText(letters)]):
        assert 0 <= detail.start < detail.end <= len(text)


@given(st.text(alphabet="абвгдежзиклмнопрст ", min_size=2, max_size=40), st.sampled_from(["Ли", "Ким", "Ян"]))
def test_a_short_term_never_takes_a_part_of_a_word(text: str, term: str) -> None:
    for detail in find_terms([page(text)], [PrivateText(term)]):
        assert detail.start == 0 or not text[detail.start - 1].isalnum()
        assert detail.end == len(text) or not text[detail.end].isalnum()
