"""Marks in sample texts: taken out of the text, recorded for the check."""

from __future__ import annotations

from qupia_server.samples.marks import Gold


def test_names_are_recorded_word_by_word() -> None:
    gold = Gold()
    assert gold.take("Уволить {Акбултова Ерлана}, слесаря") == "Уволить Акбултова Ерлана, слесаря"
    assert gold.hide == {"Акбултова", "Ерлана"}


def test_phrases_with_digits_stay_whole_and_unbreakable() -> None:
    gold = Gold()
    assert gold.take("ул. {Степная, д. 7}") == "ул. Степная,\u00a0д.\u00a07"
    assert gold.hide == {"Степная, д. 7"}


def test_each_mark_has_its_own_list() -> None:
    gold = Gold()
    assert gold.take("[Ф. 12] <диагноз> ~судья~") == "Ф. 12 диагноз судья"
    assert (gold.keep, gold.special, gold.either, gold.hide) == ({"Ф. 12"}, {"диагноз"}, {"судья"}, set())


def test_row_is_sorted() -> None:
    gold = Gold()
    gold.take("{Б} {А} [в]")
    assert gold.row("d-1") == {"document": "d-1", "hide": ["А", "Б"], "keep": ["в"], "special": [], "either": []}
