"""What stays in albums, files and courts: entries of photographs, boxes of a cipher, numbers of decisions, who acts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.recognizers.keep import kept_ranges

Found = Callable[..., list[tuple[str, object, object]]]
ALBUM = (
    "Аннотации к фотоальбому № 118\n2-51407. Токарь Сынақ Үлгіев с женой Айгүл.\n2-51408. Свадьба. Тестова Мария.\n"
    "2-51419 - 2-51421. Товарищеский суд, Үлгіев С.\n"
)


def kept(text: str) -> list[str]:
    """Return what is kept of a text."""
    return [text[a:b] for a, b in kept_ranges(text)]


def test_entries_of_photographs_stay() -> None:
    assert {"2-51407", "2-51408", "2-51419 - 2-51421"} <= set(kept(ALBUM))


def test_one_such_number_is_no_entry() -> None:
    assert "2-51407" not in kept("Фото.\n2-51407. Үлгіев Сынақ\n")


@pytest.mark.parametrize("cipher", ["ф. Р-1147, оп. 6, кор. 22, карт. 883-887", "92-қор, 2-жс-тізбе, 381-іс"])
def test_ciphers_with_boxes_and_inventories_of_persons(cipher: str) -> None:
    assert cipher in kept(f"Архив: {cipher}\n")


@pytest.mark.parametrize("number", ["Снята с учета постановл. № 1412", "завод, сварщица, спр. № 10127 от 19.03.2004"])
def test_numbers_of_decisions_stay(found: Found, number: str) -> None:
    text = f"Тестова Айгүл Сынаққызы, 1926 г.р. {number}.\n"
    assert not any("1412" in told or "10127" in told for told, *_ in found(text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I, Sabit Synakuly Testov, notary of Kostanay, certify this.\n", "Testov"),
        ('"She is no thief," said her advocate, Mr. L. Testman. Two drivers were heard.\n', "Testman"),
        ("Тізімдемені құрған: Л. Үлгіқызы. Бекітілді: хаттама № 8\n", "Үлгіқызы"),
        ("Представитель акимата г. Риддера Үлгіев Н. оставил вопрос.\n", "Үлгіев"),
    ],
)
def test_who_acts_stays(found: Found, text: str, name: str) -> None:
    assert not any(name in told for told, *_ in found(text))


@pytest.mark.parametrize(
    "text",
    [
        "Представитель истца Тестов Н. просил.\n",
        "Представитель семьи Тестов Н.К. просил дать отсрочку.\n",
        "Two drivers, Kairat Testov, were heard.\n",
    ],
)
def test_who_does_not_act_is_hidden(found: Found, text: str) -> None:
    assert any("Тестов" in told or "Testov" in told for told, *_ in found(text))
