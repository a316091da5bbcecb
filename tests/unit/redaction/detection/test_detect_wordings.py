"""Identifiers of Kazakhstan in generated sentences: what has to be hidden is, and what an archive keeps stays."""

from __future__ import annotations

import pytest

from qupia_redaction.detect import Finder
from qupia_redaction.recognizers.checks import is_card, is_iban, is_iin
from training import identifiers
from training.measure_identifiers import in_text, summary

LEAST_HIDDEN = 99.5
MOST_NEEDLESS = 6.0


@pytest.mark.parametrize("wordings", ["read", "unread", "third"])
def test_details_in_sentences_are_hidden_and_ciphers_stay(finder: Finder, wordings: str) -> None:
    figures = summary(list(in_text(list(identifiers.papers(wordings, each=1)), finder)))
    assert figures["hidden"] >= LEAST_HIDDEN, figures
    assert figures["needless"] <= MOST_NEEDLESS, figures
    assert "cipher" not in figures, figures  # none of them is touched


def test_every_kind_stands_in_the_wordings() -> None:
    for file in identifiers.FOLDER.glob("*.txt"):
        kinds = {kind for paper in identifiers.papers(file.stem, each=1) for _, _, kind in paper.marks}
        assert kinds == {*identifiers.HIDDEN, *identifiers.KEPT}


def test_control_digits_are_right_and_a_seed_gives_the_same() -> None:
    made = list(identifiers.papers("read", each=2))
    assert made == list(identifiers.papers("read", each=2))
    assert made != list(identifiers.papers("read", each=2, seed=5))
    rules = {"iin": is_iin, "bin": is_iin, "iban": is_iban, "card": is_card}
    told = [(kind, p.text[a:b]) for p in made for a, b, kind in p.marks if kind in rules]
    assert told
    assert all(rules[kind](value) for kind, value in told)


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("Паспорт изделия 2019 года, 14 листов", "2019"),
        ("Удостоверение выдано 12.05.1999", "12.05.1999"),
        ("Директор: А. Сынакова, тел. 8 (7172) 25-12-34", "25-12-34"),
        ("БИН архива 450640000003", "450640000003"),
        ("Дыбыстық құжат төлқұжаты № ДҚ-4418", "4418"),
        ("Приказ № 118 о выдаче билетов", "118"),
        ("Дело № 2-311/98, табель учета рабочего времени за 2011 год", "2011"),
    ],
)
def test_near_misses_stay(finder: Finder, text: str, stays: str) -> None:
    covered = [text[e.start : e.end] for e in finder.entities(text, wide=False)]
    assert not any(stays in found for found in covered), covered


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Архив. Читатель Үлгіев Сынақ, дом. тел. 5-12-34", "5-12-34"),
        ("Архив, звонить на сот. 8 777 010 20 30", "8 777 010 20 30"),
        ("сот. 87770102030", "87770102030"),
        ("Директор: А. Сынакова, тел. 8 777 010 20 30", "8 777 010 20 30"),
        ("№ 512 қожалық", "512"),
        ("билет ВХ № 5854023", "ВХ № 5854023"),
        ("Туу туралы куәлігі П-БН Ne 924027", "П-БН Ne 924027"),
        ("Marriage certificate Mo. 74-5748722", "74-5748722"),
        ("Passport of Kazakhstan M 68345671", "M 68345671"),
        ("Мой телефон --7 702 991-99-19", "7 702 991-99-19"),
        ("Ответ на m.testov62@box. example", "m.testov62@box. example"),
        ("водительское удостоверение 7В № 724418", "7В № 724418"),
        ("УҺМПТА<<АТПУМУ<<<<<<<<", "УҺМПТА<<АТПУМУ<<<<<<<<"),
        ("9912050М3901016КА7<<<<<<<<<<<7.", "9912050М3901016КА7<<<<<<<<<<<7"),
        ("регистрационный номер налогоплателыцика: 162555240908", "162555240908"),
        ("Табель 0412, отработано 20 дней", "0412"),
        ("991 231 600 002", "991 231 600 002"),
        ("сын Тестов Образец, 12.10.1953", "12.10.1953"),
    ],
)
def test_forms_of_papers_are_hidden(finder: Finder, text: str, hidden: str) -> None:
    covered = [text[e.start : e.end] for e in finder.entities(text, wide=False)]
    assert any(hidden in found for found in covered), covered
