"""Names by the taggers and the dictionary, misread names on scans, labels without colons, and what an office keeps."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable

import pytest

from qupia_redaction import jsonl
from qupia_redaction.detect import Finder
from qupia_redaction.model import Category, PageText, PrivateText, TextSource

Hidden = Callable[..., list[str]]

TOLD = "Witness Mr Hutson Peter spoke. Then Futson left the room by the Buttons."
LETTERHEAD = "КГУ «Государственный архив Примерской области»\nул. Архивная, 1, тел. 8 (7172) 00-00-12, a@example.kz\n"


def scan(text: str, source: TextSource = TextSource.OCR) -> PageText:
    return PageText(1, PrivateText(text), (None,) * len(text), source, 595.0, 842.0)


@pytest.mark.parametrize("text", ["Кеше Құралай Қасенбаева келді.", "КЕШЕ ҚҰРАЛАЙ ҚАСЕНБАЕВА КЕЛДІ."])
def test_a_tagger_reads_kazakh_prose_and_capitals(hidden: Hidden, text: str) -> None:
    assert any("асенбаева" in words.lower() for words in hidden(text, Category.PERSON))


def test_common_words_in_capitals_are_no_names(hidden: Hidden) -> None:
    text = "ОТЧЁТ ПРАВЛЕНИЯ СОВХОЗА О ВЫПОЛНЕНИИ ПЛАНОВ И РАСХОДОВ СОТРУДНИКОВ ЗА ТРИ МЕСЯЦА"
    assert hidden(text, Category.PERSON) == []


@pytest.mark.parametrize("source", [TextSource.OCR, TextSource.GLYPHS])
def test_a_misread_name_is_found_on_scans_only(finder: Finder, source: TextSource) -> None:
    found = [TOLD[d.start : d.end] for d in finder.find([scan(TOLD, source)], []) if d.found_by == "misread_name"]
    assert found == (["Futson"] if source is TextSource.OCR else [])


@pytest.mark.parametrize(
    ("text", "category", "secret"),
    [
        ("ӘКЕСІНІҢ АТЫ / ОТЧЕСТВО ҮЛГІҰЛЫ", Category.PERSON, "ҮЛГІҰЛЫ"),
        ("4. Национальность украинец", Category.SPECIAL, "украинец"),
        ("Привлекался ли к суду нет", Category.SPECIAL, "нет"),
        ("совершил кражу из-за\nдолгов и болезни жены.", Category.SPECIAL, "долгов и болезни жены"),
        ("уроженца села, образование среднее, слесаря", Category.SPECIAL, "среднее"),
        ("2. Присвоить усыновлённой отчество", Category.SPECIAL, "усыновлённой"),
        ("Медицинская карта амбулаторного больного № 00017", Category.DOCUMENT_NUMBER, "00017"),
        ("1. Үлгіев Сынақ Тестұлы, ер, 03.09.2099, отағасы", Category.BIRTH_DATE, "03.09.2099"),
    ],
)
def test_papers_of_an_archive(hidden: Hidden, text: str, category: Category, secret: str) -> None:
    assert any(secret in words for words in hidden(text, category)), hidden(text, category)


def test_a_letterhead_stays_and_a_home_does_not(hidden: Hidden) -> None:
    home = "Үлгіеву С.Т., ул. Образцовая, д. 12, кв. 34, тел. 8 (700) 000-00-06"
    assert hidden(LETTERHEAD + home, Category.ADDRESS) == ["ул. Образцовая, д. 12, кв. 34"]
    assert hidden(LETTERHEAD + home, Category.PHONE) == ["8 (700) 000-00-06"]
    assert hidden("Заявление гр. по адресу:\n" + LETTERHEAD, Category.EMAIL) == ["a@example.kz"]


def test_an_officer_before_a_verb_is_in_office(hidden: Hidden) -> None:
    assert hidden("Я, оперуполномоченный УНКВД Образцов П.П., допросил", Category.PERSON) == []


def test_wider_entities_do_not_overlap_and_hold_places(finder: Finder) -> None:
    text = "Mr John Smith, a Polish national, was born in 1966 and lives in Cracow."
    entities = finder.entities(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(entities))
    assert {"PERSON", "LOCATION", "DEMOGRAPHIC", "DATE"} <= {e.label for e in entities}


def test_lines_keep_their_order_and_a_bad_one_is_told_by_number(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], finder: Finder
) -> None:
    lines = '{"id": 1, "text": "Үлгіев Сынақ Тестұлы"}\nсекрет\n{"id": 2, "text": ""}\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    monkeypatch.setattr("qupia_redaction.detect.build_finder", lambda _: finder)
    assert jsonl.main(["--threshold", "PERSON=0.1"]) == 1
    out, error = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row["id"], len(row["spans"])) for row in rows] == [(1, 1), (2, 0)]
    assert error.startswith("line 2:")
    assert "секрет" not in error
