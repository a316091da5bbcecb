"""Towns, labels cut short and references to archives are no persons; persons who look like them are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category

Hidden = Callable[..., list[str]]

NO_NAMES = [
    "Registered at: Kostanay, 34 Probe Street, apt. 61. Place of birth: Arkalyk",
    "5. Соцпроисхожд. сын муллы. 4. Национ. татарин. Сопутств.: ушиб.",
    "Копия хранится. См. ГАРФ, ф. 9479, оп. 1",
    "Мен 1908 жылы тудым. Казiр Кустанай каласында турамын.",
]
PERSONS = [
    ("Копия хранится. См. Ахметов Болат, рабочий.", "Ахметов Болат"),
    ("Павлодарова Анна живёт здесь.", "Павлодарова Анна"),
    ("Спрошен Петропавлов С. о деле.", "Петропавлов С."),
]


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_is_no_name_stays(hidden: Hidden, text: str) -> None:
    assert hidden(text, Category.PERSON) == []


@pytest.mark.parametrize(("text", "name"), PERSONS)
def test_persons_stay_hidden(hidden: Hidden, text: str, name: str) -> None:
    assert any(name in shown or shown in name for shown in hidden(text, Category.PERSON))


def test_the_republic_is_no_nationality(hidden: Hidden) -> None:
    assert hidden("ШЕШIМ. Казак ССР атынан. Сот анықтады.", Category.SPECIAL) == []
