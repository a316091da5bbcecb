"""Digits, signs and letters of another alphabet are read as they are meant, and the place on the page stays right."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from qupia_redaction.model import PageText, PrivateText, TextSource
from qupia_redaction.terms.search import Layout, find_terms
from qupia_redaction.terms.typed import respelled

RU, KK, EN, NUMBER = "Щербинина Зоя", "Сәрсенғалиұлы Дәурен", "Penfield Marlowe", "990704450017"


def page(text: str) -> PageText:
    return PageText(1, PrivateText(text), (None,) * len(text), TextSource.GLYPHS, 595, 842)


def found(text: str, term: str, drawn: tuple[int, ...] = ()) -> list[str]:
    layout = Layout([()], [len(text)], [drawn] if drawn else ())
    return [text[d.start : d.end] for d in find_terms([page(text)], [PrivateText(term)], layout)]


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("W3x7on", "Wexton"), ("P3nf13ld M4rl0w3", EN), ("P€nf!eld M@rlowe", EN), ("PENF|ELD MARL0WE", EN),
        ("Щep6uнuнa 3oя", RU), ("Щeрбuнинa 3оR", RU), ("ЩЕРБNНNНА ЗОЯ", RU),
        ("Сәрс3нғ4лиұлы Д4ур3н", KK), ("99O7O4A5OOl7", NUMBER), ("q9O7o445oOI7", NUMBER),
        (quote(EN), EN), (quote(RU), RU), (quote(RU).replace("%20", "+"), RU), (quote(KK).lower(), KK),
    ],
)  # fmt: skip
def test_what_is_meant_is_found_whole(written: str, term: str) -> None:
    assert found(f"саны {written}, берілді", term) == [written]


@pytest.mark.parametrize(
    "text", ["квартира 4А, дом 12Б", "100% шерсть, 50%", "50%20", "сигнал R2D2", "Penfield 3 Marlowe%", "%ff%fe%00"]
)
def test_other_words_stay(text: str) -> None:
    assert found(text, RU) == found(text, NUMBER) == []


def test_a_spelling_keeps_every_offset() -> None:
    text = f"?q={quote(RU)}&n=P3nf13ld"
    assert respelled(page(text))
    assert all(len(other.text) == len(text) for other in respelled(page(text)))
    assert respelled(page("обычная строка без цифр")) == ()


def test_a_long_word_costs_no_time() -> None:
    word = "a" * 200_000 + "!"
    assert found(word, EN) == []


def test_letters_are_found_in_the_order_of_drawing() -> None:
    text = "e\nn\nf\nP\nd\nl\ni\ne\nM\ne\nw\no\nl\nr\na"  # round a stamp, as rows see it
    order = (6, 0, 2, 4, 12, 14, 10, 8, 16, 28, 26, 24, 22, 20, 18)
    assert "".join(text[at] for at in order) == "PenfieldMarlowe"
    assert found(text, EN) == []
    assert "".join(found(text, EN, order)).replace("\n", "") == text.replace("\n", "")


def test_marks_without_width_part_no_short_word() -> None:
    assert found("жолдас Л\u200bи келді", "Ли") == ["Л\u200bи"]
    assert found("жолдас Л\u0301и\u0301 келді", "Ли") == ["Л\u0301и\u0301"]
