"""A name broken over two ruled cells leaves the words of both cells, each in its own."""

from __future__ import annotations

import io

import pypdfium2

from qupia_redaction.model import Limits, PrivateText, RedactionOrder
from qupia_redaction.pipeline import redact
from qupia_redaction.workers.no_finder import build
from tests.support.attacks.kit import Sheet
from tests.support.engine import engine


def test_the_kept_words_of_two_cells_stay_where_a_name_runs_over_their_rule() -> None:
    sheet = Sheet(1, ("Сводная ведомость отдела снабжения",), (595, 842))
    sheet.add("0.5 w 70 480 160 40 re S 230 480 160 40 re S")
    sheet.text("левая АБ09 Рыль", 75, 505)
    sheet.text("цева Клавдия правая ВГ", 233, 505)
    sheet.text("дело 17", 75, 488)
    sheet.text("лист 40", 233, 488)
    order = RedactionOrder(
        hide=frozenset(), terms=(PrivateText("Рыльцева Клавдия"),), terms_only=True, plain=True, cipher=""
    )

    made = redact(sheet.bytes(), order, Limits(), build(), engine()).data

    with pypdfium2.PdfDocument(io.BytesIO(made)) as document:
        page = document[0].get_textpage()
        text = page.get_text_range()
        left, right = page.get_text_bounded(70, 470, 230, 530), page.get_text_bounded(230, 470, 595, 530)
    assert "Рыль" not in text
    assert "цева" not in text
    assert "Клавдия" not in text
    assert "левая АБ09" in left
    assert "правая ВГ" in right
